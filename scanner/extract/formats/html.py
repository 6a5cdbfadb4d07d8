"""html and xhtml: text, tables as rows, titles, links, alternative text."""

from __future__ import annotations

import re

from scanner.extract import encoding
from scanner.extract.charsets import NAMES
from scanner.extract.formats.tagsoup import Scanner
from scanner.extract.interface import Sink, Source, join
from scanner.model import BlockKind

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE
)
_BLOCKS = frozenset(
    "p div br li ul ol h1 h2 h3 h4 h5 h6 section article header footer form fieldset dt dd pre blockquote hr option title label legend address main nav figure figcaption".split()
)
_READING = frozenset("rt rp b i u span font em strong small a".split())
"""Ends of these leave a reading (ruby) open."""
_SHOWN_ATTRIBUTES = ("alt", "title", "value", "placeholder", "content", "aria-label")


def extract(source: Source, sink: Sink) -> None:
    """Put the text; the charset that the page states is believed only where it decodes."""
    source.file.seek(0)
    raw = source.file.read(sink.limits.part_bytes)
    Reader(source.part, sink).read(_decoded(source, raw))


def _decoded(source: Source, raw: bytes) -> str:
    stated = _CHARSET.search(raw[:4096])
    if stated and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = NAMES.get(stated[1].decode("ascii").lower())
        if codec == "iso2022_jp":
            return encoding.decode(raw, codec)
        if codec:
            try:
                return raw.decode(codec)
            except UnicodeDecodeError:
                pass
    return encoding.decode(raw, encoding.detect(source.file))


class Reader:
    """Collects running text into lines and table cells into rows. Depth is counted, never recursed."""

    def __init__(self, part: str, sink: Sink) -> None:
        self._part, self._sink = part, sink
        self._pieces: list[str] = []
        self._number = 0
        self._hidden = ""
        self._tables: list[list[object]] = []
        self._table_number = 0

    def read(self, page: str) -> None:
        """Put the text of a decoded page."""
        try:
            Scanner(self._start, self._end, self._text).scan(page)
        finally:
            while self._tables:
                self._row_end()
                self._tables.pop()
            self._line()

    def _start(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        if tag in ("script", "style", "rt", "rp"):
            self._hidden = tag
            return
        if self._hidden in ("rt", "rp") and (tag in _BLOCKS or tag in ("rb", "ruby", "table", "tr", "td", "th")):
            self._hidden = ""  # a reading ends with its word, also where its end tag is left out
        for name, value in attrs:
            if value and (name in _SHOWN_ATTRIBUTES or (name == "href" and value.startswith("mailto:"))):
                self._sink.text(
                    BlockKind.LINE, join(self._part, f"{tag}@{name}"), self._number + 1, value.removeprefix("mailto:")
                )
        if tag == "table":
            self._line()
            self._table_number += 1
            if len(self._tables) < 100:
                self._tables.append([self._table_number, 0, None])
        elif tag == "tr" and self._tables:
            self._row_end()
            self._tables[-1][2] = []
        elif tag in ("td", "th") and self._tables:
            self._cell_end()
            if self._tables[-1][2] is None:
                self._tables[-1][2] = []
        elif tag in _BLOCKS:
            self._line()

    def _end(self, tag: str) -> None:
        if tag == self._hidden or (self._hidden in ("rt", "rp") and tag not in _READING):
            self._hidden = ""
        if tag == "ruby":
            return
        if tag in ("td", "th"):
            self._cell_end()
        elif tag == "tr":
            self._row_end()
        elif tag == "table" and self._tables:
            self._row_end()
            self._tables.pop()
        elif tag in _BLOCKS:
            self._line()

    def _text(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(data)

    def _line(self) -> None:
        if self._tables and self._tables[-1][2] is not None:
            self._pieces.append("\n")
            return
        text = re.sub(r"[ \t\r\n]+", " ", "".join(self._pieces)).strip()
        self._pieces = []
        if text:
            self._number += 1
            self._sink.text(BlockKind.LINE, self._part, self._number, text)

    def _cell_end(self) -> None:
        text = re.sub(r"[ \t\r\n]+", " ", "".join(self._pieces)).strip()
        cells = self._tables[-1][2] if self._tables else None
        if isinstance(cells, list) and (text or self._pieces):
            cells.append(text)
            self._pieces = []

    def _row_end(self) -> None:
        if not self._tables:
            return
        self._cell_end()
        number, row, cells = self._tables[-1]
        if isinstance(cells, list) and isinstance(row, int):
            self._tables[-1][1] = row + 1
            self._sink.row(join(self._part, f"table {number}"), row + 1, enumerate(cells, 1))
        self._tables[-1][2] = None
