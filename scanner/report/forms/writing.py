"""A form as xlsx, html or csv, each page with its scope, time, versions and running number."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from xml.sax.saxutils import escape

from scanner.report.forms.interface import Form

_WIDEST = 46


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands on every form."""

    number: int
    """Running number: the entry of the record that says this form was made."""
    made: str
    scope: str
    version: str
    policy: str

    def lines(self) -> list[str]:
        """As lines for the head of a form."""
        return [
            f"作成 {self.made}  通し番号 {self.number}",
            f"走査範囲 {self.scope}",
            f"版 {self.version}  方針 {self.policy or '(なし)'}",
        ]


def written(form: Form, stamp: Stamp, style: str) -> bytes:
    """The form in one of the styles of the command line."""
    if style == "xlsx":
        return xlsx(form, stamp)
    if style == "html":
        return html(form, stamp).encode("utf-8")
    return table(form, stamp, "cp932" if style == "csv-cp932" else "utf-8-sig")


def _plain(value: object) -> object:
    """A cell that a spreadsheet must not take for a formula."""
    return "'" + value if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def xlsx(form: Form, stamp: Stamp) -> bytes:
    """An A4 landscape workbook with the head of the table on every page."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = form.title[:31]
    sheet.append([f"帳票{form.number} {form.title}"])
    sheet["A1"].font = Font(bold=True, size=14)
    for line in stamp.lines():
        sheet.append([line])
    sheet.append(list(form.columns))
    head = sheet.max_row
    thin = Side(style="thin", color="999999")
    for row in form.rows:
        sheet.append([_plain(v) for v in row])
    for cells in sheet.iter_rows(min_row=head, max_row=sheet.max_row, max_col=len(form.columns)):
        for cell in cells:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[head]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EDF3")
    for note in form.notes:
        sheet.append([note])
    for index, name in enumerate(form.columns, 1):
        longest = max([len(name), *(len(str(r[index - 1])) for r in form.rows[:200])])
        sheet.column_dimensions[get_column_letter(index)].width = min(_WIDEST, 2 + 1.8 * longest)
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.oddFooter.center.text = f"帳票{form.number} 通し番号 {stamp.number}  &P / &N"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def html(form: Form, stamp: Stamp) -> str:
    """A self-contained page that prints."""
    head = "".join(f"<th>{escape(c)}</th>" for c in form.columns)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(str(v))}</td>" for v in row) + "</tr>" for row in form.rows)
    lines = "<br>".join(map(escape, stamp.lines()))
    notes = "".join(f"<p>{escape(n)}</p>" for n in form.notes)
    return (
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>帳票{form.number} {escape(form.title)}</title><style>'
        "body{font:11pt/1.5 'Hiragino Sans','Yu Gothic UI','Noto Sans CJK JP',Meiryo,sans-serif;margin:16mm}"
        "table{border-collapse:collapse;width:100%;font-size:9pt}th,td{border:1px solid #999;padding:3px 6px;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
        "th{background:#e8edf3}@page{size:A4 landscape}@media print{body{margin:0}thead{display:table-header-group}}</style></head><body>"
        f"<h1>帳票{form.number} {escape(form.title)}</h1><p>{lines}</p><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>{notes}</body></html>\n"
    )


def table(form: Form, stamp: Stamp, codec: str = "utf-8-sig") -> bytes:
    """csv for Excel: UTF-8 with a mark, or CP932 where characters it lacks become ``〓``."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([f"帳票{form.number} {form.title}"])
    rows.writerows([line] for line in stamp.lines())
    rows.writerow(form.columns)
    rows.writerows([_plain(v) for v in row] for row in form.rows)
    rows.writerows([note] for note in form.notes)
    text = out.getvalue()
    if codec == "cp932":
        return "".join(c if _fits(c) else "〓" for c in text).encode("cp932")
    return text.encode(codec)


def _fits(char: str) -> bool:
    try:
        char.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
