"""PDF files written by hand: text in the predefined Japanese encodings without an embedded font, and a file under a password."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """The objects by number, with their table; object 1 is the catalogue."""
    data, places = b"%PDF-1.5\n", {}
    for number, body in sorted(objects.items()):
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % places[n] for n in sorted(places))
    size = max(places) + 1
    return data + b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, trailer, len(data),
    )  # fmt: skip


def _page(font: bytes, content: bytes) -> dict[int, bytes]:
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        5: font,
    }


def japanese(text: str, cmap: str, codec: str) -> bytes:
    """One line of text in a predefined encoding such as ``90ms-RKSJ-H``; the font is not embedded."""
    shown = b"BT /F 12 Tf 100 700 Td <%s> Tj ET" % text.encode(codec).hex().encode()
    objects = _page(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /%s /DescendantFonts [6 0 R] >>"
        % cmap.encode(),
        shown,
    )
    objects[6] = (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light /DW 1000 /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>"
    )
    objects[7] = (
        b"<< /Type /FontDescriptor /FontName /Ryumin-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0"
        b" /Ascent 800 /Descent -200 /StemV 80 /CapHeight 800 >>"
    )
    return pdf(objects)


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def locked(text: str, password: str) -> bytes:
    """A page of ASCII text that opens with ``password`` alone (the standard handler, revision 2)."""
    user = (password.encode() + _PAD)[:32]
    owner = _rc4(hashlib.md5(user, usedforsecurity=False).digest()[:5], user)
    mark, rights = b"0123456789abcdef", -4
    key = hashlib.md5(user + owner + rights.to_bytes(4, "little", signed=True) + mark, usedforsecurity=False).digest()[
        :5
    ]
    number = (4).to_bytes(3, "little") + b"\0\0"
    content = _rc4(
        hashlib.md5(key + number, usedforsecurity=False).digest()[:10],
        b"BT /F 12 Tf 9 700 Td (%s) Tj ET" % text.encode(),
    )
    objects = _page(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", content)
    objects[6] = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>" % (
        owner.hex().encode(), _rc4(key, _PAD).hex().encode(), rights,
    )  # fmt: skip
    return pdf(objects, b"/Encrypt 6 0 R /ID [<%s> <%s>]" % (mark.hex().encode(), mark.hex().encode()))
