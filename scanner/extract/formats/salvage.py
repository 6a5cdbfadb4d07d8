"""Parts of a truncated zip file by their local headers. One pass: no byte is unpacked for two parts."""

from __future__ import annotations

import struct
import zlib
from typing import IO

from scanner.extract.interface import Sink

_HEADER = b"PK\x03\x04"
_FIRST, _PIECE = 256, 1 << 16


def salvage(file: IO[bytes], sink: Sink) -> dict[str, bytes]:
    """Parts whose local headers survive in a truncated ZIP file; the last one may itself be cut.

    The search for the next header begins behind what a part has used up, so that the work is linear in the file
    whatever the headers say."""
    file.seek(0)
    data = memoryview(file.read(sink.limits.part_bytes // 4))
    whole = data.obj
    assert isinstance(whole, bytes)
    parts: dict[str, bytes] = {}
    at = whole.find(_HEADER)
    while at >= 0 and at + 30 <= len(data) and sink.room() > 0:
        flags, method, _, _, _, packed, _, name_length, extra_length = struct.unpack_from("<HHHHIIIHH", data, at + 6)
        name = bytes(data[at + 30 : at + 30 + name_length]).decode("utf-8" if flags & 0x800 else "cp932", "replace")
        at = min(len(data), at + 30 + name_length + extra_length)
        part = b""
        if method == 8 and not flags & 1:
            part, at = _inflated(data, at, sink)
        elif method == 0 and not flags & 1 and not flags & 8:
            part = bytes(data[at : at + packed])
            at += len(part)
        if part:
            parts[name if name not in parts else f"{name} ({len(parts)})"] = part
        if len(parts) > sink.limits.members:
            break
        at = whole.find(_HEADER, at)
    return parts


def _inflated(data: memoryview, at: int, sink: Sink) -> tuple[bytes, int]:
    """(unpacked bytes, where their packed form ends). Pieces grow with what went well, so that a stream that fails costs
    no more than what it has used up."""
    inflater = zlib.decompressobj(-15)
    out = bytearray()
    size = _FIRST
    while at < len(data) and not inflater.eof:
        piece = data[at : at + size]
        try:
            fresh = inflater.decompress(piece, sink.room() + 1)
        except zlib.error:
            return bytes(out), at
        used = len(piece) - len(inflater.unused_data) - len(inflater.unconsumed_tail)
        out += fresh[: sink.room()]
        sink.unpacked(min(len(fresh), sink.room()))
        at += used
        if inflater.unconsumed_tail or not sink.room():
            break
        size = min(_PIECE, size * 2)
    return bytes(out), at
