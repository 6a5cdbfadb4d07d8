"""Excel 97-2003 (xls): cells by xlrd, headers, footers and text boxes by our own walk over the records."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from scanner.extract.formats import officeart
from scanner.extract.formats import ole as ole_files
from scanner.extract.formats.numberformat import plain, render
from scanner.extract.interface import Encrypted, ExtractError, Sink, Source, join
from scanner.model import Reason

_WITH_STRINGS = {
    0x18: "defined name",
    0x1BE: "validation",
    0xAF: "scenario",
    0x1B8: "link",
    0xCD: "pivot item",
    0xDC: "external data",
    0x1AE: "external book",
}
"""Records whose strings people write; their structure is not needed to read them."""
_DOUBTED = frozenset((None, 367, 1252, 10001, 32768, 32769))
"""Code pages that say nothing: none, ASCII, Windows in the West, Macintosh."""
_FILEPASS, _HEADER, _FOOTER, _CONTINUE, _TXO, _DRAWINGS = 0x2F, 0x14, 0x15, 0x3C, 0x1B6, 0xEB


def extract(source: Source, sink: Sink) -> None:
    """Put all rows of all sheets; raises ``Encrypted`` for password-protected files."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    stream = _workbook_stream(data, sink)
    if any(kind == _FILEPASS for kind, _ in islice(_records(stream), 50)):
        raise Encrypted("xls")
    # ragged: a cell in the last column of every row must not make 16 million
    options: dict[str, Any] = {"logfile": _Nowhere(), "on_demand": True, "ragged_rows": True}
    book = _book(data, options)
    if book is None:
        _second_try(data, source, sink)
        return
    read: set[int] = set()
    for index in range(book.nsheets):
        place = book._sh_abs_posn[index]
        if place in read:  # many names for one sheet: it is read once
            sink.field(source.part, "sheet", book.sheet_names()[index])
            continue
        read.add(place)
        _sheet(book, index, source, sink)
    sink.field(join(source.part, "properties"), "user", book.user_name or "")
    _extras(_records(stream), source, sink)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        import olefile

        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            ole_files.properties(ole, source, sink)
            ole_files.objects(ole, source, sink)
    _pictures(stream, source, sink)


def _book(data: bytes, options: dict[str, Any]) -> Any:
    """The workbook as xlrd opens it, or ``None``. Before Excel 97 a file says its code page, and Japanese ones say it wrong: where
    its strings are CP932 it is that. Formats of damaged files may fail where the cells can still be read."""
    import xlrd

    found = None
    for more in ({"formatting_info": True}, {}, {"formatting_info": True, "encoding_override": "cp932"}):
        try:
            found = xlrd.open_workbook(file_contents=data, **options, **more)
            break
        except MemoryError:
            raise
        except Exception:  # noqa: S112  # the library raises whatever Python raises on a broken file
            continue
    if found is not None and found.biff_version < 80 and found.codepage in _DOUBTED:
        try:
            again = xlrd.open_workbook(file_contents=data, formatting_info=True, encoding_override="cp932", **options)
            for index in range(again.nsheets):
                again.sheet_by_index(index)
                again.unload_sheet(index)
            return again
        except MemoryError:
            raise
        except Exception:  # not CP932: it is what it says
            return found
    return found


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


def _second_try(data: bytes, source: Source, sink: Sink) -> None:
    """Another library reads much of what the first refuses, without formats and what stands beside cells: that is told."""
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
    except Exception as error:  # whatever it raises for a file that is no workbook
        raise ExtractError(type(error).__name__) from None
    for index, name in enumerate(names):
        part = source.at(name, "sheet", index + 1)
        sink.entitled(part, name)
        try:
            rows = book.get_sheet_by_index(index).iter_rows()
            for number, row in enumerate(rows, 1):
                sink.row(part, number, ((c, _shown(value)) for c, value in enumerate(row, 1)))
        except (ValueError, OSError):
            sink.missed(Reason.CORRUPT, part)
    sink.missed(Reason.CORRUPT, join(source.part, "formats"))


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
    for kind, body in records:
        if kind in (_HEADER, _FOOTER) and len(body) > 3:
            sink.field(join(source.part, "header/footer"), "", _unicode(body[2:]))
        elif kind == _CONTINUE and after_box and len(body) > 1:
            sink.field(join(source.part, "text box"), "", _unicode(body))
        elif kind in _WITH_STRINGS:
            ole_files.strings(body, join(source.part, _WITH_STRINGS[kind]), sink)
        after_box = kind == _TXO


def _unicode(body: bytes) -> str:
    """A BIFF8 string behind its option byte: UTF-16 or Latin-1."""
    return body[1:].decode("utf-16-le", "replace") if body[0] & 1 else body[1:].decode("latin-1")
