"""How much room text takes, without the fonts at hand: a full-width character is as wide as its size, others are taken as wide
as digits and capitals of the Japanese fonts are at most, so that nothing that fits here is cut by the program that prints."""

from __future__ import annotations

import math
import re
import unicodedata

POINT = 0.3528
"""Millimetres a point."""
PAD = 3.0
"""Millimetres that the two sides of a cell leave empty."""
_HALF = 0.6
_BETWEEN = 0.25
"""What LibreOffice puts between a Japanese character and a digit or Latin letter, whatever a document says."""
_MIXED = re.compile(r"(?<=[\u3040-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u3040-\u9fff])")
_TOKEN = re.compile(r"[0-9]+(?::[0-9]+)+|[0-9]+[年月日時分件人]?|[!-~\xa0-\xff]+| |.", re.DOTALL)
"""What is not broken: runs of Latin letters, a number and its counter, one Japanese character."""
_PARTS = re.compile(r"[^-/]*[-/]|[^-/]+")
_NUMBER, _WORD = 14, 6
"""Characters of a number of a register, which is kept in one line; widths of a character of a short word."""


def ems(text: str) -> float:
    """Width of a text in widths of a full-width character."""
    own = sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else _HALF for c in text)
    return own + _BETWEEN * len(_MIXED.findall(text))


def width(value: object, size: float) -> float:
    """Width in mm of the longest line of a cell, with its padding."""
    return max(map(ems, str(value).split("\n"))) * size * POINT + PAD


def tokens(text: str) -> list[str]:
    """A text in the pieces between which a line may end; in a long one a hyphen or stroke ends a piece."""
    found = _TOKEN.findall(text)
    return [part for token in found for part in (_PARTS.findall(token) if len(token) > _NUMBER else (token,))]


def unbreakable(value: object, size: float, most: int = 24) -> float:
    """Width in mm of what should stand in one line: a short word whole, else the longest piece; pieces of more than ``most``
    characters are broken anywhere."""
    text = str(value)
    whole = ems(text)
    if whole > _WORD:
        whole = max(ems(token[:most]) for token in tokens(text))
    return whole * size * POINT + PAD


def lines(value: object, room: float, size: float) -> int:
    """How many lines a cell of ``room`` mm takes at most."""
    fits = max(1.0, (room - PAD) / (size * POINT) - 0.5)
    """Half a character less: marks that may not begin a line take the one before them along."""
    number = 0
    for line in str(value).split("\n"):
        used = 0.0
        number += 1
        for token in tokens(line):
            wide = ems(token)
            if used and used + wide > fits:
                number += 1
                used = 0.0
            if wide > fits:
                number += math.ceil(wide / fits) - 1
                wide = wide % fits
            used += wide
    return number
