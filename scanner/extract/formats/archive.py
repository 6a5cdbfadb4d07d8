"""zip archives: members with Japanese names, each read by its own format, nested ones too."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import IO

from scanner.extract import behind
from scanner.extract.deadline import Exhausted
from scanner.extract.formats import zipmethods
from scanner.extract.formats.salvage import salvage
from scanner.extract.formats.zipdir import check_entries, directory_end, overlapping, spans, spool
from scanner.extract.interface import Encrypted, ExtractError, LimitReached, Sink, Source, Truncated
from scanner.extract.telling import telling
from scanner.model import Reason

IN_MEMORY = 256_000_000
_UNICODE_PATH = re.compile(rb"up..\x01", re.DOTALL)
"""The extra field of Info-ZIP that holds the name in UTF-8."""
_LOCAL = 30
"""Bytes of the smallest local header."""
_AES = 99
"""Compression method that says: AES, the real method stands in an extra field."""


def extract(source: Source, sink: Sink) -> None:
    """Put every member; raises ``Encrypted`` if all members are encrypted, ``Truncated`` after salvage."""
    check_entries(source.file, sink)
    try:
        archive = zipfile.ZipFile(source.file)
    except (zipfile.BadZipFile, struct.error, OSError, ValueError, NotImplementedError):
        for name, part in salvage(source.file, sink).items():
            sink.member(source.inner(name, io.BytesIO(part), len(part)))
        raise Truncated("archive directory is missing") from None
    members = [i for i in archive.infolist() if i.file_size or not i.is_dir()]
    if source.passwords and any(i.flag_bits & 1 and i.compress_type == _AES for i in members):
        from pyzipper import AESZipFile

        archive = AESZipFile(source.file)  # as the standard library's, with the encryption of WinZip and 7-Zip
        members = [i for i in archive.infolist() if i.file_size or not i.is_dir()]
    for info in archive.infolist():
        if info.is_dir() and not info.file_size:
            put_folder(source, sink, member_name(info))
    twice = overlapping(members)
    limit = min(IN_MEMORY, sink.limits.part_bytes)
    encrypted = 0
    for number, info in enumerate(members, 1):
        name = member_name(info)
        if info.comment:
            sink.field(source.at(name, position=number), "comment", decode_name(info.comment))
        try:
            if id(info) in twice:
                raise ExtractError("entries overlap")
            if info.file_size > limit:
                raise LimitReached("member", Reason.TOO_LARGE)
            password = _password(archive, info, source.passwords)
            with _open(archive, info, password, source.file) as file:
                data, size, cut = spool(file, sink, limit)
        except Encrypted:
            encrypted += 1
            sink.missed(Reason.ENCRYPTED, source.at(name, position=number))
            continue
        except ExtractError as error:
            place = source.at(name, position=number)
            sink.field(place, "", name)
            sink.missed(error.reason, place)
            continue
        except NotImplementedError:  # a compression that is not known here
            sink.missed(Reason.UNSUPPORTED, source.at(name, position=number))
            continue
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError):
            sink.missed(Reason.CORRUPT, source.at(name, position=number))
            _salvaged(info, number, source, sink)
            continue
        place = put_member(source, sink, name, data, size, number)
        if cut:
            over(sink, place, size, info.file_size)
    if archive.comment:
        sink.field(source.part, "comment", decode_name(archive.comment))
    _unlisted(archive, source, sink)
    if members and encrypted == len(members):
        raise Encrypted("all members")


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo, password: bytes | None, file: IO[bytes]) -> IO[bytes]:
    try:
        return archive.open(info, pwd=password)
    except NotImplementedError:
        if info.flag_bits & 1:
            raise
        return zipmethods.opened(file, info)


def _unlisted(archive: zipfile.ZipFile, source: Source, sink: Sink) -> None:
    """Members that the directory does not name, before, between and behind those that it does: another archive, as a rule."""
    begin = 0
    for start, end in (*spans(source.file, archive.infolist()), (archive.start_dir, archive.start_dir)):
        if start - begin > _LOCAL:
            source.file.seek(begin)
            data = source.file.read(min(start - begin, sink.limits.part_bytes // 4))
            if b"PK\x03\x04" in data:
                for name, part in salvage(io.BytesIO(data), sink).items():
                    put_member(source, sink, name, io.BytesIO(part), len(part))
        begin = max(begin, end)
    behind.rest(source, sink, directory_end(source.file))


def _salvaged(info: zipfile.ZipInfo, number: int, source: Source, sink: Sink) -> None:
    """What a member holds whose sum, name or end is not as the directory says."""
    for start, end in spans(source.file, (info,)):
        source.file.seek(start)
        data = source.file.read(min(end - start, sink.limits.part_bytes // 4))
        for name, part in salvage(io.BytesIO(data), sink).items():
            put_member(source, sink, name, io.BytesIO(part), len(part), number)


def over(sink: Sink, part: str, size: int, total: int = 0) -> None:
    """Ends the file whose members unpack beyond belief; the beginning of the last of them was read."""
    sink.missed(Reason.RATIO_LIMIT, part)
    sink.note(f"unpacked {size} bytes" + (f" of {total}" if total > size else ""))
    raise Exhausted(Reason.RATIO_LIMIT)


def put_folder(source: Source, sink: Sink, name: str) -> None:
    """The name of a folder, which may have no members, where it may tell a person."""
    leaf = name.rstrip("/").rpartition("/")[2]
    if telling(leaf):
        sink.field(source.at(name, "folder"), "", leaf)


def put_member(source: Source, sink: Sink, name: str, data: IO[bytes], size: int, position: int = 0) -> str:
    """A member of any archive: its name, which may tell a person too, and its contents. ``position``: among the members,
    from 1. Returns its place."""
    inner = source.inner(name, data, size, position=position)
    sink.field(inner.part, "", name)
    sink.member(inner)
    return inner.part


def _password(archive: zipfile.ZipFile, info: zipfile.ZipInfo, passwords: tuple[str, ...]) -> bytes | None:
    if not info.flag_bits & 1:
        return None
    for password in passwords:
        for codec in ("utf-8", "cp932"):
            try:
                candidate = password.encode(codec)
                with archive.open(info, pwd=candidate) as file:
                    file.read(1)
            except (RuntimeError, zipfile.BadZipFile, NotImplementedError, UnicodeEncodeError, zlib.error):
                continue
            return candidate
    raise Encrypted("member")


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member: UTF-8 where flagged, else the better of UTF-8, CP932 and EUC-JP over the raw bytes."""
    if info.flag_bits & 0x800:
        return info.filename
    stated = _UNICODE_PATH.search(info.extra)
    if stated:
        size = int.from_bytes(info.extra[stated.start() + 2 : stated.start() + 4], "little")
        return info.extra[stated.start() + 9 : stated.start() + 4 + size].decode("utf-8", "replace")
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    return decode_name(raw)


def decode_name(raw: bytes) -> str:
    """A file name of unknown encoding."""
    for codec in ("utf-8", "cp932", "euc_jis_2004"):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if codec == "cp932" and sum("｡" <= c <= "ﾟ" for c in text) > len(text) * 0.3:
            continue  # EUC-JP read as CP932 shows as half-width kana
        return text
    return raw.decode("cp932", "replace")
