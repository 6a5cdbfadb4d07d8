"""Archives that libarchive reads (RAR, ar, deb, rpm, xar, WARC, lz4, lzip, lzop, what other readers here refuse), through the extra
``archives`` and the library of the system: where either is lacking, the texts in clear are read and the archive is told.

The library unpacks into memory only, one member after the other, against the same limits as everything else.
"""

from __future__ import annotations

import ctypes
import io
import os
from typing import Any

from scanner.extract.formats import clear, opaque
from scanner.extract.formats.archive import IN_MEMORY, decode_name, over, put_member
from scanner.extract.interface import Encrypted, Sink, Source, Unsupported
from scanner.model import Reason

_LIBRARIES = ("libarchive.so.13", "archiveint.dll", "libarchive.13.dylib", "archive.dll")
"""As the library is called on Linux, on Windows (its own tar has one), on macOS, and where somebody has put it."""
_SINGLE = {b"\x04\x22\x4d\x18": "lz4", b"LZIP": "lzip", b"\x89LZO\0\r\n\x1a\n": "lzop"}
"""Compressed files of one content: what they begin with → filter."""
_LOOKED = 16_000_000
_DIRECTORY = 0o040000
_KIND = 0o170000


def _library() -> Any:
    """The module; raises ``ImportError``. It would look for the library by running programs, which this process may not."""
    if "LIBARCHIVE" not in os.environ:
        for name in _LIBRARIES:
            try:
                ctypes.CDLL(name)
            except OSError:
                continue
            os.environ["LIBARCHIVE"] = name
            break
        else:
            raise ImportError("libarchive")
    try:
        import libarchive
    except (OSError, TypeError, AttributeError) as error:  # what loading a library of another kind leads to
        raise ImportError(type(error).__name__) from None
    return libarchive


def available() -> bool:
    """Whether the library and its module are there."""
    try:
        _library()
    except ImportError:
        return False
    return True


def extract(source: Source, sink: Sink) -> None:
    """Put every member; raises ``Encrypted``, and ``Unsupported`` where the archive cannot be read."""
    number, before = 0, sink.members
    try:
        library = _library()
    except ImportError:
        opaque.extract(source, sink)
        return
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    single = next((name for magic, name in _SINGLE.items() if data.startswith(magic)), "")
    try:
        with library.memory_reader(data, "raw" if single else "all", single or "all") as archive:
            for entry in archive:
                number += 1
                _put(entry, number, bool(single), library.exception.ArchiveError, source, sink)
    except library.exception.ArchiveError as error:
        if "ncrypt" in str(error) or "assphrase" in str(error):
            raise Encrypted("archive") from None
        if sink.members == before:
            clear.texts(data[:_LOOKED], source.part, sink, least=48)
        if not number:
            raise Unsupported("archive") from None
        sink.missed(Reason.CORRUPT, source.at("", position=number))


def _put(entry: Any, number: int, single: bool, fault: type[Exception], source: Source, sink: Sink) -> None:
    sink.tick()
    stated = source.name.rpartition(".")[0] or "content"
    raw = stated if single else entry.pathname
    name = (decode_name(raw) if isinstance(raw, bytes) else str(raw or "")).replace("\\", "/")
    place = source.at(name, position=number)
    if entry.mode & _KIND == _DIRECTORY:
        sink.field(place, "", name)
        return
    limit = min(IN_MEMORY, sink.limits.part_bytes)
    out = io.BytesIO()
    failure: Exception | None = None
    try:
        for block in entry.get_blocks():
            if out.tell() + len(block) > sink.room():
                over(sink, place, out.tell())
            sink.unpacked(len(block))
            out.write(block)
            if out.tell() > limit:
                sink.field(place, "", name)
                sink.missed(Reason.TOO_LARGE, place)
                return
    except fault as error:
        failure = error
    size = out.tell()
    out.seek(0)
    if failure is None and size < (entry.size or 0):  # the archive goes on in another volume
        sink.missed(Reason.TRUNCATED, place)
    if size or failure is None:
        put_member(source, sink, name, out, size, number)
    else:
        sink.field(place, "", name)
    if failure is not None:
        raise failure
