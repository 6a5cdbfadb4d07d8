"""Forms from workbooks and documents that an entruster may replace: placeholders in, numbers out.

A template names its fields in double braces: ``{{ title }}``, ``{{ number }}``, ``{{ serial }}`` (running number), ``{{ made }}``,
``{{ scope }}``, ``{{ version }}``, ``{{ policy }}``, ``{{ law }}``, ``{{ facts }}``, ``{{ notes }}``, the names of a letter
(``{{ day }}``, ``{{ document }}``, its number, ``{{ addressee }}``, ``{{ contractor }}`` … as in ``fields``), and the table. In a workbook the table is
``{{ columns }}`` over ``{{ rows }}``, or one row with ``{{ row.台帳番号 }}`` …; in a document (docxtpl) ``columns`` and ``cells`` to
loop over, or ``rows`` by name. A single fact is ``{{ fact.判定 }}`` in a workbook. What every form must carry (running number,
time, scope, version, table) must stand in the template too.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from copy import copy
from math import ceil
from pathlib import Path
from typing import Any

from scanner.errors import EXIT_USAGE, SekishoError
from scanner.printable import in_cell, printable
from scanner.report.forms.interface import Form
from scanner.report.paper.parties import Parties
from scanner.report.paper.stamp import Stamp
from scanner.report.paper.steady import steady

NEEDED = ("serial", "made", "scope", "version")
_FIELD = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_WIDEST, _SLIM, _PAGE = 46.0, 14.0, 170.0
"""Widest column, columns that are not made narrower, and what fits on a page."""


class TemplateError(SekishoError):
    """A template that cannot be filled: ``code`` (``lacks``, ``unknown``, ``unreadable``, ``broken``) and the fields."""

    section = "template"
    exit_code = EXIT_USAGE

    def __init__(self, code: str, path: Path, fields: tuple[str, ...] = ()) -> None:
        super().__init__(code, path=path, fields=", ".join(fields))
        self.path = path
        self.fields = fields


def find(number: str, style: str, chosen: Path | None, own: Path) -> Path | None:
    """The template of a form: the one that was named, or the office's own (``forms/9c.docx`` in the state folder); ``None``
    where the form is laid out by the program."""
    if chosen is not None:
        return chosen
    return next((p for p in (own / f"{number}.{style}", own / f"default.{style}") if p.exists()), None)


def fields(form: Form, stamp: Stamp, parties: Parties) -> dict[str, str]:
    """What a template may name beside the table."""
    return {
        "title": form.title,
        "number": form.number,
        "serial": str(stamp.number),
        "made": stamp.made,
        "day": stamp.day,
        "scope": stamp.scope,
        "version": stamp.version,
        "policy": stamp.policy or "(なし)",
        "law": stamp.law,
        **parties.fields(),
    }


def filled(form: Form, values: dict[str, str], path: Path, style: str) -> bytes:
    """The template filled; raises ``TemplateError``."""
    return workbook(form, values, path) if style == "xlsx" else document(form, values, path)


def workbook(form: Form, values: dict[str, str], path: Path) -> bytes:
    """The filled workbook."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path)
    except Exception as error:
        raise TemplateError("unreadable", path) from error
    used: set[str] = set()
    for sheet in book.worksheets:
        _sheet(sheet, form, values, path, used)
    _check(used, path)
    buffer = io.BytesIO()
    book.save(buffer)
    return steady(buffer.getvalue())


def _sheet(sheet: Any, form: Form, values: dict[str, str], path: Path, used: set[str]) -> None:
    by_name = {label: index for index, label in enumerate(form.columns)}
    facts = dict(form.facts)
    grown = 0  # rows that were put in above the one at hand
    for number in range(1, sheet.max_row + 1):
        at = number + grown
        cells = [c for c in sheet[at] if isinstance(c.value, str) and "{{" in c.value]
        names = {name for c in cells for name in _FIELD.findall(c.value)}
        if any(name.startswith("row.") for name in names):
            used.add("rows")
            unknown = tuple(n for n in names if n.startswith("row.") and n[4:] not in by_name)
            if unknown:
                raise TemplateError("unknown", path, unknown)
            row = {c.column: (by_name[_FIELD.findall(c.value)[0][4:]], c) for c in cells}
            grown += _room(sheet, at, len(form.rows))
            for offset, entry in enumerate(form.rows):
                for column, (index, like) in row.items():
                    _put(sheet, at + offset, column, entry[index], like)
            if not form.rows:
                for column in row:
                    sheet.cell(at, column).value = None
            continue
        for cell in cells:
            only = _FIELD.fullmatch(cell.value.strip())
            name = only[1] if only else ""
            if name == "columns":
                for offset, label in enumerate(form.columns):
                    _put(sheet, cell.row, cell.column + offset, label, cell)
                sheet.print_title_rows = f"{cell.row}:{cell.row}"
                sheet.freeze_panes = sheet.cell(cell.row + 1, 1)
                _widths(sheet, form, cell.column)
                _height(sheet, cell.row, cell.column, form.columns)
            elif name in ("rows", "facts", "notes"):
                used.add(name)
                notes: list[tuple[object, ...]] = [(n,) for n in form.notes]
                tables: dict[str, Sequence[tuple[object, ...]]] = {
                    "rows": form.rows,
                    "facts": form.facts,
                    "notes": notes,
                }
                entries = tables[name]
                like = copy(cell)
                grown += _room(sheet, at, len(entries))
                for offset, entry in enumerate(entries):
                    for index, value in enumerate(entry):
                        _put(sheet, at + offset, cell.column + index, value, like)
                    if name == "rows":
                        _height(sheet, at + offset, cell.column, entry)
                if not entries:
                    cell.value = None
            else:
                cell.value = _filled(cell.value, values, facts, path, used)
    for place in (sheet.oddFooter.center, sheet.oddHeader.center):
        if place.text and "{{" in place.text:
            place.text = _filled(place.text, values, facts, path, used)
    if re.fullmatch(r"\{\{.*\}\}", sheet.title) or sheet.title == "form":
        sheet.title = form.title[:31]


def _filled(text: str, values: dict[str, str], facts: dict[str, object], path: Path, used: set[str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in values:
            used.add(name)
            return values[name]
        if name.startswith("fact.") and name[5:] in facts:
            return str(facts[name[5:]])
        raise TemplateError("unknown", path, (name,))

    return str(in_cell(_FIELD.sub(value, text)))


def _room(sheet: Any, at: int, count: int) -> int:
    """Rows inserted below ``at`` so that ``count`` rows fit; nothing to do where the marker is the last row."""
    more = max(0, count - 1)
    if more and at < sheet.max_row:
        sheet.insert_rows(at + 1, more)
        return more
    return 0


def _put(sheet: Any, row: int, column: int, value: object, like: Any) -> None:
    cell = sheet.cell(row, column)
    cell.value = in_cell(value)
    if like.has_style:
        cell._style = copy(like._style)


def _widths(sheet: Any, form: Form, first: int) -> None:
    from openpyxl.utils import get_column_letter

    wanted: dict[str, float] = {}
    for index, name in enumerate(form.columns):
        letter = get_column_letter(first + index)
        if letter in sheet.column_dimensions and sheet.column_dimensions[letter].customWidth:
            continue  # the template says how wide it is
        longest = max([_width(name), *(_width(r[index]) for r in form.rows[:200])])
        if index == 0:
            longest = max([longest, *(_width(label) for label, _ in form.facts)])
        wanted[letter] = min(_WIDEST, 2 + longest)
    narrow = sum(w for w in wanted.values() if w <= _SLIM)
    wide = sum(w for w in wanted.values() if w > _SLIM)
    room = max(_PAGE - narrow, _SLIM * sum(w > _SLIM for w in wanted.values()))
    for letter, width in wanted.items():
        sheet.column_dimensions[letter].width = (
            max(_SLIM, width * room / wide) if width > _SLIM and wide > room else width
        )


def _width(value: object) -> float:
    """Columns of a text in units of a Latin letter: Japanese letters take two."""
    return sum(1.1 if c < "\u0100" else 2.1 for c in str(value))


def _height(sheet: Any, row: int, first: int, entry: tuple[object, ...]) -> None:
    """Room for the longest cell of a row: programs that only print do not measure it by themselves."""
    from openpyxl.utils import get_column_letter

    lines = 1
    for index, value in enumerate(entry):
        width = sheet.column_dimensions[get_column_letter(first + index)].width or 10
        lines = max(lines, ceil(_width(value) / max(1.0, width - 1)))
    if lines > 1:
        sheet.row_dimensions[row].height = 15 * min(lines, 20)


def _check(used: set[str], path: Path) -> None:
    lacking = tuple(name for name in (*NEEDED, "rows") if name not in used)
    if lacking:
        raise TemplateError("lacks", path, lacking)


def document(form: Form, values: dict[str, str], path: Path) -> bytes:
    """The filled document."""
    from docxtpl import DocxTemplate
    from jinja2 import Environment, StrictUndefined
    from jinja2 import TemplateError as Broken

    try:
        template = DocxTemplate(str(path))
        names = template.get_undeclared_template_variables()
    except Broken as error:
        raise TemplateError("broken", path, (type(error).__name__,)) from None
    except Exception as error:
        raise TemplateError("unreadable", path) from error
    known = {*values, "facts", "notes", "columns", "cells", "rows", "fact"}
    unknown = tuple(sorted(names - known))
    if unknown:
        raise TemplateError("unknown", path, unknown)
    _check({*names, *(("rows",) if names & {"rows", "cells"} else ())}, path)
    context = {
        **{name: _text(value) for name, value in values.items()},
        "facts": [(label, _text(value)) for label, value in form.facts],
        "fact": {label: _text(value) for label, value in form.facts},
        "notes": list(map(_text, form.notes)),
        "columns": list(form.columns),
        "cells": [[_text(v) for v in row] for row in form.rows],
        "rows": list(_named(form)),
    }
    try:
        template.render(context, Environment(undefined=StrictUndefined, autoescape=True), autoescape=True)
    except Broken as error:
        raise TemplateError("broken", path, (str(getattr(error, "message", "")) or type(error).__name__,)) from None
    buffer = io.BytesIO()
    template.save(buffer)
    return steady(buffer.getvalue())


def _text(value: object) -> str:
    return printable(str(value), lines=True)


def _named(form: Form) -> Iterator[dict[str, str]]:
    for row in form.rows:
        yield {label: _text(value) for label, value in zip(form.columns, row, strict=True)}
