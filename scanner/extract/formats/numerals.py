"""Numbers in Japanese numerals, as the number formats ``[DBNum1]`` (一二三), ``[DBNum2]`` (壱弐参) and ``[DBNum3]`` (wide digits) show them.

With places for digits (``0``, ``#``) Excel writes digit by digit, otherwise with tens, hundreds and myriads; years of four digits and
what stands behind a point always digit by digit. LibreOffice (7.4) writes 一千 where four digits begin with one, as this does.
"""

from __future__ import annotations

import re

_SHAPE = re.compile(r"\[(?:DBNum|NatNum)([1-3])\]", re.IGNORECASE)
_NUMBERS = re.compile("[0-9]+")
_DIGITS = ("〇一二三四五六七八九", "零壱弐参四伍六七八九", "０１２３４５６７８９")
_TENS = (("", "十", "百", "千"), ("", "拾", "百", "阡"))
_MYRIADS = (("", "万", "億", "兆", "京"), ("", "萬", "億", "兆", "京"))
_MOST = 20
"""Digits of the longest number that has names for all its myriads."""
_YEAR = 4
_LONG = 7
"""Digits from which a number may be one of a person: it is given as it is beside its numerals."""


def shape(code: str) -> int:
    """Which numerals a number format asks for: 1, 2, 3, or 0 for none."""
    found = _SHAPE.search(code) if "um" in code or "UM" in code else None
    return int(found[1]) if found else 0


def moment(text: str, kind: int) -> str:
    """A date with its numbers in numerals: years of four digits digit by digit. The date as it is stands beside what nobody writes
    but in deeds."""
    shown = _NUMBERS.sub(lambda m: digits(m[0], kind) if len(m[0]) >= _YEAR else spelt(m[0], kind), text)
    return shown if kind != 2 and "年" in text else f"{text} {shown}"


def amount(text: str, kind: int, *, places: bool) -> str:
    """A number in numerals. ``places``: whether the format states places for digits."""
    whole, point, rest = text.partition(".")
    shown = (digits if places else spelt)(whole, kind) + point + digits(rest, kind)
    return f"{text} {shown}" if len(whole) >= _LONG else shown


def digits(text: str, kind: int) -> str:
    """Digit by digit; other characters stay."""
    return text.translate({ord("0") + n: shown for n, shown in enumerate(_DIGITS[kind - 1])})


def spelt(text: str, kind: int) -> str:
    """With tens, hundreds and myriads: 1234 is 一千二百三十四."""
    sign, number = ("-", text[1:]) if text.startswith("-") else ("", text)
    number = number.lstrip("0")
    if kind == 3 or not number.isdecimal() or len(number) > _MOST:
        return digits(text, kind)
    groups = [number[max(0, end - 4) : end] for end in range(len(number), 0, -4)]
    named = [
        _group(group, kind) + (_MYRIADS[kind - 1][at] if group.strip("0") else "") for at, group in enumerate(groups)
    ]
    return sign + "".join(reversed(named))


def _group(group: str, kind: int) -> str:
    """Up to four digits. A one is written before thousands that begin the group, and everywhere in the numerals of deeds."""
    out = []
    for at, digit in enumerate(group):
        place = len(group) - at - 1
        if digit == "0":
            continue
        bare = digit == "1" and place and not (place == 3 and not at)
        out.append(("" if bare else _DIGITS[kind - 1][int(digit)]) + _TENS[kind - 1][place])
    return "".join(out)
