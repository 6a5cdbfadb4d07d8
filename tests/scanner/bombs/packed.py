"""Bombs of archives and compressed streams: zip, tar, gz, bz2, xz, Z, 7z, lzh, cab, cpio."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib

from tests.scanner import archives
from tests.scanner.bombs.making import Files, deflated, overlapping, quoted, stored, stretched, zip_file

MEGABYTE = 1 << 20


def _tar_header(name: bytes, size: bytes, kind: bytes = b"0", extra: bytes = b"") -> bytes:
    head = bytearray(512)
    head[0 : len(name)] = name
    head[100:124] = b"0000644\x000000000\x000000000\x00"
    head[124:136] = size
    head[136:148] = b"00000000000\0"
    head[148:156] = b" " * 8
    head[156:157] = kind
    head[257:265] = b"ustar\x0000" if not extra else b"ustar  \0"
    head[345 : 345 + len(extra)] = extra
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def _tar(*headers: tuple[bytes, bytes, bytes, bytes]) -> bytes:
    out = b""
    for name, size, kind, body in headers:
        out += _tar_header(name, size, kind) + body + b"\0" * (-len(body) % 512)
    return out + bytes(1024)


def _octal(size: int) -> bytes:
    return b"%011o\0" % size


def _binary(size: int) -> bytes:
    return (b"\x80" if size >= 0 else b"\xff") + size.to_bytes(11, "big", signed=True)


def _pax(text: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    return (b"x", _octal(len(text)), b"x", text)


def _sparse(real: int) -> bytes:
    """A member of the old GNU kind: one piece of data and a hole of any size."""
    extra = bytearray(167)
    extra[41:65] = _octal(0) + _octal(512)
    extra[65:89] = _octal(real - 1) + _octal(0)
    extra[138:150] = _binary(real)
    return _tar_header(b"a.txt", _octal(512), b"S", bytes(extra)) + b"a" * 512 + bytes(1024)


def members_tar(count: int) -> bytes:
    """Many empty members, packed."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for n in range(count):
            archive.addfile(tarfile.TarInfo(f"{n}"))
    return gzip.compress(buffer.getvalue(), 6)


def nested(pack, data: bytes, depth: int) -> bytes:  # type: ignore[no-untyped-def]
    """A stream in a stream in a stream."""
    for _ in range(depth):
        data = pack(data)
    return data


def many_headers(count: int, body: bytes) -> bytes:
    """Local headers without a directory."""
    head = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, 0, 0, 1, 0) + b"a"
    return (head + body) * count


def z_bomb(codes: int) -> bytes:
    """A .Z file of one letter: each code is longer than the one before."""
    out = bytearray(b"\x1f\x9d\x90")
    width, following, group = 9, 257, [97]
    for _ in range(codes):
        if following > (1 << width) - 1 and width < 16:
            out += _group(group, width)
            group, width = [], width + 1
        group.append(following)
        following = min(following + 1, 65_535)
        if len(group) == 8:
            out += _group(group, width)
            group = []
    return bytes(out + _group(group, width)[: (len(group) * width + 7) // 8])


def _group(codes: list[int], width: int) -> bytes:
    if not codes:
        return b""
    return sum(code << (n * width) for n, code in enumerate(codes)).to_bytes(width, "little")


def cab_folders(folders: int, files: int, size: int) -> bytes:
    """A cabinet whose folders share one block and whose files share one folder."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"CK" + packer.compress(bytes(0x8000)) + packer.flush()
    listed = b"".join(struct.pack("<IIHHHH", size, 0, n % folders, 0, 0, 0x20) + b"%d\0" % n for n in range(files))
    files_at = 36 + 8 * folders
    at = files_at + len(listed)
    head = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, at, 0, files_at, 0, 3, 1, folders, files, 0, 0, 0)
    blocks = (struct.pack("<IHH", 0, len(packed), 0x8000) + packed) * 100
    return head + struct.pack("<IHH", at, 100, 1) * folders + listed + blocks


def _lying(size: int, name: bytes = b"a.txt") -> bytes:
    sizes = struct.pack("<HHHHHIII", 20, 0, 0, 0, 33, 0, size, size) + struct.pack("<HH", len(name), 0)
    local = b"PK\x03\x04" + sizes + name + b"a"
    directory = b"PK\x01\x02\x14\x00" + sizes + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return local + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(local), 0)


def _directory(count: int) -> bytes:
    """Nothing but a directory."""
    entry = (
        b"PK\x01\x02\x14\x00" + struct.pack("<HHHHHIIIHHHHHII", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    )
    return entry * count + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, len(entry) * count, 0, 0)


def _xz_dictionary() -> bytes:
    """A stream whose header asks for 4 GB."""
    data = bytearray(lzma.compress(b"a" * 1_000, format=lzma.FORMAT_ALONE))
    return bytes(data[:1] + b"\xff\xff\xff\xff" + data[5:])


def _seven(body: bytes, names: list[str]) -> bytes:
    import py7zr

    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", filters=[{"id": py7zr.FILTER_LZMA2, "preset": 0}]) as archive:
        for name in names:
            archive.writestr(body, name)
    return buffer.getvalue()


def files() -> Files:
    """Name → maker."""
    gib = 1 << 30
    return {
        "entries-share.zip": lambda: overlapping("%d.txt", b"a" * 30_000_000, 2_000),
        "entries-quote.zip": lambda: quoted(250, 20_000_000),
        "same-name.zip": lambda: stored([("a.txt", b"a" * 10)] * 10_000),
        "empty-members.zip": lambda: stored([(f"{n}.txt", b"") for n in range(10_000)]),
        "members.zip": lambda: stored([(f"{n}.txt", b"1") for n in range(10_000)]),
        "members-in.zip": lambda: zip_file({"a.zip": stored([(f"{n}.txt", b"1") for n in range(5_000)])}),
        "zips-in.zip": lambda: zip_file({f"{n}.zip": zip_file({f"{k}.zip": zip_file({f"{j}.txt": b"1" for j in range(20)}) for k in range(10)}) for n in range(10)}),
        "directory.zip": lambda: zip_file({"a.zip": _directory(250_000)}),
        "directory-less.zip": lambda: zip_file({"a.zip": _directory(150_000)}),
        "directory-docx.zip": lambda: zip_file({"a.docx": b"PK\x03\x04" + _directory(150_000)}),
        "long-names.zip": lambda: stored([("x" * 60_000 + f"{n}.csv", b"a,b\n1,2\n" * 500) for n in range(5)]),
        "long-name-rows.zip": lambda: zip_file({"x" * 60_000 + ".csv": deflated(b"1,2\n" * 100_000, 30)}),
        "spaces.zip": lambda: stretched("a.txt", b" " * MEGABYTE, 400),
        "lines.zip": lambda: stretched("a.txt", b"1\n" * 500_000, 45),
        "digits.zip": lambda: stretched("a.csv", b"1,2,3,4,5\n" * 100_000, 45),
        "tags.zip": lambda: stretched("a.html", b"<td>1" * 100_000, 90),
        "elements.zip": lambda: stretched("a.xml", b"<a/>" * 100_000, 100, b"<?xml version='1.0'?><r>"),
        "json.zip": lambda: stretched("a.json", b"[]," * 100_000, 150, b"["),
        "wide.zip": lambda: stretched("a.html", b"a" * MEGABYTE, 45, b"<html>" + "𠮷".encode()),
        "mail.zip": lambda: stretched("a.eml", b"X: 1\n" * 100_000, 90, b"From: a\nTo: b\nSubject: c\n"),
        "groups.zip": lambda: stretched("a.rtf", b"{" * MEGABYTE, 45, b"{\\rtf1 "),
        "lines-in.vcf.zip": lambda: stretched("a.vcf", b"TEL:1\n" * 100_000, 70, b"BEGIN:VCARD\n"),
        "mails.mbox.zip": lambda: stretched("a.mbox", b"From a@b.jp Mon Jan 1 00:00:00 2024\n\n1\n\n" * 10_000, 100),
        "zip64-size.zip": lambda: _lying(0xFFFFFFFF),
        "size.zip": lambda: _lying(0x7FFFFFFF),
        "headers-cut.zip": lambda: many_headers(30_000, b"\x03\x00"),
        "headers-stored-cut.zip": lambda: many_headers(30_000, b"\x00\xff\xff\x00\x00"),
        "headers-bad-cut.zip": lambda: many_headers(30_000, b"\xff"),
        "headers-long-cut.zip": lambda: many_headers(2_000, deflated(b"a" * 100_000, 1)[0]),
        "bomb-cut.zip": lambda: stretched("a.txt", b" " * MEGABYTE, 400)[:-70],
        "bomb-cut.docx": lambda: stretched("word/document.xml", b"<w:p/>" * 100_000, 200, b"<w:d>")[:-90],
        "negative.zip": lambda: _lying(1).replace(b"PK\x05\x06", b"PK\x05\x06\0\0\0\0", 1),
        "size.tar": lambda: _tar((b"a.txt", _octal(8**11 - 1), b"0", b"a")),
        "size-binary.tar": lambda: _tar((b"a.txt", _binary(1 << 80), b"0", b"a")),
        "size-negative.tar": lambda: _tar((b"a.txt", _binary(-512), b"0", b"a")),
        "size-back.tar": lambda: _tar((b"a.txt", _octal(1), b"0", b"a"), (b"b.txt", _binary(-1024), b"0", b"a")),
        "size-gib.tar": lambda: _tar((b"a.txt", _octal(gib // 2), b"0", b"a")),
        "size-pax.tar": lambda: _tar(_pax(b"27 size=9999999999999999999\n"), (b"a.txt", _octal(1), b"0", b"a")),
        "size-pax-negative.tar": lambda: _tar(_pax(b"13 size=-512\n"), (b"a.txt", _octal(1), b"0", b"a")),
        "pax-size.tar": lambda: _tar((b"x", _octal(8**11 - 1), b"x", b"1")),
        "pax-pattern.tar": lambda: _tar(_pax(b"1" * 500_000)),
        "pax-patterns.tar": lambda: _tar(_pax(b"9 a=" * 100_000)),
        "pax-chain.tar": lambda: _tar(*[_pax(b"6 a=b\n")] * 900),
        "long-name.tar": lambda: _tar((b"L", _octal(8**11 - 1), b"L", b"a")),
        "long-names.tar": lambda: _tar(*[(b"L", _octal(500), b"L", b"a" * 500)] * 500),
        "sparse.tar": lambda: _sparse(400_000_000),
        "sparse-gib.tar": lambda: _sparse(100 * gib),
        "sparse-some.tar": lambda: _sparse(40_000_000)[:-1024] * 20 + bytes(1024),
        "members.tar.gz": lambda: members_tar(5_000),
        "links.tar": lambda: _tar(*[(b"a", _octal(0), b"2", b"")] * 1_000),
        "zeros.tar": lambda: _tar((b"a.txt", _octal(1), b"0", b"a")) + bytes(500_000),
        "zeros.gz": lambda: gzip.compress(bytes(60_000_000), 1),
        "text.txt.gz": lambda: gzip.compress("様\n".encode() * 13_000_000, 1),
        "twice.gz": lambda: nested(gzip.compress, bytes(55_000_000), 2),
        "five-times.gz": lambda: nested(gzip.compress, bytes(20_000_000), 5),
        "twenty-times.gz": lambda: nested(gzip.compress, b"a" * 100, 20),
        "streams.gz": lambda: gzip.compress(b"") * 30_000,
        "streams.bz2": lambda: bz2.compress(b"") * 30_000,
        "streams.xz": lambda: lzma.compress(b"") * 10_000,
        "zeros.bz2": lambda: bz2.compress(bytes(9_000_000), 9) * 7,
        "zeros.xz": lambda: lzma.compress(bytes(9_000_000), preset=0) * 7,
        "dictionary.xz": _xz_dictionary,
        "mixed.gz": lambda: gzip.compress(bz2.compress(lzma.compress(bytes(30_000_000), preset=0))),
        "letters.Z": lambda: z_bomb(60_000),
        "letters-less.Z": lambda: z_bomb(9_000),
        "zeros.7z": lambda: _seven(bytes(8_000_000), ["a.txt", "b.txt"]),
        "same-name.7z": lambda: _seven(b"1", ["a.txt"] * 300),
        "header.7z": lambda: _seven(b"1", ["a.txt"])[:12] + b"\xff" * 100,
        "size.lzh": lambda: archives.lzh({"a.txt": b"x"}).replace(b"\x01\x00\x00\x00" * 2, b"\x01\x00\x00\x00\x00\x00\x00\x0f"),
        "size-lh5.lzh": lambda: archives.lzh({"a.txt": b"x"}).replace(b"-lh0-", b"-lh5-").replace(b"\x01\x00\x00\x00" * 2, b"\x01\x00\x00\x00\x00\x00\x00\x0f"),
        "members.lzh": lambda: archives.lzh({f"{n}.txt": b"x" for n in range(5_000)}),
        "folders.cab": lambda: cab_folders(2_000, 2_000, 3_000_000),
        "files.cab": lambda: cab_folders(1, 30_000, 3_000_000),
        "lying.cab": lambda: cab_folders(1, 10, 0xFFFFFFF),
        "members.cpio": lambda: archives.cpio({f"{n}": b"x" for n in range(10_000)}),
        "size.cpio": lambda: archives.cpio({"a.txt": b"x"}).replace(b"00000001", b"1FFFFFFF"),
        "sign.cpio": lambda: archives.cpio({"a.txt": b"x"}).replace(b"00000001", b"-0000100"),
        "short-end.cpio": lambda: b"\xc7\x71" + bytes(24) + b"\xc7\x71" + bytes(24) + b"\xc7\x71" + bytes(30),
        "names.cpio": lambda: archives.cpio({"a" * 100_000: b"x"}),
        "encrypted.zip": lambda: _flagged(stored([(f"{n}.txt", b"1") for n in range(5_000)])),
    }  # fmt: skip


def _flagged(data: bytes) -> bytes:
    """Every member marked as encrypted."""
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")
