"""lzh archives through lhafile; their member names are CP932 (or EUC-JP) bytes."""

from __future__ import annotations

import io
import struct

from scanner.extract.formats.archive import IN_MEMORY, decode_name, put_member
from scanner.extract.interface import ExtractError, LimitReached, Sink, Source, Unsupported
from scanner.model import Reason


def extract(source: Source, sink: Sink) -> None:
    """Put every member. Raises ``Unsupported`` where the decoder is not installed (no wheel for Python 3.14 yet)."""
    try:
        from lhafile import BadLhafile, LhaFile
    except ImportError:
        raise Unsupported("lzh") from None
    source.file.seek(0)
    try:
        archive = LhaFile(source.file)
        entries = archive.infolist()
    except (BadLhafile, RuntimeError, struct.error, TypeError, ValueError, UnboundLocalError) as error:
        raise ExtractError(type(error).__name__) from None
    if len(entries) > sink.limits.members:
        raise LimitReached("members", Reason.MEMBER_LIMIT)
    for number, info in enumerate(entries, 1):
        raw = info.filename.encode("latin-1", "replace") if isinstance(info.filename, str) else info.filename
        name = decode_name(raw).replace("\\", "/")
        if info.file_size > min(IN_MEMORY, sink.limits.part_bytes):
            part = source.at(name, position=number)
            sink.field(part, "", name)
            sink.missed(Reason.TOO_LARGE, part)
            continue
        sink.unpacked(info.file_size)  # the decoder goes on until it has as much
        archive.NameToInfo[info.filename] = info  # it reads by name, and of two of one name only the last
        try:
            data = archive.read(info.filename)
        except MemoryError:
            raise
        except Exception as error:  # the decoder raises whatever the damage leads to; it costs the member
            sink.note(f"{type(error).__name__} in a member")
            part = source.at(name, position=number)
            sink.field(part, "", name)
            sink.missed(Reason.CORRUPT, part)
            continue
        put_member(source, sink, name, io.BytesIO(data), len(data), number)
