"""The workbook: Japanese headings, lists to choose from, days as days, what must be filled in marked, and a sheet that explains."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.policy import items
from scanner.policy.models import Policy
from scanner.policy.registers.labels import NO, YES
from scanner.policy.registers.rows import rows
from scanner.policy.registers.samples import sample
from scanner.policy.registers.sheets import MORE, Column, Sheet, sheets
from scanner.printable import in_cell

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LIST_MARK = "、"
REQUIRED = "＊"
EXPLAINED = "はじめに"
_DAY_FORMAT = '[$-411]ggge"年"m"月"d"日"'
"""A day in the Japanese era; the cell holds the day itself."""
_ROOM = 500
"""Rows for which lists and formats are prepared."""
_EXPLANATION = (
    "この台帳の使い方",
    "1. シートごとに一つの台帳です。1 行に 1 件を書きます。使わないシートは空のままで構いません。",
    f"2. 見出しに「{REQUIRED}」が付いた列は必ず書きます。「例」で始まる灰色の行は見本で、取り込まれません。消しても構いません。",
    "3. 日付は 2027/3/31、2027年3月31日、令和9年3月31日、R9.3.31 のどれでも書けます。",
    "4. 選ぶ欄では、欄の右の▼から選びます。「はい・いいえ」の欄は 有・無、○・× でも書けます。",
    f"5. 幾つも書く欄(対象・アカウント・受講者など)は「{LIST_MARK}」で区切ります。",
    "6. 列は並べ替えても、独自の列を右に加えても構いません。独自の列も失われません。",
    "7. 書き終えたら保存し、次のコマンドで取り込みます。誤りがあれば、シート・セル・直し方が示されます。",
    "   sekisho policy import 台帳.xlsx -o policy.toml",
)


def export(policy: Policy, path: Path) -> int:
    """Write the workbook; returns the number of entries. Raises ``OSError``."""
    return _written(policy, path, samples=False)


def blank(path: Path) -> None:
    """Write a workbook to begin with: no entries, a sample in every sheet. Raises ``OSError``."""
    _written(Policy(), path, samples=True)


def _written(policy: Policy, path: Path, *, samples: bool) -> int:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    _explain(book.create_sheet(EXPLAINED))
    written = 0
    for register in sheets():
        sheet = book.create_sheet(register.title)
        entries = list(rows(policy, register.name))
        own = list(dict.fromkeys(name for entry in entries for name in entry.get(MORE, {})))
        _headings(sheet, register, own)
        if samples:
            _sample(sheet, register)
        for entry in entries:
            cells = [_cell(column, entry.get(column.key)) for column in register.columns]
            sheet.append([*cells, *(in_cell(entry[MORE].get(name)) for name in own)])
        _prepare(sheet, register)
        written += len(entries)
    book.save(path)
    return written


def _cell(column: Column, value: Any) -> Any:
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return YES if value else NO
    if column.key == "items":
        return LIST_MARK.join(items.name_of(entity) for entity in value)
    if isinstance(value, (tuple, list)):
        return in_cell(LIST_MARK.join(map(str, value)))
    if column.words:
        return column.words.get(value)
    return in_cell(value)


def _headings(sheet: Worksheet, register: Sheet, own: list[str]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.append([c.heading + (REQUIRED if c.required else "") for c in register.columns] + own)
    for cell in sheet[1]:
        cell.font = Font(name="游ゴシック", bold=True)
        cell.fill = PatternFill("solid", start_color="DDE7F0")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for number, column in enumerate(register.columns, 1):
        if column.about:
            sheet.cell(1, number).comment = Comment(column.about, "Sekisho")
        wide = 14 if column.kind is date else 10 if column.kind in (bool, int) else 18
        sheet.column_dimensions[get_column_letter(number)].width = max(wide, 2 * len(column.heading) + 2)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.oddFooter.center.text = "&A  &P / &N"


def _sample(sheet: Worksheet, register: Sheet) -> None:
    from openpyxl.styles import Font, PatternFill

    sheet.append(sample(register))
    for cell in sheet[2]:
        cell.font = Font(name="游ゴシック", color="808080", italic=True)
        cell.fill = PatternFill("solid", start_color="F2F2F2")
        if isinstance(cell.value, date):
            cell.number_format = _DAY_FORMAT


def _prepare(sheet: Worksheet, register: Sheet) -> None:
    """Formats of days, and lists to choose from: a drop-down warns of another word but does not refuse it, so that the import
    can say what is right."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, column in enumerate(register.columns, 1):
        letter = get_column_letter(number)
        if column.kind is date:
            for row in range(2, max(sheet.max_row, 40) + 1):
                sheet.cell(row, number).number_format = _DAY_FORMAT
        choices = [YES, NO] if column.kind is bool else list(column.words.values())
        formula = f'"{",".join(choices)}"' if choices else ""
        if column.key == "contract":
            formula = f"契約!$A$2:$A${_ROOM}"
        if formula:
            rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
            rule.prompt = f"{column.heading}を選んでください。"
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{_ROOM}")


def _explain(sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width = 100
    for line in (*_EXPLANATION, "", "記録項目に書ける言葉", LIST_MARK.join(items.names()), "", "台帳の一覧"):
        sheet.append([line])
    for register in sheets():
        needed = LIST_MARK.join(c.heading for c in register.columns if c.required)
        sheet.append([f"{register.title}: 必ず書く列は {needed}"])
    for row in sheet.iter_rows():
        row[0].font = Font(name="游ゴシック", bold=row[0].row == 1)
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
