"""A form as csv for other programs and for Excel: head, facts, table and remarks, without any look."""

from __future__ import annotations

import csv
import io

from scanner.printable import in_cell
from scanner.report.forms.interface import Form
from scanner.report.paper.stamp import Stamp


def written(form: Form, stamp: Stamp, codec: str = "utf-8-sig") -> bytes:
    """UTF-8 with a mark, or CP932 where characters it lacks become ``〓``."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([f"帳票{form.number} {form.title}" if form.number[:1].isdigit() else form.title])
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
