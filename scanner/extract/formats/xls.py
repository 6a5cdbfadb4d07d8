"""Excel 97-2003 (xls): cells by xlrd, headers, footers and text boxes by our own walk over the records."""

from __future__ import annotations

import codecs
import io
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count, islice, product
from typing import Any

from scanner.extract import charsets
from scanner.extract.formats import clear, officeart, recompound, xlscharts, xlslinks
from scanner.extract.formats import ole as ole_files
from scanner.extract.formats.numberformat import plain, render
from scanner.extract.interface import Encrypted, ExtractError, Sink, Source, join
from scanner.model import Reason

_WITH_STRINGS = {
    0x1BE: "validation",
    0xAF: "scenario",
    0x1B8: "link",
    0xCD: "pivot item",
    0xDC: "external data",
    0x5C: "user",
    0x06: "formula",
}
"""Records whose strings people write; their structure is not needed to read them."""
_FOLLOWED = frozenset(
    (
        0xFC,
        0xFD,
        0x204,
        0x207,
        0x203,
        0x27E,
        0xBD,
        0xBE,
        0x201,
        0xD6,
        0x205,
        0x41E,
        0x85,
        0x14,
        0x15,
        0xEB,
        0x3C,
        0x1B6,
        0x1C,
    )
)
"""Records that are read for what they are: strings, cells, formats, sheets, headers, text boxes, notes, pictures."""
_APPEARANCE = frozenset(
    (0x31, 0x231, 0x293, 0x896, 0x892, 0x88D, 0x88E, 0x87D, 0x87C, 0xE0, 0x26, 0x4D, 0xA1, 0x1026, 0x89B)
)
"""Fonts, styles, themes, printers."""
_DOUBTED = frozenset((None, 367, 1252, 10001, 32768, 32769))
"""Code pages that say nothing: none, ASCII, Windows in the West, Macintosh."""
_SMALLEST = 8
_BEGIN, _SINCE_5, _CODEPAGE, _BIFF8 = 0x09, 8, 0x42, 0x600
_EACH = "sekisho_each"
"""Name of the codec that reads each string in what it is written in."""
_FILEPASS, _HEADER, _FOOTER, _CONTINUE, _TXO, _DRAWINGS = 0x2F, 0x14, 0x15, 0x3C, 0x1B6, 0xEB


def extract(source: Source, sink: Sink) -> None:
    """Put all rows of all sheets; raises ``Encrypted`` for password-protected files."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    stream = _workbook_stream(data, sink)
    if not stream:
        raise ExtractError("no workbook")
    if any(kind == _FILEPASS for kind, _ in islice(_records(stream), 50)):
        raise Encrypted("xls")
    # ragged: a cell in the last column of every row must not make 16 million
    options: dict[str, Any] = {"logfile": _Nowhere(), "on_demand": True, "ragged_rows": True}
    book = _book((stream, xlslinks.without(stream)), options, _codec(stream))
    if book is None:
        _second_try(stream, source, sink)
        return
    read: set[int] = set()
    for index in range(book.nsheets):
        place = book._sh_abs_posn[index]
        if place in read:  # many names for one sheet: it is read once
            sink.field(source.part, "sheet", book.sheet_names()[index])
            continue
        read.add(place)
        try:
            _sheet(book, index, source, sink)
        except (MemoryError, ExtractError):
            raise
        except (
            Exception
        ):  # the library raises whatever Python raises on a broken record; it costs what stands beside the cells
            _second_try(stream, source, sink, index)
    sink.field(join(source.part, "properties"), "user", book.user_name or "")
    _extras(_records(stream), source, sink)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        import olefile

        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            ole_files.properties(ole, source, sink)
            ole_files.objects(ole, source, sink)
    _pictures(stream, source, sink)


def _book(ways: tuple[bytes, ...], options: dict[str, Any], codec: str | None) -> Any:
    """The workbook as xlrd opens it, or ``None``. Names, links and formats may be damaged where the cells can still be read."""
    import xlrd

    for data, more in product(ways, ({"formatting_info": True}, {})):
        try:
            return xlrd.open_workbook(file_contents=data, encoding_override=codec, **options, **more)
        except MemoryError:
            raise
        except Exception:  # noqa: S112  # the library raises whatever Python raises on a broken file
            continue
    return None


def _codec(stream: bytes) -> str | None:
    """The codec of the strings where the file does not say it, or says what is doubted: before Excel 97 a file has a code page,
    and Japanese ones have a wrong one. Then each string is read in what it is written in."""
    version, page = 0, None
    for kind, body in islice(_records(stream), 100):
        if kind & 0xFF == _BEGIN and not version:
            version = struct.unpack_from("<H", body)[0] if kind >> 8 == _SINCE_5 and len(body) >= 2 else 1
        elif kind == _CODEPAGE and len(body) >= 2:
            page = struct.unpack_from("<H", body)[0]
    if not version or version >= _BIFF8 or page not in _DOUBTED:
        return None
    codecs.register(_doubted)
    return _EACH


def _doubted(name: str) -> codecs.CodecInfo | None:
    if name != _EACH:
        return None
    return codecs.CodecInfo(
        encode=lambda text, errors="strict": (text.encode("cp932", errors), len(text)),
        decode=lambda data, errors="strict": (charsets.by_codec(bytes(data), ""), len(data)),
        name=_EACH,
    )


def _sheet(book, index, source, sink) -> None:  # type: ignore[no-untyped-def]
    import xlrd

    sheet = book.sheet_by_index(index)
    part = source.at(sheet.name, "sheet", sheet.number + 1)
    sink.entitled(part, sheet.name)
    for row in range(sheet.nrows):
        cells: list[tuple[int, str]] = []
        for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
            if kind == xlrd.XL_CELL_TEXT:
                cells.append((column + 1, value))
            elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                code = "General"
                if book.formatting_info:
                    style = book.xf_list[sheet.cell_xf_index(row, column)]
                    known = book.format_map.get(style.format_key)
                    code = (known.format_str if known else None) or "General"
                cells.append((column + 1, render(repr(value), code, base1904=bool(book.datemode))))
        sink.row(part, row + 1, cells)
    for (row, column), note in sheet.cell_note_map.items():
        sink.field(join(part, f"comment R{row + 1}C{column + 1}"), "text", note.text)
        sink.field(join(part, f"comment R{row + 1}C{column + 1}"), "author", note.author or "")
    book.unload_sheet(index)


def _second_try(stream: bytes, source: Source, sink: Sink, only: int | None = None) -> None:
    """Another library reads much of what the first refuses, without formats and what stands beside cells: that is told. ``only``:
    the one sheet that is read so."""
    from python_calamine import CalamineWorkbook

    with _refusing():
        book = CalamineWorkbook.from_filelike(io.BytesIO(recompound.compound("Workbook", stream)))
        names = book.sheet_names
    for index, name in enumerate(names):
        if only is not None and index != only:
            continue
        part = source.at(name, "sheet", index + 1)
        sink.entitled(part, name)
        try:
            with _refusing():
                rows = book.get_sheet_by_index(index).iter_rows()
            for number in count(1):
                with _refusing():
                    row = next(rows, None)
                if row is None:
                    break
                sink.row(part, number, ((c, _shown(value)) for c, value in enumerate(row, 1)))
        except ExtractError:
            sink.missed(Reason.CORRUPT, part)
    sink.missed(Reason.CORRUPT, join(source.part, "formats"))


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever the library raises for a file that is no workbook is ``ExtractError``: also its panics, which are no ``Exception``."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        raise ExtractError(type(error).__name__) from None
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise ExtractError("panic") from None


def _shown(value: object) -> str:
    return plain(repr(value)) if isinstance(value, float) else str(value)


def _pictures(stream: bytes, source: Source, sink: Sink) -> None:
    """What is drawn on the sheets stands in one record that goes on in others."""
    pieces: list[bytes] = []
    inside = False
    for kind, body in _records(stream):
        inside = kind == _DRAWINGS or (inside and kind == _CONTINUE)
        if inside:
            pieces.append(body)
    if pieces:
        officeart.blips(b"".join(pieces), source, sink)


def _workbook_stream(data: bytes, sink: Sink) -> bytes:
    """The records: those of the file itself, or all of a workbook that was embedded as an object."""
    import olefile

    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return data
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        for name in ("Workbook", "Book"):
            if ole.exists(name):
                return ole_files.stream(ole, name, sink)
    return b""


class _Nowhere:
    """Where the library's remarks on a damaged file go: there may be millions."""

    def write(self, _: str) -> None:
        return None

    def flush(self) -> None:
        return None


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _extras(records: Iterable[tuple[int, bytes]], source: Source, sink: Sink) -> None:
    after_box = False
    said: set[str] = set()
    links, charts, version = xlslinks.Links(source, sink), xlscharts.Charts(source, sink), 0
    for kind, body in records:
        if kind & 0xFF == _BEGIN and len(body) >= 2:
            version = struct.unpack_from("<H", body)[0]
        if version >= _BIFF8 and (links.take(kind, body) or charts.take(kind, body)):
            continue
        if kind in (_HEADER, _FOOTER) and len(body) > 3:
            sink.field(join(source.part, "header/footer"), "", _unicode(body[2:]))
        elif kind == _CONTINUE and after_box and len(body) > 1:
            sink.field(join(source.part, "text box"), "", _unicode(body))
        elif kind in _WITH_STRINGS:
            clear.wide(body, join(source.part, _WITH_STRINGS[kind]), sink, said=said)
        elif len(body) >= _SMALLEST and kind not in _FOLLOWED and kind not in _APPEARANCE:
            clear.wide(body, join(source.part, "record"), sink, noisy=True, said=said)
        after_box = kind == _TXO


def _unicode(body: bytes) -> str:
    """A BIFF8 string behind its option byte: UTF-16 or Latin-1."""
    return body[1:].decode("utf-16-le", "replace") if body[0] & 1 else body[1:].decode("latin-1")
