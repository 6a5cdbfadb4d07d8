"""Several tables in one: a small table above the roster of a sheet, tables one under the other, tables that lie on their side.

What a caller hands over as one table is parted where a row of headings begins behind a gap or a title; a table whose headings
stand in its first column is turned, so that whoever asks sees columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors.tables.headers import find_header, heads, known
from detectors.tables.headings import heading
from detectors.tables.layout import Cell, Layout, Table

_BEHIND = 3
"""Rows behind a gap among which a header may stand: titles and notes before it."""
_ABOVE = 12
"""Rows at the top of a sheet among which a small table may stand above the roster."""


def find_sections(layout: Layout, text: str) -> None:
    """Find the headers of the tables of ``layout``, which are parted and turned where that is needed."""
    found: list[Table] = []
    changed = False
    for table in layout.tables:
        parts = _parted(table, text)
        changed = changed or len(parts) > 1
        for part in parts:
            if part.header_row < 0 and not part.headers:
                find_header(part, text)
                turned = _turned(part, text) if part.header_row < 0 else None
                changed = changed or turned is not None
                part = turned or part
            found.append(part)
    if changed:
        _renumber(layout, found)


def _renumber(layout: Layout, tables: list[Table]) -> None:
    for number, table in enumerate(tables):
        for row, cells in table.rows.items():
            if cells and cells[0].table != number:
                table.rows[row] = [cell._replace(table=number) for cell in cells]
    layout.tables = tables
    layout.cells = sorted(cell for table in tables for cells in table.rows.values() for cell in cells)
    layout.starts = [cell.start for cell in layout.cells]


def _parted(table: Table, text: str) -> list[Table]:
    """A table as the tables it is made of; the first keeps the headers that were known before."""
    rows = list(table.rows)
    breaks = sorted({*_behind_gaps(table, rows, text), *_under_form(table, rows, text)})
    if not breaks:
        return [table]
    parts: list[Table] = []
    for begin, end in zip([0, *breaks], [*breaks, len(rows)], strict=True):
        part = Table({}, -1, {row: table.rows[row] for row in rows[begin:end]})
        if not parts:
            part.headers, part.header_row = table.headers, table.header_row
        parts.append(part)
    return parts


def _filled(table: Table, row: int, text: str) -> list[str]:
    return [said for cell in table.rows[row] if (said := heading(text[cell.start : cell.end]))]


def _is_header(filled: list[str]) -> bool:
    """Whether a row is made of headings, half of them known ones."""
    return len(filled) > 1 and all(map(heads, filled)) and sum(map(known, filled)) * 2 >= len(filled)


def _blank(table: Table, row: int, text: str) -> bool:
    return all(cell.end - cell.start == 0 or text[cell.start : cell.end].isspace() for cell in table.rows[row])


def _behind_gaps(table: Table, rows: list[int], text: str) -> Iterator[int]:
    """Where behind an empty row, or behind a row of one cell among wider ones, a header stands: the place of the first row of
    what belongs to it (its title)."""
    begun = -1
    """Where what stands behind the last gap begins, while its header is looked for."""
    before = -1
    for at, row in enumerate(rows):
        if _blank(table, row, text):
            begun = -1
            before = -2
            continue
        alone = len(table.rows[row]) == 1
        if at and (row - before != 1 or before == -2 or alone):
            begun = at
        before = row
        if begun >= 0:
            if at - begun >= _BEHIND:
                begun = -1
            elif not alone and _is_header(_filled(table, row, text)):
                if begun > 0:
                    yield begun
                begun = -1


def _under_form(table: Table, rows: list[int], text: str) -> Iterator[int]:
    """Where under a few lines of two cells (担当課 総務課) the header of a wider table stands without a gap."""
    form = False
    for at, row in enumerate(rows[:_ABOVE]):
        filled = _filled(table, row, text)
        if len(filled) > 2:
            if form and _is_header(filled):
                yield at
            return
        form = form or (len(filled) == 2 and heads(filled[0]) and not heads(filled[1]))


_TURNED_COLUMNS = 3
_MOSTLY, _HARDLY = 2 / 3, 0.2


def _turned(table: Table, text: str) -> Table | None:
    """The table with rows for columns, where its first column holds the headings and nothing else does; or ``None``."""
    if len(table.rows) < _TURNED_COLUMNS or max(map(len, table.rows.values())) < _TURNED_COLUMNS:
        return None
    first = min(cell.column for cells in table.rows.values() for cell in cells[:1])
    headings: dict[int, str] = {}
    inside = strange = 0
    for row, cells in table.rows.items():
        said = heading(text[cells[0].start : cells[0].end]) if cells and cells[0].column == first else ""
        if said and heads(said):
            headings[row] = said
        for cell in cells[1:]:
            value = heading(text[cell.start : cell.end])
            inside += bool(value)
            strange += bool(value) and heads(value)
    sure = sum(map(known, headings.values()))
    if sure < 2 or sure < _MOSTLY * len(table.rows) or not inside or strange > _HARDLY * inside:
        return None
    turned = Table(headings, first)
    for row, cells in table.rows.items():
        for cell in cells:
            turned.rows.setdefault(cell.column, []).append(Cell(cell.start, cell.end, cell.table, cell.column, row))
    turned.rows = dict(sorted(turned.rows.items()))
    return turned
