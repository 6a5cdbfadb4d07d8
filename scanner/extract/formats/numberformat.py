"""Numbers as a person sees them in a sheet: leading zeros, phone and postal patterns, dates (also 和暦).

Only what carries meaning for personal data is rendered; every other format gives the plain number without
exponent and without ``.0``, because ``1.23457E+11`` would hide a twelve-digit number.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from scanner.extract.formats import numerals

BUILTIN = {
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    22: "yyyy/m/d h:mm",
    27: "[$-411]ge.m.d",
    28: '[$-411]ggge"年"m"月"d"日"',
    29: '[$-411]ggge"年"m"月"d"日"',
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    36: "[$-411]ge.m.d",
    50: "[$-411]ge.m.d",
    51: '[$-411]ggge"年"m"月"d"日"',
    52: 'yyyy"年"m"月"',
    54: '[$-411]ggge"年"m"月"d"日"',
    57: "[$-411]ge.m.d",
    58: '[$-411]ggge"年"m"月"d"日"',
}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_LONGEST = 255
"""Characters of a format; Excel takes no more. A longer one is an attack on whoever follows it, and renders nothing."""
_MOST_SLOTS = 40
"""Digits that a pattern may ask for: no number of a person is longer."""
_SECTION = re.compile(r"(?:\[(<=?\d{1,18})\])?([^;]+)")
_MARKS = re.compile(r'\\(.)|"([^"]*)"|\[[^\]]*\]')
_ERAS = (
    ("令和", "R", date(2019, 5, 1), 2018),
    ("平成", "H", date(1989, 1, 8), 1988),
    ("昭和", "S", date(1926, 12, 25), 1925),
    ("大正", "T", date(1912, 7, 30), 1911),
    ("明治", "M", date(1868, 1, 25), 1867),
)


@lru_cache(maxsize=4096)
def kind(code: str) -> str:
    """``date``, ``time``, ``zeros`` (a pattern of digits worth rendering), ``text`` or ``plain``."""
    if len(code) > _LONGEST:
        return "plain"
    bare = _LITERAL.sub("", code).lower()
    if bare == "@" or code == "General" or not code:
        return "plain"
    if _ELAPSED.search(code):
        return "plain"
    letters = re.sub(r"general|g/標準|am/pm|a/p|e[+-]", "", bare)
    if re.search("[yged]", letters) or ("m" in letters and not re.search("[hs]", letters)):
        return "date"
    if re.search("[hs]", letters):
        return "time"
    if (
        re.search(r"0{2,}", code)
        and re.search(r"^[0\-\s();\[\]<>=0-9#\"年\\]*$", bare or code)
        and "." not in bare
        and "," not in bare
        and "%" not in bare
        and "E" not in code
    ):
        return "zeros"
    return "plain"


def render(value: str, code: str, *, base1904: bool = False) -> str:
    """The cell text of a numeric ``value`` (as written in the file) under the format ``code``."""
    style = kind(code)
    numerals_ = numerals.shape(code)
    if style in ("date", "time"):
        text = _date(value, code, base1904, only_time=style == "time")
        return numerals.moment(text, numerals_) if numerals_ else text
    text = plain(value)
    if style == "zeros" and text.isdigit():
        text = _zeros(text, code)
    if numerals_:
        text = numerals.amount(text, numerals_, places=re.search("[0#]", _LITERAL.sub("", code)) is not None)
    if '"' in code and style == "plain":
        return _worded(text, code)
    return text


_WORDS = re.compile(r'"([^"]*)"|\\(.)|(\[[^\]]*\]|_.|\*.)|([0#?@.,%E+\-/]+|General)|(;)|(.)', re.DOTALL)
_TELLING_WORDS = 3
"""Characters of a format's own words from which they are shown: a unit (円, 件) tells nothing, a name does."""


@lru_cache(maxsize=4096)
def _words(code: str) -> tuple[str, bool, str]:
    """(words before the number, whether the number is shown, words behind it) of the first section of a format."""
    before: list[str] = []
    after: list[str] = []
    number = False
    for quoted, escaped, _, slots, border, other in _WORDS.findall(code[:_LONGEST]):
        if border:
            break
        if slots:
            number = True
        else:
            (after if number else before).append(quoted or escaped or other)
    return "".join(before), number, "".join(after)


def _worded(text: str, code: str) -> str:
    before, number, after = _words(code)
    if len(before.strip()) < _TELLING_WORDS and len(after.strip()) < _TELLING_WORDS:
        return text
    return before + (text if number else "") + after


def plain(value: str) -> str:
    """A number without exponent and without ``.0``."""
    if re.fullmatch(r"-?[0-9]+", value):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    if math.isfinite(number) and abs(number) < 1e18 and number == int(number):
        return str(int(number))
    return repr(number) if "e" not in repr(number) else value


@lru_cache(maxsize=4096)
def _sections(code: str) -> tuple[tuple[int | None, str, int, int], ...]:
    """(upper bound or ``None``, pattern, its zeros, its digits) of every section."""
    found: list[tuple[int | None, str, int, int]] = []
    for condition, section in _SECTION.findall(code):
        pattern = _MARKS.sub(lambda m: m[1] or m[2] or "", section)
        zeros = pattern.count("0")
        bound = int(condition.lstrip("<=")) if condition else None
        found.append((bound, pattern, zeros, zeros + pattern.count("#")))
    return tuple(found)


def _zeros(text: str, code: str) -> str:
    for bound, pattern, zeros, slots in _sections(code):
        if bound is not None and not (len(text) < 20 and int(text) <= bound):
            continue
        if slots > _MOST_SLOTS:
            return text
        digits = text.rjust(zeros, "0")
        extra, digits = (
            (digits[: len(digits) - slots], digits[len(digits) - slots :]) if len(digits) > slots else ("", digits)
        )
        out: list[str] = []
        at = 0
        pending = slots
        for char in pattern:
            if char in "0#":
                if pending == slots:
                    out.append(extra)
                if len(digits) - at >= pending:
                    out.append(digits[at])
                    at += 1
                pending -= 1
            else:
                out.append(char)
        return "".join(out).strip()
    return text


def _date(value: str, code: str, base1904: bool, *, only_time: bool) -> str:
    try:
        serial = float(value)
    except ValueError:
        return value
    if not (0 if only_time else 1) <= serial < 2_958_466:
        return plain(value)
    day = datetime(1904, 1, 1) if base1904 else datetime(1899, 12, 30)  # a calendar day, no zone
    moment = day + timedelta(days=serial)
    if only_time:
        return f"{moment.hour}:{moment.minute:02d}"
    bare = _LITERAL.sub("", code).lower()
    if "g" in bare or ("e" in bare and "y" not in bare):
        for name, letter, first, base in _ERAS:
            if moment.date() >= first:
                year = moment.year - base
                if "ggg" in bare or "年" in code:
                    return f"{name}{'元' if year == 1 else year}年{moment.month}月{moment.day}日"
                return f"{letter}{year}.{moment.month}.{moment.day}"
    if "年" in code:
        return f"{moment.year}年{moment.month}月{moment.day}日"
    text = f"{moment.year}/{moment.month}/{moment.day}"
    if "h" in bare and serial % 1:
        text += f" {moment.hour}:{moment.minute:02d}"
    return text
