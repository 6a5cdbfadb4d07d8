"""ZIP packages (OOXML, ODF, archives): parts by name, with limits, and salvage of truncated files."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import IO

from scanner.extract.interface import Encrypted, ExtractError, LimitReached, Sink
from scanner.model import Reason


class Package:
    """Parts of a ZIP file by name. ``truncated`` is set where the directory is lost and parts were salvaged."""

    def __init__(self, file: IO[bytes], sink: Sink) -> None:
        self._sink = sink
        self.truncated = False
        self._salvaged: dict[str, bytes] = {}
        try:
            self._zip: zipfile.ZipFile | None = zipfile.ZipFile(file, metadata_encoding="cp932")
            self.names = [i.filename for i in self._zip.infolist() if not i.is_dir()]
        except (zipfile.BadZipFile, UnicodeDecodeError, struct.error, OSError, ValueError):
            self._zip = None
            self.truncated = True
            self._salvaged = salvage(file, sink.limits.part_bytes // 4)
            self.names = list(self._salvaged)
        if len(self.names) > sink.limits.members:
            raise LimitReached("members", Reason.MEMBER_LIMIT)

    def size(self, name: str) -> int:
        """Unpacked size of a part as the directory states it."""
        return self._zip.getinfo(name).file_size if self._zip else len(self._salvaged[name])

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream; raises ``Encrypted`` or ``LimitReached`` before anything is unpacked."""
        if self._zip is None:
            return io.BytesIO(self._salvaged[name])
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise Encrypted("part")
        check_ratio(info, self._sink)
        try:
            return self._zip.open(info)
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            raise ExtractError(type(error).__name__) from None

    def read(self, name: str) -> bytes:
        """A whole part, at most ``part_bytes``."""
        limit = self._sink.limits.part_bytes
        with self.open(name) as part:
            try:
                data = part.read(limit + 1)
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise ExtractError(type(error).__name__) from None
        if len(data) > limit:
            raise LimitReached("part", Reason.TOO_LARGE)
        return data

    def __contains__(self, name: str) -> bool:
        return name in self.names


def check_ratio(info: zipfile.ZipInfo, sink: Sink) -> None:
    """Refuse a member that is too large or packed beyond belief."""
    if info.file_size > sink.limits.part_bytes:
        raise LimitReached("part", Reason.TOO_LARGE)
    if info.file_size > sink.limits.ratio_floor_bytes and info.file_size > sink.limits.ratio * max(
        1, info.compress_size
    ):
        raise LimitReached("ratio", Reason.RATIO_LIMIT)


def salvage(file: IO[bytes], limit: int) -> dict[str, bytes]:
    """Parts whose local headers survive in a truncated ZIP file; the last one may itself be cut."""
    file.seek(0)
    data = file.read(limit)
    parts: dict[str, bytes] = {}
    at = data.find(b"PK\x03\x04")
    budget = limit
    while at >= 0 and at + 30 <= len(data) and budget > 0:
        flags, method, _, _, _, packed, _, name_length, extra_length = struct.unpack(
            "<HHHHIIIHH", data[at + 6 : at + 30]
        )
        name = data[at + 30 : at + 30 + name_length].decode("utf-8" if flags & 0x800 else "cp932", "replace")
        body = at + 30 + name_length + extra_length
        if method == 8 and not flags & 1:
            inflater = zlib.decompressobj(-15)
            try:
                parts[name] = inflater.decompress(data[body:], budget)
            except zlib.error:
                parts[name] = b""
            budget -= len(parts[name])
        elif method == 0 and not flags & 1:
            parts[name] = data[body : body + packed]
        at = data.find(b"PK\x03\x04", body + (packed if packed and not flags & 8 else 0))
    return {name: part for name, part in parts.items() if part}
