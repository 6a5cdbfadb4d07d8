"""Write-ahead logs and rollback journals of SQLite (``-wal``, ``-journal``): the rows of the pages that they hold.

The log of a database that was not closed holds what was written last, and the journal what stood there before. Both hold whole
pages. Where the database lies beside them, the rows that they add to it (or that it has no more) are read from it; all other leaves of
tables without the names of their columns.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from scanner.extract import charsets, encoding
from scanner.extract.formats import database
from scanner.extract.inletters import legible
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import Reason

MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
_DATABASE = b"SQLite format 3\0"
_LARGEST = 100_000_000
"""Bytes of a database that is put together with its log in memory, where it lies four times then."""
_LEAF = 0x0D
_LOG_HEADER, _FRAME, _JOURNAL_HEADER = 32, 24, 28
_WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


class _Page(NamedTuple):
    """A page that was written down: its number (from 1), and whether the newest state of the database has it so."""

    number: int
    data: bytes
    current: bool


def extract(source: Source, sink: Sink) -> None:
    """Put every row of every page once; with the database beside it, what it adds to that under the names of the columns."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    pages = list(_pages(data))
    before = sink.total_chars
    merged = bool(source.beside) and _merged(pages, source, sink) and sink.total_chars > before
    number = cut = 0
    seen: set[tuple[str, ...]] = set()
    for page in sorted(pages, key=lambda p: not p.current):
        sink.tick()
        for cells, whole in _rows(page.data, 100 if page.data.startswith(_DATABASE) else 0):
            shown = merged and page.current
            cut += not whole and not shown
            if cells in seen:  # a page is written again for every change of it
                continue
            if len(seen) < 200_000:
                seen.add(cells)
            if not shown:
                number += 1
                sink.row(source.part, number, enumerate(cells, 1))
    if cut:
        sink.missed(Reason.TRUNCATED, source.part)
    if not number and not merged and data[32:].strip(b"\0"):
        raise ExtractError("log", Reason.NO_TEXT)


def _merged(pages: list[_Page], source: Source, sink: Sink) -> bool:
    """Put what the database holds with these pages and does not hold without them; whether that could be done. A log holds what comes
    after the database, a journal what was before it."""
    file = source.beside[0]
    file.seek(0)
    base = file.read(_LARGEST + 1)
    current = [page for page in pages if page.current]
    if not current or not base.startswith(_DATABASE) or len(base) > _LARGEST:
        return False
    size = len(current[0].data)
    if int.from_bytes(base[16:18], "big") != (size if size < 65536 else 1):
        return False
    most = (len(base) + len(pages) * size) // size
    if any(not 0 < page.number <= most for page in current):
        return False
    whole = bytearray(max(len(base), max(page.number for page in current) * size))
    whole[: len(base)] = base
    for page in current:
        whole[(page.number - 1) * size : page.number * size] = page.data
    try:
        database.added(base, bytes(whole), source, sink)
    except ExtractError:
        return False
    return True


def _pages(data: bytes) -> Iterator[_Page]:
    """The pages of a log or journal."""
    frames = list(_frames(data) if data[:4] in MAGICS[:2] else _records(data))
    newest = {page.number: at for at, page in enumerate(frames) if page.current}
    for at, page in enumerate(frames):
        yield page._replace(current=newest.get(page.number) == at)


def _size(data: bytes, at: int) -> int:
    size = int(struct.unpack_from(">I", data, at)[0])
    if not 512 <= size <= 65536 or size & (size - 1):
        raise ExtractError("page size")
    return size


def _frames(data: bytes) -> Iterator[_Page]:
    """Of a log. What a commit closes is current; behind the frames of this log stand those of an earlier one."""
    if len(data) < _LOG_HEADER:
        return
    size = _size(data, 8)
    waiting: list[_Page] = []
    own = True
    for at in range(_LOG_HEADER, len(data) - _FRAME - size + 1, _FRAME + size):
        number, commit = struct.unpack_from(">II", data, at)
        own = own and data[at + 8 : at + 16] == data[16:24]
        waiting.append(_Page(number, data[at + _FRAME : at + _FRAME + size], own))
        if commit and own:
            yield from waiting
            waiting = []
    yield from (page._replace(current=False) for page in waiting)


def _records(data: bytes) -> Iterator[_Page]:
    """Of a journal: parts that begin with a header each, at the border of a sector. The first copy of a page is the one that counts."""
    if len(data) < _JOURNAL_HEADER:
        return
    at, first = 0, set[int]()
    sector, size = int(struct.unpack_from(">I", data, 20)[0]) or 512, _size(data, 24)
    while at + _JOURNAL_HEADER <= len(data):
        count = int(struct.unpack_from(">I", data, at + 8)[0])
        place = at + sector
        taken = 0
        while place + 4 + size <= len(data) and not (taken >= count > 0) and data[place : place + 8] != MAGICS[2]:
            number = int(struct.unpack_from(">I", data, place)[0])
            yield _Page(number, data[place + 4 : place + 4 + size], count > 0 and number not in first)
            first.add(number)
            place += size + 8
            taken += 1
        at = -(-place // sector) * sector
        if data[at : at + 8] != MAGICS[2]:
            at = data.find(MAGICS[2], place)
            if at < 0:
                return


def _rows(page: bytes, header: int) -> Iterator[tuple[tuple[str, ...], bool]]:
    if len(page) < header + 8 or page[header] != _LEAF:
        return
    count = int(struct.unpack_from(">H", page, header + 3)[0])
    for number in range(min(count, (len(page) - header - 8) // 2)):
        at = int(struct.unpack_from(">H", page, header + 8 + 2 * number)[0])
        try:
            yield _cell(page, at)
        except (IndexError, struct.error):
            yield (), False


def _cell(page: bytes, at: int) -> tuple[tuple[str, ...], bool]:
    """(values, whether all of them stand on this page) of one row."""
    length, at = _varint(page, at)
    _, at = _varint(page, at)
    head_length, place = _varint(page, at)
    head_end = at + head_length
    kinds: list[int] = []
    while place < head_end and len(kinds) < 2_000:
        kind, place = _varint(page, place)
        kinds.append(kind)
    whole = at + length <= len(page)
    values: list[str] = []
    for kind in kinds:
        width = _WIDTHS.get(kind, 8 if kind == 7 else (kind - 12) // 2 if kind >= 12 else 0)
        raw = page[place : place + width]
        place += width
        if (kind >= 13 and kind % 2) or (kind >= 12 and raw and b"\0" not in raw and legible(raw)):
            values.append(charsets.by_codec(raw, "utf-8"))
        elif kind >= 12 and (wide := encoding.wide_without_mark(raw)):
            values.append(encoding.decode(raw, wide))
        elif kind == 7 and len(raw) == 8:
            values.append(str(struct.unpack(">d", raw)[0]))
        elif 1 <= kind <= 6:
            values.append(str(int.from_bytes(raw, "big", signed=True)))
        elif kind in (8, 9):
            values.append(str(kind - 8))
        else:
            values.append("")
    return tuple(values), whole


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(8):
        byte = data[at + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    return value << 8 | data[at + 8], at + 9
