"""The pages of write-ahead logs and rollback journals of SQLite, and the database that they make together with the one beside them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from scanner.extract.interface import ExtractError

DATABASE = b"SQLite format 3\0"
LARGEST = 100_000_000
"""Bytes of a database that is put together with its log in memory, where it lies four times then."""
MAGICS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
_LOG_HEADER, _FRAME, _JOURNAL_HEADER = 32, 24, 28


class Page(NamedTuple):
    """A page that was written down: its number (from 1), and whether the newest state of the database has it so."""

    number: int
    data: bytes
    current: bool


def merged(base: bytes, pages: list[Page]) -> bytes | None:
    """The database with the pages that count; ``None`` where they do not belong to it."""
    current = [page for page in pages if page.current]
    if not current or not base.startswith(DATABASE) or len(base) > LARGEST:
        return None
    size = len(current[0].data)
    if int.from_bytes(base[16:18], "big") != (size if size < 65536 else 1):
        return None
    most = (len(base) + len(pages) * size) // size
    if any(not 0 < page.number <= most for page in current):
        return None
    whole = bytearray(max(len(base), max(page.number for page in current) * size))
    whole[: len(base)] = base
    for page in current:
        whole[(page.number - 1) * size : page.number * size] = page.data
    return bytes(whole)


def pages_of(data: bytes) -> Iterator[Page]:
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


def _frames(data: bytes) -> Iterator[Page]:
    """Of a log. What a commit closes is current; behind the frames of this log stand those of an earlier one."""
    if len(data) < _LOG_HEADER:
        return
    size = _size(data, 8)
    waiting: list[Page] = []
    own = True
    for at in range(_LOG_HEADER, len(data) - _FRAME - size + 1, _FRAME + size):
        number, commit = struct.unpack_from(">II", data, at)
        own = own and data[at + 8 : at + 16] == data[16:24]
        waiting.append(Page(number, data[at + _FRAME : at + _FRAME + size], own))
        if commit and own:
            yield from waiting
            waiting = []
    yield from (page._replace(current=False) for page in waiting)


def _records(data: bytes) -> Iterator[Page]:
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
            yield Page(number, data[place + 4 : place + 4 + size], count > 0 and number not in first)
            first.add(number)
            place += size + 8
            taken += 1
        at = -(-place // sector) * sector
        if data[at : at + 8] != MAGICS[2]:
            at = data.find(MAGICS[2], place)
            if at < 0:
                return
