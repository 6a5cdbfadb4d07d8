"""tar archives and single compressed files (gz, bz2, xz, Z), read as streams with the limits of all archives."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from typing import IO, cast

from scanner.extract.formats.archive import decode_name, put_member, spool
from scanner.extract.interface import ExtractError, LimitReached, Sink, Source, Truncated
from scanner.model import Reason


def extract_tar(source: Source, sink: Sink) -> None:
    """Put every regular member; links and devices have no contents."""
    source.file.seek(0)
    try:
        with tarfile.open(fileobj=source.file, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
            number = 0
            for member in archive:
                if not member.isfile():
                    continue
                number += 1
                name = decode_name(member.name.encode("utf-8", "surrogateescape"))
                if member.size > sink.limits.part_bytes:
                    part = source.at(name, position=number)
                    sink.field(part, "", name)
                    sink.missed(Reason.TOO_LARGE, part)
                    continue
                body = archive.extractfile(member)
                if body is not None:
                    put_member(source, sink, name, io.BytesIO(body.read()), member.size, number)
    except (tarfile.ReadError, EOFError):
        raise Truncated("tar") from None


def extract_stream(source: Source, sink: Sink) -> None:
    """Put what a compressed file holds; its own name without the last ending is the name of the member."""
    source.file.seek(0)
    head = source.file.read(4)
    source.file.seek(0)
    name = source.name.rpartition(".")[0] or "content"
    if source.name.lower().endswith((".tgz", ".tbz", ".txz")):
        name += ".tar"
    if head[:2] == b"\x1f\x9d":
        unpacked = _unlzw(source, sink)
        sink.member(source.inner(name, unpacked, unpacked.getbuffer().nbytes))
        return
    try:
        with _opened(source.file, head) as stream:
            data = spool(stream, sink.limits.part_bytes)
    except EOFError:
        raise Truncated("compressed stream") from None
    except (OSError, zlib.error, lzma.LZMAError) as error:
        raise ExtractError(type(error).__name__) from None
    size = data.seek(0, io.SEEK_END)
    data.seek(0)
    if size > sink.limits.ratio_floor_bytes and size > sink.limits.ratio * max(1, source.size):
        raise LimitReached("ratio", Reason.RATIO_LIMIT)
    sink.member(source.inner(name, data, size))


def _unlzw(source: Source, sink: Sink) -> io.BytesIO:
    """A file of the old ``compress`` program. Its codes reach 5,000 times at most, so the packed size bounds the work."""
    import unlzw3

    packed = source.file.read(sink.limits.part_bytes // 64)
    if len(packed) < source.size:
        raise LimitReached("compress", Reason.TOO_LARGE)
    try:
        return io.BytesIO(unlzw3.unlzw(packed))
    except (ValueError, IndexError, TypeError) as error:
        raise ExtractError(type(error).__name__) from None


def _opened(file: IO[bytes], head: bytes) -> IO[bytes]:
    """The unpacking stream for the magic at the head of the file."""
    if head[:2] == b"\x1f\x8b":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb"))
    return cast("IO[bytes]", bz2.BZ2File(file) if head[:3] == b"BZh" else lzma.LZMAFile(file))
