"""Cabinet files: stored and MSZIP folders are unpacked, LZX and Quantum ones are listed and declared.

Written here because the one library reads UTF-8 names only; Japanese cabinets have CP932 names.
"""

from __future__ import annotations

import io
import struct
import zlib

from scanner.extract import behind
from scanner.extract.formats import zoo
from scanner.extract.formats.archive import IN_MEMORY, decode_name, put_member
from scanner.extract.interface import LimitReached, Sink, Source, Truncated
from scanner.model import Reason

_STORED, _MSZIP, _LZX = 0, 1, 3
_UTF8_NAME = 0x80


def extract(source: Source, sink: Sink) -> None:
    """Put every member; folders with a compression that is not read here cost their members."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    try:
        if _LZX in _compressions(data) and zoo.available():
            zoo.extract(source, sink)
        else:
            _walk(data, source, sink)
        size = int(struct.unpack_from("<I", data, 8)[0])
    except (struct.error, IndexError, ValueError):
        raise Truncated("cab") from None
    if size > 36:
        behind.rest(source, sink, size)


def _compressions(data: bytes) -> set[int]:
    """How the folders are packed, where nothing stands between the header and them."""
    folders, flags = struct.unpack_from("<H2xH", data, 26)
    if flags & 4:
        return set()
    return {struct.unpack_from("<H", data, 36 + 8 * n + 6)[0] & 15 for n in range(min(folders, (len(data) - 36) // 8))}


def _walk(data: bytes, source: Source, sink: Sink) -> None:
    files_at, folders, files, flags = *struct.unpack_from("<I", data, 16), *struct.unpack_from("<HHH", data, 26)
    at, folder_extra, block_extra = 36, 0, 0
    if flags & 4:
        header_extra, folder_extra, block_extra = struct.unpack_from("<HBB", data, at)
        at += 4 + header_extra
    for bit in (1, 2):  # names of the previous and the next cabinet and their disks
        if flags & bit:
            for _ in range(2):
                at = data.index(b"\0", at) + 1
    if files > sink.limits.members:
        raise LimitReached("members", Reason.MEMBER_LIMIT)
    unpacked: list[bytes | Reason] = []
    for _ in range(folders):
        first, blocks, kind = struct.unpack_from("<IHH", data, at)
        at += 8 + folder_extra
        unpacked.append(_folder(data, first, blocks, kind & 15, block_extra, sink))
    at = files_at
    taken: list[list[tuple[int, int]]] = [[] for _ in unpacked]
    for number in range(1, files + 1):
        size, offset, folder, _, _, attributes = struct.unpack_from("<IIHHHH", data, at)
        end = data.index(b"\0", at + 16)
        raw = data[at + 16 : end]
        name = raw.decode("utf-8", "replace") if attributes & _UTF8_NAME else decode_name(raw)
        name = name.replace("\\", "/")
        at = end + 1
        body = unpacked[folder] if folder < len(unpacked) else Reason.UNSUPPORTED  # continued in another cabinet
        if isinstance(body, Reason):
            part = source.at(name, position=number)
            sink.field(part, "", name)
            sink.missed(body, part)
        else:
            member = body[offset : offset + size]
            taken[folder].append((offset, offset + size))
            sink.unpacked(len(member))  # files may share bytes of their folder
            part = put_member(source, sink, name, io.BytesIO(member), len(member), number)
            if len(member) < size:
                sink.missed(Reason.TRUNCATED, part)

    for body, spans in zip(unpacked, taken, strict=True):
        if isinstance(body, bytes):
            _unlisted(body, spans, source, sink)


def _unlisted(body: bytes, spans: list[tuple[int, int]], source: Source, sink: Sink) -> None:
    """Bytes of a folder that no file of the list has."""
    known = 0
    for start, end in [*sorted(spans), (len(body), len(body))]:
        rest = body[known:start]
        if rest.strip(b"\0"):
            sink.unpacked(len(rest))
            sink.member(source.inner("unlisted", io.BytesIO(rest), len(rest)))
        known = max(known, end)


def _folder(data: bytes, at: int, blocks: int, kind: int, extra: int, sink: Sink) -> bytes | Reason:
    """The unpacked bytes of one folder, or why there are none."""
    if kind not in (_STORED, _MSZIP):
        return Reason.UNSUPPORTED
    out = bytearray()
    history = b""
    for _ in range(blocks):
        _, packed, size = struct.unpack_from("<IHH", data, at)
        at += 8 + extra
        block = data[at : at + packed]
        at += packed
        if kind == _MSZIP:
            if block[:2] != b"CK":
                return Reason.CORRUPT
            try:
                history = zlib.decompressobj(-15, zdict=history).decompress(block[2:], 0x8000)
            except zlib.error:
                return Reason.CORRUPT
            block = history
        if len(block) != size:
            return Reason.CORRUPT
        sink.unpacked(len(block))  # folders may share blocks
        out += block
        if len(out) > min(IN_MEMORY, sink.limits.part_bytes):
            return Reason.TOO_LARGE
    return bytes(out)
