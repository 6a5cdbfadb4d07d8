"""VBA projects (MS-OVBA): the source of their modules. Nothing is run."""

from __future__ import annotations

import codecs
import struct
from typing import Any

from scanner.extract.formats import clear
from scanner.extract.formats import ole as ole_files
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import BlockKind, Reason

_CODE_PAGE, _STREAM, _OFFSET = 0x0003, 0x001A, 0x0031
_VERSION = 0x0009
"""The one record of the directory whose length is not what it says (MS-OVBA 2.3.4.2.1.11)."""
_CHUNK = 4096


def project(ole: Any, folder: list[str], source: Source, sink: Sink) -> None:
    """All modules of the project whose streams lie in ``folder``. Where its directory cannot be followed, the texts that its
    streams hold in clear, and that is told."""
    try:
        _modules(ole, folder, source, sink)
    except (ExtractError, struct.error, OSError):
        part = source.at("macros", "part")
        for entry in ole.listdir():
            if entry[: len(folder)] == folder:
                clear.texts(ole_files.stream(ole, entry, sink), part, sink)
        sink.missed(Reason.CORRUPT, part)


def _modules(ole: Any, folder: list[str], source: Source, sink: Sink) -> None:
    directory = decompressed(ole_files.stream(ole, [*folder, "dir"], sink), 0, sink)
    codec = "cp932"
    stream, number = "", 0
    for kind, body in _records(directory):
        if kind == _CODE_PAGE and len(body) >= 2:
            codec = known_codec(f"cp{struct.unpack_from('<H', body)[0]}")
        elif kind == _STREAM:
            stream = body.decode(codec, "replace")
        elif kind == _OFFSET and stream and len(body) >= 4:
            number += 1
            data = ole_files.stream(ole, [*folder, stream], sink)
            text = decompressed(data, struct.unpack_from("<I", body)[0], sink).decode(codec, "replace")
            for line, content in enumerate(text.splitlines(), 1):
                if not content.startswith("Attribute VB_"):
                    sink.text(BlockKind.LINE, source.at(stream, "module", number), line, content)


def known_codec(name: str) -> str:
    """``name`` where Python knows it, else what Japanese Windows writes."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp932"


def _records(directory: bytes) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    at = 0
    while at + 6 <= len(directory):
        kind, size = struct.unpack_from("<HI", directory, at)
        size = 6 if kind == _VERSION else size
        found.append((kind, directory[at + 6 : at + 6 + size]))
        at += 6 + size
    return found


def decompressed(data: bytes, start: int, sink: Sink) -> bytes:
    """The container at ``start`` unpacked (MS-OVBA 2.4.1). Raises ``ExtractError`` where it is none."""
    if start >= len(data) or data[start] != 1:
        raise ExtractError("vba container")
    out = bytearray()
    at = start + 1
    while at + 2 <= len(data):
        header = struct.unpack_from("<H", data, at)[0]
        end = min(len(data), at + (header & 0x0FFF) + 3)
        at += 2
        sink.unpacked(_CHUNK)
        if not header & 0x8000:
            out += data[at : at + _CHUNK]
            at = end
            continue
        begin = len(out)
        while at < end:
            flags = data[at]
            at += 1
            for bit in range(8):
                if at >= end:
                    break
                if not flags >> bit & 1:
                    out.append(data[at])
                    at += 1
                    continue
                if at + 2 > end:
                    at = end
                    break
                token = struct.unpack_from("<H", data, at)[0]
                at += 2
                length_bits = 16 - max(4, (len(out) - begin - 1).bit_length())
                length = (token & ((1 << length_bits) - 1)) + 3
                back = (token >> length_bits) + 1
                if back > len(out) or len(out) - begin + length > 2 * _CHUNK:
                    raise ExtractError("vba token")
                for _ in range(length):
                    out.append(out[-back])
    return bytes(out)
