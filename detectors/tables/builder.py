"""Puts a layout together cell by cell, for a caller that knows the cells."""

from __future__ import annotations

from detectors.tables.layout import Cell, Layout, Table
from detectors.tables.sections import find_sections


class LayoutBuilder:
    """Collects cells while the text is put together; rows must come in order."""

    def __init__(self) -> None:
        self.layout = Layout()

    def table(self, headers: dict[int, str] | None = None, header_row: int = -1) -> int:
        """Open a table; ``headers`` are given when they were seen in an earlier piece of a long table."""
        self.layout.tables.append(Table(dict(headers or {}), header_row))
        return len(self.layout.tables) - 1

    def cell(self, table: int, row: int, column: int, start: int, end: int) -> None:
        """Add a cell; its text is ``text[start:end]``."""
        cell = Cell(start, end, table, row, column)
        self.layout.cells.append(cell)
        self.layout.starts.append(start)
        self.layout.tables[table].rows.setdefault(row, []).append(cell)

    def row(self, table: int, row: int, cells: list[Cell]) -> None:
        """Add the cells of a whole row, in order."""
        self.layout.cells += cells
        self.layout.starts += [cell.start for cell in cells]
        rows = self.layout.tables[table].rows
        rows[row] = rows[row] + cells if row in rows else cells

    def rows(self, rows: list[list[tuple[int, int]]]) -> None:
        """Add a whole table, given as the spans of the cells of each row."""
        number = self.table()
        into, layout = self.layout.tables[number].rows, self.layout
        for row, spans in enumerate(rows):
            cells = [Cell(start, end, number, row, column) for column, (start, end) in enumerate(spans)]
            into[row] = cells
            layout.cells += cells
            layout.starts += [start for start, _ in spans]

    def find_headers(self, text: str) -> Layout:
        """Decide for every table that has none which of its first rows is the header, and return the layout."""
        find_sections(self.layout, text)
        return self.layout
