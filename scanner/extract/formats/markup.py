"""xml of any kind (exports, FreeMind maps): text of elements and values of attributes."""

from __future__ import annotations

import io
import re

from scanner.extract import encoding, values
from scanner.extract.formats import remainder, text
from scanner.extract.formats.xmlwalk import walk
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import BlockKind

_CARRYING = re.compile(r"\s*data:[\w/+.;=-]*,\s*[A-Za-z0-9+/\s]{24,}={0,2}\s*$")
_RUNS = re.compile(
    "mso-application|schemas.microsoft.com/office/word|schemas.openxmlformats.org/(?:wordprocessingml|drawingml)|<svg"
)
"""Documents whose words are divided over elements."""
_INLINE = frozenset("r t rPr tspan span b i u s em strong a sub sup proofErr bookmarkStart bookmarkEnd".split())
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def without_declaration(text: str) -> str:
    """The text without mark and declaration, whose encoding no longer holds once it has been decoded."""
    return _DECLARATION.sub("", text.removeprefix("\ufeff"))


def extract(source: Source, sink: Sink) -> None:
    """Put all text; what is not well formed is read as plain text from its beginning."""
    codec = encoding.detect(source.file)
    whole = without_declaration(encoding.decode(source.file.read(sink.limits.part_bytes), codec))
    reader = _Reader(source, sink, joined=_RUNS.search(whole[:8192]) is not None)
    left: list[bytes] = []
    try:
        walk(
            io.BytesIO(whole.encode("utf-8", "replace")),
            reader.start,
            reader.end,
            reader.text,
            limit=sink.limits.part_bytes,
            aside=reader.aside,
            rest=left.append,
        )
    except ExtractError:
        if not reader.number:
            text.extract(source, sink)
            return
        reader.end("")
        for data in left:
            remainder.put(data, source.part, sink, apart=True)
        raise


class _Reader:
    def __init__(self, source: Source, sink: Sink, *, joined: bool) -> None:
        self._source, self._part, self._sink = source, source.part, sink
        self._inline = _INLINE if joined else frozenset()
        self._pieces: list[str] = []
        self._tag = ""
        self.number = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element not in self._inline:
            self._flush()
            self._tag = element
        for name, value in attributes.items():
            if not name.startswith("xmlns"):
                self._put(name.rpartition(":")[2], value)

    def aside(self, data: str) -> None:
        """A comment or an instruction for a program."""
        if data.strip() and not data.lstrip().startswith(("href=", "progid=")):
            self._put("", data.strip())

    def text(self, data: str) -> None:
        self._pieces.append(data)

    def end(self, element: str) -> None:
        if element not in self._inline:
            self._flush()
            self._tag = ""

    def _flush(self) -> None:
        value = "".join(self._pieces).strip()
        self._pieces = []
        if value:
            self._put(self._tag, value)

    def _put(self, name: str, value: str) -> None:
        for shown in values.value(value, self._source, self._sink):
            if _CARRYING.match(shown):
                continue  # what it carries has been read
            self.number += 1
            self._sink.text(BlockKind.LINE, self._part, self.number, f"{name}: {shown}" if name else shown)
