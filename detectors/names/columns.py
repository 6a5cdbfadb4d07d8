"""Which columns hold names, by their headers, and where no name is looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from detectors.identifiers.transfer import FAMILY as TRANSFER
from detectors.interface import REPORTED, Match, View
from detectors.names.features import edges
from detectors.person_labels import EXACT_HEADERS
from detectors.tables.columns import Column
from detectors.tables.headers import header_word
from detectors.tables.headings import heading
from detectors.tables.kinds import ColumnKind, announced
from detectors.tables.layout import Cell, Table
from detectors.transfers import transfers

Span = tuple[int, int]

_MAY_NAME = re.compile(r"氏名|名前|担当|者$|人$|備考|摘要|内容|記事|メモ|コメント|件名|宛|連絡|対応|経過|記録")
"""Headers over whose cells somebody may be named."""
_NEVER_NAMES = frozenset({"JP_ADDRESS", "EMAIL_ADDRESS", "PHONE_NUMBER", "JP_POSTAL_CODE", "DATE_OF_BIRTH"})
_PARTY = 0.6
"""What a header counts under which persons and organisations stand in turn."""


def of_persons(column: Column) -> float:
    """How surely the cells of a column name persons, by its header and its kind."""
    if column.of_persons:
        return column.sure
    return _PARTY if column.kind is ColumnKind.PARTY else _together(column.header)


_AND = re.compile(r"及び|および|[・、,/&と]")


@lru_cache(maxsize=1024)
def _together(header: str) -> float:
    """How surely a heading of several things (氏名及び電話番号) announces names among them."""
    parts = [announced(part) for part in _AND.split(header)] if _AND.search(header) else []
    return max((said.sure for said in parts if said.kind is ColumnKind.PERSON and said.sure >= _NAMED), default=0.0)


_NAMED = 0.9
"""How sure a part of a heading must be of persons: 氏名, but not 担当 in 担当・期限."""


def person_word(view: View, column: Column) -> str:
    """The word of our lists by which a header announces persons, or the kind of the column."""
    if column.header in EXACT_HEADERS:
        return column.header
    hits = view.labels.index.header(column.header)
    words = [hits.word(hit) for hit in range(len(hits.ids)) if "PERSON" in hits.owners(hit)]
    return words[-1] if words else f"of kind {column.kind}"


def without_names(view: View, known: Sequence[Match]) -> list[Span]:
    """Spans that need not be read for names: what is known as something else, and cells of columns of other things."""
    others = [m for m in known if m[0] in _NEVER_NAMES and m[3] >= REPORTED]
    taken = [m[1:3] for m in others]
    if shared := _of_persons_too(view, others, taken):
        taken = [span for number, span in enumerate(taken) if number not in shared]
    if TRANSFER in {m[5] for m in known}:
        taken += [(transfer.start, transfer.end) for transfer in transfers(view.text)]
    for number, table in enumerate(view.layout.tables):
        for place, column in view.columns(number).items():
            if of_persons(column) == 0 and _of_things(view, column.header):
                taken += [cell[:2] for cell in table.below(place)]
    return taken


def _of_persons_too(view: View, matches: Sequence[Match], spans: Sequence[Span]) -> set[int]:
    """Numbers of the matches of which nothing but a heading says what they are, and that heading names persons, too (住所・氏名)."""
    cells = [
        cell[:2]
        for number, table in enumerate(view.layout.tables)
        for place, column in view.columns(number).items()
        if of_persons(column) > 0
        for cell in table.below(place)
    ]
    if not cells or not matches:
        return set()
    pairs = edges(cells)
    lows, highs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))].T
    starts = edges(spans)[:, 0]
    at = lows.searchsorted(starts, "right") - 1
    inside = ((at >= 0) & (highs[at] > starts)).nonzero()[0]
    return {number for number in inside.tolist() if matches[number].reason.startswith("column")}


def headings(view: View) -> list[Span]:
    """Cells of header rows. They are read, because they say what stands under them, and no name is looked for in them."""
    return [(cell.start, cell.end) for table in view.layout.tables for cell in _headings(view, table)]


def _headings(view: View, table: Table) -> list[Cell]:
    """Cells of a header row most of which are headings by their words: then none of them is a name."""
    cells = table.rows.get(table.header_row, [])
    known = sum(
        header_word(text) or len(view.labels.index.header(text).ids) > 0
        for cell in cells
        if (text := heading(view.text[cell.start : cell.end]))
    )
    return cells if len(cells) > 2 and known * 2 > len(cells) else []


def _of_things(view: View, header: str) -> bool:
    """Whether a header announces something that is no person and beside which nobody is named (住所, 品名)."""
    if not header_word(header) or _MAY_NAME.search(header) or header in EXACT_HEADERS:
        return False
    return not any("PERSON" in owners for owners in view.labels.index.header(header).all_owners())
