"""Text as a terminal, a table, a page or a log may be given it: nothing in it steers what shows it.

Names of files, sheets and members may hold escape sequences, line ends, marks that turn the direction of writing, and
halves of surrogate pairs. All writers ask here.
"""

from __future__ import annotations

import re

_STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BLANKS = " \t\r\n\u3000\u00a0"
_UNSHOWN_IN_JSON = re.compile(
    r"[^\n\u3000 -~\u00a1-\u00ac\u00ae-\u02ff\u3001-\u303f\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fff\uff01-\uff9f]"
)
"""Characters that may be unprintable; those left out never are, and are what nearly all text is made of."""


def printable(text: str, *, lines: bool = False) -> str:
    """Text with every character that shows nothing by itself written as ``\\xNN``; with ``lines``, line ends stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\u3000" or (lines and c == "\n") else f"\\x{ord(c):02x}" for c in text)


def line_ends(text: str) -> str:
    """Text whose lines end in one writing, whatever sent it: the fields of a browser send CR LF (HTML, constructing the form data set)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def in_cell(value: object) -> object:
    """A value as a cell of a csv file or workbook: printable, and no formula, whatever it begins with."""
    if not isinstance(value, str):
        return value
    formula = value.startswith(("\t", "\r")) or value.lstrip(_BLANKS).startswith(_STARTS_A_FORMULA)
    return ("'" if formula else "") + printable(value, lines=True)


def in_json(text: str) -> str:
    """A JSON document with every unprintable character as ``\\uNNNN``: the same document to whoever reads it as JSON."""
    return _UNSHOWN_IN_JSON.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    if char.isprintable():
        return char
    if ord(char) <= 0xFFFF:
        return f"\\u{ord(char):04x}"
    high, low = divmod(ord(char) - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
