"""The files of a pack: in a folder, or in a zip every byte of which follows from them (stored, fields and order fixed).

Part of the verification program that goes with a pack (``joined``): no imports but the standard library of Python 3.8.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import zlib
from collections.abc import Callable, Iterator

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""Names in a pack: nothing that any system reads otherwise."""


class Differs(Exception):  # what does not agree, not an error of this program
    """Something does not agree: a code of ``SENTENCES`` and the name it is about."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(code)
        self.code, self.name = code, name


def _local(name: bytes, crc: int, size: int) -> bytes:
    return struct.pack("<IHHHHHIIIHH", 0x04034B50, 10, 0, 0, 0, 0x21, crc, size, size, len(name), 0) + name


def _central(name: bytes, crc: int, size: int, at: int) -> bytes:
    fields = (0x02014B50, 10, 10, 0, 0, 0, 0x21, crc, size, size, len(name), 0, 0, 0, 0, 0, at)
    return struct.pack("<IHHHHHHIIIHHHHHII", *fields) + name


def zipped(files: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    """The one zip of these files, in parts; they come in the order of their names."""
    index, at, count = b"", 0, 0
    for name, data in files:
        raw, crc = name.encode("ascii"), zlib.crc32(data)
        head = _local(raw, crc, len(data))
        index, at, count = index + _central(raw, crc, len(data), at), at + len(head) + len(data), count + 1
        yield head
        yield data
    yield index + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(index), at, 0)


def unzipped(data: bytes) -> dict[str, Callable[[], bytes]]:
    """The files of a zip; raises ``Differs``."""
    files: dict[str, Callable[[], bytes]] = {}
    met = set()
    at, index = 0, b""
    while data[at : at + 4] == b"PK\3\4":
        crc, size, _, length, _ = struct.unpack("<IIIHH", data[at + 14 : at + 30].ljust(16, b"\0"))
        start = at + 30 + length
        raw, body = data[at + 30 : start], data[start : start + size]
        name = raw.decode("latin-1")
        if data[at:start] != _local(raw, crc, size) or len(body) != size or zlib.crc32(body) != crc:
            raise Differs("zip", name)
        if not NAME.fullmatch(name):
            raise Differs("name", name)
        if name.lower() in met:
            raise Differs("twice", name)
        if files and name < max(files):
            raise Differs("zip", name)
        met.add(name.lower())
        files[name] = lambda body=body: body  # type: ignore[misc]
        index, at = index + _central(raw, crc, size, at), start + size
    if data[at:] != index + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(files), len(files), len(index), at, 0):
        raise Differs("zip")
    return files


def folder(path: str) -> dict[str, Callable[[], bytes]]:
    """The files of a folder; raises ``Differs`` for links, devices and what cannot be read."""
    files: dict[str, Callable[[], bytes]] = {}
    for where, folders, names in os.walk(path, onerror=_raise):
        for name in [*names, *folders]:
            full = os.path.join(where, name)
            inner = os.path.relpath(full, path).replace(os.sep, "/")
            mode = os.lstat(full).st_mode
            if stat.S_ISREG(mode):
                files[inner] = lambda full=full: read(full)  # type: ignore[misc]
            elif not stat.S_ISDIR(mode):
                raise Differs("not_a_file", inner)
    return files


def _raise(error: OSError) -> None:
    raise error


def read(path: str) -> bytes:
    """A file as it is."""
    with open(path, "rb") as file:
        return file.read()
