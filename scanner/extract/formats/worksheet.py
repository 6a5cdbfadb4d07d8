"""One worksheet part of an xlsx as a stream of rows. The inner loop of reading offices: a workbook has a million cells.

The handlers are closures over local variables and get element names as they stand in the file; both are worth a third
of the time each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from scanner.extract.formats import loose
from scanner.extract.formats.numberformat import plain, render
from scanner.extract.formats.xmlwalk import count
from scanner.extract.interface import Sink, join
from scanner.extract.telling import telling

_CELL, _ROW, _VALUE, _PHONETIC, _FORMULA, _HEADER, _LIST, _VALIDATION, _LINK = range(1, 10)
_OTHER = 0
_KINDS = {
    "c": _CELL,
    "row": _ROW,
    "v": _VALUE,
    "t": _VALUE,
    "f": _FORMULA,
    "rPh": _PHONETIC,
    "formula1": _LIST,
    "dataValidation": _VALIDATION,
    "hyperlink": _LINK,
    **dict.fromkeys(("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"), _HEADER),
}
_LITERAL = re.compile(r'"((?:[^"]|"")+)"')
"""A text in a formula; a quotation mark in it is doubled."""
_MOST_LITERALS = 10_000
"""Literals that are remembered: a formula stands in every row."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|[A-Z]|[0-9]+)')


def unescaped(text: str) -> str:
    """A string as a person sees it: ``_x000D_`` stands for a character that XML cannot hold (ECMA-376 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1][:2].upper() not in _HALVES else "", text)


_HALVES = frozenset(f"D{digit}" for digit in "89ABCDEF")


class Book(Protocol):
    """What a sheet needs of its workbook."""

    strings: list[str]
    formats: list[str]
    base1904: bool


def column_of(letters: str) -> int:
    """``A`` → 1, ``XFD`` → 16384; 0 for anything else."""
    number = 0
    if len(letters) > 3:
        return 0
    for char in letters:
        if not "A" <= char <= "Z":
            return 0
        number = number * 26 + ord(char) - 64
    return number


class Sheet:
    """Handlers for the xml walk; ``flush`` puts the row that is still open."""

    start: Callable[[str, dict[str, str]], None]
    end: Callable[[str], None]
    text: Callable[[str], None]
    flush: Callable[[], None]

    def __init__(self, part: str, book: Book, sink: Sink) -> None:
        self.start, self.end, self.text, self.flush = _handlers(part, book, sink)


def _handlers(
    part: str, book: Book, sink: Sink
) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None], Callable[[str], None], Callable[[], None]]:
    values = loose.Values(part, sink)
    strings, formats = book.strings, book.formats
    kinds: dict[str, int] = {}
    columns: dict[str, int] = {}
    columns_read: list[int] = []
    texts: list[str] = []
    pieces: list[str] = []
    formula: list[str] = []
    ordinary: set[str] = set()
    row = column = style = 0
    type_ = "n"
    collect = skip = computing = False

    def flush() -> None:
        nonlocal columns_read, texts
        if texts:
            if columns_read[-1] == len(texts):
                sink.record(part, row, texts)
            else:
                sink.row(part, row, zip(columns_read, texts, strict=True))
            columns_read, texts = [], []

    def start(name: str, a: dict[str, str]) -> None:
        nonlocal row, column, style, type_, collect, skip, computing
        kind = kinds.get(name)
        if kind is None:
            kind = kinds[name] = _KINDS.get(name.rpartition(":")[2], _OTHER)
        if not kind:  # formatting, which stands around every value
            if a:
                values.take(name.rpartition(":")[2], a)
        elif kind == _VALUE:
            collect = not skip
        elif kind == _CELL:
            reference = a.get("r")
            if reference is None:
                column += 1
            else:
                letters = reference.rstrip("0123456789")
                column = columns.get(letters) or columns.setdefault(letters, column_of(letters))
            type_ = a.get("t", "n")
            given = a.get("s")
            style = int(given) if given is not None and given.isdecimal() and len(given) < 10 else 0
            pieces.clear()
        elif kind == _FORMULA:
            computing = True
            formula.clear()
        elif kind == _ROW:
            flush()
            row = count(a.get("r", "")) or row + 1
            column = 0
        elif kind == _PHONETIC:
            skip = True
        elif kind == _HEADER or kind == _LIST:
            collect = True
            pieces.clear()
        elif kind == _VALIDATION:
            for key in ("prompt", "error", "promptTitle", "errorTitle"):
                sink.field(join(part, "validation"), key, a.get(key, ""))
        elif kind == _LINK:
            for key in ("tooltip", "display", "location"):
                sink.field(join(part, a.get("ref", "").partition(":")[0]), "link", a.get(key, ""))

    def text(data: str) -> None:
        if collect:
            pieces.append(data)
        elif computing:
            formula.append(data)
        elif not data.isspace() and not skip:
            values.other(data)

    def shown(raw: str) -> str:
        if type_ == "s":
            index = int(raw) if raw.isdecimal() and len(raw) < 10 else -1
            return strings[index] if 0 <= index < len(strings) else ""
        if type_ in ("str", "inlineStr", "d"):
            return unescaped(raw)
        if type_ in ("b", "e"):
            return ""
        code = formats[style] if style < len(formats) else "General"
        return plain(raw) if code == "General" else render(raw, code, base1904=book.base1904)

    def written(found: str) -> None:
        """What a formula says beside what it shows: a name that it looks for, a text behind a condition."""
        for code in formula:
            if '"' in code:
                break
        else:
            return
        for literal in _LITERAL.findall("".join(formula)):
            if literal not in found and literal not in ordinary:
                if telling(literal):
                    values.say(literal.replace('""', '"'), "formula")
                if len(ordinary) < _MOST_LITERALS:
                    ordinary.add(literal)

    def end(name: str) -> None:
        nonlocal collect, skip, computing
        kind = kinds[name]
        if not kind:
            return
        if kind == _VALUE:
            collect = False
        elif kind == _CELL:
            if pieces:
                found = shown(pieces[0] if len(pieces) == 1 else "".join(pieces))
                if found:
                    columns_read.append(column)
                    texts.append(found)
                pieces.clear()
                if formula:
                    written(found)
            elif formula:  # never calculated: what it would show is made of these
                found = "".join(literal.replace('""', '"') for literal in _LITERAL.findall("".join(formula)))
                if found:
                    columns_read.append(column)
                    texts.append(found)
            if formula:
                formula.clear()
        elif kind == _FORMULA:
            computing = False
        elif kind == _ROW:
            flush()
        elif kind == _PHONETIC:
            skip = False
        elif kind == _HEADER and pieces:
            sink.field(join(part, "header/footer"), "", _HEADER_CODE.sub(" ", "".join(pieces)))
            collect = False
            pieces.clear()
        elif kind == _LIST:
            listed = "".join(pieces)
            if '"' in listed:
                sink.field(join(part, "validation"), "list", listed.strip('"'))
            collect = False
            pieces.clear()

    return start, end, text, flush
