"""Compressed RTF of Outlook (MS-OXRTFCP): references into a ring of 4,096 bytes that begins filled with what RTF begins with."""

from __future__ import annotations

import struct

_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbol"
    b"ArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_RING = 4_096
_STORED = b"MELA"


def unpacked(data: bytes) -> bytes:
    """The RTF, up to where its packed form is cut or damaged; ``data`` as it is where it is no packed form. It grows by at most
    nine times."""
    if len(data) < 16 or data[8:12] not in (b"LZFu", _STORED):
        return data
    size = min(int(struct.unpack_from("<I", data, 4)[0]), 9 * len(data))
    if data[8:12] == _STORED:
        return data[16 : 16 + size]
    ring = bytearray(_START.ljust(_RING, b"\0"))
    out = bytearray()
    write, at = len(_START), 16
    while at < len(data):
        flags = data[at]
        at += 1
        for bit in range(8):
            if flags >> bit & 1:
                if at + 2 > len(data):
                    return bytes(out)
                place, length = data[at] << 4 | data[at + 1] >> 4, (data[at + 1] & 15) + 2
                at += 2
                if place == write % _RING:
                    return bytes(out)
                for step in range(length):
                    byte = ring[(place + step) % _RING]
                    out.append(byte)
                    ring[write % _RING] = byte
                    write += 1
            else:
                if at >= len(data):
                    return bytes(out)
                out.append(data[at])
                ring[write % _RING] = data[at]
                write += 1
                at += 1
    return bytes(out)
