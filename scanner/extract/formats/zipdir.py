"""What stands before any member of a zip file is read: how many entries, which of them overlap, what unpacks to how much."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable
from typing import IO

from scanner.extract.interface import LimitReached, Sink
from scanner.model import Reason

_END, _LOCATOR, _END64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_ENTRY = 46
"""Bytes of the smallest entry of a directory."""
_LOCAL = 30
_PIECE = 1 << 20


def entries(file: IO[bytes]) -> int:
    """The most entries that the directory can hold by its size; 0 where there is none. The counts in a zip file lie
    as they like, and a packed directory of ten kilobytes unpacks to a quarter of a million entries."""
    length = file.seek(0, io.SEEK_END)
    start = max(0, length - (1 << 16) - 22)
    file.seek(start)
    tail = file.read(length - start)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        return 0
    size = int(struct.unpack_from("<I", tail, at + 12)[0])
    if size == 0xFFFFFFFF and at >= 20 and tail[at - 20 : at - 16] == _LOCATOR:
        file.seek(min(int(struct.unpack_from("<Q", tail, at - 12)[0]), length))
        record = file.read(56)
        if record[:4] == _END64 and len(record) == 56:
            size = int(struct.unpack_from("<Q", record, 40)[0])
    return min(size, length) // _ENTRY


def part_name(stated: str) -> str:
    """A member's name as a part: packers of Windows write ``word\\document.xml`` and ``/word/document.xml``, which Office opens."""
    return stated.replace("\\", "/").removeprefix("./").lstrip("/")


def check_entries(file: IO[bytes], sink: Sink) -> None:
    """Raises ``LimitReached`` before a directory is parsed that has more entries than a file may have members."""
    if entries(file) > sink.limits.members:
        raise LimitReached("members", Reason.MEMBER_LIMIT)


def overlapping(infos: Iterable[zipfile.ZipInfo]) -> frozenset[int]:
    """Places of the entries whose packed bytes belong to another entry as well (``id`` of each). In an honest archive
    every byte belongs to one entry; one whose entries share a kernel of packed bytes unpacks to any size without any
    of its parts being packed beyond belief."""
    found: set[int] = set()
    end = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        if info.header_offset < end:
            found.add(id(info))
        end = max(end, info.header_offset + _LOCAL + info.compress_size)
    return frozenset(found)


def spans(file: IO[bytes], infos: Iterable[zipfile.ZipInfo]) -> list[tuple[int, int]]:
    """(beginning, end) of every listed member in the file, by its own header, in the order of the file."""
    found: list[tuple[int, int]] = []
    for info in sorted(infos, key=lambda i: i.header_offset):
        file.seek(max(0, info.header_offset))  # one that lies before the file is none
        head = file.read(_LOCAL)
        if info.header_offset < 0 or len(head) < _LOCAL:
            continue
        name, extra = struct.unpack_from("<HH", head, 26)
        found.append((info.header_offset, info.header_offset + _LOCAL + name + extra + info.compress_size))
    return found


def directory_end(file: IO[bytes]) -> int:
    """Where the archive ends: behind the comment of its directory."""
    length = file.seek(0, io.SEEK_END)
    start = max(0, length - (1 << 16) - 22)
    file.seek(start)
    tail = file.read(length - start)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        return length
    return start + at + 22 + int(struct.unpack_from("<H", tail, at + 20)[0])


class _Counted(io.RawIOBase):
    """A stream whose bytes are counted as they come out."""

    def __init__(self, inner: IO[bytes], sink: Sink) -> None:
        self._inner, self._sink = inner, sink

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        data = self._inner.read(len(buffer))
        self._sink.unpacked(len(data))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()


def counted(stream: IO[bytes], sink: Sink) -> IO[bytes]:
    """``stream`` with what comes out of it counted in the sink."""
    return io.BufferedReader(_Counted(stream, sink), 1 << 16)


def spool(stream: IO[bytes], sink: Sink, limit: int) -> tuple[IO[bytes], int, bool]:
    """(contents, their size, whether they were cut) of an unpacking stream, in memory: nothing is written in clear to a
    disk. Cut is what the file as a whole may not unpack any more. Raises ``LimitReached`` beyond ``limit`` bytes."""
    data = io.BytesIO()
    size = 0
    room = sink.room()
    while size <= limit:
        piece = stream.read(min(_PIECE, room - size + 1))
        if not piece:
            break
        size += len(piece)
        if size > room:
            data.write(piece[: len(piece) - (size - room)])
            data.seek(0)
            return data, room, True
        data.write(piece)
    else:
        raise LimitReached("member", Reason.TOO_LARGE)
    data.seek(0)
    sink.unpacked(size)
    return data, size, False
