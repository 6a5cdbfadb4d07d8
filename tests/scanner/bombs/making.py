"""What bombs are made of: packed bytes that repeat, zip and compound files that lie."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping

Files = dict[str, Callable[[], bytes]]


def deflated(block: bytes, times: int, before: bytes = b"", after: bytes = b"") -> tuple[bytes, int, int]:
    """(raw deflate, its checksum, its unpacked size) of ``before + block * times + after``: the packed block is written
    ``times`` over, so that hundreds of megabytes take a moment. The checksum is right up to 64 MB, else 0."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    tail = packer.compress(after) + packer.flush()
    size = len(before) + len(block) * times + len(after)
    crc = zlib.crc32(before + block * times + after) if size <= 64_000_000 else 0
    return head + first * times + tail, crc, size


def stretched(name: str, block: bytes, times: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A zip file of one part ``before + block * times + after``."""
    return zip_file({name: deflated(block, times, before, after)})


def zip_file(parts: Mapping[str, bytes | tuple[bytes, int, int]]) -> bytes:
    """A zip file of parts given as they are or as what ``deflated`` returned."""
    out, directory = bytearray(), bytearray()
    for name, part in parts.items():
        if isinstance(part, bytes):
            packer = zlib.compressobj(
                0 if name == "mimetype" else 9, zlib.DEFLATED, -15
            )  # it is looked for as it stands
            part = (packer.compress(part) + packer.flush(), zlib.crc32(part), len(part))
        packed, crc, size = part
        raw = name.encode()
        head = struct.pack("<HHHHHIII", 20, 0x800, 8, 0, 33, crc, len(packed), size) + struct.pack("<HH", len(raw), 0)
        directory += b"PK\x01\x02\x14\x00" + head + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + raw
        out += b"PK\x03\x04" + head + raw + packed
    count = min(len(parts), 0xFFFF)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(out), 0)
    return bytes(out + directory) + end


def stored(members: list[tuple[str, bytes]]) -> bytes:
    """A zip file without packing, names as often as given."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        warnings.simplefilter("ignore")  # of two members of one name
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()


def overlapping(name: str, kernel: bytes, count: int) -> bytes:
    """A zip file whose ``count`` entries all lead to one packed kernel."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(kernel) + packer.flush()
    sizes = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, zlib.crc32(kernel), len(packed), len(kernel))
    first = (name % 0).encode()
    local = b"PK\x03\x04" + sizes + struct.pack("<HH", len(first), 0) + first + packed
    directory = bytearray()
    for n in range(count):
        raw = (name % n).encode()
        directory += b"PK\x01\x02\x14\x00" + sizes + struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, 0) + raw
    count = min(count, 0xFFFF)
    return (
        local
        + bytes(directory)
        + b"PK\x05\x06"
        + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(local), 0)
    )


def quoted(count: int, kernel: int) -> bytes:
    """A zip file each of whose entries quotes the local headers of all later ones in stored blocks."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(bytes(kernel)) + packer.flush()
    size = kernel
    tail = b""
    entries: list[tuple[bytes, bytes, int]] = []
    for n in reversed(range(count)):
        name = b"%d.txt" % n
        data = (b"\x00" + struct.pack("<HH", len(tail), len(tail) ^ 0xFFFF) + tail + body) if tail else body
        total = size + len(tail)
        sizes = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, 0, len(data), total)
        tail = b"PK\x03\x04" + sizes + struct.pack("<HH", len(name), 0) + name
        entries.append((name, sizes, len(data)))
        body, size = data, total
    out = tail + body
    directory, at = bytearray(), 0
    for name, sizes, _ in reversed(entries):
        directory += b"PK\x01\x02\x14\x00" + sizes + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, at) + name
        at += 30 + len(name) + 5
    return (
        out
        + bytes(directory)
        + b"PK\x05\x06"
        + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(out), 0)
    )


_SECTOR, _FREE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes], *, same: Mapping[str, str] | None = None, lie: int = 0) -> bytes:
    """A compound file (OLE) of large streams in its root. ``same``: further entries (name → stream) that lead to the
    sectors of one that is there. ``lie``: bytes that every entry states more than it has."""
    sectors: list[bytes] = []
    fat: list[int] = []

    def chain(data: bytes) -> int:
        first = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, max(1, len(data)), _SECTOR)]
        for n, piece in enumerate(pieces):
            sectors.append(piece)
            fat.append(first + n + 1 if n + 1 < len(pieces) else _END)
        return first

    starts = {name: (chain(data.ljust(4096, b"\0")), max(4096, len(data)) + lie) for name, data in streams.items()}
    starts |= {name: starts[to] for name, to in (same or {}).items()}
    names = list(starts)
    directory = bytearray()
    for n, name in enumerate(["Root Entry", *names]):
        raw = name.encode("utf-16-le") + b"\0\0"
        start, size = (_END, 0) if n == 0 else starts[name]
        right = n + 1 if 0 < n < len(names) else _FREE
        child = 1 if n == 0 and names else _FREE
        directory += raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), 5 if n == 0 else 2, 1, _FREE, right, child)
        directory += b"\0" * 36 + struct.pack("<IQ", start, size)
    first_directory = chain(bytes(directory))
    per = _SECTOR // 4
    tables = -(-(len(fat) + 1) // (per - 1)) + 1
    table_at = len(fat)
    fat += [_FAT] * tables
    fat += [_FREE] * (tables * per - len(fat))
    sectors += [struct.pack(f"<{per}I", *fat[n * per : (n + 1) * per]) for n in range(tables)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, tables, first_directory, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *[table_at + n if n < tables else _FREE for n in range(109)])
    return head + b"".join(sectors)
