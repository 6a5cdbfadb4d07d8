"""Metafiles of Windows (EMF, EMF+, WMF): the texts that they draw, and the pictures that they hold."""

from __future__ import annotations

import struct

from scanner.extract.formats import clear, pictures
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import BlockKind, Reason

_SMALL_TEXT, _TEXT_A, _TEXT_W, _POLY_A, _POLY_W, _COMMENT, _HEADER = 108, 83, 84, 96, 97, 70, 1
_BITMAPS = frozenset((76, 77, 78, 79, 80, 81, 114, 116))
_PLUS_STRING, _PLUS_OBJECT = 0x401C, 0x4008
_WMF_TEXT, _WMF_EXT_TEXT = 0x0521, 0x0A32
_WMF_BITMAPS = frozenset((0x0940, 0x0B41, 0x0F43, 0x0922, 0x0B23, 0x0D33))
_PLACEABLE = b"\xd7\xcd\xc6\x9a"


def extract(source: Source, sink: Sink) -> None:
    """Put all drawn texts, neighbours joined; raises ``picture`` where bitmaps remain unread."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    if data[40:44] == b" EMF":
        bitmaps = _emf(data, source, sink)
    elif data.startswith(_PLACEABLE) or data[:4] in (b"\x01\0\x09\0", b"\x02\0\x09\0"):
        bitmaps = _wmf(data, source, sink)
    else:
        clear.texts(data, source.part, sink)
        raise ExtractError("metafile", Reason.CORRUPT)
    if bitmaps:
        raise ExtractError("bitmaps", Reason.PICTURE)
    sink.textless()


class _Texts:
    """Drawn texts. Programs draw a word letter by letter; pieces at one height are one line."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._source, self._sink = source, sink
        self._pieces: list[str] = []
        self._height: object = None
        self._number = 0

    def put(self, text: str, height: object) -> None:
        """A text drawn at ``height``."""
        if height != self._height:
            self.flush()
            self._height = height
        self._pieces.append(text.replace("\0", ""))

    def flush(self) -> None:
        """The line is over."""
        if self._pieces:
            self._number += 1
            self._sink.text(BlockKind.LINE, self._source.part, self._number, "".join(self._pieces))
            self._pieces = []


def _emf(data: bytes, source: Source, sink: Sink) -> int:
    texts = _Texts(source, sink)
    bitmaps = 0
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if size < 8 or at + size > len(data):
            break
        record = data[at : at + size]
        if kind in (_TEXT_A, _TEXT_W) and size >= 52:
            y, count, offset = struct.unpack_from("<iII", record, 40)
            wide = kind == _TEXT_W
            raw = record[offset : offset + count * (2 if wide else 1)]
            texts.put(raw.decode("utf-16-le" if wide else "cp932", "replace"), y)
        elif kind == _SMALL_TEXT and size >= 36:
            _, y, count, options = struct.unpack_from("<iiII", record, 8)
            begin = 36 if options & 0x100 else 52
            narrow = options & 0x200
            raw = record[begin : begin + count * (1 if narrow else 2)]
            texts.put(raw.decode("cp932" if narrow else "utf-16-le", "replace"), y)
        elif kind in (_POLY_A, _POLY_W) and size >= 40:
            _poly(record, kind == _POLY_W, texts)
        elif kind in _BITMAPS:
            bitmaps += _drawn(record, kind)
        elif kind == _COMMENT and record[12:16] == b"EMF+":
            bitmaps += _plus(record[16 : 12 + struct.unpack_from("<I", record, 8)[0]], texts)
        elif kind == _HEADER and size >= 72:
            count, offset = struct.unpack_from("<II", record, 60)
            texts.put(record[offset : offset + 2 * min(count, 2_000)].decode("utf-16-le", "replace"), "description")
        at += size
    texts.flush()
    return bitmaps


def _poly(record: bytes, wide: bool, texts: _Texts) -> None:
    strings = min(struct.unpack_from("<I", record, 36)[0], len(record) // 40)
    for i in range(strings):
        if 40 + 40 * i + 16 > len(record):
            return
        _, y, count, offset = struct.unpack_from("<iiII", record, 40 + 40 * i)
        raw = record[offset : offset + count * (2 if wide else 1)]
        texts.put(raw.decode("utf-16-le" if wide else "cp932", "replace"), y)


def _drawn(record: bytes, kind: int) -> int:
    """1 for a bitmap that may show text."""
    at = {81: 48, 80: 48, 76: 84, 77: 84}.get(kind)
    if at is None or at + 4 > len(record):
        return 1
    offset = struct.unpack_from("<I", record, at)[0]
    if not offset:
        return 0  # a rectangle of one colour
    if offset + 12 > len(record):
        return 1
    width, height = struct.unpack_from("<ii", record, offset + 4)
    return 0 if pictures.decoration((abs(width), abs(height))) else 1


def _plus(data: bytes, texts: _Texts) -> int:
    bitmaps = 0
    at = 0
    while at + 12 <= len(data):
        kind, flags, size, length = struct.unpack_from("<HHII", data, at)
        if size < 12:
            break
        body = data[at + 12 : at + 12 + min(length, size)]
        if kind == _PLUS_STRING and len(body) >= 28:
            count = struct.unpack_from("<I", body, 8)[0]
            texts.put(body[28 : 28 + 2 * count].decode("utf-16-le", "replace"), ("+", body[16:20]))
        elif kind == _PLUS_OBJECT and flags >> 8 & 0x7F == 5:
            bitmaps += 1
        at += size
    return bitmaps


def _wmf(data: bytes, source: Source, sink: Sink) -> int:
    texts = _Texts(source, sink)
    bitmaps = 0
    at = (22 if data.startswith(_PLACEABLE) else 0) + 18
    while at + 6 <= len(data):
        size, kind = struct.unpack_from("<IH", data, at)
        if size < 3:
            break
        body = data[at + 6 : at + 2 * size]
        if kind == _WMF_TEXT and len(body) >= 2:
            count = struct.unpack_from("<H", body)[0]
            end = 2 + count + count % 2
            texts.put(body[2 : 2 + count].decode("cp932", "replace"), body[end : end + 2])
        elif kind == _WMF_EXT_TEXT and len(body) >= 8:
            y, _, count, options = struct.unpack_from("<hhHH", body)
            begin = 16 if options & 6 else 8
            texts.put(body[begin : begin + count].decode("cp932", "replace"), y)
        elif kind in _WMF_BITMAPS and len(body) > 200:
            bitmaps += 1
        at += 2 * size
    texts.flush()
    return bitmaps
