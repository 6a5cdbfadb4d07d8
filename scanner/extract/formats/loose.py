"""Parts of a package that no reader knows: their text, and their attributes where these hold Japanese or an address.

Office formats grow a part a year; what is not known today is read all the same, only without a finer place than the
part itself.
"""

from __future__ import annotations

import io
import re

from scanner.extract.formats import office
from scanner.extract.formats.package import Package
from scanner.extract.formats.xmlwalk import walk
from scanner.extract.interface import ExtractError, Sink, Source, join

TEXT_OF_PEOPLE = re.compile("[ぁ-んァ-ヶ一-龥々ｦ-ﾝ]|@|^[^0-9A-Za-z]*[0-9(+][0-9 ()\\-]{8,16}[0-9][^0-9A-Za-z]*$")
"""Japanese, an address, or a number of the length of a telephone number or My Number and nothing else."""
_INLINE = frozenset("t r span font b i u s em strong sub sup run rPr pPr a".split())
_FONT_ATTRIBUTES = frozenset("typeface ascii eastAsia hAnsi cs font-family name-asian".split())


class Values:
    """Attribute values worth reading of elements that are otherwise structure: tooltips, choices, names."""

    def __init__(self, part: str, sink: Sink) -> None:
        self._part, self._sink = part, sink

    def take(self, element: str, attributes: dict[str, str]) -> None:
        """Put the values that hold Japanese or an address."""
        for key, value in attributes.items():
            name = key.rpartition(":")[2]
            if name not in _FONT_ATTRIBUTES and not key.startswith("xmlns") and TEXT_OF_PEOPLE.search(value):
                self._sink.field(join(self._part, element), name, value)


class _Part:
    """Text of a part by block: what stands between two elements that are not inline."""

    def __init__(self, part: str, sink: Sink) -> None:
        self._part, self._sink = part, sink
        self._values = Values(part, sink)
        self._pieces: list[str] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element not in _INLINE:
            self.flush()
        if attributes:
            self._values.take(element, attributes)

    def text(self, data: str) -> None:
        self._pieces.append(data)

    def end(self, element: str) -> None:
        if element not in _INLINE:
            self.flush()

    def flush(self) -> None:
        """Put what was collected."""
        text = "".join(self._pieces).strip()
        self._pieces = []
        if text and (not text.isdigit() or TEXT_OF_PEOPLE.search(text)):
            self._sink.field(self._part, "", text)


def part(package: Package, name: str, source: Source, sink: Sink) -> None:
    """Put one xml part."""
    label = name.rpartition("/")[2].rpartition(".")[0].rstrip("0123456789")
    reader = _Part(join(source.part, label), sink)
    if name.lower().endswith(".vml"):
        _drawing(package, name, source, sink, reader)
        return
    # macros of LibreOffice name their document type; an entity is refused all the same
    try:
        office.guarded(package, name, source, sink, reader.start, reader.end, reader.text, allow_dtd=True)
    finally:
        reader.flush()


_UNCLOSED = re.compile(rb"<(br|hr|img)\b([^<>]*?)(?<!/)>", re.IGNORECASE)


def _drawing(package: Package, name: str, source: Source, sink: Sink, reader: _Part) -> None:
    """Excel writes html into its old drawings, with elements that nobody closes."""
    try:
        data = _UNCLOSED.sub(rb"<\1\2/>", package.read(name))
        walk(io.BytesIO(data), reader.start, reader.end, reader.text, limit=sink.limits.part_bytes)
    except ExtractError as error:
        sink.missed(error.reason, source.at(name, "part"))
    finally:
        reader.flush()
