"""Small archives and tables of formats that Python's library cannot write, built byte by byte for the tests."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping


def lzh(members: Mapping[str, bytes]) -> bytes:
    """Stored members (-lh0-) under level-0 headers with CP932 names."""
    out = bytearray()
    for name, body in members.items():
        raw = name.encode("cp932")
        crc = 0
        for byte in body:
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
        rest = (
            b"-lh0-" + struct.pack("<IIIBBB", len(body), len(body), 0, 0x20, 0, len(raw)) + raw + struct.pack("<H", crc)
        )
        out += bytes((len(rest), sum(rest) & 0xFF)) + rest + body
    return bytes(out) + b"\0"


def cab(members: Mapping[str, bytes], kind: int = 1) -> bytes:
    """One folder, MSZIP (1), stored (0) or stated as LZX (3), with CP932 names."""
    data = b"".join(members.values())
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"CK" + packer.compress(data) + packer.flush() if kind == 1 else data
    files = bytearray()
    offset = 0
    for name, body in members.items():
        files += struct.pack("<IIHHHH", len(body), offset, 0, 0, 0, 0x20) + name.encode("cp932") + b"\0"
        offset += len(body)
    files_at = 36 + 8
    blocks_at = files_at + len(files)
    blocks = struct.pack("<IHH", 0, len(packed), len(data)) + packed
    head = b"MSCF" + struct.pack(
        "<IIIIIBBHHHHH", 0, blocks_at + len(blocks), 0, files_at, 0, 3, 1, 1, len(members), 0, 0, 0
    )
    return head + struct.pack("<IHH", blocks_at, 1, kind) + bytes(files) + blocks


def cpio(members: Mapping[str, bytes], codec: str = "utf-8") -> bytes:
    """newc headers."""
    out = bytearray()
    for name, body in [*members.items(), ("TRAILER!!!", b"")]:
        raw = name.encode(codec) + b"\0"
        fields = (0, 0o100644, 0, 0, 1, 0, len(body), 0, 0, 0, 0, len(raw), 0)
        out += b"070701" + b"".join(b"%08X" % f for f in fields) + raw
        out += b"\0" * (-len(out) % 4) + body
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def compress(data: bytes) -> bytes:
    """A ``.Z`` file of fewer than 250 literal codes of nine bits."""
    assert len(data) < 250
    bits = 0
    for i, byte in enumerate(data):
        bits |= byte << (9 * i)
    return b"\x1f\x9d\x90" + bits.to_bytes((9 * len(data) + 7) // 8, "little")


def dbf(names: list[str], rows: list[list[str]], width: int = 40) -> bytes:
    """Character fields of one width in CP932."""
    header = 32 + 32 * len(names) + 1
    out = bytearray(struct.pack("<BBBBIHH", 3, 126, 11, 23, len(rows), header, 1 + width * len(names)))
    out += b"\0" * 17 + b"\x13" + b"\0\0"
    for name in names:
        out += name.encode("cp932").ljust(11, b"\0")[:11] + b"C" + b"\0" * 4 + bytes((width, 0)) + b"\0" * 14
    out += b"\r"
    for row in rows:
        out += b" " + b"".join(value.encode("cp932").ljust(width) for value in row)
    return bytes(out) + b"\x1a"


def _record(kind: int, body: bytes) -> bytes:
    head = bytes((kind,)) if kind < 128 else bytes((kind & 0x7F | 0x80, kind >> 7))
    size, length = bytearray(), len(body)
    while True:
        size.append(length & 0x7F | (0x80 if length > 127 else 0))
        length >>= 7
        if not length:
            return head + bytes(size) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb_parts(shared: list[str], numbers: list[tuple[float, str]], sheet: str) -> dict[str, bytes]:
    """Parts of a workbook whose row 1 holds the shared strings and row 2 numbers with their formats; sheet very hidden."""
    formats = sorted({code for _, code in numbers})
    styles = b"".join(_record(44, struct.pack("<H", 164 + i) + _wide(code)) for i, code in enumerate(formats))
    styles += _record(617, b"") + b"".join(
        _record(47, struct.pack("<HH", 0, 164 + i) + b"\0" * 12) for i in range(len(formats))
    )
    styles += _record(618, b"")
    cells = _record(0, struct.pack("<I", 0) + b"\0" * 13)
    for i in range(len(shared)):
        cells += _record(7, struct.pack("<III", i, 0, i))
    cells += _record(0, struct.pack("<I", 1) + b"\0" * 13)
    for i, (number, code) in enumerate(numbers):
        cells += _record(5, struct.pack("<IId", i, formats.index(code), number))
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="t" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return {
        "xl/workbook.bin": _record(153, b"\0" * 8)
        + _record(156, struct.pack("<II", 2, 1) + _wide("rId1") + _wide(sheet)),
        "xl/_rels/workbook.bin.rels": relations.encode(),
        "xl/sharedStrings.bin": b"".join(_record(19, b"\0" + _wide(text)) for text in shared),
        "xl/styles.bin": styles,
        "xl/worksheets/sheet1.bin": cells,
        "xl/comments1.bin": _record(632, _wide("記入者")) + _record(637, b"\0" + _wide("コメントの文")),
    }


def tnef(subject: str, body: str, attachments: Mapping[str, bytes], codepage: int = 932) -> bytes:
    """winmail.dat with the old attributes, and the body also as a property in Unicode."""
    codec = {932: "cp932", 65001: "utf-8", 50220: "iso2022_jp"}[codepage]

    def attribute(level: int, key: int, data: bytes) -> bytes:
        return bytes((level,)) + struct.pack("<II", key, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    raw = body.encode("utf-16-le") + b"\0\0"
    properties = struct.pack("<IHHII", 1, 0x1F, 0x1000, 1, len(raw)) + raw + b"\0" * (-len(raw) % 4)
    out = b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x00069007, struct.pack("<II", codepage, 0))
    out += attribute(1, 0x00018004, subject.encode(codec) + b"\0") + attribute(1, 0x00069003, properties)
    for name, data in attachments.items():
        out += attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, name.encode(codec) + b"\0")
        out += attribute(2, 0x0006800F, data)
    return out


def iso(members: Mapping[str, bytes], *, wide: bool) -> bytes:
    """ISO 9660 with one level of folders, by Joliet (``wide``) or with names in CP932."""

    def named(name: str) -> bytes:
        return name.encode("utf-16-be") if wide else name.encode("cp932")

    def record(raw: bytes, start: int, size: int, flags: int) -> bytes:
        both = struct.pack("<I", start) + struct.pack(">I", start) + struct.pack("<I", size) + struct.pack(">I", size)
        body = both + bytes(7) + bytes((flags,)) + bytes(6) + bytes((len(raw),)) + raw
        body += b"\0" * (len(body) % 2)
        return bytes((len(body) + 2, 0)) + body

    folders: dict[str, list[tuple[str, bytes]]] = {"": []}
    for path, body in members.items():
        folder, _, leaf = path.rpartition("/")
        folders.setdefault(folder, []).append((leaf, body))
    at = 18 + len(folders)
    bodies, records = bytearray(), {}
    places = {folder: 18 + number for number, folder in enumerate(folders)}
    for folder, files in folders.items():
        rows = record(b"\0", places[folder], 2048, 2) + record(b"\1", places[""], 2048, 2)
        if not folder:
            rows += b"".join(record(named(f), place, 2048, 2) for f, place in places.items() if f)
        for leaf, body in files:
            rows += record(named(leaf + ";1"), at, len(body), 0)
            padded = body + b"\0" * (-len(body) % 2048)
            bodies += padded
            at += len(padded) // 2048
        records[folder] = rows.ljust(2048, b"\0")
    volume = bytearray(2048)
    volume[:7] = bytes((2 if wide else 1,)) + b"CD001\x01"
    if wide:
        volume[88:91] = b"%/E"
    root = record(b"\0", places[""], 2048, 2)
    volume[156 : 156 + len(root)] = root
    return (
        bytes(16 * 2048)
        + bytes(volume)
        + b"\xffCD001\x01".ljust(2048, b"\0")
        + b"".join(records.values())
        + bytes(bodies)
    )


def rar(members: Mapping[str, bytes]) -> bytes:
    """Stored members of the older format, with CP932 names."""

    def block(kind: int, flags: int, body: bytes) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name, body in members.items():
        raw = name.encode("cp932")
        out += block(
            0x74,
            0x8000,
            struct.pack("<IIBIIBBHI", len(body), len(body), 2, zlib.crc32(body), 0, 20, 0x30, len(raw), 0x20) + raw,
        )
        out += body
    return out + block(0x7B, 0x4000, b"")


def rar5(members: Mapping[str, bytes]) -> bytes:
    """Stored members of the newer format."""

    def number(value: int) -> bytes:
        found = bytearray()
        while value > 0x7F:
            found.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes((*found, value))

    def block(body: bytes) -> bytes:
        head = number(len(body)) + body
        return struct.pack("<I", zlib.crc32(head)) + head

    out = b"Rar!\x1a\x07\x01\x00" + block(b"\x01\x00\x00")
    for name, body in members.items():
        raw = name.encode()
        out += block(
            b"\x02\x02" + number(len(body)) + b"\x04" + number(len(body)) + b"\x20" + struct.pack("<I", zlib.crc32(body))
            + b"\x00\x00" + number(len(raw)) + raw
        )  # fmt: skip
        out += body
    return out + block(b"\x05\x00\x00")


def ar(members: Mapping[str, bytes]) -> bytes:
    """What deb packages are."""
    out = b"!<arch>\n"
    for name, body in members.items():
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{644:<8}{len(body):<10}`\n".encode() + body + b"\n" * (len(body) % 2)
    return out


def zip_by(method: int, name: str, packed: bytes, body: bytes) -> bytes:
    """A zip of one member that is packed by a method of its own."""
    raw = name.encode("cp932")
    sizes = struct.pack("<III", zlib.crc32(body), len(packed), len(body))
    local = (
        b"PK\3\4" + struct.pack("<HHHHH", 63, 0, method, 0, 0) + sizes + struct.pack("<HH", len(raw), 0) + raw + packed
    )
    entry = b"PK\1\2" + struct.pack("<HHHHHH", 63, 63, 0, method, 0, 0) + sizes
    entry += struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, 0) + raw
    return local + entry + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
