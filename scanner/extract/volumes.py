"""The volumes of a split archive as the one file that they were cut from."""

from __future__ import annotations

import bisect
import io
import struct
from dataclasses import replace
from itertools import accumulate
from typing import IO

from scanner.extract import companions
from scanner.extract.interface import Source

_END, _ENTRY = b"PK\x05\x06", b"PK\x01\x02"
_LARGEST_DIRECTORY = 50_000_000


def joined(source: Source) -> Source:
    """The source with its further volumes; itself where it has none. Of a zip file, which is its own last volume, the directory is
    written anew: it tells places inside volumes."""
    if not source.beside or not companions.volumes(source.name):
        return source
    ends_itself = source.name.lower().endswith(".zip")
    files = [*source.beside, source.file] if ends_itself else [source.file, *source.beside]
    sizes = [file.seek(0, io.SEEK_END) for file in files]
    whole = _joined(files)
    if ends_itself and (directory := _directory(whole, sizes)):
        at, body = directory
        last = _cut(files[-1], at - sum(sizes[:-1]))
        whole = _joined([*files[:-1], last, io.BytesIO(body)])
    return replace(source, file=whole, size=whole.seek(0, io.SEEK_END), beside=())


def _cut(file: IO[bytes], size: int) -> IO[bytes]:
    file.seek(0)
    return io.BytesIO(file.read(max(0, size)))


def _directory(whole: IO[bytes], sizes: list[int]) -> tuple[int, bytes] | None:
    """(where the directory begins, the same with places in the whole file) of a split zip file."""
    starts = [0, *accumulate(sizes)]
    length = starts[-1]
    whole.seek(max(0, length - (1 << 16) - 22))
    tail = whole.read()
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        return None
    disk, _, entries, size, offset = struct.unpack_from("<HHHII", tail, at + 6)
    if disk >= len(sizes) or size > _LARGEST_DIRECTORY:
        return None
    begin = starts[disk] + offset
    whole.seek(begin)
    body = bytearray(whole.read(size))
    place = 0
    while body[place : place + 4] == _ENTRY and place + 46 <= len(body):
        volume, local = struct.unpack_from("<H6xI", body, place + 34)
        if volume < len(sizes):
            struct.pack_into("<H6xI", body, place + 34, 0, min(0xFFFFFFFF, starts[volume] + local))
        name, extra, comment = struct.unpack_from("<HHH", body, place + 28)
        place += 46 + name + extra + comment
    end = bytearray(tail[at:])
    struct.pack_into("<HHHHII", end, 4, 0, 0, entries, entries, size, min(0xFFFFFFFF, begin))
    return begin, bytes(body + end)


def _joined(files: list[IO[bytes]]) -> IO[bytes]:
    """Buffered: a read that meets the end of a volume goes on in the next."""
    return io.BufferedReader(_Joined(files), 1 << 16)


class _Joined(io.RawIOBase):
    """Files one behind the other."""

    def __init__(self, files: list[IO[bytes]]) -> None:
        self._files = files
        self._ends = list(accumulate(file.seek(0, io.SEEK_END) for file in files))
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        base = {0: 0, 1: self._position, 2: self._ends[-1]}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        number = bisect.bisect_right(self._ends, self._position)
        if number >= len(self._files):
            return 0
        begin = self._ends[number - 1] if number else 0
        self._files[number].seek(self._position - begin)
        data = self._files[number].read(min(len(buffer), self._ends[number] - self._position))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
