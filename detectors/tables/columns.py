"""Of what kind a column is: by its heading, by its values, by what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from detectors.resources import rules
from detectors.tables.keys import meaning
from detectors.tables.kinds import OF_OTHERS, OF_PERSONS, Announced, ColumnKind, announced
from detectors.tables.layout import Cell, Table

_NAMING = OF_PERSONS | {ColumnKind.PARTY, ColumnKind.UNKNOWN}
_HEADS = 0.5
_FIRST = 40
"""Values that are asked whether they are headings."""
_SAMPLE = 200
"""Values of a column that are looked at: a share is known to three hundredths by as many."""


class Column(NamedTuple):
    """One column of a table. Shares are of its filled cells, 0 to 1."""

    kind: ColumnKind
    sure: float
    """0 to 1: how far the heading, with what its values and neighbours say, decides what a value under it is."""
    header: str
    reading: bool = False
    """Whether it tells how something is read (kana, Latin letters)."""
    filled: int = 0
    """Cells with a text, of those looked at."""
    digits: float = 0.0
    """Share that holds a digit."""
    shaped: float = 0.0
    """Share that is written as names are: letters of one script or two, not many, and no word of organisations."""
    organisations: float = 0.0
    """Share that ends with a word of organisations or holds a mark of one."""
    distinct: float = 0.0
    """Share of values that differ."""
    headings: float = 0.0
    """Share that are themselves headings of something else than persons: a table that describes tables."""
    numbers: float = 0.0
    """Share that holds a digit and no piece beside it that is written as a name: 3名, but not 1-2-3 山田太郎."""

    @property
    def of_persons(self) -> bool:
        """Whether persons are named in it."""
        return self.kind in OF_PERSONS


class _Seen(NamedTuple):
    filled: int
    digits: float
    shaped: float
    organisations: float
    distinct: float
    headings: float
    numbers: float


@lru_cache(maxsize=1)
def _organisations() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """Words that names of organisations end with, and the marks of one."""
    said = rules("columns")["values"]
    return tuple(said["organisations"]), re.compile("|".join(map(re.escape, said["organisation_marks"])))


@lru_cache(maxsize=1)
def _neighbours() -> tuple[frozenset[str], frozenset[str]]:
    said = rules("columns")["neighbours"]
    return frozenset(said["people"]), frozenset(said["things"])


_SHAPE = re.compile(r"[一-龥々ヶ〆﨑髙𠮷㐂ぁ-んァ-ヶーa-zA-Z.'・ -]{1,24}")
_DIGIT = re.compile(r"[0-9]")
_PARTING = re.compile(r"[\s,、/()]+")
_NAMED = re.compile(r"氏名|名前|姓名")
"""Headings that say that names stand below, perhaps beside something else: 住所・氏名."""
_SPACED = re.compile(r"[一-龥々ァ-ヶーぁ-ん]{1,5} [一-龥々ァ-ヶーぁ-ん]{1,6}")


def organisation(value: str) -> bool:
    """Whether a value ends with a word of organisations or holds a mark of one (株式会社). A surname and a given name with a
    space between them are none, whatever they end with."""
    ends, marks = _organisations()
    if not value.removesuffix("\n").endswith(ends) and marks.search(value) is None:
        return False
    return _SPACED.fullmatch(value) is None or len(value) > 8


def written_as_name(value: str) -> bool:
    """Whether a value is written as names are, whoever it may be: letters and spaces, not many, and no organisation."""
    return _SHAPE.fullmatch(value) is not None and not organisation(value)


def _look(text: str, cells: Sequence[Cell]) -> _Seen:
    step = max(1, len(cells) // _SAMPLE)
    values = [value for cell in cells[::step] if (value := text[cell.start : cell.end].strip())]
    if not values:
        return _Seen(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    count = len(values)
    organisations = [organisation(value) for value in values]
    digits = [value for value in values if _DIGIT.search(value) is not None]
    return _Seen(
        count,
        len(digits) / count,
        sum(not of and _SHAPE.fullmatch(v) is not None for v, of in zip(values, organisations, strict=True)) / count,
        sum(organisations) / count,
        len(set(values)) / count,
        sum(map(_heads_things, values[:_FIRST])) / len(values[:_FIRST]),
        sum(not _names_beside(value) for value in digits) / count,
    )


def _names_beside(value: str) -> bool:
    """Whether a piece of a value is written as a name of two letters or more, whatever stands beside it."""
    return any(len(piece) > 1 and written_as_name(piece) for piece in _PARTING.split(value))


def _heads_things(value: str) -> bool:
    if len(value) < 2 or _SPACED.fullmatch(value):
        return False
    said = announced(value)
    return said.kind not in _NAMING and said.sure >= _HEADS


def columns_of(table: Table, text: str) -> dict[int, Column]:
    """The columns of a table that have a heading, by their number. Asked when the table is complete."""
    said = {number: announced(header) for number, header in table.headers.items() if header}
    leaning = _leaning(list(table.headers.values()))
    found: dict[int, Column] = {}
    left: Column | None = None
    for number in sorted(said):
        seen = _look(text, table.below(number))
        kind, sure = _judged(said[number], seen, leaning, left, named=_NAMED.search(table.headers[number]) is not None)
        column = Column(kind, sure, table.headers[number], said[number].reading, *seen)
        found[number] = column
        if not said[number].reading and kind is not ColumnKind.NUMBER:
            left = column
    return found


def _leaning(headers: Sequence[str]) -> int:
    """Whether a table is about people (above 0) or about things (below 0), by the headings beside each other."""
    people, things = _neighbours()
    names = {meaning(header).lower().split("(")[0] for header in headers}
    return sum(name in people for name in names) - sum(name in things for name in names)


_MANY, _MOST, _FEW, _SOME = 0.5, 0.8, 0.1, 0.3
"""Shares from which on values speak against their heading, decide alone, count as exceptions, and are more than chance."""
_DECIDED, _LIKELY, _DOUBTED = 0.85, 0.7, 0.3


def _judged(
    said: Announced, seen: _Seen, leaning: int, left: Column | None, *, named: bool
) -> tuple[ColumnKind, float]:
    """The kind of a column and how sure it is. ``left``: the nearest column at its left that has names or texts; ``named``:
    whether its heading says that names stand below, so that a house number beside them speaks against none."""
    kind, sure = said.kind, said.sure
    if said.alone and left is not None and left.kind in OF_OTHERS:
        kind, sure = left.kind, left.sure
    if kind in OF_PERSONS or kind is ColumnKind.PARTY:
        digits = seen.numbers if named else seen.digits
        if digits - seen.organisations >= _MANY:  # firms are numbered, too
            return ColumnKind.UNKNOWN, max(0.0, 1 - digits)
        if seen.headings >= _SOME:
            return ColumnKind.THING, seen.headings
        if seen.organisations >= (_MOST if kind is ColumnKind.PARTY else _MANY):
            return ColumnKind.ORGANISATION, min(0.9, seen.organisations)
    if kind is ColumnKind.PARTY and seen.filled and seen.organisations <= _FEW and seen.shaped >= _MOST:
        return ColumnKind.PERSON, _DECIDED
    if kind is ColumnKind.PERSON and sure <= _DECIDED - 0.2:  # name, nothing more
        if leaning > 0:
            return kind, _DECIDED
        return (ColumnKind.FACILITY, _LIKELY) if leaning < 0 else (kind, sure)
    if kind is ColumnKind.THING and sure < _LIKELY:  # 名称
        if leaning < 0 or seen.organisations >= _FEW * 2:
            return ColumnKind.FACILITY, _LIKELY
        return (ColumnKind.PERSON, _LIKELY) if leaning > 0 and seen.shaped >= _MOST else (kind, sure)
    if kind in OF_PERSONS and seen.filled and seen.shaped < _DOUBTED:
        return kind, min(sure, _LIKELY)
    return kind, sure
