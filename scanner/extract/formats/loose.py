"""What no reader knows of a document: elements, attributes and whole parts that are read all the same.

Office formats grow a part a year, and programs put texts into elements that nobody expects. So a reader of parts gives whatever it
does not know itself to ``Values``; what is in a part that no reader knows goes through ``part``. Both have no finer place than that.
"""

from __future__ import annotations

import io
import re

from scanner.extract import values
from scanner.extract.formats.guarded import guarded
from scanner.extract.formats.package import Package
from scanner.extract.formats.xmlwalk import walk
from scanner.extract.interface import ExtractError, Sink, Source, join
from scanner.extract.telling import telling

TEXT_OF_PEOPLE = re.compile("[ぁ-んァ-ヶ一-龥々ｦ-ﾝ]|@|^[^0-9A-Za-z]*[0-9(+][0-9 ()\\-]{8,16}[0-9][^0-9A-Za-z]*$")
"""Japanese, an address, or a number of the length of a telephone number or My Number and nothing else."""
_INLINE = frozenset("t r span font b i u s em strong sub sup run rPr pPr a".split())
_APPEARANCE = frozenset(
    "typeface ascii eastAsia hAnsi cs font-family font-family-asian font-family-complex font-name font-name-asian font-name-complex"
    " name-asian style-name display-name parent-style-name next-style-name list-style-name master-page-name data-style-name"
    " text-style-name page-layout-name page-style-name class-names default-cell-style-name apply-style-name"
    " presentation-page-layout-name font-style-name control".split()
)
"""Attributes that name fonts and styles."""
_STYLES = frozenset(
    "rFonts pStyle rStyle tblStyle rFont font latin ea sym buFont font-face style default-style list-style page-layout master-page"
    " cellStyle tableStyle tableStyleInfo font-decls gradient hatch marker stroke-dash fill-image data-style cSld".split()
)
"""Elements whose attributes are such names."""
_NUMBERED = re.compile(
    r"[^\s0-9][^0-9]{0,30}[ :：][0-9]{1,5}|(?:枠|画像|表|図形|図|オブジェクト|テキスト|線|グラフ|目次|索引|箇条書き?)[0-9]{1,5}"
)
"""Names that programs give to what is drawn: ``テキスト ボックス 3``, ``画像1``."""
_MOST_SAID = 20_000


def numbered(name: str) -> bool:
    """Whether a name is one that a program has given: ``図 3``, ``情報 1``."""
    return _NUMBERED.fullmatch(name) is not None


class Values:
    """Takes what a reader of a part does not know itself, and puts what may tell a person: once each."""

    def __init__(self, part: str, sink: Sink) -> None:
        self._part, self._sink = part, sink
        self._said: set[str] = set()
        self._dull: set[str] = set()

    def take(self, element: str, attributes: dict[str, str]) -> None:
        """The attributes of an element. Most of their values stand in a document by the thousands."""
        dull = self._dull
        for key, value in attributes.items():
            if value in dull:
                continue
            if not telling(value):
                if len(dull) < _MOST_SAID:
                    dull.add(value)
            else:
                name = key.rpartition(":")[2]
                if name in _APPEARANCE or element in _STYLES or key.startswith("xmlns"):
                    continue
                if not (name == "name" and numbered(value)):
                    self.say(value, element, name)

    def other(self, text: str) -> None:
        """Letters that stand where none are expected; also a comment or an instruction for programs."""
        if telling(text):
            self.say(text.strip())

    def say(self, value: str, element: str = "", name: str = "") -> None:
        """Put a value that was not put yet."""
        if value not in self._said:
            self.known(value)
            self._sink.field(join(self._part, element), name, value)

    def known(self, value: str) -> None:
        """Take note of a value that the reader has put itself."""
        if len(self._said) < _MOST_SAID:
            self._said.add(value)


class _Part:
    """Text of a part by block: what stands between two elements that are not inline."""

    def __init__(self, source: Source, part: str, sink: Sink, *, quiet: bool) -> None:
        self._source, self._part, self._sink = source, part, sink
        self._values = Values(part, sink)
        self._quiet = quiet
        self._pieces: list[str] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element not in _INLINE:
            self.flush()
        if self._quiet:
            self._values.take(element, attributes)
            return
        for key, value in attributes.items():
            name = key.rpartition(":")[2]
            if name not in _APPEARANCE and not key.startswith("xmlns"):
                if TEXT_OF_PEOPLE.search(value) or telling(value):
                    self._sink.field(join(self._part, element), name, value)

    def text(self, data: str) -> None:
        self._pieces.append(data)

    def aside(self, data: str) -> None:
        self._values.other(data)

    def end(self, element: str) -> None:
        if element not in _INLINE:
            self.flush()

    def flush(self) -> None:
        """Put what was collected."""
        text = "".join(self._pieces).strip()
        self._pieces = []
        if self._quiet:
            self._values.other(text)
        elif text and (not text.isdigit() or TEXT_OF_PEOPLE.search(text)):
            for shown in values.value(text, self._source, self._sink):
                self._sink.field(self._part, "", shown)


def part(package: Package, name: str, source: Source, sink: Sink, *, quiet: bool = False) -> None:
    """Put one xml part; of a ``quiet`` one only what may tell a person: it holds settings, digests and the like."""
    if not package.size(name):
        return
    label = name.rpartition("/")[2].rpartition(".")[0].rstrip("0123456789")
    reader = _Part(source, join(source.part, label), sink, quiet=quiet)
    if name.lower().endswith(".vml"):
        _drawing(package, name, source, sink, reader)
        return
    try:
        guarded(package, name, source, sink, reader.start, reader.end, reader.text, aside=reader.aside)
    finally:
        reader.flush()


_UNCLOSED = re.compile(rb"<(br|hr|img)\b([^<>]*?)(?<!/)>", re.IGNORECASE)
_CONDITION = re.compile(rb"<!\[(?!CDATA\[)[^<>]*\]>")
"""``<![if gte mso 9]>`` and its end: what stands between them is what Office shows."""


def _drawing(package: Package, name: str, source: Source, sink: Sink, reader: _Part) -> None:
    """Excel and PowerPoint write html into their old drawings, with elements that nobody closes and conditions for browsers."""
    try:
        data = _CONDITION.sub(b"", _UNCLOSED.sub(rb"<\1\2/>", package.read(name)))
        walk(io.BytesIO(data), reader.start, reader.end, reader.text, limit=sink.limits.part_bytes)
    except ExtractError as error:
        sink.missed(error.reason, source.at(name, "part"))
    finally:
        reader.flush()
