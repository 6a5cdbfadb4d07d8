"""Tables inside a text: which span is a cell, under which header, beside which neighbour.

Offices write tables, so a value is judged with its column. A caller that knows the cells (a worksheet) builds a ``Layout``
with ``builder.LayoutBuilder``; for plain text ``guess.guess_layout`` finds comma, tab, pipe and fixed-width tables.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple


class Cell(NamedTuple):
    """A cell: span in the text, number of its table, row and column counted from 0 within the table."""

    start: int
    end: int
    table: int
    row: int
    column: int


_column = attrgetter("column")


@dataclass(slots=True)
class Table:
    """One table: its header texts by column (empty where there is no header row) and the cells of each row, by column."""

    headers: dict[int, str] = field(default_factory=dict)
    header_row: int = -1
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    _below: dict[int, list[Cell]] = field(default_factory=dict)

    def below(self, column: int) -> list[Cell]:
        """Cells of a column under the header row, in order. Asked when the table is complete."""
        return self._columns().get(column, [])

    @property
    def headed(self) -> bool:
        """Whether every column has a heading. Asked when the table is complete."""
        return all(self.headers.get(column) for column in self._columns())

    def _columns(self) -> dict[int, list[Cell]]:
        below = self._below
        if not below:
            for row, cells in self.rows.items():
                if row > self.header_row:
                    for cell in cells:
                        column = cell[4]
                        if column in below:
                            below[column].append(cell)
                        else:
                            below[column] = [cell]
        return below


@dataclass(slots=True)
class Layout:
    """All cells of a text in order of position."""

    cells: list[Cell] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def at(self, position: int) -> Cell | None:
        """The cell that covers ``position``."""
        if not self.starts:
            return None
        i = bisect_right(self.starts, position) - 1
        if i >= 0 and self.cells[i].end > position:
            return self.cells[i]
        return None

    def header(self, cell: Cell) -> str:
        """Header text above the cell, or empty; a header cell has no header."""
        table = self.tables[cell.table]
        if cell.row <= table.header_row:
            return ""
        return table.headers.get(cell.column, "")

    def left(self, cell: Cell) -> Cell | None:
        """The nearest cell to the left in the same row."""
        row = self.tables[cell.table].rows.get(cell.row, [])
        at = bisect_left(row, cell.column, key=_column)
        return row[at - 1] if at else None

    def right(self, cell: Cell) -> Iterator[Cell]:
        """The cells to the right in the same row, the nearest first."""
        return self.behind(cell.table, cell.row, cell.column)

    def behind(self, table: int, row: int, column: int) -> Iterator[Cell]:
        """The cells of a row behind a column, in order."""
        cells = self.tables[table].rows.get(row, [])
        for at in range(bisect_right(cells, column, key=_column), len(cells)):
            yield cells[at]

    def above(self, cell: Cell) -> Cell | None:
        """The cell of the same column in the row above."""
        row = self.tables[cell.table].rows.get(cell.row - 1, [])
        at = bisect_left(row, cell.column, key=_column)
        return row[at] if at < len(row) and row[at].column == cell.column else None
