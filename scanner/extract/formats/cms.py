"""Signed mail (smime.p7m, CMS of RFC 5652): what was signed is inside, in clear. Enveloped mail is encrypted."""

from __future__ import annotations

import io

from scanner.extract.interface import Encrypted, ExtractError, Sink, Source

SIGNED, ENVELOPED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
_HEAD = 40
_OCTETS, _PACKED_OCTETS, _EXPLICIT = 0x04, 0x24, 0xA0
_MOST = 1 << 20
"""Pieces of one content; programs cut it into kilobytes."""


def looks_like_cms(head: bytes) -> bool:
    """Whether a sequence begins with the identifier of signed or enveloped data."""
    return head[:1] == b"\x30" and any(oid in head[:_HEAD] for oid in (SIGNED, ENVELOPED))


def extract(source: Source, sink: Sink) -> None:
    """Put what was signed as a mail. Raises ``Encrypted`` for enveloped data."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    if ENVELOPED in data[:_HEAD]:
        raise Encrypted("cms")
    at = data.find(_DATA)
    if at < 0:
        raise ExtractError("cms")
    body = _content(data, at + len(_DATA))
    sink.unpacked(len(body))
    sink.member(source.inner("signed.eml", io.BytesIO(body), len(body)))


def _content(data: bytes, at: int) -> bytes:
    """The octets behind the type of the content, in one piece or in many, of stated length or up to their end mark."""
    pieces: list[bytes] = []
    while at + 2 <= len(data) and len(pieces) < _MOST:
        tag, length = data[at], data[at + 1]
        at += 2
        if length > 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if tag in (_EXPLICIT, _PACKED_OCTETS):
            continue  # what is inside follows
        if tag != _OCTETS:
            break
        pieces.append(data[at : at + length])
        at += length
    return b"".join(pieces)
