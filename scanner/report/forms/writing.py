"""A form as xlsx, docx, html or csv, each page with its scope, time, versions and running number."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from xml.sax import saxutils

from scanner.policy.letters import NOBODY, Letterhead
from scanner.printable import in_cell, printable
from scanner.report.forms import templates
from scanner.report.forms.interface import Form

_OF_CONTRACTOR = (
    "postal_code", "address", "representative_title", "representative", "department", "contact", "telephone", "email",
)  # fmt: skip
STYLES = ("xlsx", "docx", "html", "csv", "csv-cp932")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands on every form."""

    number: int
    """Running number: the entry of the record that says this form was made."""
    made: str
    scope: str
    version: str
    policy: str
    law: str = ""
    """The texts of the law that were applied."""
    document: str = ""
    """文書番号 of a letter; empty for other papers."""
    letterhead: Letterhead = NOBODY
    """Who writes to whom."""

    def lines(self) -> list[str]:
        """As lines for the head of a form."""
        return [
            f"作成 {self.made}  通し番号 {self.number}",
            f"走査範囲 {self.scope}",
            f"版 {self.version}  方針 {self.policy or '(なし)'}{f'  適用した法令 {self.law}' if self.law else ''}",
        ]

    def fields(self, form: Form) -> dict[str, str]:
        """As the fields of a template."""
        return {
            "title": form.title,
            "number": form.number,
            "serial": str(self.number),
            "made": self.made,
            "scope": self.scope,
            "version": self.version,
            "policy": self.policy or "(なし)",
            "law": self.law,
            "document": self.document,
            "addressee": self.letterhead.addressee,
            "contractor": self.letterhead.contractor.name,
            **{name: getattr(self.letterhead.contractor, name) for name in _OF_CONTRACTOR},
        }


def written(form: Form, stamp: Stamp, style: str, own: Path, template: Path | None = None) -> bytes:
    """The form in one of the styles of the command line; raises ``TemplateError``. ``own``: folder of the office's templates."""
    if style == "xlsx":
        return templates.workbook(form, stamp.fields(form), templates.find(form.number, style, template, own))
    if style == "docx":
        return templates.document(form, stamp.fields(form), templates.find(form.number, style, template, own))
    if style == "html":
        return html(form, stamp).encode("utf-8")
    return table(form, stamp, "cp932" if style == "csv-cp932" else "utf-8-sig")


def escape(text: str) -> str:
    """Text in a page."""
    return saxutils.escape(printable(text, lines=True))


def html(form: Form, stamp: Stamp) -> str:
    """A self-contained page that prints."""
    head = "".join(f"<th>{escape(c)}</th>" for c in form.columns)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(str(v))}</td>" for v in row) + "</tr>" for row in form.rows)
    lines = "<br>".join(map(escape, stamp.lines()))
    notes = "".join(f"<p>{escape(n)}</p>" for n in form.notes)
    facts = "".join(f"<tr><th>{escape(k)}</th><td>{escape(str(v))}</td></tr>" for k, v in form.facts)
    facts = f'<table class="facts"><tbody>{facts}</tbody></table>' if facts else ""
    return (
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>帳票{form.number} {escape(form.title)}</title><style>'
        "body{font:11pt/1.5 'Hiragino Sans','Yu Gothic UI','Noto Sans CJK JP',Meiryo,sans-serif;margin:16mm}"
        "table{border-collapse:collapse;width:100%;font-size:9pt}th,td{border:1px solid #999;padding:3px 6px;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
        "th{background:#e8edf3}.facts{width:auto;margin-bottom:6mm}@page{size:A4 landscape}@media print{body{margin:0}thead{display:table-header-group}}</style></head><body>"
        f"<h1>帳票{form.number} {escape(form.title)}</h1><p>{lines}</p>{facts}<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>{notes}</body></html>\n"
    )


def table(form: Form, stamp: Stamp, codec: str = "utf-8-sig") -> bytes:
    """csv for Excel: UTF-8 with a mark, or CP932 where characters it lacks become ``〓``."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([f"帳票{form.number} {form.title}"])
    rows.writerows([in_cell(line)] for line in stamp.lines())
    rows.writerows([label, in_cell(value)] for label, value in form.facts)
    rows.writerow(form.columns)
    rows.writerows([in_cell(v) for v in row] for row in form.rows)
    rows.writerows([in_cell(note)] for note in form.notes)
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
