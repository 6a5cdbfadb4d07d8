"""7z archives through py7zr, unpacked into memory only."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

from scanner.extract import behind
from scanner.extract.formats.archive import IN_MEMORY, put_folder, put_member
from scanner.extract.interface import Encrypted, ExtractError, LimitReached, Sink, Source
from scanner.model import Reason

_PPMD = b"\x03\x04\x01"


def extract(source: Source, sink: Sink) -> None:
    """Put every member; raises ``Encrypted`` where no password fits (names may be encrypted too)."""
    import py7zr

    for password in (None, *source.passwords):
        source.file.seek(0)
        try:
            members = _unpacked(source, sink, password)
        except py7zr.exceptions.PasswordRequired:
            continue
        except (ExtractError, MemoryError):
            raise
        except Exception as error:  # a wrong password shows as any kind of damage, damage as any kind of error
            if password is not None:
                continue
            raise ExtractError(type(error).__name__) from None
        for number, name, data in members:
            put_member(source, sink, name, io.BytesIO(data), len(data), number)
        source.file.seek(12)
        offset, size = struct.unpack("<QQ", source.file.read(16))
        return behind.rest(source, sink, 32 + offset + size)
    raise Encrypted("7z")


def _coders(archive: Any) -> Iterator[dict[str, Any]]:
    """What the streams of the archive were packed with."""
    streams = archive.header.main_streams
    for folder in streams.unpackinfo.folders if streams else ():
        yield from folder.coders


def _unpacked(source: Source, sink: Sink, password: str | None) -> list[tuple[int, str, bytes]]:
    """(position, name, contents) of every member; all are unpacked at once, as solid archives must be."""
    import py7zr
    from py7zr.io import Py7zBytesIO, WriterFactory

    limit = min(IN_MEMORY, sink.limits.part_bytes)

    class Member(Py7zBytesIO):  # type: ignore[misc]
        def write(self, s: bytes | bytearray) -> int:
            sink.unpacked(len(s))
            return int(self._buffer.write(s))

    class Members(WriterFactory):  # type: ignore[misc]
        def __init__(self) -> None:
            self.found: list[Member] = []

        def create(self, filename: str) -> Member:
            self.found.append(Member(filename, limit))
            return self.found[-1]

    with py7zr.SevenZipFile(source.file, password=password) as archive:
        if password is None and archive.needs_password():
            raise py7zr.exceptions.PasswordRequired
        if source.depth and any(coder["method"] == _PPMD for coder in _coders(archive)):
            raise ExtractError("ppmd", Reason.UNSUPPORTED)  # where it is damaged its decoder ends the process
        for folder in archive.list():
            if folder.is_directory:
                put_folder(source, sink, folder.filename)
        members = [m for m in archive.list() if not m.is_directory]
        total = sum(m.uncompressed or 0 for m in members)
        if len(members) > sink.limits.members:
            raise LimitReached("members", Reason.MEMBER_LIMIT)
        if total > limit:
            raise LimitReached("7z", Reason.TOO_LARGE)
        if total > sink.room():
            raise LimitReached("ratio", Reason.RATIO_LIMIT)
        products = Members()
        archive.extract(targets=[m.filename for m in members], factory=products)
    result = []
    for number, product in enumerate(products.found, 1):
        product.seek(0)
        result.append((number, product.filename, product.read()))
    missing = len(members) - len(result)
    if missing > 0:
        sink.missed(Reason.CORRUPT, source.at(f"{missing} member(s)"))
    return result
