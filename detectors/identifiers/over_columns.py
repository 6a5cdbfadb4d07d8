"""Values that lie in several cells of a row: telephone numbers in three, postal codes in two, birth dates in year, month and day,
addresses in prefecture, town, number and building.

Which columns belong together their headings say (one kind beside the other) and the values do (so many digits each); the match
reaches from the first cell to the last. Of an address each cell is a match, as it is where buildings stand in a column of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from detectors.identifiers.number import NumberSpec
from detectors.identifiers.phone import SPECS
from detectors.interface import Check, Match, View
from detectors.tables.columns import Column
from detectors.tables.kinds import ColumnKind
from detectors.tables.layout import Cell, Table

PHONE = next(spec for spec in SPECS if isinstance(spec, NumberSpec))
RECOGNIZER = "OVER_COLUMNS"
_SHARE = 0.6
"""Share of the filled rows in which the pieces must make a value, so that one odd row does not undo a column."""
_MOST_ROWS = 200
"""Rows by which that is told."""
_ERA = re.compile(r"明治?|大正?|昭和?|平成?|令和?|[MTSHRmtshr]|西暦|[1-5]")
_FIRST_YEAR, _LAST_YEAR = 1868, 2099


class _Whole(NamedTuple):
    """How a value is parted."""

    entity: str
    kind: ColumnKind
    widths: tuple[int, ...]
    """How many columns it may take, the most first."""
    test: Callable[[list[str]], Check | None]


def _phone(parts: list[str]) -> Check | None:
    number = "-".join(parts)
    if not all(map(str.isdigit, parts)) or len(parts[-1]) != 4:
        return None
    return Check.PASS if PHONE.accepts(number if number[0] == "0" else f"0{number}") else None


def _postal(parts: list[str]) -> Check | None:
    return Check.PASS if all(map(str.isdigit, parts)) and [len(part) for part in parts] == [3, 4] else None


def _day(parts: list[str]) -> Check | None:
    *era, year, month, day = parts
    if not (year.isdigit() and month.isdigit() and day.isdigit()) or (era and not _ERA.fullmatch(era[0])):
        return None
    spoken = bool(era) and era[0] != "西暦"
    if not (1 <= int(year) <= 64 if spoken else _FIRST_YEAR <= int(year) <= _LAST_YEAR):
        return None
    return Check.PASS if 1 <= int(month) <= 12 and 1 <= int(day) <= 31 else None


_WHOLES = (
    _Whole("PHONE_NUMBER", ColumnKind.PHONE, (3,), _phone),
    _Whole("JP_POSTAL_CODE", ColumnKind.POSTAL, (2,), _postal),
    _Whole("DATE_OF_BIRTH", ColumnKind.BIRTH, (4, 3), _day),
)


class OverColumnsRecognizer:
    """Values over several columns of a table."""

    name = "over_columns"

    def find(self, view: View) -> Iterator[Match]:
        """Candidates; only tables with a heading of such a kind are looked at."""
        for number, table in enumerate(view.layout.tables):
            columns = view.columns(number)
            yield from _addresses(view, table, columns)
            for whole in _WHOLES:
                for place, column in columns.items():
                    if column.kind is whole.kind and _beside(columns, place, whole):
                        yield from self._under(view, table, place, whole)

    def _under(self, view: View, table: Table, place: int, whole: _Whole) -> Iterator[Match]:
        for width in whole.widths:
            rows = _rows(view.text, table, place, width)
            some = rows[:: max(1, len(rows) // _MOST_ROWS)]
            hits = sum(whole.test([value for _, value in row]) is not None for row in some)
            if not some or hits < _SHARE * len(some):
                continue
            reason = f"column {whole.kind}; over {width} columns"
            for row in rows:
                check = whole.test([value for _, value in row])
                if check is not None:
                    yield Match(whole.entity, row[0][0].start, row[-1][0].end, 0.9, check, RECOGNIZER, reason)
            return


def _beside(columns: dict[int, Column], place: int, whole: _Whole) -> bool:
    """Whether the columns behind the first one may go on with it: of its kind, or without a heading."""
    behind = [columns.get(at) for at in range(place + 1, place + whole.widths[-1])]
    return all(column is None or column.kind is whole.kind for column in behind)


def _rows(text: str, table: Table, place: int, width: int) -> list[list[tuple[Cell, str]]]:
    """The cells of each row below the header from a column on, with their texts, where all are filled."""
    found: list[list[tuple[Cell, str]]] = []
    for row, cells in table.rows.items():
        if row <= table.header_row:
            continue
        first = bisect_left(cells, place, key=_column)  # in order of their columns; a wide row has thousands
        pieces = [
            (cell, value)
            for cell in cells[first : first + width]
            if cell.column < place + width and (value := text[cell.start : cell.end].strip())
        ]
        if len(pieces) == width and _touch(pieces):
            found.append(pieces)
    return found


def _column(cell: Cell) -> int:
    return cell.column


def _touch(pieces: list[tuple[Cell, str]]) -> bool:
    """Whether nothing but delimiters stands between the cells."""
    return all(0 < after[0].start - before[0].end <= _DELIMITER for before, after in pairwise(pieces))


_DELIMITER = 3
_OF_PLACES = frozenset({ColumnKind.PLACE, ColumnKind.ADDRESS})
_TOWN = re.compile("[都道府県市区町村郡]")
_NUMBER = re.compile("[0-9]")
_BUILDING = re.compile("建物|方書|部屋|マンション|アパート")
"""Headings of what an address ends with."""


def _addresses(view: View, table: Table, columns: dict[int, Column]) -> Iterator[Match]:
    """Addresses over neighbouring columns of places, one of them of addresses: cell by cell, whoever compares them puts them
    together."""
    of_places = (place for place, c in sorted(columns.items()) if c.kind in _OF_PLACES or _BUILDING.search(c.header))
    for run in _runs(of_places):
        if len(run) < 2 or all(columns[place].kind is not ColumnKind.ADDRESS for place in run):
            continue
        inside = frozenset(run)
        for row, cells in table.rows.items():
            if row <= table.header_row:
                continue
            pieces = [
                (cell, value)
                for cell in cells
                if cell.column in inside and (value := view.text[cell.start : cell.end].strip(" \n"))
            ]
            whole = "".join(value for _, value in pieces)
            if len(pieces) > 1 and _touch(pieces) and _TOWN.search(whole[:12]) and _NUMBER.search(whole):
                reason = f"column {ColumnKind.ADDRESS}; over {len(pieces)} columns"
                for cell, value in pieces:
                    start = view.text.index(value, cell.start)
                    yield Match("JP_ADDRESS", start, start + len(value), 0.9, Check.NONE, RECOGNIZER, reason)


def _runs(places: Iterable[int]) -> Iterator[list[int]]:
    """Numbers that follow each other, together."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


RECOGNIZERS = (OverColumnsRecognizer(),)

EXAMPLES = (
    (
        "氏名,電話番号1,電話番号2,電話番号3\n山田 太郎,03,1234,5678\n佐藤 花子,06,6123,4567\n",
        ("PHONE_NUMBER", "PERSON"),
    ),
    ("番号,電話1,電話2,電話3\n1,090,5550,0140\n2,087,555,0141", ("PHONE_NUMBER",)),
    ("番号,誕生日(年),誕生日(月),誕生日(日)\n1,1960,3,12\n2,1961,4,2", ("DATE_OF_BIRTH",)),
    ("番号,登録日(年),登録日(月),登録日(日)\n1,1960,3,12\n2,1961,4,2", ()),
)
