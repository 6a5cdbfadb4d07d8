"""lzh archives through lhafile; their member names are CP932 (or EUC-JP) bytes."""

from __future__ import annotations

import io

from scanner.extract.formats.archive import decode_name, put_member
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
    except BadLhafile as error:
        raise ExtractError(type(error).__name__) from None
    if len(entries) > sink.limits.members:
        raise LimitReached("members", Reason.MEMBER_LIMIT)
    for number, info in enumerate(entries, 1):
        raw = info.filename.encode("latin-1", "replace") if isinstance(info.filename, str) else info.filename
        name = decode_name(raw).replace("\\", "/")
        if info.file_size > sink.limits.part_bytes // 2:
            sink.missed(Reason.TOO_LARGE, source.at(name, position=number))
            continue
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
