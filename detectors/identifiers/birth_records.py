"""生年月日 in records without headings, as systems of municipalities write them out: name, date, code of the sex.

A single date says nothing; in every record beside a sex, behind words, and on the days of people's births, it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from statistics import median

from detectors.context import label_of
from detectors.identifiers.birth_date import DATE, parse
from detectors.interface import Check, Match, View

_DAY = (
    r"(?:[12][0-9]{3}(?P<d>[-/.]?)[01][0-9](?P=d)[0-3][0-9]|[MTSH](?P<e>[-/.]?)[0-9]{2}(?P=e)[01][0-9](?P=e)[0-3][0-9])"
)
_GAP = '"?(?:[,\\t|;] ?| {1,4})"?'
_BEHIND = re.compile(rf'{_DAY}(?={_GAP}(?P<sex>[12MF男女])(?:["\s,|;]|\Z))')
_BEFORE = re.compile(rf'(?<=[12MF男女])(?:"?[,\t|;] ?"?| {{1,4}})(?={_DAY}(?:["\s,|;]|\Z))')
_WORDS = re.compile(r"[一-龥々ぁ-んァ-ヶー][^\n]{0,40}$")
_ADULT, _LATEST = 2000, 2022
"""Median year up to which two records are enough; years beyond which a date is one of today's business."""
_FEW, _SOME = 2, 4
_SPREAD = 300
"""Days between the first and the last birth of some children."""


class BirthRecordRecognizer:
    """Dates beside a sex in two or more records that have no headings."""

    name = "birth_records"

    def find(self, view: View) -> Iterator[Match]:
        """All such dates, or none."""
        for pattern in (_BEHIND, _BEFORE):
            found = list(_dates(view, pattern))
            if _of_births([day for _, _, day in found]):
                for start, end, _ in found:
                    yield Match(
                        "DATE_OF_BIRTH",
                        start,
                        end,
                        0.75,
                        Check.PASS,
                        "BIRTH_RECORD",
                        "sex beside it, as in other records",
                    )


def _dates(view: View, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, date]]:
    """Begin, end and day of each date that stands beside a sex, behind words, with no label of its own."""
    text = view.text
    for sign in pattern.finditer(text):
        match = DATE.match(text, sign.start() if pattern is _BEHIND else sign.end())
        day = parse(match) if match else None
        if match is None or day is None or day.year < 1868:
            continue
        line = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 80)
        if _WORDS.search(text, line, match.start()) and label_of(view, match.start(), match.end()) is None:
            yield match.start(), match.end(), day


def _of_births(days: list[date]) -> bool:
    """Whether these are days on which people were born: of grown-up people, or of many and in no order."""
    if len(set(days)) < _FEW or max(days).year > _LATEST:
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
