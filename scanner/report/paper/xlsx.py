"""A laid-out form as a workbook: one sheet a page of the layout, each printed at 100 %.

A table that is wider than its paper stays one sheet that can be filtered; it is printed in parts, each with the key columns and the
heading. Letters stand on a grid of narrow columns.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from copy import copy
from typing import Any

from scanner.printable import in_cell
from scanner.report.paper import below, fonts
from scanner.report.paper.cells import SURE, height, shade, thin_edges
from scanner.report.paper.columns import parts
from scanner.report.paper.interface import (
    BODY,
    SANS,
    TABLE,
    TITLE,
    Document,
    Facts,
    Grid,
    Items,
    Line,
    Page,
    Sender,
    Sheet,
    Signatures,
)
from scanner.report.paper.measure import POINT, lines, width
from scanner.report.paper.steady import steady

_MARGINAL = 9
"""Type of headers and footers, in points: where a sheet is made to fit, they are made smaller too."""
_STEPS = 16
"""Columns of the grid that letters stand on."""
_PIXELS, _DIGIT, _MARGIN = 96 / 25.4, 8, 5
"""Pixels a millimetre; of a digit of the usual font (游ゴシック 11), and of the margin of a column, by which widths are reckoned."""
_SAFE = 0.94
"""Share of the room that tables and letters take: in LibreOffice with another font than ours columns are up to 8 % wider."""
_NEARLY = 1.1
"""A letter longer than its page by this at most is made to fit: its smallest type stays above 8 points."""
_IN_NAME = re.compile(r"[\[\]:*?/\\']")


def written(document: Document) -> bytes:
    """The workbook's bytes, the same whenever they are made."""
    from openpyxl import Workbook

    book = Workbook()
    fonts.in_workbook(book)
    book.remove(book.active)
    table: Any = None
    for page in document.pages:
        if page.follows and table is not None and below.fits(table, page.blocks):
            below.put(table, page.blocks)
            continue
        sheet = book.create_sheet(_IN_NAME.sub("", page.name)[:31])
        grid = next((b for b in page.blocks if isinstance(b, Grid)), None)
        single = grid is None or len(parts(grid, page.sheet.room * _SAFE)) == 1
        _set(sheet, page.sheet, document, single=single)
        table = None
        if grid is not None:
            table = _table(sheet, grid, page, document)
        else:
            if page.follows:  # a sheet that begins with no title
                sheet.oddHeader.center.text = _kept(f"{page.name} {document.title}")
                sheet.oddHeader.center.font, sheet.oddHeader.center.size = f"{SANS},標準", 13
            _letter(sheet, page)
            if document.mark and not page.follows:
                sheet.oddHeader.center.text = _kept(document.mark)
                sheet.oddHeader.center.font, sheet.oddHeader.center.size = f"{SANS},標準", 13
    book.properties.title, book.properties.creator = document.title, ""
    buffer = io.BytesIO()
    book.save(buffer)
    return steady(buffer.getvalue())


def _set(sheet: Any, paper: Sheet, document: Document, *, single: bool) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    setup, margins = sheet.page_setup, sheet.page_margins
    setup.paperSize = 8 if paper.name == "A3" else 9
    setup.orientation = "landscape" if paper.landscape else "portrait"
    setup.scale, setup.pageOrder = 100, "overThenDown"
    # a sheet of one part: should a stand-in for the font be wider than ours, one page across all the same
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=single)
    sheet.print_options.horizontalCentered = True
    sheet.HeaderFooter.scaleWithDoc = False
    margins.left = margins.right = paper.side / 25.4
    margins.top, margins.bottom = paper.top / 25.4, paper.bottom / 25.4
    margins.header = margins.footer = 7 / 25.4
    sheet.oddFooter.center.text = f"{_kept(document.foot)}　　&P / &N"
    sheet.oddFooter.center.font, sheet.oddFooter.center.size = f"{SANS},標準", _MARGINAL
    sheet.sheet_view.showGridLines = False


def _kept(text: str) -> str:
    """A text in a header or footer, where ``&`` begins a command; all parts of one may have 255 characters."""
    return text.replace("&", "&&")[:70]


def _beside(document: Document, page: Page) -> tuple[str, str]:
    """What stands left and right of the title: as much as does not run into it; headers are not wrapped."""
    left, right = document.head
    room = (page.sheet.room - width(f"{page.name} {document.title}", TITLE)) / 2
    day = right.rpartition("　")[2]
    return left if width(left, _MARGINAL) < room else "", right if width(right, _MARGINAL) < room else day


def _table(sheet: Any, grid: Grid, page: Page, document: Document) -> below.Table:
    """The table, and where something can be put below it."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.pagebreak import Break

    above = [b for b in page.blocks if isinstance(b, Line)] or [
        Line(document.title, size=TITLE, bold=True),
        Line("　".join(document.head), size=TABLE),
    ]
    for line in above:
        sheet.append([in_cell(line.text)])
        sheet.cell(sheet.max_row, 1).font = Font(name=SANS, size=line.size, bold=line.bold, charset=128)
    head = len(above) + 1
    sheet.oddHeader.left.text, sheet.oddHeader.right.text = map(_kept, _beside(document, page))
    sheet.oddHeader.center.text = _kept(f"{'' if page.name == document.title else page.name + ' '}{document.title}")
    for part, size in (
        (sheet.oddHeader.left, _MARGINAL),
        (sheet.oddHeader.right, _MARGINAL),
        (sheet.oddHeader.center, 13),
    ):
        part.font, part.size = f"{SANS},標準", int(size)
    chosen = parts(grid, page.sheet.room * _SAFE)
    widths = {index: wide for part in chosen for index, wide in zip(part.indices, part.widths, strict=True)}
    for index, wide in widths.items():
        sheet.column_dimensions[get_column_letter(index + 1)].width = units(wide)
    for part in chosen[:-1]:
        sheet.col_breaks.append(Break(id=part.indices[-1] + 1))
    if len(chosen) > 1:
        sheet.print_title_cols = f"A:{get_column_letter(grid.keys)}"
    sheet.append([in_cell(name) for name in grid.columns])
    for row in grid.rows:
        sheet.append([in_cell(value) for value in row])
    edge = thin_edges()
    left = Alignment(horizontal="left", vertical="top", wrap_text=True)
    right = Alignment(horizontal="right", vertical="top", wrap_text=True, indent=1)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    font, bold = (Font(name=SANS, size=TABLE, bold=b, charset=128) for b in (False, True))
    like: dict[str, Any] = {}
    for number, cells in enumerate(sheet.iter_rows(min_row=head, max_row=sheet.max_row), head):
        for cell in cells:
            kind = "head" if number == head else "number" if isinstance(cell.value, (int, float)) else "text"
            if kind not in like:
                cell.border, cell.font = edge, bold if kind == "head" else font
                cell.alignment = {"head": middle, "number": right, "text": left}[kind]
                if kind == "head":
                    cell.fill = shade()
                like[kind] = cell._style
            cell._style = copy(like[kind])
        most = max(
            lines(cell.value, widths[i] * SURE, TABLE) for i, cell in enumerate(cells) if cell.value not in (None, "")
        )
        sheet.row_dimensions[number].height = height(most, TABLE)
    last = f"{get_column_letter(len(grid.columns))}{sheet.max_row}"
    sheet.print_area = f"A{head}:{last}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.auto_filter.ref = f"A{head}:{last}"
    sheet.freeze_panes = sheet.cell(head + 1, grid.keys + 1)
    first = chosen[0]
    return below.Table(
        sheet,
        head,
        tuple(first.widths if len(chosen) == 1 else [widths[i] for i in range(len(first.indices))]),
        len(grid.columns),
        single=len(chosen) == 1,
        room=(page.sheet.height - page.sheet.top - page.sheet.bottom) / POINT,
    )


def _letter(sheet: Any, page: Page) -> None:
    from openpyxl.utils import get_column_letter

    step = page.sheet.room * _SAFE / _STEPS
    for number in range(1, _STEPS + 1):
        sheet.column_dimensions[get_column_letter(number)].width = units(step)
    writer = _Letter(sheet, step, page.face)
    for block in page.blocks:
        if isinstance(block, Line):
            text = ("　" if block.indent else "") + block.text
            writer.row([(1, _STEPS, text)], block.size, align=block.align, bold=block.bold, before=block.before)
        elif isinstance(block, Sender):
            for label, value in block.rows:
                writer.row([(7, 9, label), (10, _STEPS, value)], BODY)
        elif isinstance(block, Items):
            for n, (label, value) in enumerate(block.entries, 1):
                # a row a line: a row is never broken, and a long one would leave half a page empty
                top, *more = value.split("\n")
                writer.row([(1, 1, n), (2, 6, label), (7, _STEPS, top)], BODY)
                for other in more:
                    writer.row([(7, _STEPS, other)], BODY)
        elif isinstance(block, Facts):
            for label, value in block.entries:
                writer.row([(1, 5, label), (6, _STEPS, value)], TABLE, edges=True)
        elif isinstance(block, Signatures):
            first = _STEPS - 4 * len(block.boxes) + 1
            spans = [(first + 4 * n, first + 4 * n + 3) for n in range(len(block.boxes))]
            writer.gap()
            boxes = [(a, b, label) for (a, b), (label, _) in zip(spans, block.boxes, strict=True)]
            writer.row(boxes, TABLE, align="centre", edges=True)
            names = [(a, b, f"{name}\n　　　　　　　印") for (a, b), (_, name) in zip(spans, block.boxes, strict=True)]
            writer.row(names, TABLE, edges=True, least=44)
    sheet.print_area = f"A1:{get_column_letter(_STEPS)}{writer.at}"
    room = (page.sheet.height - page.sheet.top - page.sheet.bottom) / POINT
    if room < writer.height <= room * _NEARLY:
        sheet.page_setup.fitToHeight = 1  # else a signature would stand alone on a page


class _Letter:
    """Rows of merged cells, one after the other."""

    def __init__(self, sheet: Any, step: float, face: str) -> None:
        self._sheet, self._step, self._face = sheet, step, face
        self.at = 0
        self.height = 0.0
        """Points that the rows take together."""

    def gap(self, height: float = 8) -> None:
        self.at += 1
        self._set(height)

    def row(
        self,
        spans: Sequence[tuple[int, int, object]],
        size: float,
        *,
        align: str = "left",
        bold: bool = False,
        before: float = 0,
        edges: bool = False,
        least: float = 0,
    ) -> None:
        from openpyxl.styles import Alignment, Font

        if before:
            self.gap(before)
        self.at += 1
        where = Alignment(horizontal="center" if align == "centre" else align, vertical="top", wrap_text=True)
        high = least
        for first, last, value in spans:
            if edges:
                for column in range(first, last + 1):
                    self._sheet.cell(self.at, column).border = thin_edges()
            cell = self._sheet.cell(self.at, first, in_cell(value))
            cell.font = Font(name=self._face, size=size, bold=bold, charset=128)
            cell.alignment = where
            if last > first:
                self._sheet.merge_cells(start_row=self.at, end_row=self.at, start_column=first, end_column=last)
            number = 1 if isinstance(value, int) else lines(value, (last - first + 1) * self._step * SURE, size)
            high = max(high, height(number, size))
        self._set(high)

    def _set(self, height: float) -> None:
        self._sheet.row_dimensions[self.at].height = height
        self.height += height


def units(mm: float) -> float:
    """Millimetres in the units of a workbook's columns."""
    return max(1.0, (mm * _PIXELS - _MARGIN) / _DIGIT)
