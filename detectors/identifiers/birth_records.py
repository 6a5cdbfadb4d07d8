"""生年月日 in records without headings, as systems of municipalities write them out: name, date, code of the sex.

A single date says nothing; in every record beside a sex, behind words, and on the days of people's births, it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from statistics import median

from detectors.context import label_of
from detectors.dates import DATE, parse
from detectors.interface import Check, Match, View

_DAY = r"(?:(?<=[12])[0-9]{{3}}(?P<{0}>[-/.]?)[01][0-9](?P={0})|(?<=[MTSH])(?P<{1}>[-/.]?)[0-9]{{2}}(?P={1})[01][0-9](?P={1}))[0-3][0-9]"
_GAP = '"?(?:[,\\t|;] ?| {1,4})"?'
# The day and then the sex, or the sex and then the day; the class of the first character stands alone, so that the engine
# skips to it.
_RECORD = re.compile(
    rf"[12MTSHF男女](?:{_DAY.format('a', 'b')}{_GAP}(?P<behind>[12MF男女])"
    rf"|(?<=[12MF男女]){_GAP}(?P<day>[12MTSH]{_DAY.format('c', 'd')}))"
    r'(?=["\s,|;]|\Z)'
)
_WORDS = re.compile(r"[一-龥々ぁ-んァ-ヶー][^\n]{0,40}$")
_ADULT, _LATEST, _NEWBORN = 2000, 2022, 0.1
"""Median year up to which two records are enough; year beyond which a date is rather one of today's business, and the most
of them among births."""
_FEW, _SOME = 2, 4
_SPREAD = 300
"""Days between the first and the last birth of some children."""


class BirthRecordRecognizer:
    """Dates beside a sex in two or more records that have no headings."""

    name = "birth_records"

    def find(self, view: View) -> Iterator[Match]:
        """All such dates, or none."""
        days: dict[bool, list[tuple[int, int, date]]] = {True: [], False: []}
        for record in _RECORD.finditer(view.text):
            behind = record["behind"] is not None
            found = _day(view, record.start() if behind else record.start("day"))
            if found is not None:
                days[behind].append(found)
        for found_so in days.values():
            if of_births([day for _, _, day in found_so]):
                for start, end, _ in found_so:
                    yield Match("DATE_OF_BIRTH", start, end, 0.75, Check.PASS, "BIRTH_RECORD", _REASON)
        for start, end in _in_fields(view.text):
            yield Match("DATE_OF_BIRTH", start, end, 0.75, Check.PASS, "BIRTH_RECORD", _FIELD_REASON)


_REASON = "sex beside it, as in other records"
_FIELD_REASON = "a day behind words in every record"
_FIELD = re.compile(r"[ァ-ヶー一-龥々](?: {1,40})(?P<run>[0-9]{7,60})(?![0-9])")
"""Digits behind words that spaces fill up, as hosts write fields of fixed width."""
_RECORDS, _ALL = 3, 0.9
"""Records from which on, and the share of them that must begin so, the digits begin with days: of random digits every
hundredth does."""


def _in_fields(text: str) -> list[tuple[int, int]]:
    """Where days stand at the head of the digits behind names: 19580312 or, by the number of the era, 3330312."""
    spans: list[tuple[int, int]] = []
    days: list[date] = []
    count = 0
    for field in _FIELD.finditer(text):
        count += 1
        run, start = field["run"], field.start("run")
        for size in (8, 7):
            match = DATE.fullmatch(run[:size]) if len(run) >= size and run[0] in "1234" else None
            day = parse(match) if match is not None else None
            if day is not None and day.year >= _OLDEST:
                spans.append((start, start + size))
                days.append(day)
                break
    return spans if len(days) >= max(_RECORDS, _ALL * count) and of_births(days) else []


_OLDEST = 1905


def _day(view: View, start: int) -> tuple[int, int, date] | None:
    """Begin, end and day of a date behind words that has no label of its own."""
    text = view.text
    match = DATE.match(text, start)
    day = parse(match) if match else None
    if match is None or day is None or day.year < 1868:
        return None
    line = max(text.rfind("\n", max(0, start - 80), start) + 1, start - 80, 0)
    if _WORDS.search(text, line, start) is None or label_of(view, start, match.end()) is not None:
        return None
    return start, match.end(), day


def of_births(days: list[date]) -> bool:
    """Whether these are days on which people were born: of grown-up people, or of many and in no order."""
    if len(set(days)) < _FEW or sum(day.year > _LATEST for day in days) > _NEWBORN * len(days):
        return False
    if median(day.year for day in days) <= _ADULT:
        return True
    return (
        len(days) >= _SOME
        and (max(days) - min(days)).days >= _SPREAD
        and days not in (sorted(days), sorted(days)[::-1])
    )


RECOGNIZERS = (BirthRecordRecognizer(),)

EXAMPLES = (
    ("0001 大森　和子 19580312 2\n0002 西園　隆 19490901 1\n", ("DATE_OF_BIRTH", "PERSON")),
    ("ｵｵﾓﾘ ｶｽﾞｺ  S331203 2\nﾆｼｿﾞﾉ ﾀｶｼ  S240901 1\n", ("DATE_OF_BIRTH", "PERSON")),
    ("大森和子,女,1958-03-12,\n西園隆,男,1949-09-01,\n", ("DATE_OF_BIRTH", "PERSON")),
    ("空調点検 20240401 1\n空調清掃 20240501 2\n", ()),
)
