"""Days as people type them into a register: 令和9年3月31日, R9.3.31, 2027/3/31, 20270331, and what a spreadsheet makes of them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
"""Era → year before its first; no era has a year 0."""
_MARK = r"[年./\-]"
_DAY = re.compile(
    rf"(?:(?P<era>令和|平成|昭和|[RHS])\.?(?P<in_era>元|0?[1-9]|[1-9][0-9])|(?P<year>[0-9]{{4}})){_MARK}(?P<month>[0-9]{{1,2}})[月./\-](?P<day>[0-9]{{1,2}})日?"
)
_PLAIN = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_WEEKDAY = re.compile(r"\([日月火水木金土](?:曜日?)?\)$")
_DASHES = str.maketrans("−‐―ー–—", "------")
_EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's day numbers (ECMA-376 18.17.4.1, the 1900 system with its leap year that was none)."""
_SERIAL = range(29_221, 73_051)
"""Day numbers of 1980 to 2099."""


_YEARS = range(1926, 2200)
"""Years of days that a register may hold; a spreadsheet shows a stray number as a day of 1899 or 1900."""


def day_of(value: object) -> date:
    """The day that a cell means. Raises ``ValueError`` where it means none."""
    day = _day(value)
    if day.year not in _YEARS:
        raise ValueError("no day of a register")
    return day


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer())):
        if int(value) in _SERIAL:  # a day number whose cell lost its format
            return _EPOCH + timedelta(days=int(value))
        value = int(value)
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)).translate(_DASHES)).upper()
    text = _WEEKDAY.sub("", text.partition("T")[0].removesuffix("00:00:00"))
    found = _DAY.fullmatch(text) or _PLAIN.fullmatch(text)
    if found is None:
        raise ValueError("no day")
    parts = found.groupdict()
    era = parts.get("era")
    year = _ERAS[era] + (1 if parts["in_era"] == "元" else int(parts["in_era"])) if era else int(parts["year"])
    return date(year, int(parts["month"]), int(parts["day"]))
