"""A layout in the offsets of another text: half-width kana with voicing marks become shorter when a text is folded."""

from __future__ import annotations

from detectors.tables.layout import Cell, Layout, Table


def moved(layout: Layout, starts: list[int]) -> Layout:
    """The layout in folded offsets. ``starts``: for each folded character where its source begins, which only grows."""
    import numpy  # not needed for most texts

    source = numpy.asarray(starts)
    begins = numpy.searchsorted(source, [cell.start for cell in layout.cells]).tolist()
    ends = numpy.searchsorted(source, [cell.end for cell in layout.cells]).tolist()
    tables = [Table(dict(table.headers), table.header_row) for table in layout.tables]
    cells = [
        Cell(begin, end, cell.table, cell.row, cell.column)
        for cell, begin, end in zip(layout.cells, begins, ends, strict=True)
    ]
    new = dict(zip(layout.cells, cells, strict=True))
    for table, before in zip(tables, layout.tables, strict=True):
        table.rows = {row: [new[cell] for cell in inside] for row, inside in before.rows.items()}
    return Layout(cells, tables, begins)
