"""lzh archives through lhafile, a member at a time; their member names are CP932 (or EUC-JP) bytes.

Headers are walked here: a member that the decoder refuses costs itself only, two of one name are two, and what stands behind the
end of an archive is read too."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from scanner.extract import behind
from scanner.extract.formats.archive import IN_MEMORY, decode_name, put_member
from scanner.extract.interface import ExtractError, LimitReached, Sink, Source, Truncated, Unsupported
from scanner.model import Reason

_PADDING = 4_096
"""Zeros that may stand between two archives."""


def extract(source: Source, sink: Sink) -> None:
    """Put every member. Raises ``Unsupported`` where the decoder is not installed (no wheel for Python 3.14 yet)."""
    try:
        import lhafile  # noqa: F401
    except ImportError:
        raise Unsupported("lzh") from None
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    number = end = 0
    for number, (start, stop) in enumerate(_members(data), 1):
        end = stop
        if number > sink.limits.members:
            raise LimitReached("members", Reason.MEMBER_LIMIT)
        if stop > len(data):
            sink.missed(Reason.TRUNCATED, source.at("", position=number))
        _put(data[start:stop] + b"\0", number, source, sink)
    if not number:
        raise ExtractError("lzh header")
    if end > len(data):
        raise Truncated("lzh")
    behind.rest(source, sink, end)


def _members(data: bytes) -> Iterator[tuple[int, int]]:
    """(beginning, end) of every member; zeros between archives are passed over."""
    at = 0
    while at + 21 < len(data):
        if data[at + 2 : at + 5] not in (b"-lh", b"-lz", b"-pm"):
            padded = data[at : at + _PADDING]
            at += len(padded) - len(padded.lstrip(b"\0"))
            if data[at + 2 : at + 5] not in (b"-lh", b"-lz", b"-pm"):
                return
        packed = int(struct.unpack_from("<I", data, at + 7)[0])
        header = int(struct.unpack_from("<H", data, at)[0]) if data[at + 20] == 2 else data[at] + 2
        if header < 21:
            return
        stop = at + header + packed
        yield at, stop
        at = stop


def _put(member: bytes, number: int, source: Source, sink: Sink) -> None:
    from lhafile import LhaFile

    try:
        archive = LhaFile(io.BytesIO(member))
        info = archive.infolist()[0]
        raw = info.filename.encode("latin-1", "replace") if isinstance(info.filename, str) else info.filename
    except MemoryError:
        raise
    except Exception as error:  # the library raises whatever the damage leads to; it costs the member
        sink.note(f"{type(error).__name__} in a member")
        sink.missed(Reason.CORRUPT, source.at("", position=number))
        return
    name = decode_name(raw).replace("\\", "/")
    part = source.at(name, position=number)
    comment = getattr(info, "comment", None)
    if comment:
        sink.field(
            part, "comment", decode_name(comment.encode("latin-1", "replace") if isinstance(comment, str) else comment)
        )
    if info.file_size > min(IN_MEMORY, sink.limits.part_bytes):
        sink.field(part, "", name)
        sink.missed(Reason.TOO_LARGE, part)
        return
    sink.unpacked(info.file_size)  # the decoder goes on until it has as much
    try:
        data = archive.read(info.filename) if info.file_size else b""
    except MemoryError:
        raise
    except Exception as error:  # as above
        sink.note(f"{type(error).__name__} in a member")
        sink.field(part, "", name)
        sink.missed(Reason.CORRUPT, part)
        return
    put_member(source, sink, name, io.BytesIO(data), len(data), number)
