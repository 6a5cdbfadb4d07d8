"""Dates right behind persons: which of them are births, where no label says so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from detectors.context import label_of
from detectors.dates import DATE, enacted, parse
from detectors.identifiers.birth_records import of_births
from detectors.interface import REPORTED, Check, Match, View
from detectors.tables.layout import Cell, Table

LATEST = 2035
"""No birth lies far in the future; a fixed year, so that two runs give the same."""
BUSINESS = 2012
"""Dates from then on are rather of business."""
_GROWN, _LONG_AGO, _CHILDREN, _YEARS = 1998, 1965, 2020, 3
"""At the end of a line a date is a birth before the first, as a field of its own before the second; births below names lie
before the third; years between the births of those on one list."""

_GAP = re.compile(
    r"(?: ?(?:様|さん|氏|殿))?(?: ?\([ァ-ヶーぁ-ん ]{2,20}\))?(?: {0,2}[男女])?(?: ?\(| {1,16}| ?\r?\n {0,8})"
)
"""Between a name and a date: its reading and the sex may stand there too, or the end of the line."""
_CLOSED = re.compile(r"\)(?! ?(?:採用|入社|就任|着任|任命|死|没|付))")
_ENDED = re.compile(r"(?= {0,24}(?:[\n,\t]|\Z))")
_SEXED = re.compile(r"[男女][ (]+$")
_RECORD = re.compile(
    r" {1,3}(?:0[0-9]{1,4}[-(]|血液型|性別|[ABO]{1,2}型|〒|(?i:tel)|電話|携帯|住所|障害|要介護|要支援|年齢|続柄|国籍|職業)"
)
"""What stands behind a birth in a record of a person."""
_FIELD = re.compile(r" {1,3}(?![ \n没死逝亡婚結離就採開設創卒退着任発生建]|入[社職庁行会学団局])")
"""Behind the birth of somebody old, which is a field of its own: not what happened on that day."""
_OLD_STYLE = re.compile(r" [MTS](?<= .)[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}(?= {0,3}(?:\n|\Z))")

_BELOW, _CHILD, _END, _LINE = "below", "child", "end", "line"
"""Where a date stands: below the name, in brackets and of late, at the end of the line, before more words."""


class _Dated(NamedTuple):
    """A date behind a person, and whether it is a birth by itself."""

    birth: Match
    day: date
    where: str
    bracketed: bool
    sure: bool


_OF_PERSONS = frozenset(("JP_ADDRESS", "JP_POSTAL_CODE", "PHONE_NUMBER", "EMAIL_ADDRESS", "JP_MY_NUMBER"))


_Places = Callable[[], frozenset[int]]


def beside_persons(view: View, found: list[Match]) -> Iterator[Match]:
    """Births without a label, by the persons beside them and what else is told of these. ``found``: persons and the rest."""
    persons = [m for m in found if m[0] == "PERSON" and m[3] >= REPORTED]

    @lru_cache(maxsize=1)
    def fields() -> frozenset[int]:
        return frozenset(m[1] for m in found if m[0] in _OF_PERSONS)

    yield from behind_names(view, (m[2] for m in persons), fields)
    yield from _in_columns(view, [m[1] for m in persons])


def _in_columns(view: View, persons: list[int]) -> Iterator[Match]:
    """A column without a heading that holds nothing but days of births, in a table whose rows name persons."""
    if not view.layout.cells or not persons:
        return
    open_tables = [n for n, table in enumerate(view.layout.tables) if not table.headed]
    if not open_tables:
        return
    rows = {(cell.table, cell.row) for at in persons if (cell := view.layout.at(at)) is not None}
    for number in {table for table, _ in rows}.intersection(open_tables):
        table = view.layout.tables[number]
        named = [row for row in table.rows if (number, row) in rows]
        if len(named) * 2 < len(table.rows):
            continue
        for column in {cell.column for cell in table.rows[named[0]]} - {c for c, text in table.headers.items() if text}:
            days = _days(view.text, table, column)
            if days and of_births([day for _, day in days]):
                for cell, _ in days:
                    reason = "a column of days beside persons"
                    yield Match("DATE_OF_BIRTH", cell.start, cell.end, 0.7, Check.PASS, "BIRTH_DATE", reason)


def _days(text: str, table: Table, column: int) -> list[tuple[Cell, date]]:
    """The filled cells of a column and their days; empty where one is no day."""
    found: list[tuple[Cell, date]] = []
    for cell in table.below(column):
        match = DATE.fullmatch(text, cell.start, cell.end)
        day = parse(match) if match is not None else None
        if day is not None and 1900 <= day.year < LATEST:
            found.append((cell, day))
        elif text[cell.start : cell.end].strip():
            return []
    return found


def behind_names(view: View, ends: Iterable[int], fields: _Places = frozenset) -> Iterator[Match]:
    """Dates right behind a person, in brackets or at the end of the line: births, where they are of people long grown up
    and no label says otherwise. Others are births where such dates stand behind several persons: in brackets or at the ends
    of lines like those of their parents, below the names, or before more words if they are not the first days of months,
    on which people are hired. ``ends``: where the names end; ``fields``: gives where
    addresses and telephone numbers begin, asked where a date stands behind a name."""
    places = sorted(set(ends))
    yield from _in_old_style(view, places)
    dated = [d for d in _dated(view, places, fields) if _unlabelled(view, d.birth)]
    sure = Counter(_CHILD if d.bracketed else d.where for d in dated if d.sure)
    like = {where for where, least in ((_CHILD, 1), (_END, 2)) if sure[where] >= least}
    listed = [d for d in dated if not d.sure and d.where not in (_BELOW, _CHILD, *like)]
    below = [d for d in dated if d.where == _BELOW]
    for several, years in ((listed, _YEARS), (below, 0)):
        days = [d.day for d in several]
        if _as_births_are(days) and max(days).year - min(days).year >= years:
            yield from (d.birth for d in several)
    yield from (d.birth for d in dated if d.sure or d.where in like)


def _dated(view: View, places: list[int], fields: _Places) -> Iterator[_Dated]:
    """The dates behind persons that may be births."""
    text = view.text
    for at in places:
        gap = _GAP.match(text, at)
        match = DATE.match(text, gap.end()) if gap is not None else None
        day = parse(match) if match is not None else None
        if gap is None or match is None or day is None or match["y8"]:
            continue
        start, end = match.span()
        birth = Match("DATE_OF_BIRTH", start, end, 0.6, Check.PASS, "BIRTH_DATE", "a person before it")
        sexed, bracketed = _SEXED.search(gap.group()) is not None, gap.group()[-1] == "("
        told = (_CLOSED if bracketed else _ENDED).match(text, end) is not None
        if "\n" in gap.group():
            if told and 1900 <= day.year < _CHILDREN:
                yield _Dated(birth, day, _BELOW, bracketed, False)
        elif 1900 <= day.year < (LATEST if sexed else BUSINESS):
            field = (
                (day.year < _LONG_AGO and _FIELD.match(text, end) is not None)
                or _RECORD.match(text, end) is not None
                or not fields().isdisjoint(range(end + 1, end + 4))
            )
            alone = told and (bracketed or day.year < _GROWN)
            where = _END if told and not bracketed else _LINE
            yield _Dated(birth, day, where, bracketed, sexed or alone or (field and not bracketed))
        elif told and bracketed and BUSINESS <= day.year < LATEST:
            yield _Dated(birth, day, _CHILD, bracketed, False)


def _in_old_style(view: View, ends: list[int]) -> Iterator[Match]:
    """A date of a past era in short (S38.11.29) at the end of a line in which a person stands: so births are kept. People
    were hired on the first of a month."""
    for sign in _OLD_STYLE.finditer(view.text):
        start, end = sign.start() + 1, sign.end()
        before = bisect_right(ends, start) - 1
        match = DATE.match(view.text, start)
        day = parse(match) if match is not None else None
        if day is None or before < 0 or day.day == 1 or view.text.find("\n", ends[before], start) >= 0:
            continue
        birth = Match("DATE_OF_BIRTH", start, end, 0.6, Check.PASS, "BIRTH_DATE", "a person before it")
        if _unlabelled(view, birth):
            yield birth


def _as_births_are(days: list[date]) -> bool:
    """Whether there are several days, all different and few of them the first of a month."""
    return 1 < len(days) == len(set(days)) and sum(day.day == 1 for day in days) * 3 < len(days)


def _unlabelled(view: View, birth: Match) -> bool:
    """Whether no label speaks against a date being a birth, and it is not the day of a rule."""
    if enacted(view.text, birth.end):
        return False
    label = label_of(view, birth.start, birth.end)
    return label is None or label.owners <= {"PERSON", "BIRTH_DATE"}
