"""Write-ahead logs and rollback journals of SQLite (``-wal``, ``-journal``): the rows of the pages that they hold.

The log of a database that was not closed holds what was written last, and the journal what stood there before. Both hold whole
pages. Where the database lies beside them, the rows that they add to it (or that it has no more) are read from it; all other leaves of
tables without the names of their columns.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from scanner.extract import charsets, encoding
from scanner.extract.formats import database
from scanner.extract.formats.sqlitelog import DATABASE, LARGEST, Page, merged, pages_of
from scanner.extract.inletters import legible
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import Reason

_LEAF = 0x0D
_WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def extract(source: Source, sink: Sink) -> None:
    """Put every row of every page once; with the database beside it, what it adds to that under the names of the columns."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    pages = list(pages_of(data))
    before = sink.total_chars
    through = bool(source.beside) and _through(pages, source, sink) and sink.total_chars > before
    number = cut = 0
    seen: set[tuple[str, ...]] = set()
    for page in sorted(pages, key=lambda p: not p.current):
        sink.tick()
        for cells, whole in _rows(page.data, 100 if page.data.startswith(DATABASE) else 0):
            shown = through and page.current
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
    if not number and not through and data[32:].strip(b"\0"):
        raise ExtractError("log", Reason.NO_TEXT)


def _through(pages: list[Page], source: Source, sink: Sink) -> bool:
    """Put what the database holds with these pages and does not hold without them; whether that could be done. A log holds what comes
    after the database, a journal what was before it."""
    file = source.beside[0]
    file.seek(0)
    base = file.read(LARGEST + 1)
    whole = merged(base, pages)
    if whole is None:
        return False
    try:
        database.added(base, whole, source, sink)
    except ExtractError:
        return False
    return True


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
