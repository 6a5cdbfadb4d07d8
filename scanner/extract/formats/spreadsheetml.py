"""SpreadsheetML 2003 (xml that opens in Excel): rows and cells with their numbers, comments, sheet names."""

from __future__ import annotations

import io

from scanner.extract import encoding
from scanner.extract.formats import loose
from scanner.extract.formats.markup import without_declaration
from scanner.extract.formats.numberformat import plain
from scanner.extract.formats.xmlwalk import attribute, count, walk
from scanner.extract.interface import Sink, Source, join
from scanner.places import named


def extract(source: Source, sink: Sink) -> None:
    """Put all rows of all sheets and everything else as fields."""
    codec = encoding.detect(source.file)
    whole = without_declaration(encoding.decode(source.file.read(sink.limits.part_bytes), codec))
    reader = _Reader(source.part, sink)
    walk(
        io.BytesIO(whole.encode("utf-8", "replace")),
        reader.start,
        reader.end,
        reader.text,
        limit=sink.limits.part_bytes,
    )


class _Reader:
    def __init__(self, part: str, sink: Sink) -> None:
        self._outer, self._part, self._sink = part, part, sink
        self._sheets = 0
        self._row = self._column = 0
        self._cells: list[tuple[int, str]] = []
        self._pieces: list[str] = []
        self._data: list[str] = []
        self._number = False
        self._comment = False
        self._values = loose.Values(part, sink)

    def start(self, element: str, a: dict[str, str]) -> None:
        self._pieces = [] if element not in ("B", "I", "U", "Font", "S", "Sub", "Sup", "Span") else self._pieces
        index = attribute(a, "Index")
        if element == "Worksheet":
            self._sheets += 1
            name = attribute(a, "Name")
            self._part, self._row = join(self._outer, named(name, "sheet", self._sheets)), 0
            self._sink.entitled(self._part, name)
        elif element == "Row":
            self._row = count(index) or self._row + 1
            self._column, self._cells = 0, []
        elif element == "Cell":
            self._column = count(index) or self._column + 1
            self._data = []
        elif element == "Data":
            self._number = attribute(a, "Type") == "Number"
        elif element == "Comment":
            self._comment = True
            self._sink.field(join(self._part, "comment"), "author", attribute(a, "Author"))
        elif element == "PhoneticText":
            self._pieces = []
        elif element in ("Header", "Footer"):
            self._sink.field(join(self._part, "header/footer"), "", attribute(a, "Data"))
        if a and element not in ("Worksheet", "Font"):
            self._values.take(element, a)

    def text(self, data: str) -> None:
        self._pieces.append(data)

    def end(self, element: str) -> None:
        text = "".join(self._pieces)
        if element == "Data":
            self._pieces = []
            if self._comment:
                self._sink.field(join(self._part, "comment"), "", text)
            else:
                self._data.append(plain(text) if self._number else text)
        elif element == "Cell":
            self._cells.append((self._column, "".join(self._data)))
        elif element == "Row":
            self._sink.row(self._part, self._row, self._cells)
        elif element == "Comment":
            self._comment = False
        elif element in ("Author", "LastAuthor", "Company", "Title", "Subject", "Manager", "Keywords", "Description"):
            self._sink.field(join(self._outer, "properties"), element, text)
