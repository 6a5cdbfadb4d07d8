"""Streams of a PDF that unpack to more than a page can hold: found before the library, which cannot be stopped, sees them."""

from __future__ import annotations

import re
import zlib

_EDGE = re.compile(rb"stream(?:\r?\n)?")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_LEAST, _MOST = 8_000, 8_000_000
"""Packed bytes that are looked at, and unpacked bytes that are let through: a page of a book has 20,000."""
_LEAST_TWICE = 100
"""Packed bytes of a stream that is packed twice, a thousand times each."""
_PROBE, _SUSPICIOUS = 4_000, 50
"""Packed bytes at the head of a stream that show what it is, and the ratio: drawings of 20 MB pack to a fifth."""
_DICTIONARY = 1_000


def defused(data: bytes) -> tuple[bytes | bytearray, int]:
    """(the file without its bombs, how many there were): the packed bytes of a bomb are blanked where they stand, so that
    every other page is read. Pictures are no text and are not unpacked here."""
    changed: bytearray | None = None
    bombs = 0
    begin = -1
    for edge in _EDGE.finditer(data):
        at = edge.start()
        if begin >= 0 and at - begin >= _LEAST_TWICE and _is_bomb(data, begin, at):
            changed = changed if changed is not None else bytearray(data)
            changed[begin : at - 3] = b"\0" * (at - 3 - begin)
            bombs += 1
        begin = -1 if data[at - 3 : at] == b"end" else edge.end()
    return (data if changed is None else changed), bombs


def _is_bomb(data: bytes, begin: int, end: int) -> bool:
    dictionary = data[max(0, begin - _DICTIONARY) : begin]
    dictionary = dictionary[dictionary.rfind(b" obj") + 1 :]
    layers = len(_FLATE.findall(dictionary))
    if not layers or _IMAGE.search(dictionary):
        return False
    packed = memoryview(data)[begin:end]
    if layers == 1:
        return len(packed) >= _LEAST and _unpacks_beyond(packed)
    try:  # packed twice: what the outer layer holds is looked at in its stead
        inner = zlib.decompressobj().decompress(packed, _MOST)
    except zlib.error:
        return False
    return len(inner) >= _MOST or _unpacks_beyond(memoryview(inner), careful=False)


def _unpacks_beyond(packed: memoryview, *, careful: bool = True) -> bool:
    inflater = zlib.decompressobj()
    total = 0
    try:
        for at in range(0, len(packed), _PROBE):
            piece: bytes | memoryview = packed[at : at + _PROBE]
            while len(piece):
                total += len(inflater.decompress(piece, 1 << 20))
                if total > _MOST:
                    return True
                piece = inflater.unconsumed_tail
            if careful and at == 0 and total < _PROBE * _SUSPICIOUS:
                return False
    except zlib.error:
        return False
    return False
