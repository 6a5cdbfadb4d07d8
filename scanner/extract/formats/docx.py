"""Word documents (docx, docm, dotx, dotm): body, headers, footers, notes, comments, deletions, text boxes, tables."""

from __future__ import annotations

import re
from collections.abc import Callable

from scanner.extract.formats import eqfield, leftover, loose, office
from scanner.extract.formats.guarded import guarded
from scanner.extract.formats.package import Package
from scanner.extract.formats.relations import Relations
from scanner.extract.formats.xmlwalk import attribute, count
from scanner.extract.interface import Sink, Source, Truncated, join
from scanner.model import BlockKind

_STORIES = re.compile(
    r"(?i)word/(document|header\d*|footer\d*|footnotes|endnotes|comments\w*|glossary/document)\d*\.xml$"
)
_DRAWINGS = re.compile(r"(?i)word/(?:charts|diagrams|drawings)/(?!.*(?:style|colors|layout|quickStyle)).*\.xml$")
_SKIPPED = frozenset(("rubyPr", "sectPr"))
_KINDS = frozenset(
    "officeDocument header footer footnotes endnotes comments glossaryDocument commentsExtended subDocument".split()
)


def extract(source: Source, sink: Sink) -> None:
    """Put all text of the package; raises ``Truncated`` after salvage of a cut file."""
    package = Package(source.file, sink)
    relations = Relations(package, source, sink)
    stories = {part: kind for kind in _KINDS for part in relations.targets(kind)}
    for name in package.names:
        match = _STORIES.match(name)
        if match or name in stories:
            label = match[1].lower().rstrip("0123456789") if match else stories[name]
            walker = _Story(join(source.part, "" if label in ("document", "officeDocument") else label), sink)
            try:
                guarded(package, name, source, sink, walker.start, walker.end, walker.text, aside=walker.aside)
            finally:  # also what was open when the file had used up what it may cost
                walker.close()
        elif _DRAWINGS.match(name):
            drawing = office.DrawingText(join(source.part, "drawing"), sink)
            office.drawn(package, name, source, sink, drawing)
    office.properties(package, source, sink)
    leftover.rest(package, source, sink, relations.uses)
    if package.truncated:
        raise Truncated("package directory is missing")


_BOTH, _NEW, _OLD = range(3)
"""Text that stands in the document before and after its tracked changes, only after, only before."""
_CHANGES = {"ins": _NEW, "moveTo": _NEW, "del": _OLD, "moveFrom": _OLD}
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_FIRST_PRIVATE, _LAST_PRIVATE = 0xF000, 0xF0FF
"""Symbol fonts: the character that it stands for is the lower byte (ECMA-376 17.3.3.30)."""


class _Story:
    """One story of the document. Paragraphs nest (text boxes), tables nest in cells."""

    def __init__(self, part: str, sink: Sink) -> None:
        self._part, self._sink = part, sink
        self._values = loose.Values(part, sink)
        self._choice = office.Choice()
        self._paragraphs: list[list[tuple[str, int]]] = []
        self._tables: list[_Table] = []
        self._number = 0
        self._table_number = 0
        self._collect = False
        self._skip = 0
        self._changes: list[int] = []
        self._aside: list[str] | None = None
        """Letters of a reading or of a field's code: they do not stand in the line."""
        self._codes: list[str] = []
        """Codes of the fields that are open."""
        self._bare: list[str] = []
        """Text outside any paragraph, which Word writes nowhere and shows."""

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if self._skip:
            self._skip += 1
            return
        begun = _STARTS.get(element)
        if begun is not None:
            begun(self, element, attributes)
            if self._skip:
                return
        if attributes:
            self._values.take(element, attributes)

    def _left_out(self, _: str, __: dict[str, str]) -> None:
        self._skip = 1

    def _alternative(self, element: str, attributes: dict[str, str]) -> None:
        self._skip = int(self._choice.skips(element, attributes))

    def _paragraph(self, _: str, __: dict[str, str]) -> None:
        if self._bare:
            self._put_bare()
        self._paragraphs.append([])
        self._number += 1

    def _letters(self, _: str, __: dict[str, str]) -> None:
        self._collect = True

    def _beside(self, element: str, _: dict[str, str]) -> None:
        self._aside = []
        self._collect = element != "rt"

    def _mark(self, element: str, _: dict[str, str]) -> None:
        self._add(_MARKS[element])

    def _symbol_of(self, _: str, attributes: dict[str, str]) -> None:
        self._symbol(attribute(attributes, "char"))

    def _table(self, _: str, __: dict[str, str]) -> None:
        self._table_number += 1
        self._tables.append(_Table(join(self._part, f"table {self._table_number}")))

    def _row(self, _: str, __: dict[str, str]) -> None:
        if self._tables:
            self._tables[-1].row = []

    def _cell(self, _: str, __: dict[str, str]) -> None:
        if self._tables:
            self._tables[-1].cell = []

    def _span(self, _: str, attributes: dict[str, str]) -> None:
        if self._tables:
            self._tables[-1].span = max(1, count(attribute(attributes, "val"), 60))

    def _described(self, _: str, attributes: dict[str, str]) -> None:
        for key in ("descr", "title"):
            value = attribute(attributes, key)
            if value:
                self._values.known(value)
                self._sink.text(BlockKind.PARAGRAPH, join(self._part, "alt text"), self._number, value)

    def _authored(self, element: str, attributes: dict[str, str]) -> None:
        author = attribute(attributes, "author")
        if author:
            self._values.known(author)
            self._sink.field(join(self._part, element), "author", author)
        if element in _CHANGES:
            self._changes.append(_CHANGES[element])

    def _symbol(self, char: str) -> None:
        try:
            code = int(char, 16)
        except ValueError:
            return
        if _FIRST_PRIVATE <= code <= _LAST_PRIVATE:
            code &= 0xFF
        if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000:
            self._add(chr(code))

    def _add(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append((text, self._changes[-1] if self._changes else _BOTH))
        else:
            self._bare.append(text)

    def _put_bare(self) -> None:
        text = "".join(self._bare)
        self._bare = []
        if text and self._tables and self._tables[-1].cell is not None:
            self._tables[-1].cell.append(text)
        else:
            self._sink.text(BlockKind.PARAGRAPH, self._part, self._number, text)

    def aside(self, data: str) -> None:
        """A comment or an instruction for programs."""
        self._values.other(data)

    def text(self, data: str) -> None:
        if self._skip:
            return
        if not self._collect:
            self._values.other(data)
            return
        self._choice.produced += len(data)
        if self._aside is not None:
            self._aside.append(data)
        else:
            self._add(data)

    def end(self, element: str) -> None:
        if self._skip:
            self._skip -= 1
            return
        ended = _ENDS.get(element)
        if ended is not None:
            ended(self, element)

    def _alternative_end(self, element: str) -> None:
        self._choice.end(element)

    def _letters_end(self, _: str) -> None:
        self._collect = False

    def _beside_end(self, element: str) -> None:
        if self._aside is None:
            return
        text = "".join(self._aside)
        self._aside, self._collect = None, False
        if element != "rt" and self._codes:
            self._codes[-1] += text
        else:
            self._sink.field(self._part, "reading" if element == "rt" else "field", text)

    def _field(self, _: str, attributes: dict[str, str]) -> None:
        """A field begins, its result begins, or it ends: what was collected between them is its code."""
        kind = attribute(attributes, "fldCharType")
        if kind == "begin":
            self._codes.append("")
            return
        if not self._codes:
            return
        code, readings = eqfield.shown(self._codes[-1])
        if code != self._codes[-1]:
            self._add(code.strip())
            for reading in readings:
                self._sink.field(self._part, "reading", reading)
        else:
            self._sink.field(self._part, "field", code)
        self._codes[-1] = ""
        if kind == "end":
            self._codes.pop()

    def _change_end(self, _: str) -> None:
        if self._changes:
            self._changes.pop()

    def _paragraph_end(self, _: str) -> None:
        if self._paragraphs:
            self._close_paragraph(self._paragraphs.pop())

    def _cell_end(self, _: str) -> None:
        if self._tables:
            self._put_bare()
            self._tables[-1].close_cell()

    def _row_end(self, _: str) -> None:
        if self._tables:
            table = self._tables[-1]
            table.number += 1
            self._sink.row(table.part, table.number, table.row or ())
            table.row = None

    def _table_end(self, _: str) -> None:
        if self._tables:
            self._tables.pop()

    def _close_paragraph(self, pieces: list[tuple[str, int]]) -> None:
        """The paragraph as it is, and as it was before its tracked changes where something was deleted."""
        kinds = {when for _, when in pieces}
        text = "".join([t for t, when in pieces if when != _OLD])
        if self._tables and self._tables[-1].cell is not None:
            self._tables[-1].cell.append(text)
        else:
            self._sink.text(BlockKind.PARAGRAPH, self._part, self._number, text)
        if _OLD in kinds:
            before = "".join([t for t, when in pieces if when != _NEW])
            self._sink.text(BlockKind.PARAGRAPH, join(self._part, "deleted"), self._number, before)

    def close(self) -> None:
        """Put what a cut part left open."""
        for code in self._codes:
            self._sink.field(self._part, "field", code)
        self._put_bare()
        for table in self._tables:
            table.close_cell()
            self._sink.row(table.part, table.number + 1, table.row or ())
        for pieces in self._paragraphs:
            self._close_paragraph(pieces)


_STARTS: dict[str, Callable[[_Story, str, dict[str, str]], None]] = {
    "p": _Story._paragraph,
    "sym": _Story._symbol_of,
    "fldChar": _Story._field,
    "tbl": _Story._table,
    "tr": _Story._row,
    "tc": _Story._cell,
    "gridSpan": _Story._span,
    **dict.fromkeys(_SKIPPED, _Story._left_out),
    **dict.fromkeys(("AlternateContent", "Choice", "Fallback"), _Story._alternative),
    **dict.fromkeys(("t", "delText"), _Story._letters),
    **dict.fromkeys(("rt", "instrText", "delInstrText"), _Story._beside),
    **dict.fromkeys(_MARKS, _Story._mark),
    **dict.fromkeys(("docPr", "cNvPr"), _Story._described),
    **dict.fromkeys((*_CHANGES, "comment"), _Story._authored),
}
_ENDS: dict[str, Callable[[_Story, str], None]] = {
    "p": _Story._paragraph_end,
    "tc": _Story._cell_end,
    "tr": _Story._row_end,
    "tbl": _Story._table_end,
    "AlternateContent": _Story._alternative_end,
    **dict.fromkeys(("t", "delText"), _Story._letters_end),
    **dict.fromkeys(("rt", "instrText", "delInstrText"), _Story._beside_end),
    **dict.fromkeys(_CHANGES, _Story._change_end),
}


class _Table:
    """A table being read: rows of (column from 1, text)."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.number = 0
        self.row: list[tuple[int, str]] | None = None
        self.cell: list[str] | None = None
        self.span = 1
        self._column = 0

    def close_cell(self) -> None:
        if self.row is None:
            self.row = []
        if not self.row and self.cell is not None:
            self._column = 0
        if self.cell is not None:
            self._column += 1
            self.row.append((self._column, "\n".join(self.cell).strip("\n")))
            self._column += self.span - 1
        self.cell, self.span = None, 1
