"""What Word, PowerPoint and Excel packages share: document properties, drawings."""

from __future__ import annotations

import re
from typing import Protocol

from scanner.extract.formats import labels, loose
from scanner.extract.formats.guarded import guarded
from scanner.extract.formats.package import Package
from scanner.extract.formats.xmlwalk import attribute
from scanner.extract.interface import Sink, Source, join
from scanner.extract.telling import telling
from scanner.model import BlockKind

_PROPERTY = re.compile(r"(?i)docProps/(?:core|app|custom)\.xml$")


def properties(package: Package, source: Source, sink: Sink) -> None:
    """Author, title, company and the like: the author is personal data too; and the labels that the file bears."""
    labels.of_package(package, source, sink)
    for name in package.names:
        if _PROPERTY.search(name):
            reader = _Properties(join(source.part, "properties"), sink)
            guarded(package, name, source, sink, reader.start, reader.end, reader.text)


class _Properties:
    """Elements with text in a property part."""

    def __init__(self, part: str, sink: Sink) -> None:
        self._part, self._sink = part, sink
        self._tag = ""
        self._values: list[str] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        self._tag = element
        self._values = []
        name = attributes.get("name", "")
        if element == "property" and telling(name):  # of a property that a user has defined
            self._sink.field(self._part, "name", name)

    def text(self, data: str) -> None:
        self._values.append(data)

    def end(self, element: str) -> None:
        text = "".join(self._values).strip()
        if text and element == self._tag and (element in _SHOWN or (element not in _SIZES and telling(text))):
            self._sink.field(self._part, element, text)
        self._values = []


_SIZES = frozenset(("PresentationFormat", "Application", "Template"))
_SHOWN = frozenset(
    "creator lastModifiedBy title subject description keywords category Manager Company lpwstr lpstr contentStatus".split()
)


_UNDERSTOOD = re.compile(
    r"(?:w\d+\w*|wp\w?\d*\w*|a\d*\w*|x\d*\w*|xr\d*|p\d+|c\d+|cx\d*|v\d*|o|r|m|mv|mo|dgm\d*|am3d|pic\w*|sl\w*|tm|we|thm\d+|le|ma\d*|mx)"
)
"""Prefixes of the namespaces that Office understands by now: with another one a person sees the fallback."""


class Choice:
    """mc:AlternateContent: the fallback is read where its choices gave no text or need what no Office knows, so that nothing is
    counted twice or lost."""

    def __init__(self) -> None:
        self.produced = 0
        """Characters that were read so far."""
        self._before: list[int] = []

    def skips(self, element: str, attributes: dict[str, str]) -> bool:
        """Told of every element that starts: whether it, with all in it, is to be left out."""
        if element == "AlternateContent":
            self._before.append(self.produced)
        elif element == "Choice" and self._before:
            if not all(map(_UNDERSTOOD.fullmatch, attributes.get("Requires", "").split())):
                self._before[-1] = -1
        return element == "Fallback" and bool(self._before) and self._before[-1] not in (-1, self.produced)

    def end(self, element: str) -> None:
        """Told of every element that ends and was not left out."""
        if element == "AlternateContent" and self._before:
            self._before.pop()


def drawn(package: Package, name: str, source: Source, sink: Sink, reader: Drawing) -> None:
    """Walk one part with a reader of drawings; what is open at its end is put."""
    try:
        guarded(package, name, source, sink, reader.start, reader.end, reader.text, aside=reader.aside)
    finally:
        reader.close()


class Drawing(Protocol):
    """What reads a part of drawings."""

    def start(self, element: str, attributes: dict[str, str]) -> None: ...
    def end(self, element: str) -> None: ...
    def text(self, data: str) -> None: ...
    def aside(self, data: str) -> None: ...
    def close(self) -> None: ...


class DrawingText:
    """Text of DrawingML (shapes, charts, SmartArt): paragraphs of ``a:t``, cached chart values, alternative text."""

    def __init__(self, part: str, sink: Sink, kind: BlockKind = BlockKind.PARAGRAPH, number: int = 0) -> None:
        self._part, self._sink, self._kind, self._number = part, sink, kind, number
        self._pieces: list[str] = []
        self._collect = False
        self._skip = 0
        self._choice = Choice()
        self._values = loose.Values(part, sink)
        self._row: list[str] | None = None
        self._cell: list[str] = []
        self._rows = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """Element start."""
        if self._skip or self._choice.skips(element, attributes):
            self._skip += 1
            return
        if element in ("t", "v", "text"):
            self._collect = True
        elif element in ("hlinkClick", "hlinkHover", "cNvPr", "docPr"):
            for key in ("descr", "title", "tooltip"):
                value = attribute(attributes, key)
                if value:
                    self._values.known(value)
                    self._sink.text(self._kind, join(self._part, "alt text"), self._number, value)
        elif element == "tr":
            self._row = []
        elif element == "tc":
            self._cell = []
        elif element == "br":
            self._pieces.append("\n")
        elif element in ("author", "cmAuthor", "person"):
            value = attribute(attributes, "name") or attribute(attributes, "displayName")
            if value:
                self._values.known(value)
                self._sink.field(self._part, "author", value)
            self._collect = element == "author"
        if attributes:
            self._values.take(element, attributes)

    def text(self, data: str) -> None:
        """Character data."""
        if self._collect and not self._skip:
            self._choice.produced += len(data)
            self._pieces.append(data)
        elif not self._skip:
            self._values.other(data)

    def aside(self, data: str) -> None:
        """A comment or an instruction for programs."""
        self._values.other(data)

    def end(self, element: str) -> None:
        """Element end: a paragraph, a cached value or a table row is complete."""
        if self._skip:
            self._skip -= 1
            return
        self._choice.end(element)
        if element in ("t", "v", "text", "author"):
            self._collect = False
            if element != "t":
                self._paragraph()
        elif element == "p":
            self._paragraph()
        elif element == "tc" and self._row is not None:
            self._row.append("\n".join(self._cell))
            self._cell = []
        elif element == "tr" and self._row is not None:
            self._rows += 1
            self._sink.row(join(self._part, "table"), self._rows, enumerate(self._row, 1))
            self._row = None

    def close(self) -> None:
        """Put what no end of a paragraph has put: the part was cut, or has elements that are not known here."""
        self._paragraph()
        if self._row is not None:
            self._sink.row(join(self._part, "table"), self._rows + 1, enumerate([*self._row, "\n".join(self._cell)], 1))

    def _paragraph(self) -> None:
        text = "".join(self._pieces)
        self._pieces = []
        if self._row is not None:
            self._cell.append(text)
        elif text:
            self._sink.text(self._kind, self._part, self._number, text)
