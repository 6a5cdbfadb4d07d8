"""Images of CDs and DVDs (ISO 9660 with Joliet): every file, by the directories of the Joliet tree where there is one."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

from scanner.extract.formats.archive import IN_MEMORY, decode_name, put_member
from scanner.extract.interface import ExtractError, LimitReached, Sink, Source
from scanner.model import Reason

SECTOR = 2_048
_FIRST, _MOST = 16, 64
"""Descriptors of volumes: where they begin, and how many are looked at."""
_JOLIET = (b"%/@", b"%/C", b"%/E")
_DIRECTORY, _MORE = 2, 0x80
_LONGEST_DIRECTORY = 1 << 24
_LONGEST_PATH = 400


class _Entry(NamedTuple):
    name: str
    start: int
    size: int
    flags: int


def looks_like_iso(file: IO[bytes]) -> bool:
    """Whether a volume descriptor stands where it must."""
    file.seek(_FIRST * SECTOR)
    return file.read(6)[1:] == b"CD001"


def extract(source: Source, sink: Sink) -> None:
    """Put every file; each directory is read once."""
    root, wide = _root(source.file)
    waiting, seen, number = [("", root)], {root.start}, 0
    while waiting:
        path, directory = waiting.pop()
        for entry in _entries(source.file, directory, wide):
            sink.tick()
            name = f"{path}{entry.name.partition(';')[0]}"
            if entry.flags & _DIRECTORY:
                if entry.start not in seen:
                    seen.add(entry.start)
                    waiting.append((f"{name}/"[-_LONGEST_PATH:], entry))
                continue
            number += 1
            if number > sink.limits.members:
                raise LimitReached("members", Reason.MEMBER_LIMIT)
            part = source.at(name, position=number)
            if entry.size > min(IN_MEMORY, sink.limits.part_bytes) or entry.flags & _MORE:
                sink.field(part, "", name)
                sink.missed(Reason.TOO_LARGE, part)
                continue
            source.file.seek(entry.start * SECTOR)
            data = source.file.read(entry.size)
            sink.unpacked(len(data))  # entries may name the same sectors
            put_member(source, sink, name, io.BytesIO(data), len(data), number)
            if len(data) < entry.size:
                sink.missed(Reason.TRUNCATED, part)
    if not number:
        raise ExtractError("iso", Reason.NO_TEXT)


def _root(file: IO[bytes]) -> tuple[_Entry, bool]:
    """(root directory, whether names are in UTF-16) of the Joliet volume, else of the first."""
    plain: _Entry | None = None
    for number in range(_MOST):
        file.seek((_FIRST + number) * SECTOR)
        block = file.read(SECTOR)
        if len(block) < SECTOR or block[1:6] != b"CD001" or block[0] == 255:
            break
        if block[0] in (1, 2):
            start, size = struct.unpack_from("<I4xI", block, 158)
            entry = _Entry("", start, size, _DIRECTORY)
            if block[0] == 2 and block[88:91] in _JOLIET:
                return entry, True
            plain = plain or entry
    if plain is None:
        raise ExtractError("iso")
    return plain, False


def _entries(file: IO[bytes], directory: _Entry, wide: bool) -> Iterator[_Entry]:
    file.seek(directory.start * SECTOR)
    data = file.read(min(directory.size, _LONGEST_DIRECTORY))
    at = 0
    while at + 33 < len(data):
        length = data[at]
        if length < 34:  # records do not cross sectors
            at += SECTOR - at % SECTOR
            continue
        start, size = struct.unpack_from("<I4xI", data, at + 2)
        raw = data[at + 33 : at + 33 + data[at + 32]]
        if raw not in (b"\0", b"\1"):
            name = raw.decode("utf-16-be", "replace") if wide else decode_name(raw)
            yield _Entry(name, start, size, data[at + 25])
        at += length
