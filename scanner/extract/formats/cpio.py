"""cpio archives in their three headers: old binary, octal (odc) and hexadecimal (newc)."""

from __future__ import annotations

import io
import struct
from typing import NamedTuple

from scanner.extract.formats.archive import decode_name, put_member
from scanner.extract.interface import LimitReached, Sink, Source, Truncated
from scanner.model import Reason

MAGICS = (b"070707", b"070701", b"070702", b"\xc7\x71", b"\x71\xc7")
_KIND, _REGULAR = 0o170000, 0o100000


class _Header(NamedTuple):
    mode: int
    name_size: int
    size: int
    length: int
    """Of the header itself."""
    align: int


def extract(source: Source, sink: Sink) -> None:
    """Put every regular member up to the trailer."""
    source.file.seek(0)
    while True:
        header = _header(source.file.read(110))
        if header is None:
            raise Truncated("cpio")
        start = source.file.tell() - 110 if source.file.tell() >= 110 else 0
        source.file.seek(start + header.length)
        raw = source.file.read(header.name_size).rstrip(b"\0")
        _skip_to(source, header.align)
        if raw == b"TRAILER!!!":
            return
        name = decode_name(raw)
        if header.size > sink.limits.part_bytes:
            raise LimitReached("member", Reason.TOO_LARGE)
        body = source.file.read(header.size)
        _skip_to(source, header.align)
        if len(body) < header.size:
            raise Truncated("cpio")
        if header.mode & _KIND == _REGULAR:
            put_member(source, sink, name, io.BytesIO(body), header.size)


def _skip_to(source: Source, align: int) -> None:
    rest = source.file.tell() % align
    if rest:
        source.file.seek(align - rest, io.SEEK_CUR)


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
