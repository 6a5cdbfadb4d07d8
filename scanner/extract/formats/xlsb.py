"""Binary Excel workbooks (xlsb): the parts of an xlsx as BIFF12 records, MS-XLSB."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from scanner.extract.formats import clear, xlsx
from scanner.extract.formats.numberformat import BUILTIN, plain, render
from scanner.extract.formats.package import Package
from scanner.extract.formats.relations import Relations
from scanner.extract.interface import ExtractError, Sink, Source, Truncated, join
from scanner.model import Reason

_ROW, _RK, _REAL, _STRING, _SHARED, _FORMULA_STRING, _FORMULA_NUMBER = 0, 2, 5, 6, 7, 8, 9
_SST_ITEM, _FORMAT, _XF, _WORKBOOK, _SHEET, _HEADER_FOOTER, _LINK = 19, 44, 47, 153, 156, 479, 494
_CELL_XFS, _END_CELL_XFS, _AUTHOR, _COMMENT = 617, 618, 632, 637
_TELLING_KINDS = frozenset((39, 64, 343, 347, 550, 551, 1141))
"""Names, checks of what is entered, tables and their columns, links: records whose strings people write."""
_STRINGS_ONLY = re.compile(
    r"(?i)xl/(?:tables|pivotTables|pivotCache|externalLinks|queryTables|slicers?|slicerCaches)/[^/]+\.bin$"
)
_LONGEST = 64_000_000


def extract(source: Source, sink: Sink) -> None:
    """Put all rows, comments, headers and everything that xlsb keeps as XML; raises ``Truncated`` after salvage."""
    package = Package(source.file, sink)
    relations = Relations(package, source, sink)
    book = _Book(package, relations, source, sink)
    for part, path, state in xlsx.each_sheet(book.sheets(), source, sink):
        if state:
            sink.note("sheet hidden" if state == 1 else "sheet veryHidden")
        _guarded(package, path, source, sink, lambda records, part=part: book.sheet(records, part))
    for name in package.names:
        if re.match(r"xl/comments[^/]*\.bin$", name):
            _guarded(
                package, name, source, sink, lambda records: _comments(records, join(source.part, "comment"), sink)
            )
    for name in package.unopened():
        if _STRINGS_ONLY.match(name):
            _guarded(
                package, name, source, sink, lambda found, name=name: _strings(found, source.at(name, "part"), sink)
            )
    xlsx.beside(package, relations, source, sink)
    if package.truncated:
        raise Truncated("package directory is missing")


def records(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """(type, body) of every record; raises ``struct.error`` or ``Truncated`` where they end early."""
    while first := file.read(1):
        kind = first[0] & 0x7F
        if first[0] & 0x80:
            kind |= (_byte(file) & 0x7F) << 7
        size = shift = 0
        while True:
            byte = _byte(file)
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if size > _LONGEST:
            raise ExtractError("record")
        body = file.read(size)
        if len(body) < size:
            raise Truncated("record")
        yield kind, body


def _byte(file: IO[bytes]) -> int:
    byte = file.read(1)
    if not byte:
        raise Truncated("record")
    return byte[0]


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """(text, offset behind it) of a string of 16-bit units; a length of all ones is no string."""
    length = struct.unpack_from("<I", body, at)[0]
    at += 4
    if length == 0xFFFFFFFF:
        return "", at
    return body[at : at + 2 * length].decode("utf-16-le", "replace"), at + 2 * length


def _guarded(package, name, source, sink, use) -> None:  # type: ignore[no-untyped-def]
    try:
        with package.open(name) as part:
            use(records(part))
    except ExtractError as error:
        sink.missed(error.reason, source.at(name, "part"))
    except (struct.error, EOFError, OSError, ValueError, IndexError, zipfile.BadZipFile, zlib.error):
        sink.missed(Reason.CORRUPT, source.at(name, "part"))


class _Book:
    """Shared strings, number formats, the list of sheets and their cells."""

    def __init__(self, package: Package, relations: Relations, source: Source, sink: Sink) -> None:
        self._package, self._source, self._sink = package, source, sink
        self._related = relations.of("xl/workbook.bin")
        self._strings: list[str] = []
        self._formats: list[str] = []
        self._base1904 = False
        for name, use in (("xl/sharedStrings.bin", self._read_strings), ("xl/styles.bin", self._read_formats)):
            if name in package:
                _guarded(package, name, source, sink, use)

    def _read_strings(self, found: Iterator[tuple[int, bytes]]) -> None:
        for kind, body in found:
            if kind == _SST_ITEM:
                self._strings.append(_wide(body, 1)[0])

    def _read_formats(self, found: Iterator[tuple[int, bytes]]) -> None:
        custom: dict[int, str] = {}
        inside = False
        for kind, body in found:
            if kind == _FORMAT:
                custom[struct.unpack_from("<H", body)[0]] = _wide(body, 2)[0]
            elif kind in (_CELL_XFS, _END_CELL_XFS):
                inside = kind == _CELL_XFS
            elif kind == _XF and inside:
                number = struct.unpack_from("<H", body, 2)[0]
                self._formats.append(custom.get(number) or BUILTIN.get(number, "General"))

    def sheets(self) -> list[tuple[str, str, int]]:
        """(name, part, state: 0 visible, 1 hidden, 2 very hidden)."""
        found: list[tuple[str, str, int]] = []

        def use(items: Iterator[tuple[int, bytes]]) -> None:
            for kind, body in items:
                if kind == _WORKBOOK:
                    self._base1904 = bool(body[0] & 1)
                elif kind == _SHEET:
                    relation, at = _wide(body, 8)
                    known = self._related.get(relation)
                    if known is not None:
                        found.append((_wide(body, at)[0], known.target, struct.unpack_from("<I", body)[0]))
                elif kind in _TELLING_KINDS:
                    clear.wide(body, join(self._source.part, "defined name"), self._sink)

        if "xl/workbook.bin" in self._package:
            _guarded(self._package, "xl/workbook.bin", self._source, self._sink, use)
        listed = {path for _, path, _ in found}
        found += [
            (name.rpartition("/")[2].removesuffix(".bin"), name, 0)
            for name in self._package.names
            if re.match(r"xl/(?:work|macro|dialog)sheets/[^/]+\.bin$", name) and name not in listed
        ]
        return found

    def sheet(self, found: Iterator[tuple[int, bytes]], part: str) -> None:
        """Put the rows of one sheet."""
        row = 0
        cells: list[tuple[int, str]] = []
        try:
            for kind, body in found:
                if kind == _ROW:
                    self._sink.row(part, row, cells)
                    row, cells = struct.unpack_from("<I", body)[0] + 1, []
                elif _RK <= kind <= _FORMULA_NUMBER:
                    text = self._value(kind, body)
                    if text:
                        cells.append((struct.unpack_from("<I", body)[0] + 1, text))
                elif kind == _HEADER_FOOTER:
                    at = 2
                    while at + 4 <= len(body):
                        text, at = _wide(body, at)
                        plain_text = re.sub(r'&(?:"[^"]*"|[A-Z]|[0-9]+)', " ", text)
                        self._sink.field(join(part, "header/footer"), "", plain_text)
                elif kind == _LINK:
                    at = 16
                    for _ in range(4):
                        text, at = _wide(body, at)
                        if not text.startswith("rId"):
                            self._sink.field(part, "link", text)
                elif kind in _TELLING_KINDS:
                    clear.wide(body, join(part, "validation"), self._sink)
        finally:  # also the row that was open when the file ended or had used up what it may cost
            self._sink.row(part, row, cells)

    def _value(self, kind: int, body: bytes) -> str:
        if kind in (_STRING, _FORMULA_STRING):
            return _wide(body, 8)[0]
        if kind == _SHARED:
            index = struct.unpack_from("<I", body, 8)[0]
            return self._strings[index] if index < len(self._strings) else ""
        if kind == _RK:
            packed = struct.unpack_from("<I", body, 8)[0]
            number = (
                struct.unpack("<i", struct.pack("<I", packed))[0] >> 2
                if packed & 2
                else struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", packed & 0xFFFFFFFC))[0]
            )
            number = number / 100 if packed & 1 else number
        elif kind in (_REAL, _FORMULA_NUMBER):
            number = struct.unpack_from("<d", body, 8)[0]
        else:
            return ""
        style = int.from_bytes(body[4:7], "little")
        code = self._formats[style] if style < len(self._formats) else "General"
        return plain(repr(number)) if code == "General" else render(repr(number), code, base1904=self._base1904)


def _strings(found: Iterator[tuple[int, bytes]], part: str, sink: Sink) -> None:
    for _, body in found:
        clear.wide(body, part, sink)


def _comments(found: Iterator[tuple[int, bytes]], part: str, sink: Sink) -> None:
    for kind, body in found:
        if kind == _AUTHOR:
            sink.field(part, "author", _wide(body, 0)[0])
        elif kind == _COMMENT:
            sink.field(part, "", _wide(body, 1)[0])
