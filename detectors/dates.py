"""Calendar dates as Japanese offices write them: eras in words, letters and codes, kanji numerals, English months."""

from __future__ import annotations

import re
from datetime import date

ERAS = {
    "明治": (1867, date(1868, 1, 25), date(1912, 7, 29)),
    "大正": (1911, date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": (1925, date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (1988, date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (2018, date(2019, 5, 1), date(2099, 12, 31)),
}
_LETTERS = {
    "M": "明治",
    "T": "大正",
    "S": "昭和",
    "H": "平成",
    "R": "令和",
    "明": "明治",
    "大": "大正",
    "昭": "昭和",
    "平": "平成",
    "令": "令和",
}
_CODES = dict(zip("12345", ERAS, strict=True))
"""Eras as tax forms and the systems of municipalities number them: 3390615 is 昭和39年6月15日."""
_PENSION_CODES = dict(zip("13579", ERAS, strict=True))
"""Eras as the forms of the pension service number them: 5-551204 is 昭和55年12月4日."""
_LAST = date(2035, 12, 31)
_KANJI = str.maketrans("〇零一二三四五六七八九", "00123456789")
_N = r"[0-9〇一二三四五六七八九十]"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

DATE = re.compile(
    r"(?<![0-9A-Za-z.])(?:西暦 ?)?(?:"
    rf"(?P<era>明治|大正|昭和|平成|令和|[MTSHRmtshr明大昭平令](?=[. ]?[0-9元])) ?[. ]? ?(?P<ey>元|{_N}{{1,3}}) ?(?:年 ?(?:\([0-9]{{4}}年?\))? ?|[/.・-] ?)(?P<em>{_N}{{1,3}}) ?(?:月 ?|[/.・-] ?)(?P<ed>{_N}{{1,3}})(?: ?日)?"
    rf"|(?P<wy>[12][0-9]{{3}}|[一二][〇一二三四五六七八九]{{3}}) ?(?:年 ?(?:\((?:昭和|平成|令和|大正)[0-9元]{{1,2}}年?\))? ?|[/.-] ?)(?P<wm>{_N}{{1,3}}) ?(?:月 ?|[/.-] ?)(?P<wd>{_N}{{1,3}})(?: ?日)?"
    r"|(?P<y8>(?:18|19|20)[0-9]{2})(?P<m8>[01][0-9])(?P<d8>[0-3][0-9])"
    r"|(?P<mon>(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))(?i:[a-z]{0,6})\.? (?P<md>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<my>[12][0-9]{3})"
    r"|(?P<dd>[0-9]{1,2})[ -](?P<dmon>(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))(?i:[a-z]{0,6})\.?,?[ -](?P<dy>[12][0-9]{3})"
    r"|(?P<code>[1-579MTSHRmtshr])(?P<part>[・./ -]?)(?P<cy>[0-9]{2})(?P=part)?(?P<cm>[01][0-9])(?P=part)?(?P<cd>[0-3][0-9])"
    r"|(?P<ua>[0-3]?[0-9])(?P<us>[/.])(?P<ub>[0-3]?[0-9])(?P=us)(?P<uy>(?:19|20)[0-9]{2})"
    r")(?:(?=T[0-9]{2}:)|(?![0-9A-Za-z]|[-/.][0-9]))"  # a time may follow: 1985-03-12T00:00:00
)


def _number(text: str) -> int:
    """ASCII or kanji numeral up to 99, or a year written digit by digit."""
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.translate(_KANJI).partition("十")
        return (int(tens) if tens else 1) * 10 + (int(ones) if ones else 0)
    return int(text.translate(_KANJI))


def _eras_of(code: str) -> list[str]:
    """The eras that a code may stand for, the likelier one first."""
    if code.isdigit():
        return [table[code] for table in (_CODES, _PENSION_CODES) if code in table]
    return [_LETTERS[code.upper()]]


def parse(match: re.Match[str]) -> date | None:
    """The calendar date of a ``DATE`` match, or ``None``: no such day, or outside its era."""
    g = match.groupdict()
    try:
        if g["era"]:
            era = _LETTERS.get(g["era"].upper(), g["era"])
            base, first, last = ERAS[era]
            year = 1 if g["ey"] == "元" else _number(g["ey"])
            found = date(base + year, _number(g["em"]), _number(g["ed"]))
            return found if year > 0 and first <= found <= last else None
        if g["wy"]:
            return date(_number(g["wy"]), _number(g["wm"]), _number(g["wd"]))
        if g["code"]:
            for era in _eras_of(g["code"]):
                base, first, last = ERAS[era]
                found = date(base + int(g["cy"]), int(g["cm"]), int(g["cd"]))
                if first <= found <= min(last, _LAST):
                    return found
            return None
        if g["y8"]:
            return date(int(g["y8"]), int(g["m8"]), int(g["d8"]))
        if g["uy"]:
            a, b = int(g["ua"]), int(g["ub"])
            return date(int(g["uy"]), a, b) if a <= 12 else date(int(g["uy"]), b, a)
        if g["mon"]:
            return date(int(g["my"]), _MONTHS.index(g["mon"].lower()) + 1, int(g["md"]))
        return date(int(g["dy"]), _MONTHS.index(g["dmon"].lower()) + 1, int(g["dd"]))
    except ValueError:
        return None


_ENACTED = re.compile(
    r"[^\n。、]{0,10}(?:施行|適用|公布|改正|廃止|制定|法律第|[政省府閣庁勅]令|条例第|規則第|告示|訓令|通達|通知|規程|要綱)|以[後降前]|付け"
)
"""What is told of the day of a rule, not of a person."""


def enacted(text: str, end: int) -> bool:
    """Whether the date that ends at ``end`` is the day of a rule (昭和34年3月31日法律第11号, 平成19年7月1日から施行)."""
    return _ENACTED.match(text, end) is not None
