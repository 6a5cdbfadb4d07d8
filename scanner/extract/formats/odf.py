"""OpenDocument (odt, ods, odp and their templates): body, headers, footers, notes, comments, deletions, tables."""

from __future__ import annotations

import binascii
import io
import re

from scanner.extract.formats import leftover, loose
from scanner.extract.formats.guarded import guarded
from scanner.extract.formats.numberformat import plain
from scanner.extract.formats.package import Package
from scanner.extract.formats.xmlwalk import attribute, count, walk
from scanner.extract.interface import Encrypted, Sink, Source, Truncated, join
from scanner.extract.telling import telling
from scanner.model import BlockKind, Reason
from scanner.places import named

_SHOWN_SO = frozenset("value string-value date-value time-value boolean-value".split())
"""Attributes of a cell whose value its text shows."""
_ROUNDED = re.compile(r"-?[0-9.,]+E[+-]?[0-9]+")
"""A number shown with an exponent: the cell's own value says more."""
_PROPERTIES = frozenset("creator initial-creator title subject description keyword user-defined printed-by".split())


_HARMLESS = re.compile(leftover.HARMLESS.pattern + r"|(?:^|/)(?:meta|settings)\.xml$")
"""Also the settings of the window and what may not begin a line; of an embedded object its own properties."""


def extract(source: Source, sink: Sink) -> None:
    """Put all text; raises ``Encrypted`` for protected packages, ``Truncated`` after salvage of a cut file."""
    package = Package(source.file, sink)
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Encrypted("odf")
    for name, label in (("content.xml", ""), ("styles.xml", "header/footer")):
        if name in package:
            _content(package, name, label, source, sink)
    if "meta.xml" in package:
        meta = _Meta(join(source.part, "properties"), sink)
        guarded(package, "meta.xml", source, sink, meta.start, meta.end, meta.text)
    for name in package.names:
        if name.endswith("/content.xml"):
            _content(package, name, name.removesuffix("/content.xml"), source, sink)
    leftover.rest(package, source, sink, harmless=_HARMLESS)
    if package.truncated:
        raise Truncated("package directory is missing")


def extract_flat(source: Source, sink: Sink) -> None:
    """A document in one xml file (fodt, fods, fodp)."""
    source.file.seek(0)
    reader = _Content(source.part, source, sink)
    try:
        walk(source.file, reader.start, reader.end, reader.text, limit=sink.limits.part_bytes)
    finally:
        reader.close()


def _content(package: Package, name: str, label: str, source: Source, sink: Sink) -> None:
    reader = _Content(join(source.part, label), source, sink)
    try:
        guarded(package, name, source, sink, reader.start, reader.end, reader.text, aside=reader.aside)
    finally:  # also what was open when the file had used up what it may cost
        reader.close()


class _Meta:
    def __init__(self, part: str, sink: Sink) -> None:
        self._part, self._sink = part, sink
        self._tag = ""
        self._pieces: list[str] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        self._tag, self._pieces = element, []
        name = attribute(attributes, "name")
        if element == "user-defined" and telling(name) and not loose.numbered(name):
            self._sink.field(self._part, "name", name)

    def text(self, data: str) -> None:
        self._pieces.append(data)

    def end(self, element: str) -> None:
        if element == self._tag and element in _PROPERTIES:
            self._sink.field(self._part, element, "".join(self._pieces))


class _Content:
    """Paragraphs may nest (frames, notes, comments); cells hold paragraphs."""

    def __init__(self, part: str, source: Source, sink: Sink) -> None:
        self._part, self._source, self._sink = part, source, sink
        self._values = loose.Values(part, sink)
        self._paragraphs: list[list[str]] = []
        self._binary: list[str] | None = None
        """Base64 of a picture in a flat document."""
        self._reading: list[str] | None = None
        """Letters of a reading: they do not stand in the line."""
        self._number = 0
        self._tables: list[dict[str, object]] = []
        self._title: list[str] | None = None
        self._value = ""
        self._tables_seen = 0
        self._table = "table"
        """What a table of this document is called: a sheet in a workbook."""

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element == "binary-data":
            self._binary = []
        elif element == "ruby-text":
            self._reading = []
        elif element in ("p", "h"):
            self._paragraphs.append([])
            self._number += 1
        elif element == "s" and self._paragraphs:
            self._paragraphs[-1].append(" " * (count(attribute(attributes, "c"), 100) or 1))
        elif element == "tab" and self._paragraphs:
            self._paragraphs[-1].append("\t")
        elif element == "line-break" and self._paragraphs:
            self._paragraphs[-1].append("\n")
        elif element == "table":
            self._tables_seen += 1
            name = attribute(attributes, "name")
            part = join(self._part, named(name, self._table, self._tables_seen))
            self._sink.entitled(part, name)
            self._tables.append({"part": part, "row": 0, "cells": [], "column": 0, "cell": None, "repeat": 1})
        elif element == "spreadsheet":
            self._table = "sheet"
        elif element == "table-row" and self._tables:
            table = self._tables[-1]
            table.update(cells=[], column=0, repeat=_repeat(attributes, "number-rows-repeated"))
        elif element in ("table-cell", "covered-table-cell") and self._tables:
            self._tables[-1].update(cell=[], columns=_repeat(attributes, "number-columns-repeated"))
            self._value = (
                attribute(attributes, "value")
                or attribute(attributes, "date-value")
                or attribute(attributes, "string-value")
            )
        elif element in ("title", "desc"):
            self._title = []
        elif element in ("content-validation", "help-message", "error-message"):
            for key in ("condition", "title"):
                value = attribute(attributes, key)
                if value and (key == "title" or '"' in value):
                    self._sink.field(join(self._part, "validation"), key, value)
        elif element == "a":
            target = attribute(attributes, "href")
            if target.startswith("mailto:"):
                self._values.known(target)
                self._sink.field(self._part, "link", target.removeprefix("mailto:"))
        if attributes:
            if element in ("table-cell", "covered-table-cell"):
                attributes = {k: v for k, v in attributes.items() if k.rpartition(":")[2] not in _SHOWN_SO}
            if element != "table":
                self._values.take(element, attributes)

    def aside(self, data: str) -> None:
        """A comment or an instruction for programs."""
        self._values.other(data)

    def text(self, data: str) -> None:
        if self._binary is not None:
            self._binary.append(data)
        elif self._reading is not None:
            self._reading.append(data)
        elif self._title is not None:
            self._title.append(data)
        elif self._paragraphs:
            self._paragraphs[-1].append(data)
        elif data.strip():
            self._sink.text(BlockKind.PARAGRAPH, self._part, self._number, data)

    def end(self, element: str) -> None:
        if element == "binary-data" and self._binary is not None:
            self._picture("".join(self._binary))
            self._binary = None
        elif element == "ruby-text" and self._reading is not None:
            self._sink.field(self._part, "reading", "".join(self._reading))
            self._reading = None
        elif element in ("p", "h") and self._paragraphs:
            text = "".join(self._paragraphs.pop())
            cell = self._tables[-1]["cell"] if self._tables else None
            if isinstance(cell, list) and not self._paragraphs:
                cell.append(text)
            else:
                self._sink.text(BlockKind.PARAGRAPH, self._part, self._number, text)
        elif element in ("title", "desc") and self._title is not None:
            self._sink.text(BlockKind.PARAGRAPH, join(self._part, "alt text"), self._number, "".join(self._title))
            self._title = None
        elif element in ("table-cell", "covered-table-cell") and self._tables:
            self._close_cell()
        elif element == "table-row" and self._tables:
            table = self._tables[-1]
            table["row"] = int(str(table["row"])) + 1
            self._sink.row(str(table["part"]), int(str(table["row"])), table["cells"])  # type: ignore[arg-type]
            table["row"] = int(str(table["row"])) + int(str(table["repeat"])) - 1
        elif element == "table" and self._tables:
            self._tables.pop()

    def _picture(self, encoded: str) -> None:
        try:
            data = binascii.a2b_base64(encoded + "==")  # its end may lack its padding
        except binascii.Error:
            self._sink.missed(Reason.CORRUPT, join(self._part, "picture"))
            return
        self._sink.member(self._source.inner("picture", io.BytesIO(data), len(data), "picture"))

    def close(self) -> None:
        """Put what a cut part left open."""
        for pieces in self._paragraphs:
            self._sink.text(BlockKind.PARAGRAPH, self._part, self._number, "".join(pieces))
        for table in self._tables:
            cells = table["cells"]
            if isinstance(cells, list):
                self._sink.row(str(table["part"]), int(str(table["row"])) + 1, cells)

    def _close_cell(self) -> None:
        table = self._tables[-1]
        cell, cells = table["cell"], table["cells"]
        repeat, column = int(str(table.get("columns", 1))), int(str(table["column"]))
        if isinstance(cell, list) and isinstance(cells, list):
            text = "\n".join(cell) or self._value
            if _ROUNDED.fullmatch(text) and self._value:
                text = plain(self._value)
            if text:
                cells += [(column + 1 + k, text) for k in range(min(repeat, 1 if not text.strip() else 8))]
        table.update(column=column + repeat, cell=None)
        self._value = ""


def _repeat(attributes: dict[str, str], name: str) -> int:
    return count(attribute(attributes, name)) or 1
