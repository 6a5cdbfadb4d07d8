"""Single compressed files (gz, bz2, xz, lzma, zst, br, Z): all streams of a file, what its headers say, what follows the last."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import zlib
from collections.abc import Callable
from typing import IO, Protocol, cast

from scanner.extract import behind
from scanner.extract.formats.archive import IN_MEMORY, decode_name, over
from scanner.extract.formats.lzw import unlzw
from scanner.extract.formats.zipdir import spool
from scanner.extract.interface import ExtractError, Sink, Source, Unsupported, join
from scanner.model import Reason

_DICTIONARY = 200_000_000
"""Memory that an xz or zst stream may ask for; the strongest setting of xz takes 65 MB."""
_PIECE = 1 << 16
_GZ = re.compile(rb"\x1f\x8b\x08([\x00-\x1f])", re.DOTALL)


class _Decoder(Protocol):
    """One stream, as the standard library's decompressors."""

    eof: bool
    needs_input: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Deflate:
    """zlib's own object with the face of the others."""

    def __init__(self) -> None:
        self._object = zlib.decompressobj(31)

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._object.decompress(self._object.unconsumed_tail + data, max_length)

    @property
    def eof(self) -> bool:
        return self._object.eof

    @property
    def needs_input(self) -> bool:
        return not self._object.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data


class _Brotli:
    """It has neither magic nor checksum: where its stream ends the file must."""

    def __init__(self) -> None:
        import brotli

        self._object = brotli.Decompressor()
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return bytes(self._object.process(data, output_buffer_limit=max_length))

    @property
    def eof(self) -> bool:
        return bool(self._object.is_finished())

    @property
    def needs_input(self) -> bool:
        return bool(self._object.can_accept_more_data())


def zstandard() -> _Decoder:
    """A decompressor of one frame."""
    try:
        from compression.zstd import ZstdDecompressor  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        from backports.zstd import ZstdDecompressor
    return cast("_Decoder", ZstdDecompressor())


_KINDS: dict[str, tuple[bytes, Callable[[], _Decoder]]] = {
    "gz": (b"\x1f\x8b", cast("Callable[[], _Decoder]", _Deflate)),
    "bz2": (b"BZh", cast("Callable[[], _Decoder]", bz2.BZ2Decompressor)),
    "xz": (b"\xfd7zXZ\x00", lambda: cast("_Decoder", lzma.LZMADecompressor(memlimit=_DICTIONARY))),
    "lzma": (b"\x5d\0\0", lambda: cast("_Decoder", lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_DICTIONARY))),
    "zst": (b"\x28\xb5\x2f\xfd", zstandard),
    "br": (b"", cast("Callable[[], _Decoder]", _Brotli)),
}
"""Format → what each of its streams begins with, and its decompressor."""


class _Streams(io.RawIOBase):
    """Streams one after the other. Damage ends it with what came out until then; ``problem`` says so."""

    def __init__(self, file: IO[bytes], magic: bytes, make: Callable[[], _Decoder]) -> None:
        self._file, self._magic, self._make = file, magic, make
        self._decoder: _Decoder = make()
        self._data = b""
        self._fed = False
        self._ended = False
        self.problem: Reason | None = None
        self.heads: list[bytes] = []
        """The first bytes of every stream."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; none at the end."""
        while not self._ended:
            try:
                out = self._step(size)
            except (OSError, zlib.error, lzma.LZMAError, EOFError, ValueError):
                self._end(Reason.CORRUPT)
                return b""
            except Exception as error:  # the libraries for zst and br have exceptions of their own
                if type(error).__name__ not in ("ZstdError", "error"):
                    raise
                self._end(Reason.CORRUPT)
                return b""
            if out:
                return out
        return b""

    def _end(self, problem: Reason | None) -> None:
        self._ended, self.problem = True, problem

    def _step(self, size: int) -> bytes:
        if self._decoder.eof:
            self._next()
            return b""
        if not self._fed:
            self._data = self._data or self._file.read(_PIECE)
            if len(self.heads) < 100:
                self.heads.append(self._data[:2048])
            self._fed = True
        data, self._data = self._data, b""
        if self._decoder.needs_input and not data:
            data = self._file.read(_PIECE)
            if not data:
                self._end(Reason.TRUNCATED)
                return b""
        return self._decoder.decompress(data, size)

    def _next(self) -> None:
        """Behind the end of a stream: another one, or the end."""
        left = self._decoder.unused_data or self._file.read(_PIECE)
        begin = left.lstrip(b"\0")
        if not begin and left:
            while not begin and left:
                left = self._file.read(_PIECE)
                begin = left.lstrip(b"\0")
        if self._magic and begin.startswith(self._magic):
            self._data, self._fed, self._decoder = begin, False, self._make()
            return
        self._data = begin
        self._end(None)

    @property
    def tail(self) -> int:
        """Bytes of the file that were read and belong to no stream."""
        return len(self._data)


def extract(source: Source, sink: Sink) -> None:
    """Put what a compressed file holds; its own name without the last ending is the name of the member."""
    source.file.seek(0)
    head = source.file.read(8)
    source.file.seek(0)
    name = source.name.rpartition(".")[0] or "content"
    if source.name.lower().endswith((".tgz", ".tbz", ".txz", ".tzst")):
        name += ".tar"
    if head[:2] == b"\x1f\x9d":
        try:
            raw = unlzw(source.file.read(sink.limits.part_bytes), sink.unpacked)
        except ValueError as error:
            raise ExtractError(type(error).__name__) from None
        sink.member(source.inner(name, io.BytesIO(raw), len(raw)))
        return
    kind = next((k for k, (magic, _) in _KINDS.items() if magic and head.startswith(magic)), "br")
    try:
        stream = _Streams(source.file, *_KINDS[kind])
    except ImportError:
        raise Unsupported(kind) from None
    data, size, cut = spool(cast("IO[bytes]", stream), sink, min(IN_MEMORY, sink.limits.part_bytes))
    inner = source.inner(name, data, size)
    if kind == "gz":
        for text in (text for stated in stream.heads for text in _texts(stated)):
            sink.field(join(source.part, "name"), "", text)
    if size or stream.problem is None:
        sink.member(inner)
    if cut:
        over(sink, inner.part, size)
    if stream.problem is not None:
        if not size:
            raise ExtractError(kind, stream.problem)
        sink.missed(stream.problem, inner.part)
    elif stream.tail:
        behind.rest(source, sink, source.file.tell() - stream.tail)


def _texts(head: bytes) -> list[str]:
    """The name and the comment that a gz stream states (RFC 1952)."""
    found = _GZ.match(head)
    if found is None:
        return []
    flags, at = found[1][0], 10
    if flags & 4 and len(head) >= 12:
        at += 2 + int.from_bytes(head[10:12], "little")
    texts = []
    for bit in (8, 16):
        if flags & bit:
            end = head.find(b"\0", at)
            end = end if end >= 0 else len(head)
            texts.append(decode_name(head[at:end]))
            at = end + 1
    return texts
