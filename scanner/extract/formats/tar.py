"""tar archives, several in one file too: members of every type, what headers say beside, what stands between them."""

from __future__ import annotations

import io
import re
import tarfile
from typing import cast

from scanner.extract.formats.archive import IN_MEMORY, decode_name, put_member
from scanner.extract.interface import Sink, Source, Truncated, join
from scanner.model import Reason

_LONGEST_EXTRA = 1 << 15
"""Bytes of an extended header: paths and times, not texts. The library searches it with the square of its length."""
_NO_CONTENTS = (
    tarfile.DIRTYPE,
    tarfile.SYMTYPE,
    tarfile.LNKTYPE,
    tarfile.CHRTYPE,
    tarfile.BLKTYPE,
    tarfile.FIFOTYPE,
    b"V",
)
_PLAIN = frozenset("path linkpath size mtime atime ctime uid gid charset hdrcharset".split())
_TELLING = re.compile("[ぁ-んァ-ヶ一-龥々ｦ-ﾝ]|@")


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


def extract(source: Source, sink: Sink) -> None:
    """Put every member that has contents; a size that leads out of the file ends it."""
    source.file.seek(0)
    known = 0
    number = 0
    try:
        with tarfile.open(
            fileobj=source.file,
            mode="r:",
            encoding="utf-8",
            errors="surrogateescape",
            tarinfo=_Member,
            ignore_zeros=True,  # an end is no end: archives are appended to archives
        ) as archive:
            for member in archive:
                archive.members.clear()  # type: ignore[attr-defined]  # it remembers every header
                sink.tick()
                number += 1
                _between(source, sink, known, member.offset)
                name = _text(member.name)
                packed = sum(size for _, size in _holes(member)) if member.sparse else member.size
                known = member.offset_data + packed
                _said(member, source, sink)
                if member.type in _NO_CONTENTS:
                    sink.field(
                        source.at(name, position=number), "", " ".join(filter(None, (name, _text(member.linkname))))
                    )
                    known = member.offset_data
                    continue
                _put(archive, member, name, number, source, sink)
                if known > source.size:
                    raise Truncated("tar member")
            for key, value in archive.pax_headers.items():
                _pax(str(key), str(value), source, sink)
        _between(source, sink, known, source.size)
    except (tarfile.TarError, EOFError):
        raise Truncated("tar") from None
    if not number:
        raise Truncated("tar")


def _between(source: Source, sink: Sink, start: int, end: int) -> None:
    """What stands between two members and is neither: a header that is damaged, with what it described, or a cut one."""
    start += -start % tarfile.BLOCKSIZE
    if end <= start:
        return
    source.file.seek(start)
    data = source.file.read(min(end - start, sink.limits.part_bytes))
    while (known := _header_for_all(data)) > 0:
        data = data[known:]
    body = data.lstrip(b"\0")
    if not body:
        return
    begin = (len(data) - len(body)) // tarfile.BLOCKSIZE * tarfile.BLOCKSIZE
    block = data[begin : begin + tarfile.BLOCKSIZE]
    name = "part"
    body = data[begin:].rstrip(b"\0")
    if b"ustar" in block[250:270]:
        name = decode_name(block[:100].partition(b"\0")[0]) or name
        body = body[tarfile.BLOCKSIZE :]
    sink.missed(Reason.CORRUPT if len(body) else Reason.TRUNCATED, source.at(name))
    if body:
        sink.unpacked(len(body))
        put_member(source, sink, name, io.BytesIO(body), len(body))


def _header_for_all(data: bytes) -> int:
    """Length of a header of PAX that is said of all members, where one stands here, else 0; the library gives what it says at the
    end, and the place of the member behind it."""
    block = data[: tarfile.BLOCKSIZE]
    if len(block) < tarfile.BLOCKSIZE or block[156:157] != tarfile.XGLTYPE:
        return 0
    try:
        size = int(block[124:136].strip(b" \0") or b"0", 8)
        stated = int(block[148:156].strip(b" \0") or b"0", 8)
    except ValueError:
        return 0
    if size > _LONGEST_EXTRA or stated != sum(block[:148]) + 256 + sum(block[156:]):
        return 0
    return tarfile.BLOCKSIZE + size + -size % tarfile.BLOCKSIZE


def _said(member: tarfile.TarInfo, source: Source, sink: Sink) -> None:
    for key, value in member.pax_headers.items():
        _pax(str(key), str(value), source, sink)
    for owner in (member.uname, member.gname):
        if owner and _TELLING.search(_text(owner)):
            sink.field(join(source.part, "name"), "", _text(owner))


def _pax(key: str, value: str, source: Source, sink: Sink) -> None:
    text = _text(value)
    if key == "comment" or (key not in _PLAIN and _TELLING.search(text)):
        sink.field(join(source.part, "comment"), "", text)


def _text(value: str) -> str:
    return decode_name(value.encode("utf-8", "surrogateescape"))


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
