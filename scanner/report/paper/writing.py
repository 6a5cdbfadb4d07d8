"""A form as xlsx, docx, html or csv: from the layout, or from an entruster's own template."""

from __future__ import annotations

from pathlib import Path

from scanner.report.forms.interface import Form
from scanner.report.paper import layout, table, templates
from scanner.report.paper.parties import Parties
from scanner.report.paper.stamp import Stamp

STYLES = ("xlsx", "docx", "html", "csv", "csv-cp932")


def written(form: Form, stamp: Stamp, parties: Parties, style: str, own: Path, template: Path | None = None) -> bytes:
    """The form in one of the styles of the command line; raises ``TemplateError``. ``own``: folder of the office's templates."""
    if style in ("csv", "csv-cp932"):
        return table.written(form, stamp, "cp932" if style == "csv-cp932" else "utf-8-sig")
    replaced = templates.find(form.number, style, template, own) if style in ("xlsx", "docx") else None
    if replaced is not None:
        return templates.filled(form, templates.fields(form, stamp, parties), replaced, style)
    document = layout.document(form, stamp, parties)
    if style == "xlsx":
        from scanner.report.paper import xlsx

        return xlsx.written(document)
    if style == "docx":
        from scanner.report.paper import docx

        return docx.written(document)
    from scanner.report.paper import html

    return html.written(document).encode("utf-8")
