"""What lies behind the content of a file, or before the directory at its end: a second archive, an appended package, a program that
unpacks itself. A person who opens the file with another program sees it."""

from __future__ import annotations

import io
import re
import struct
from dataclasses import replace

from scanner.extract.interface import Sink, Source

_END, _ENTRY = b"PK\x05\x06", b"PK\x01\x02"
_TAIL = (1 << 16) + 22
_PADDING = b"\0\r\n \x1a"
_LOOKED = 64 << 20
_ARCHIVES = re.compile(rb"7z\xbc\xaf\x27\x1c\x00|Rar!\x1a\x07|MSCF\x00\x00\x00\x00|(?s:..)-lh[0-7d]-")
"""Archives that stand behind other contents, besides zip."""
PROGRAMS = frozenset({"exe", "elf"})
FOLLOWED = frozenset("text csv json html xml pdf rtf png jpeg tiff gif bmp webp emf wmf binary audio video".split())
"""Kinds behind which an archive is looked for. In others one that ends the file may be a member, a value or an object of it."""


def rest(source: Source, sink: Sink, at: int) -> None:
    """Read what follows the end of a content at ``at``, where it is more than padding."""
    if at >= source.size:
        return
    source.file.seek(at)
    data = source.file.read(min(source.size - at, sink.limits.part_bytes))
    begin = len(data) - len(data.lstrip(_PADDING))
    if begin < len(data):
        sink.unpacked(len(data) - begin)
        sink.member(source.inner("behind", io.BytesIO(data[begin:]), len(data) - begin))


def zip_start(source: Source) -> int | None:
    """Where the zip archive begins whose directory ends a file of another kind: 0 where its members stand anywhere in the
    file, ``None`` where there is none."""
    start = max(0, source.size - _TAIL)
    source.file.seek(start)
    tail = source.file.read(_TAIL)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        return None
    count, size, offset, comment = struct.unpack_from("<HIIH", tail, at + 10)
    place = start + at
    if not count or tail[at + 22 + comment :].strip(_PADDING) or size + offset > place or size < 46:
        return None
    source.file.seek(place - size)
    return place - size - offset if source.file.read(4) == _ENTRY else None


def before(source: Source, start: int | None) -> Source:
    """The source without the archive that follows at ``start``."""
    if not start or start > _LOOKED:
        return source
    source.file.seek(0)
    return replace(source, file=io.BytesIO(source.file.read(start)), size=start)


def read_zip(source: Source, sink: Sink, start: int) -> None:
    """Read the archive that ``zip_start`` has found: as what it is where it stands by itself."""
    if start and source.size - start <= _LOOKED:
        source.file.seek(start)
        data = source.file.read()
        sink.unpacked(len(data))
        sink.member(source.inner("behind.zip", io.BytesIO(data), len(data)))
        return
    from scanner.extract.formats import archive

    archive.extract(replace(source, part=source.at("behind.zip")), sink)


def carried_by_program(source: Source, sink: Sink) -> bool:
    """Read the archive that a program unpacks itself from; whether there was one."""
    start = zip_start(source)
    if start is not None:
        read_zip(source, sink, start)
        return True
    source.file.seek(0)
    at = archive_in(source.file.read(_LOOKED))
    if at:
        rest(source, sink, at)
    return at > 0


def archive_in(data: bytes) -> int:
    """Where an archive begins behind the beginning of other contents; 0 where there is none."""
    found = _ARCHIVES.search(data, 1)
    return found.start() if found else 0
