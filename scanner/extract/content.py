"""The bytes of one file, taken once: what is hashed is what is parsed.

A file up to ``IN_MEMORY`` is read into memory in one go, so that nobody can change it between hash and parser. A larger one
is hashed from its descriptor and parsed from the same; that it stayed as it was is asked of the descriptor afterwards.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
from typing import IO

from scanner.extract.interface import ExtractError
from scanner.model import Reason

IN_MEMORY = 64 << 20
_CHUNK = 1 << 20
_ZEROS = bytes(_CHUNK)
DIGEST_BYTES = 32


class Grew(Exception):
    """The file gave more or fewer bytes than its size."""


def taken(descriptor: int, size: int, most: int) -> tuple[bytes, IO[bytes]]:
    """(digest, file to parse) of the first ``size`` bytes; the descriptor belongs to the result.

    The digest is BLAKE2b over the pieces of one MiB; runs of zeros count by their length alone, so that the holes of a sparse
    file cost nothing and a copy without holes has the same. Raises ``Grew``, ``ExtractError`` (``too_large`` above ``most``
    bytes that are stored), ``OSError``.
    """
    file: IO[bytes] = os.fdopen(descriptor, "rb", buffering=0)
    try:
        if size <= IN_MEMORY:
            data = _all(file, size)
            file.close()
            return digest_of(data), io.BytesIO(data)
        digest = _large(file, size, most)
        file.seek(0)
        return digest.value(), io.BufferedReader(_Bounded(file, size), 1 << 16)
    except BaseException:
        file.close()
        raise


def digest_of(data: bytes) -> bytes:
    """The digest of a file with these bytes."""
    digest = _Digest()
    for start in range(0, len(data), _CHUNK):
        digest.add(data[start : start + _CHUNK] if len(data) > _CHUNK else data)
    return digest.value()


def digest_of_open(descriptor: int, size: int) -> bytes:
    """The same of an open file, read piece by piece; the descriptor stays the caller's. Raises ``Grew``, ``OSError``."""
    with os.fdopen(descriptor, "rb", buffering=0, closefd=False) as file:
        digest = _large(file, size, size)
        if file.read(1):
            raise Grew
    return digest.value()


def _all(file: IO[bytes], size: int) -> bytes:
    pieces: list[bytes] = []
    left = size + 1
    while left and (piece := file.read(min(left, 8 * _CHUNK))):
        pieces.append(piece)
        left -= len(piece)
    if left != 1:
        raise Grew
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _large(file: IO[bytes], size: int, most: int) -> _Digest:
    digest = _Digest()
    position = stored = 0
    while position < size:
        start = _data_from(file.fileno(), position, size)
        start -= start % _CHUNK
        if start > position:
            digest.zeros(start - position)
            position = start
            continue
        file.seek(position)
        wanted = min(_CHUNK, size - position)
        piece = file.read(wanted)
        while piece and len(piece) < wanted and (more := file.read(wanted - len(piece))):
            piece += more
        if len(piece) < wanted:
            raise Grew
        digest.add(piece)
        position += wanted
        stored += wanted
        if stored > most:
            raise ExtractError("size", Reason.TOO_LARGE)
    return digest


def _data_from(descriptor: int, position: int, size: int) -> int:
    """Where the next byte that is stored lies: behind the hole at ``position``, else there."""
    if not hasattr(os, "SEEK_DATA"):
        return position
    try:
        return min(size, os.lseek(descriptor, position, os.SEEK_DATA))
    except OSError as error:
        return size if error.errno == errno.ENXIO else position  # nothing but a hole; or a system without the question


class _Digest:
    """BLAKE2b over pieces; each is told with its length, so that no two files look alike by accident or on purpose."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=DIGEST_BYTES)
        self._zeros = 0

    def add(self, piece: bytes) -> None:
        """One piece of a MiB, or the last one."""
        if not piece.strip(b"\0") if len(piece) < _CHUNK else piece == _ZEROS:
            self._zeros += len(piece)
            return
        self._end_zeros()
        self._hash.update(b"\x01" + len(piece).to_bytes(8, "big"))
        self._hash.update(piece)

    def zeros(self, count: int) -> None:
        """A run of zeros."""
        self._zeros += count

    def _end_zeros(self) -> None:
        if self._zeros:
            self._hash.update(b"\x00" + self._zeros.to_bytes(8, "big"))
            self._zeros = 0

    def value(self) -> bytes:
        """The digest."""
        self._end_zeros()
        return self._hash.digest()


class _Bounded(io.RawIOBase):
    """The first ``size`` bytes of a file: one that grows while it is read is not followed."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._size, self._position = file, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        base = {0: 0, 1: self._position, 2: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        wanted = min(len(buffer), max(0, self._size - self._position))
        if not wanted:
            return 0
        self._file.seek(self._position)
        data = self._file.read(wanted)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
