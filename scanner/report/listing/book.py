"""The list as a workbook that is worked through: headings that stay, filters, days as days, A4 across at a size that can be read."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date

from scanner.messages import t
from scanner.printable import in_cell
from scanner.report.listing.subjects import Subject
from scanner.report.listing.table import COLUMNS, headings, rows
from scanner.report.paper.steady import steady

TYPE = "游ゴシック"
SIZE = 9
"""Points. The widths of the columns are such that A4 across shrinks it to 8.2 at the least (LibreOffice, measured)."""
_MARGIN = 0.3
"""Inches."""


def workbook(subjects: Iterable[Subject], today: date, head: str) -> bytes:
    """One sheet; ``head`` says what is listed, and stands above the headings and on every page."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = t("listing.sheet")
    plain, bold = Font(name=TYPE, size=SIZE), Font(name=TYPE, size=SIZE, bold=True)
    thin = Side("thin", color="808080")
    around = Border(left=thin, right=thin, top=thin, bottom=thin)
    chosen = list(subjects)
    widths = {column.name: column.width for column in COLUMNS}
    if any(subject.host for subject in chosen):
        widths["subject"] -= widths["host"]
    else:
        sheet.column_dimensions[get_column_letter([c.name for c in COLUMNS].index("host") + 1)].hidden = True
    sheet.append([in_cell(head)])
    sheet["A1"].font = Font(name=TYPE, size=11, bold=True)
    sheet.append(headings())
    for row in rows(chosen, today):
        sheet.append([in_cell(value) for value in row])
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            cell.font, cell.border = plain, around
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
        sheet.row_dimensions[line[0].row].height = 13 * max(
            _lines(cell.value, widths[column.name]) for cell, column in zip(line, COLUMNS, strict=True)
        )
    for cell in sheet[2]:
        cell.font, cell.fill = bold, PatternFill("solid", fgColor="E8EDF3")
    for number, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = widths[column.name]
    last = get_column_letter(len(COLUMNS))
    sheet.freeze_panes = "C3"
    sheet.auto_filter.ref = f"A2:{last}{sheet.max_row}"
    sheet.print_title_rows = "2:2"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_area = f"A1:{last}{sheet.max_row}"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "landscape"  # 9: A4
    margins = sheet.page_margins
    margins.left = margins.right = _MARGIN
    margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.5, 0.25, 0.25
    sheet.oddFooter.center.text = "&P / &N"
    sheet.oddFooter.left.text = t("listing.inside")
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue())


def _lines(value: object, width: int) -> int:
    """How many lines a value takes in a column: a Japanese letter is as wide as two others."""
    import unicodedata

    parts = str("" if value is None else value).split("\n")
    sizes = (sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in part) for part in parts)
    return sum(max(1, -(-size // max(1, int(width * 1.1)))) for size in sizes)
