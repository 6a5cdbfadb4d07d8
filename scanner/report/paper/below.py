"""What stands below a table in a workbook: sums, remarks, and the boxes to sign in, on the table's own page where there is room.

A box to sign in that stands on a page of its own can be signed for anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner.printable import in_cell
from scanner.report.paper.cells import SURE, height, thin_edges
from scanner.report.paper.interface import SANS, TABLE, Block, Facts, Line, Signatures
from scanner.report.paper.measure import lines

_LABEL, _BOX = 44.0, 36.0
"""Millimetres at least of a column of labels and of a box."""
_SIGNED = 44.0
"""Points of the room to sign in."""
_GAP = 8.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in a sheet."""

    sheet: Any
    head: int
    """Row of its heading, which every page repeats."""
    widths: tuple[float, ...]
    """Millimetres of the columns of its first part."""
    columns: int
    single: bool
    """Whether it is printed in one part."""
    room: float
    """Points of a page."""


def fits(table: Table, blocks: tuple[Block, ...]) -> bool:
    """Whether the columns can hold the blocks, and, of a table in several parts, the last page too: else each part had one more."""
    boxes = [len(block.boxes) for block in blocks if isinstance(block, Signatures)]
    known = all(isinstance(block, (Line, Facts, Signatures)) for block in blocks)
    if not known or any(len(_boxes(table.widths, number)) < number for number in boxes):
        return False
    return table.single or _left(table) >= _needed(table, blocks)


def put(table: Table, blocks: tuple[Block, ...]) -> None:
    """Write the blocks below the table; on a new page, all together, where the last one has no room for them."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.pagebreak import Break

    sheet = table.sheet
    if _left(table) < _needed(table, blocks) <= table.room:
        sheet.row_breaks.append(Break(id=sheet.max_row))
    at = sheet.max_row
    last = len(table.widths)
    for high, spans in _rows(table, blocks):
        at += 1
        sheet.row_dimensions[at].height = high
        for first, end, text, look in spans:
            _cell(table, at, first, min(end, last), text, look)
    sheet.print_area = f"A{table.head}:{get_column_letter(table.columns)}{at}"


_Span = tuple[int, int, str, str]
"""First and last column, the text, and how it looks: ``bold``, ``plain``, ``edged``, ``centred``."""


def _rows(table: Table, blocks: tuple[Block, ...]) -> list[tuple[float, list[_Span]]]:
    last, widths = len(table.widths), table.widths
    label = next((n for n in range(1, last) if sum(widths[:n]) >= _LABEL), max(1, last - 1))
    rows: list[tuple[float, list[_Span]]] = [(_GAP, [])]
    for block in blocks:
        if isinstance(block, Line):
            rows.append((_high(widths, block.text), [(1, last, block.text, "bold" if block.bold else "plain")]))
        elif isinstance(block, Facts):
            for name, value in block.entries:
                high = max(_high(widths[:label], name), _high(widths[label:], value))
                rows.append((high, [(1, label, name, "edged"), (label + 1, last, value, "edged")]))
        elif isinstance(block, Signatures):
            spans = _boxes(widths, len(block.boxes))
            rows.append((_GAP, []))
            rows.append(
                (height(1, TABLE), [(a, b, n, "centred") for (a, b), (n, _) in zip(spans, block.boxes, strict=True)])
            )
            names = [
                (a, b, f"{name}\n　　　　　印", "edged") for (a, b), (_, name) in zip(spans, block.boxes, strict=True)
            ]
            rows.append((_SIGNED, names))
    return rows


def _boxes(widths: tuple[float, ...], number: int) -> list[tuple[int, int]]:
    """Columns of boxes, from the right, each as few as are wide enough; fewer boxes where there is no room."""
    spans: list[tuple[int, int]] = []
    end = len(widths)
    for _ in range(number):
        first, wide = end, 0.0
        while first > 0 and wide < _BOX:
            wide += widths[first - 1]
            first -= 1
        if wide < _BOX:
            break
        spans.append((first + 1, end))
        end = first
    return spans[::-1]


def _high(widths: tuple[float, ...], text: str) -> float:
    return height(lines(text, sum(widths) * SURE, TABLE), TABLE)


def _needed(table: Table, blocks: tuple[Block, ...]) -> float:
    return sum(high for high, _ in _rows(table, blocks))


def _left(table: Table) -> float:
    """Points that are left on the last page of the table."""
    sheet = table.sheet
    heights = [sheet.row_dimensions[n].height or 15.0 for n in range(table.head, sheet.max_row + 1)]
    heading, *rows = heights
    used = heading
    for high in rows:
        used = heading + high if used + high > table.room else used + high
    return table.room - used


def _cell(table: Table, at: int, first: int, last: int, text: str, look: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = table.sheet
    cell = sheet.cell(at, first, in_cell(text))
    cell.font = Font(name=SANS, size=TABLE, bold=look == "bold", charset=128)
    cell.alignment = Alignment(horizontal="center" if look == "centred" else "left", vertical="top", wrap_text=True)
    if look in ("edged", "centred"):
        for column in range(first, last + 1):
            sheet.cell(at, column).border = thin_edges()
    if last > first:
        sheet.merge_cells(start_row=at, end_row=at, start_column=first, end_column=last)
