"""Records of machine files: ``tel_no: 090…`` in lines, ``"birth": "1960…"`` in braces, ``<shimei>…</shimei>``, ``?sei=…&mei=…``.

A key says of its value what a heading says of a column, so the pairs of a text become tables: a column for each key, a row for
each record (a key that comes again begins the next). Whoever judges a cell needs to know nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from detectors.tables.headings import heading
from detectors.tables.inserts import filled
from detectors.tables.kinds import ColumnKind, announced
from detectors.tables.layout import Cell, Layout, Table

_PAIR = re.compile(
    r"""(?<![^\s"'<>{,;&?(\[])                           # nothing that would make it the end of another word
    (?: (?P<quote>["']) (?P<quoted>\w[\w .-]{0,40}) (?P=quote) [ ]{0,2} (?:[:=]|=>) [ ]{0,3}
      | < (?P<tag>\w[\w.-]{0,40}) > [ ]{0,3}
      | (?P<bare>[A-Za-z_][A-Za-z0-9_.-]{0,40}(?:[ ][A-Za-z0-9_.'-]{1,20}){0,4}) (?:[ ]{0,3}(?:=>?|:)[ ]{0,3}) )
    (?: "(?P<double>[^"\n]{1,200})" | '(?P<single>[^'\n]{1,200})' | (?P<plain>[^\s"'<>{}\[\],;&|](?:(?![ ]\w[\w.-]{0,40}=)[^\n"'<>{}\[\],;&|]){0,200}) )""",
    re.VERBOSE,
)
_HINT = re.compile(r"""[A-Za-z_"'][ ]{0,3}(?:[:=])|<\w""")
_FAR = 600
"""Characters between two pairs beyond which they belong to different tables."""
_MOST = 200_000
"""Pairs of one text that are put into tables."""
PERSONAL = frozenset(
    {
        ColumnKind.PERSON, ColumnKind.FAMILY, ColumnKind.GIVEN, ColumnKind.KANA, ColumnKind.BIRTH, ColumnKind.PHONE, ColumnKind.MAIL,
        ColumnKind.ADDRESS, ColumnKind.POSTAL, ColumnKind.NUMBER,
    }
)  # fmt: skip
_SURE = 0.9
"""How sure one key must be of what it announces to stand for a record by itself."""


class _Pair(NamedTuple):
    heading: str
    at: int
    """Where its key begins."""
    start: int
    end: int


def records(text: str, layout: Layout | None = None) -> tuple[str, list[Table]]:
    """``text`` with the lines of its records filled up (offsets stay), and their tables: what is in no table of ``layout``."""
    tables: list[Table] = []
    inside: list[_Pair] = []
    group: list[_Pair] = []
    for pair in (*_pairs(text, layout), None):
        if group and (pair is None or pair.at - group[-1].end > _FAR):
            if (table := _table(group, len(tables))) is not None:
                tables.append(table)
                inside += group if layout is None else []
            group = []
        if pair is not None:
            group.append(pair)
    return filled(text, list(_lines(text, inside))), tables


def _lines(text: str, pairs: list[_Pair]) -> Iterator[tuple[int, int]]:
    """Start and end (-1 is that of the text) of the lines of pairs, which are in order. A line with many pairs comes once, and
    its ends are looked for once."""
    reach = 0
    for pair in pairs:
        if pair.end <= reach:
            continue
        end = text.find("\n", pair.end)
        yield text.rfind("\n", reach, pair.at) + 1, end
        if end < 0:
            return
        reach = end


def _pairs(text: str, layout: Layout | None) -> Iterator[_Pair]:
    if _HINT.search(text) is None:
        return
    count = 0
    for match in _PAIR.finditer(text):
        said = heading(match["quoted"] or match["tag"] or match["bare"])
        if announced(said).kind is ColumnKind.UNKNOWN or (layout is not None and layout.at(match.start()) is not None):
            continue
        start, end = match.span("double" if match["double"] else "single" if match["single"] else "plain")
        while end > start and text[end - 1].isspace():
            end -= 1
        yield _Pair(said, match.start(), start, end)
        count += 1
        if count >= _MOST:
            return


def _table(pairs: list[_Pair], number: int) -> Table | None:
    """The table of pairs that are near each other; ``None`` where they tell nothing of a person."""
    kinds = {pair.heading: announced(pair.heading) for pair in pairs}
    personal = [said for said in kinds.values() if said.kind in PERSONAL]
    if not personal or (len(kinds) < 2 and personal[0].sure < _SURE):
        return None
    table = Table({})
    columns: dict[str, int] = {}
    row: set[int] = set()
    at = 0
    for pair in pairs:
        column = columns.setdefault(pair.heading, len(columns))
        if column in row:
            at += 1
            row = set()
        row.add(column)
        table.rows.setdefault(at, []).append(Cell(pair.start, pair.end, number, at, column))
    for cells in table.rows.values():
        cells.sort(key=lambda cell: cell.column)
    table.headers = {column: name for name, column in columns.items()}
    return table
