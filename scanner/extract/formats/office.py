"""What Word, PowerPoint and Excel packages share: document properties, external links, embedded files, drawings."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable

from scanner.extract.formats.package import Package
from scanner.extract.formats.xmlwalk import attribute, walk
from scanner.extract.interface import ExtractError, Sink, Source, join
from scanner.model import BlockKind, Reason

_PROPERTY = re.compile(r"docProps/(?:core|app|custom)\.xml$")
_EMBEDDED = re.compile(
    r"(?:^|/)embeddings/|\.(?:docx?|xls[xmb]?|pptx?|pdf|html?|mht|rtf|txt|csv|msg|eml|zip)$", re.IGNORECASE
)
_PEOPLE_ATTRIBUTES = ("author", "displayName", "userId", "initials", "name")


def properties(package: Package, source: Source, sink: Sink) -> None:
    """Author, title, company and the like: the author is personal data too."""
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

    def start(self, element: str, _: dict[str, str]) -> None:
        self._tag = element
        self._values = []

    def text(self, data: str) -> None:
        self._values.append(data)

    def end(self, element: str) -> None:
        text = "".join(self._values).strip()
        if text and element == self._tag and element in _SHOWN:
            self._sink.field(self._part, element, text)
        self._values = []


_SHOWN = frozenset(
    "creator lastModifiedBy title subject description keywords category Manager Company lpwstr lpstr contentStatus".split()
)


def links(package: Package, source: Source, sink: Sink) -> None:
    """External targets of all relationship parts: ``mailto:`` addresses, linked files."""
    for name in package.names:
        if name.endswith(".rels"):

            def start(element: str, attributes: dict[str, str]) -> None:
                if element == "Relationship" and attributes.get("TargetMode") == "External":
                    target = attributes.get("Target", "")
                    if target.startswith("mailto:"):
                        sink.field(source.part, "link", target.removeprefix("mailto:"))

            guarded(package, name, source, sink, start, lambda _: None, lambda _: None)


def embedded(package: Package, source: Source, sink: Sink) -> None:
    """Files inside the file: an xlsx in a docx, an OLE object."""
    for name in package.names:
        if _EMBEDDED.search(name):
            try:
                data = package.read(name)
            except ExtractError as error:
                sink.missed(error.reason, source.at(name, "part"))
                continue
            sink.member(source.inner(name.rpartition("/")[2], io.BytesIO(data), len(data), "object"))


def guarded(
    package: Package,
    name: str,
    source: Source,
    sink: Sink,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    *,
    raw: bool = False,
) -> None:
    """Walk one part; its errors cost the part and are named."""
    try:
        with package.open(name) as part:
            walk(part, start, end, text, limit=sink.limits.part_bytes, raw=raw)
    except ExtractError as error:
        if not (package.truncated and error.reason in (Reason.TRUNCATED, Reason.CORRUPT)):
            sink.missed(error.reason, source.at(name, "part"))
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError) as error:
        sink.missed(Reason.TRUNCATED if isinstance(error, EOFError) else Reason.CORRUPT, source.at(name, "part"))


class DrawingText:
    """Text of DrawingML (shapes, charts, SmartArt): paragraphs of ``a:t``, cached chart values, alternative text."""

    def __init__(self, part: str, sink: Sink, kind: BlockKind = BlockKind.PARAGRAPH, number: int = 0) -> None:
        self._part, self._sink, self._kind, self._number = part, sink, kind, number
        self._pieces: list[str] = []
        self._collect = False
        self._skip = 0
        self._row: list[str] | None = None
        self._cell: list[str] = []
        self._rows = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """Element start."""
        if self._skip or element == "Fallback":
            self._skip += 1
            return
        if element in ("t", "v", "text"):
            self._collect = True
        elif element in ("hlinkClick", "hlinkHover", "cNvPr", "docPr"):
            for key in ("descr", "title", "tooltip"):
                value = attribute(attributes, key)
                if value:
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
                self._sink.field(self._part, "author", value)
            self._collect = element == "author"

    def text(self, data: str) -> None:
        """Character data."""
        if self._collect and not self._skip:
            self._pieces.append(data)

    def end(self, element: str) -> None:
        """Element end: a paragraph, a cached value or a table row is complete."""
        if self._skip:
            self._skip -= 1
            return
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

    def _paragraph(self) -> None:
        text = "".join(self._pieces)
        self._pieces = []
        if self._row is not None:
            self._cell.append(text)
        elif text:
            self._sink.text(self._kind, self._part, self._number, text)
