"""Pictures of old Office files: OfficeArt blips in the streams of doc, xls and ppt (MS-ODRAW 2.2.23)."""

from __future__ import annotations

import io
import re
import struct
import zlib

from scanner.extract.interface import Sink, Source
from scanner.model import Reason

_ENDINGS = {
    0xF01A: "emf", 0xF01B: "wmf", 0xF01C: "pict", 0xF01D: "jpg", 0xF01E: "png", 0xF01F: "bmp", 0xF029: "tif", 0xF02A: "jpg",
}  # fmt: skip
_METAFILES = frozenset((0xF01A, 0xF01B, 0xF01C))
_TWO_IDS = frozenset((0x3D5, 0x217, 0x543, 0x46B, 0x6E3, 0x6E1, 0x7A9, 0x6E5))
"""Instances of a record that carries two identifiers of 16 bytes instead of one."""
_MAGIC: dict[int, tuple[bytes, ...]] = {
    0xF01D: (b"\xff\xd8",),
    0xF02A: (b"\xff\xd8",),
    0xF01E: (b"\x89PNG",),
    0xF029: (b"II", b"MM"),
}
_FILES = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff")
_SMALLEST = 60


def pictures(data: bytes, source: Source, sink: Sink) -> None:
    """A stream that holds nothing but pictures: where none can be followed, those that begin as files do, or it is missed."""
    if not data or blips(data, source, sink):
        return
    starts = [m.start() for m in _FILES.finditer(data)]
    for number, (at, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        sink.member(source.inner(f"{number}", io.BytesIO(data[at:end]), end - at, "picture", number))
    if not starts:
        sink.missed(Reason.PICTURE, source.at("", "pictures"))


def blips(data: bytes, source: Source, sink: Sink) -> int:
    """Hand over every picture in a stream, wherever in it they stand; returns how many."""
    number = 0
    end = 0
    for match in re.finditer(rb"[\x1a-\x1f\x29\x2a]\xf0", data):
        at = match.start() - 2
        if at < end or at < 0 or at + 8 > len(data):
            continue
        head, kind, size = struct.unpack_from("<HHI", data, at)
        if head & 0xF or not _SMALLEST < size <= len(data) - at - 8:
            continue
        body = _picture(kind, head >> 4, data[at + 8 : at + 8 + size], sink)
        if body is None:
            continue
        end = at + 8 + size
        number += 1
        inner = source.inner(f"{number}.{_ENDINGS[kind]}", io.BytesIO(body), len(body), "picture", number)
        if kind == 0xF01C:
            sink.missed(Reason.UNSUPPORTED, inner.part)
        else:
            sink.member(inner)
    return number


def _picture(kind: int, instance: int, body: bytes, sink: Sink) -> bytes | None:
    """The file inside a blip; ``None`` where it is none."""
    at = 32 if instance in _TWO_IDS else 16
    if kind not in _METAFILES:
        picture = body[at + 1 :]
        if kind == 0xF01F and len(picture) > 40:
            return with_header(picture)
        magic = _MAGIC[kind]
        return picture if picture.startswith(magic) else None
    if len(body) < at + 34:
        return None
    stated, compression = struct.unpack_from("<I", body, at)[0], body[at + 32]
    if compression == 0xFE:
        return body[at + 34 :]
    sink.unpacked(min(stated, len(body) * 1100))
    try:
        return zlib.decompressobj().decompress(body[at + 34 :], max(1, stated))
    except zlib.error:
        return None


def with_header(dib: bytes) -> bytes:
    """A bitmap without file header gets one (14 bytes; where its pixels begin follows from its own header)."""
    size, bits, colours = struct.unpack_from("<I", dib)[0], struct.unpack_from("<H", dib, 14)[0], 0
    if size >= 40 and len(dib) >= 40:
        colours = struct.unpack_from("<I", dib, 32)[0] or (1 << bits if bits <= 8 else 0)
    offset = 14 + size + 4 * min(colours, 256)
    return b"BM" + struct.pack("<IHHI", len(dib) + 14, 0, 0, offset) + dib
