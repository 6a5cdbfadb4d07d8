"""xml of any kind (exports, FreeMind maps): text of elements and values of attributes."""

from __future__ import annotations

import io
import re

from scanner.extract import encoding, values
from scanner.extract.formats import remainder, text
from scanner.extract.formats.xmlwalk import walk
from scanner.extract.interface import ExtractError, Sink, Source

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
        for data in left:
            remainder.put(data, source.part, sink, apart=True)
        raise
    finally:
        reader.close()


class _Reader:
    def __init__(self, source: Source, sink: Sink, *, joined: bool) -> None:
        self._part = source.part
        self._inline = _INLINE if joined else frozenset()
        self._lines = values.Lines(source, sink, _CARRYING)
        self._labels: dict[str, str] = {}
        """Name of an element or attribute → how its values begin; empty for those of declarations."""
        self._pieces: list[str] = []
        self._tag = ""

    @property
    def number(self) -> int:
        """Values so far."""
        self.end("")
        self._lines.put()
        return self._lines.number

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element not in self._inline:
            if self._pieces:
                self._flush()
            self._tag = element
        for name, value in attributes.items():
            label = self._labels.get(name)
            if label is None:
                known = "" if name.startswith("xmlns") else f"{name.rpartition(':')[2]}: "
                label = self._labels[name] = known
            if label:
                self._lines.add(self._part, label, value)

    def aside(self, data: str) -> None:
        """A comment or an instruction for a program."""
        if data.strip() and not data.lstrip().startswith(("href=", "progid=")):
            self._lines.add(self._part, "", data.strip())

    def text(self, data: str) -> None:
        self._pieces.append(data)

    def end(self, element: str) -> None:
        if element not in self._inline:
            if self._pieces:
                self._flush()
            self._tag = ""

    def _flush(self) -> None:
        value = "".join(self._pieces).strip()
        self._pieces.clear()
        if value:
            self._lines.add(self._part, f"{self._tag}: " if self._tag else "", value)

    def close(self) -> None:
        """Put what waits."""
        self.end("")
        self._lines.put()
