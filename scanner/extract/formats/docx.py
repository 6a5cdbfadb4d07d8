"""Word documents (docx, docm, dotx, dotm): body, headers, footers, notes, comments, deletions, text boxes, tables."""

from __future__ import annotations

import re

from scanner.extract.formats import loose, office
from scanner.extract.formats.package import Package
from scanner.extract.formats.xmlwalk import attribute, count
from scanner.extract.interface import Sink, Source, Truncated, join
from scanner.model import BlockKind

_STORIES = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments\w*|glossary/document)\d*\.xml$")
_DRAWINGS = re.compile(r"word/(?:charts|diagrams|drawings)/(?!.*(?:style|colors|layout|quickStyle)).*\.xml$")
_SKIPPED = frozenset(("Fallback", "rt", "rubyPr", "instrText", "sectPr"))
_TELLING = frozenset(
    "hyperlink listItem default helpText statusText alias tag tblCaption tblDescription bookmarkStart shape rect group imagedata".split()
)
"""Elements whose attributes people write: tooltips, choices, defaults, alternative text of old drawings."""


def extract(source: Source, sink: Sink) -> None:
    """Put all text of the package; raises ``Truncated`` after salvage of a cut file."""
    package = Package(source.file, sink)
    known: set[str] = set()
    for name in package.names:
        story = _STORIES.match(name)
        if story:
            label = "" if story[1] == "document" else story[1].rstrip("0123456789")
            walker = _Story(join(source.part, label), sink)
            try:
                office.guarded(package, name, source, sink, walker.start, walker.end, walker.text)
            finally:  # also what was open when the file had used up what it may cost
                walker.close()
            known.add(name)
        elif _DRAWINGS.match(name):
            drawing = office.DrawingText(join(source.part, "drawing"), sink)
            office.guarded(package, name, source, sink, drawing.start, drawing.end, drawing.text)
            known.add(name)
    loose.rest(package, source, sink, known)
    office.properties(package, source, sink)
    office.links(package, source, sink)
    office.embedded(package, source, sink)
    if package.truncated:
        raise Truncated("package directory is missing")


class _Story:
    """One story of the document. Paragraphs nest (text boxes), tables nest in cells."""

    def __init__(self, part: str, sink: Sink) -> None:
        self._part, self._sink = part, sink
        self._values = loose.Values(part, sink)
        self._paragraphs: list[list[str]] = []
        self._tables: list[_Table] = []
        self._number = 0
        self._table_number = 0
        self._collect = False
        self._skip = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if self._skip or element in _SKIPPED:
            self._skip += 1
            return
        if element == "p":
            self._paragraphs.append([])
            self._number += 1
        elif element in ("t", "delText"):
            self._collect = True
        elif element in ("tab", "ptab") and self._paragraphs:
            self._paragraphs[-1].append("\t")
        elif element in ("br", "cr") and self._paragraphs:
            self._paragraphs[-1].append("\n")
        elif element == "noBreakHyphen" and self._paragraphs:
            self._paragraphs[-1].append("-")
        elif element == "tbl":
            self._table_number += 1
            self._tables.append(_Table(join(self._part, f"table {self._table_number}")))
        elif element == "tr" and self._tables:
            self._tables[-1].row = []
        elif element == "tc" and self._tables:
            self._tables[-1].cell = []
        elif element == "gridSpan" and self._tables:
            self._tables[-1].span = max(1, count(attribute(attributes, "val"), 60))
        elif element in ("docPr", "cNvPr"):
            for key in ("descr", "title"):
                value = attribute(attributes, key)
                if value:
                    self._sink.text(BlockKind.PARAGRAPH, join(self._part, "alt text"), self._number, value)
        elif element in _TELLING:
            self._values.take(element, attributes)
        elif element in ("comment", "ins", "del", "moveFrom", "moveTo"):
            author = attribute(attributes, "author")
            if author:
                self._sink.field(join(self._part, element), "author", author)

    def text(self, data: str) -> None:
        if self._collect and not self._skip and self._paragraphs:
            self._paragraphs[-1].append(data)

    def end(self, element: str) -> None:
        if self._skip:
            self._skip -= 1
            return
        if element in ("t", "delText"):
            self._collect = False
        elif element == "p" and self._paragraphs:
            text = "".join(self._paragraphs.pop())
            if self._tables and self._tables[-1].cell is not None:
                self._tables[-1].cell.append(text)
            else:
                self._sink.text(BlockKind.PARAGRAPH, self._part, self._number, text)
        elif element == "tc" and self._tables:
            self._tables[-1].close_cell()
        elif element == "tr" and self._tables:
            table = self._tables[-1]
            table.number += 1
            self._sink.row(table.part, table.number, table.row or ())
            table.row = None
        elif element == "tbl" and self._tables:
            self._tables.pop()

    def close(self) -> None:
        """Put what a cut part left open."""
        for table in self._tables:
            table.close_cell()
            self._sink.row(table.part, table.number + 1, table.row or ())
        for pieces in self._paragraphs:
            self._sink.text(BlockKind.PARAGRAPH, self._part, self._number, "".join(pieces))


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
