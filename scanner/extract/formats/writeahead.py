"""Write-ahead logs and rollback journals of SQLite (``-wal``, ``-journal``): the rows of the pages that they hold.

The log of a database that was not closed holds what was written last, and the journal what stood there before. Both hold whole
pages; the leaves of tables among them are read without the names of their columns, which stand in the database itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from scanner.extract import charsets, encoding
from scanner.extract.inletters import legible
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import Reason

MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
_LEAF = 0x0D
_WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def extract(source: Source, sink: Sink) -> None:
    """Put every row of every page once."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    number = cut = 0
    seen: set[tuple[str, ...]] = set()
    for page, header in _pages(data):
        sink.tick()
        for cells, whole in _rows(page, header):
            cut += not whole
            if cells in seen:  # a page is written again for every change of it
                continue
            if len(seen) < 200_000:
                seen.add(cells)
            number += 1
            sink.row(source.part, number, enumerate(cells, 1))
    if cut:
        sink.missed(Reason.TRUNCATED, source.part)
    if not number and data[32:].strip(b"\0"):
        raise ExtractError("log", Reason.NO_TEXT)


def _pages(data: bytes) -> Iterator[tuple[bytes, int]]:
    """(page, where its header begins) of a log or journal."""
    if data[:4] in MAGICS[:2] and len(data) >= 32:
        size = int(struct.unpack_from(">I", data, 8)[0])
        at, step, skip = 32, size + 24, 24
    elif len(data) >= 28:
        sector, size = struct.unpack_from(">II", data, 20)
        at, step, skip = sector or 512, size + 8, 4
    else:
        return
    if not 512 <= size <= 65536 or size & (size - 1):
        raise ExtractError("page size")
    while at + skip + size <= len(data):
        page = data[at + skip : at + skip + size]
        yield page, 100 if page.startswith(b"SQLite format 3\0") else 0
        at += step


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
