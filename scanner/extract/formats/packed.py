"""tar archives and single compressed files (gz, bz2, xz, Z), read as streams with the limits of all archives."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from typing import IO, cast

from scanner.extract.formats.archive import IN_MEMORY, decode_name, over, put_member
from scanner.extract.formats.lzw import unlzw
from scanner.extract.formats.zipdir import spool
from scanner.extract.interface import ExtractError, Sink, Source, Truncated
from scanner.model import Reason

_DICTIONARY = 200_000_000
"""Memory that an xz stream may ask for; its strongest setting takes 65 MB."""


class _Member(tarfile.TarInfo):
    """A header whose sizes are looked at before anything is skipped or read by them."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Member:
        member = super().frombuf(buf, encoding, errors)
        if member.size < 0:
            raise tarfile.ReadError("negative size")
        if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) and member.size > _LONGEST_EXTRA:
            if member.type in (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, *tarfile.GNU_TYPES):
                raise tarfile.ReadError("extended header")
        return member


_LONGEST_EXTRA = 1 << 15
"""Bytes of an extended header: paths and times, not texts. The library searches it with the square of its length."""


def extract_tar(source: Source, sink: Sink) -> None:
    """Put every regular member; links and devices have no contents. A size that leads out of the file ends it."""
    source.file.seek(0)
    try:
        with tarfile.open(
            fileobj=source.file, mode="r:", encoding="utf-8", errors="surrogateescape", tarinfo=_Member
        ) as archive:
            number = 0
            for member in archive:
                archive.members.clear()  # type: ignore[attr-defined]  # it remembers every header
                sink.tick()
                name = decode_name(member.name.encode("utf-8", "surrogateescape"))
                packed = sum(size for _, size in _holes(member)) if member.sparse else member.size
                if not member.isfile():
                    continue
                number += 1
                _put(archive, member, name, number, source, sink)
                if member.offset_data + packed > source.size:
                    raise Truncated("tar member")
            _check_end(archive, source)
    except (tarfile.TarError, EOFError):
        raise Truncated("tar") from None


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str, number: int, source: Source, sink: Sink) -> None:
    part = source.at(name, position=number)
    if member.size > min(IN_MEMORY, sink.limits.part_bytes) and member.offset_data + member.size <= source.size:
        sink.field(part, "", name)
        sink.missed(Reason.TOO_LARGE, part)
        return
    if member.sparse is not None:  # holes take no room in the archive, but they do in memory
        if member.size > sink.limits.ratio_floor_bytes:
            sink.missed(Reason.TOO_LARGE, part)
            return
        sink.unpacked(member.size)
    body = archive.extractfile(member)
    if body is None:
        return
    try:
        data = body.read(min(member.size, max(0, source.size - member.offset_data)) if not member.sparse else -1)
    except (tarfile.ReadError, OSError):
        data = b""
    if len(data) < member.size:
        sink.missed(Reason.TRUNCATED, part)
    put_member(source, sink, name, io.BytesIO(data), len(data), number)


def _holes(member: tarfile.TarInfo) -> list[tuple[int, int]]:
    """(offset, size) of what a sparse member does hold."""
    return cast("list[tuple[int, int]]", member.sparse)


def _check_end(archive: tarfile.TarFile, source: Source) -> None:
    """An archive ends with zeros or with the file; anything else is a header that was not understood."""
    source.file.seek(archive.offset)
    if source.file.read(tarfile.BLOCKSIZE).strip(b"\0"):
        raise Truncated("tar header")


def extract_stream(source: Source, sink: Sink) -> None:
    """Put what a compressed file holds; its own name without the last ending is the name of the member."""
    source.file.seek(0)
    head = source.file.read(4)
    source.file.seek(0)
    name = source.name.rpartition(".")[0] or "content"
    if source.name.lower().endswith((".tgz", ".tbz", ".txz")):
        name += ".tar"
    cut = False
    try:
        if head[:2] == b"\x1f\x9d":
            raw = unlzw(source.file.read(sink.limits.part_bytes), sink.unpacked)
            data, size = cast("IO[bytes]", io.BytesIO(raw)), len(raw)
        else:
            with _opened(source.file, head) as stream:
                data, size, cut = spool(stream, sink, min(IN_MEMORY, sink.limits.part_bytes))
    except EOFError:
        raise Truncated("compressed stream") from None
    except (OSError, zlib.error, lzma.LZMAError, ValueError) as error:
        raise ExtractError(type(error).__name__) from None
    inner = source.inner(name, data, size)
    sink.member(inner)
    if cut:
        over(sink, inner.part, size)


def _opened(file: IO[bytes], head: bytes) -> IO[bytes]:
    """The unpacking stream for the magic at the head of the file."""
    if head[:2] == b"\x1f\x8b":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb"))
    if head[:3] == b"BZh":
        return cast("IO[bytes]", bz2.BZ2File(file))
    return cast("IO[bytes]", _Xz(file))


class _Xz(io.RawIOBase):
    """xz streams one after another, with a limit to the memory that their headers ask for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = lzma.LZMADecompressor(memlimit=_DICTIONARY)
        self._begun = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; none at the end. Raises ``EOFError`` where a stream is cut."""
        while True:
            if self._decoder.eof:
                rest = (self._decoder.unused_data or self._file.read(1 << 16)).lstrip(b"\0")
                if not rest:
                    return b""
                self._decoder = lzma.LZMADecompressor(memlimit=_DICTIONARY)
                data = rest
            else:
                data = self._file.read(1 << 16) if self._decoder.needs_input else b""
                if not data and self._decoder.needs_input:
                    raise EOFError
            out = self._decoder.decompress(data, size)
            if out:
                return out
