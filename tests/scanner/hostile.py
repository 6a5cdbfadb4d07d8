"""Files made to hurt a reader: bombs, depths, lies about lengths. One list that every extractor is held against."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable

from scanner.demo import formats
from tests.scanner import archives
from tests.scanner.bombs import binaries, office, packed, texts

FAMILIES = {"binaries": binaries.files, "office": office.files, "packed": packed.files, "texts": texts.files}
"""More of the same kind, small and each made in under a second: more than 400."""

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<w:document xmlns:w="w">&b;</w:document>'
)
XXE = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<w:document xmlns:w="w"><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:document>'
)
SPARSE = (
    '<worksheet xmlns="x"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
)
READ_WHOLLY = frozenset(
    {"sparse.xlsx", "deep.html", "deep.json", "long-line.txt", "digits.csv", "deep.xml", "laughs.xml"}
)
"""Odd, but nothing is lost: no reason is expected of them."""


def zip_of(name: str, data: bytes) -> bytes:
    """A package of one part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def two_gigabytes(name: str) -> bytes:
    """A package of 2 MB whose one part unpacks to 2 GB of spaces; the packed block is written 2,000 times."""
    block = b" " * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = first * 2048 + packer.flush()
    crc = 0
    size = len(block) * 2048
    head = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, crc, len(packed), size)
    raw = name.encode()
    local = b"PK\x03\x04" + head + struct.pack("<HH", len(raw), 0) + raw + packed
    central = b"PK\x01\x02\x14\x00" + head + struct.pack("<HHHHHII", len(raw), 0, 0, 0, 0, 0, 0) + raw
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def nested_zip(depth: int) -> bytes:
    """A zip in a zip in a zip …"""
    data = zip_of("a.txt", "底".encode())
    for _ in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("a.zip", data)
        data = buffer.getvalue()
    return data


def pdf_bomb() -> bytes:
    """A page whose content stream unpacks to 300 MB."""
    packed = zlib.compress(b"0 0 m " * 50_000_000, 9)
    return (
        (
            b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
            b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(packed)
        )
        + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
    )


def files() -> dict[str, Callable[[], bytes]]:
    """Name → what makes its contents (bombs take a second each)."""
    lying = bytearray(archives.dbf(["氏名"], [["山田"]]))
    lying[4:8] = struct.pack("<I", 1)
    lying[8:10] = struct.pack("<H", 60_000)
    long_record = b"\x07\xff\xff\xff\x7f" + b"\x00" * 100
    found: dict[str, Callable[[], bytes]] = {
        "sparse.xlsx": lambda: zip_of("xl/worksheets/sheet1.xml", SPARSE.encode()),
        "huge.xlsx": lambda: two_gigabytes("xl/worksheets/sheet1.xml"),
        "huge.docx": lambda: two_gigabytes("word/document.xml"),
        "huge.zip": lambda: two_gigabytes("a.txt"),
        "huge.odt": lambda: two_gigabytes("content.xml").replace(b"content.xml", b"content.xml"),
        "laughs.docx": lambda: zip_of("word/document.xml", LAUGHS),
        "laughs.xml": lambda: LAUGHS,
        "xxe.docx": lambda: zip_of("word/document.xml", XXE),
        "deep.docx": lambda: zip_of("word/document.xml", b'<w:document xmlns:w="w">' + b"<w:p>" * 200_000),
        "deep.html": lambda: b"<div>" * 200_000 + b"end",
        "deep.json": lambda: b"[" * 200_000,
        "deep.rtf": lambda: b"{\\rtf1 " + b"{" * 300_000,
        "deep.xml": lambda: b"<?xml version='1.0'?>" + b"<a>" * 300_000,
        "deep.zip": lambda: nested_zip(1_000),
        "parts.eml": lambda: (
            b"Content-Type: multipart/mixed; boundary=0\r\n\r\n"
            + b"".join(b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (n, n + 1) for n in range(2_000))
        ),
        "mails.eml": lambda: b"".join(
            b"From: a\r\nSubject: b\r\nContent-Type: message/rfc822\r\n\r\n" for _ in range(2_000)
        ),
        "bomb.gz": lambda: gzip.compress(bytes(300_000_000), 1),
        "bomb.bz2": lambda: bz2.compress(bytes(300_000_000), 1),
        "bomb.xz": lambda: lzma.compress(bytes(150_000_000), preset=0),
        "bomb.pdf": lambda: pdf_bomb(),
        "cut.pdf": lambda: formats.pdf([["山田"]])[:300],
        "not.xlsx": lambda: b"PK\x03\x04 broken",
        "random.docx": lambda: bytes(range(256)) * 50,
        "long-line.txt": lambda: b"a" * 20_000_000,
        "digits.csv": lambda: b"a,b\n" + b"1" * 3_000_000 + b",2\n",
        "lying.dbf": lambda: bytes(lying),
        "lying.xlsb": lambda: zip_of("xl/worksheets/sheet1.bin", long_record),
        "lying.cab": lambda: archives.cab({"a.txt": b"x"}).replace(
            struct.pack("<IIHHHH", 1, 0, 0, 0, 0, 0x20), b"\xff" * 16
        ),
        "lying.lzh": lambda: archives.lzh({"a.txt": b"x"}).replace(
            b"\x01\x00\x00\x00\x01\x00\x00\x00", b"\xff\xff\xff\x7f" * 2
        ),
        "lying.cpio": lambda: archives.cpio({"a.txt": b"x"}).replace(b"00000001", b"7FFFFFFF"),
        "broken.7z": lambda: b"7z\xbc\xaf\x27\x1c" + b"\xff" * 200,
        "broken.db": lambda: b"SQLite format 3\x00" + b"\xff" * 8_000,
        "broken.xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 3_000,
        "broken.Z": lambda: b"\x1f\x9d\x90" + b"\xff" * 500,
    }
    return found


def every() -> dict[str, Callable[[], bytes]]:
    """All hostile files there are: those above and those of ``FAMILIES``, named by their family."""
    return files() | {f"{family}-{name}": make for family, found in FAMILIES.items() for name, make in found().items()}
