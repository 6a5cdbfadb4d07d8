"""Methods of zip archives that the standard library does not unpack: Deflate64 (what Windows writes for more than 2 GB), PPMd, xz and
Zstandard (7-Zip, WinZip). Their decoders come with the reader of 7z.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, cast

from scanner.extract.formats.zipdir import spans
from scanner.extract.interface import ExtractError

DEFLATE64, XZ, ZSTANDARD, PPMD = 9, 95, 93, 98
_LOCAL = 30
_PIECE = 1 << 16
_MOST_MEMORY = 256 << 20
"""Memory that a PPMd member may ask for."""


def opened(file: IO[bytes], info: zipfile.ZipInfo) -> IO[bytes]:
    """The contents of a member as a stream; raises ``NotImplementedError`` for a method that is not known here either."""
    for start, end in spans(file, (info,)):
        packed = end - info.compress_size
        file.seek(max(start + _LOCAL, packed))
        pieces = _decoded(info, file.read(info.compress_size))
        return cast("IO[bytes]", io.BufferedReader(_Pieces(pieces), _PIECE))
    raise ExtractError("member")


def _decoded(info: zipfile.ZipInfo, data: bytes) -> Iterator[bytes]:
    if info.compress_type == DEFLATE64:
        from inflate64 import Inflater

        decoder = Inflater()
        return (decoder.inflate(data[at : at + _PIECE]) for at in range(0, len(data), _PIECE))
    if info.compress_type == XZ:
        stream = lzma.LZMADecompressor(memlimit=_MOST_MEMORY)
        return _drained(stream.decompress, lambda: stream.eof, data)
    if info.compress_type == ZSTANDARD:
        from scanner.extract.formats.streams import zstandard

        frame = zstandard()
        return _drained(frame.decompress, lambda: frame.eof, data)
    if info.compress_type == PPMD and len(data) > 2:
        return _ppmd(info, data)
    raise NotImplementedError(info.compress_type)


def _ppmd(info: zipfile.ZipInfo, data: bytes) -> Iterator[bytes]:
    from pyppmd import Ppmd8Decoder

    head = struct.unpack_from("<H", data)[0]
    order, memory, restore = (head & 0xF) + 1, ((head >> 4 & 0xFF) + 1) << 20, head >> 12
    if memory > _MOST_MEMORY:
        raise ExtractError("memory")
    decoder = Ppmd8Decoder(order, memory, restore)
    left, first = info.file_size, data[2:]
    while left > 0:
        piece = bytes(decoder.decode(first, min(left, _PIECE)))
        first = b""
        if not piece:
            return
        left -= len(piece)
        yield piece


def _drained(decompress: Callable[[bytes, int], bytes], ended: Callable[[], bool], data: bytes) -> Iterator[bytes]:
    while True:
        piece = decompress(data, _PIECE)
        data = b""
        if piece:
            yield piece
        if ended() or not piece:
            return


class _Pieces(io.RawIOBase):
    """A stream of pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while not self._left:
            try:
                piece = next(self._pieces, None)
            except (MemoryError, ExtractError):
                raise
            except Exception as error:  # every decoder has exceptions of its own
                raise ValueError(type(error).__name__) from None
            if piece is None:
                return 0
            self._left = piece
        taken = self._left[: len(buffer)]
        self._left = self._left[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)
