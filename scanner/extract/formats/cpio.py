"""cpio archives in their three headers: old binary, octal (odc) and hexadecimal (newc)."""

from __future__ import annotations

import io
import struct
from typing import NamedTuple

from scanner.extract import behind
from scanner.extract.formats.archive import IN_MEMORY, decode_name, put_member
from scanner.extract.interface import Sink, Source, Truncated
from scanner.model import Reason

MAGICS = (b"070707", b"070701", b"070702", b"\xc7\x71", b"\x71\xc7")
_KIND, _REGULAR = 0o170000, 0o100000
_LONGEST_NAME = 4_096


class _Header(NamedTuple):
    mode: int
    name_size: int
    size: int
    length: int
    """Of the header itself."""
    align: int


def extract(source: Source, sink: Sink) -> None:
    """Put every regular member up to the trailer."""
    at = number = 0
    while True:
        source.file.seek(at)
        header = _header(source.file.read(110))
        if header is None or min(header) < 0:  # int() takes a sign
            raise Truncated("cpio")
        source.file.seek(at + header.length)
        raw = source.file.read(min(header.name_size, _LONGEST_NAME)).rstrip(b"\0")
        at = _aligned(at + header.length + header.name_size, header.align)
        if raw == b"TRAILER!!!":
            return behind.rest(source, sink, at)
        name = decode_name(raw)
        if header.size > source.size - at:
            raise Truncated("cpio")
        if header.mode & _KIND == _REGULAR:
            number += 1
            if header.size > min(IN_MEMORY, sink.limits.part_bytes):
                part = source.at(name, position=number)
                sink.field(part, "", name)
                sink.missed(Reason.TOO_LARGE, part)
            else:
                source.file.seek(at)
                put_member(source, sink, name, io.BytesIO(source.file.read(header.size)), header.size, number)
        at = _aligned(at + header.size, header.align)


def _aligned(at: int, align: int) -> int:
    return at + -at % align


def _header(raw: bytes) -> _Header | None:
    try:
        if raw[:6] == b"070707":
            return _Header(int(raw[18:24], 8), int(raw[59:65], 8), int(raw[65:76], 8), 76, 1)
        if raw[:6] in (b"070701", b"070702"):
            return _Header(int(raw[14:22], 16), int(raw[94:102], 16), int(raw[54:62], 16), 110, 4)
        if raw[:2] in (b"\xc7\x71", b"\x71\xc7"):
            fields = struct.unpack_from("<13H" if raw[:2] == b"\xc7\x71" else ">13H", raw)
            return _Header(fields[3], fields[10], fields[11] << 16 | fields[12], 26, 2)
    except (ValueError, struct.error):
        return None
    return None
