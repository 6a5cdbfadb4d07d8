"""Bombs of binary formats: pdf, compound files (doc, xls, ppt, msg), SQLite, dBASE, Access, Ichitaro."""

from __future__ import annotations

import os
import sqlite3
import struct
import tempfile
import zlib
from collections.abc import Iterable

from tests.scanner import archives
from tests.scanner.bombs.making import Files, compound, deflated


def pdf(objects: Iterable[bytes]) -> bytes:
    """A PDF of objects 1, 2, …; the first is the catalogue. Its table of places is left out, as readers rebuild it."""
    body = b"".join(b"%d 0 obj %s endobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def _stream(packed: bytes, more: bytes = b"/Filter/FlateDecode") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more, len(packed), packed)


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_FONT = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def _page(contents: bytes, more: bytes = b"") -> list[bytes]:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 900]/Contents 4 0 R" + _FONT + more + b">>"
    return [_CATALOG, _PAGES, page, contents]


def _zlib(block: bytes, times: int) -> bytes:
    return b"\x78\x9c" + deflated(block, times)[0] + b"\0\0\0\0"


def _forms(levels: int, fan: int) -> bytes:
    """Forms that each call the next one many times."""
    objects = _page(_stream(b"/X Do " * fan, b""), b"/Resources<</XObject<</X 5 0 R>>>>")
    for n in range(levels):
        resources = b"/Resources<</XObject<</X %d 0 R>>>>" % (6 + n) if n + 1 < levels else b""
        objects.append(_stream(b"/X Do " * fan, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + resources))
    return pdf(objects)


def _pdfs() -> Files:
    line = b"BT /F 9 Tf 9 9 Td (1) Tj ET "
    annotation = b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(" + b"<" * 1_000 + b")>>"
    return {
        "paths.pdf": lambda: pdf(_page(_stream(_zlib(b"0 0 m " * 50_000, 1_000)))),
        "texts.pdf": lambda: pdf(_page(_stream(_zlib(line * 10_000, 100)))),
        "texts-less.pdf": lambda: pdf(_page(_stream(_zlib(line * 10_000, 4)))),
        "twice.pdf": lambda: pdf(_page(_stream(zlib.compress(_zlib(b"0 0 m " * 100_000, 500), 9), b"/Filter[/FlateDecode/FlateDecode]"))),
        "hidden.pdf": lambda: pdf(_page(_stream(_zlib(os.urandom(1), 1)[:-4] + _zlib(b"0 0 m " * 50_000, 1_000)[2:]))),
        "numbers.pdf": lambda: pdf(_page(_stream(_zlib(b"9" * 100_000, 200)))),
        "brackets.pdf": lambda: pdf(_page(_stream(_zlib(b"[" * 100_000, 100)))),
        "dictionaries.pdf": lambda: pdf(_page(_stream(_zlib(b"<<" * 100_000, 100)))),
        "saves.pdf": lambda: pdf(_page(_stream(_zlib(b"q " * 100_000, 100)))),
        "spaced-digits.pdf": lambda: pdf(_page(_stream(zlib.compress(b"BT /F 9 Tf (" + b"- " * 100_000 + b") Tj ET")))),
        "pages.pdf": lambda: pdf([_CATALOG, b"<</Type/Pages/Kids[" + b"3 0 R " * 50_000 + b"]/Count 50000>>", *_page(_stream(b"", b""))[2:]]),
        "same-pages.pdf": lambda: pdf([_CATALOG, b"<</Type/Pages/Kids[" + b"3 0 R " * 5_000 + b"]/Count 5000>>", *_page(_stream(_zlib(line * 1_000, 3)))[2:]]),
        "page-count.pdf": lambda: pdf([_CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 2147483647>>", *_page(_stream(b"", b""))[2:]]),
        "page-circle.pdf": lambda: pdf([_CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 1000000>>", *_page(_stream(b"", b""))[2:]]),
        "objects.pdf": lambda: pdf([*_page(_stream(b"", b"")), *[b"<<>>"] * 30_000]),
        "deep-array.pdf": lambda: pdf([*_page(_stream(b"", b"")), b"[" * 300_000]),
        "annotations.pdf": lambda: pdf([*_page(_stream(b"", b""), b"/Annots[" + b"5 0 R " * 50_000 + b"]"), annotation]),
        "outline.pdf": lambda: pdf([b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>", *_page(_stream(b"", b""))[1:], b"<</First 6 0 R/Last 6 0 R>>", b"<</Title(a)/Next 6 0 R/First 6 0 R/Parent 5 0 R>>"]),
        "forms.pdf": lambda: _forms(9, 20),
        "forms-self.pdf": lambda: pdf(_page(_stream(b"/X Do " * 1_000, b""), b"/Resources<</XObject<</X 4 0 R>>>>")),
        "streams.pdf": lambda: b"%PDF-1.4\n" + b"stream\n" * 100_000,
        "streams-flate.pdf": lambda: b"%PDF-1.4\n" + b"1 0 obj<</Filter/FlateDecode>>stream\n" * 20_000 + b"endstream",
        "box.pdf": lambda: pdf([_CATALOG, _PAGES, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e30 1e30]/Contents 4 0 R>>", _stream(b"0 0 9 9 re f", b"")]),
        "object-stream.pdf": lambda: pdf([*_page(_stream(b"", b"")), _stream(_zlib(b"5 0 " * 100_000, 200), b"/Type/ObjStm/N 9999999/First 99999999/Filter/FlateDecode")]),
        "table-circle.pdf": lambda: b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF",
        "table-size.pdf": lambda: b"%PDF-1.4\nxref\n0 99999999\n" + b"0000000000 65535 f \n" * 1_000 + b"trailer<</Size 99999999/Root 1 0 R>>\nstartxref\n9\n%%EOF",
    }  # fmt: skip


def _word(pieces: int, size: int = 1_000_000) -> bytes:
    """A doc whose pieces all name the same text."""
    main = bytearray(size)
    struct.pack_into("<H", main, 0, 0xA5EC)
    struct.pack_into("<H", main, 0x0A, 0x200)
    struct.pack_into("<8i", main, 0x4C, 0x7FFFFFFF, 0, 0, 0, 0, 0, 0, 0)
    positions = [min(n * (size // 2), 0x7FFFFFFF) for n in range(pieces + 1)]
    body = struct.pack(f"<{pieces + 1}I", *positions) + struct.pack("<HIH", 0, 0, 0) * pieces
    table = b"\x02" + struct.pack("<I", len(body)) + body
    struct.pack_into("<II", main, 0x01A2, 0, len(table))
    return compound({"WordDocument": bytes(main), "1Table": table})


def _word_text(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    main = bytearray(0x600) + raw
    struct.pack_into("<H", main, 0, 0xA5EC)
    struct.pack_into("<H", main, 0x0A, 0x200)
    struct.pack_into("<i", main, 0x4C, len(text))
    body = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, 0x600, 0)
    table = b"\x02" + struct.pack("<I", len(body)) + body
    struct.pack_into("<II", main, 0x01A2, 0, len(table))
    return compound({"WordDocument": bytes(main), "1Table": table})


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


_BOF, _EOF = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), _record(0x0A)
_BOF_SHEET = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))


def book(records: bytes, sheet: bytes, sheets: int = 1) -> bytes:
    """An xls of sheets that all begin at one place."""
    entry = struct.pack("<IHB", 0, 0, 1)
    size = len(_BOF) + len(records) + sheets * len(_record(0x85, entry + b"\0a")) + len(_EOF)
    listed = _record(0x85, struct.pack("<IHB", size, 0, 1) + b"\0a") * sheets
    return compound({"Workbook": _BOF + records + listed + _EOF + _BOF_SHEET + sheet + _EOF})


def _books() -> Files:
    wide = b"".join(_record(0x203, struct.pack("<HHHd", n % 65_536, 255, 0, 1.5)) for n in range(40_000))
    return {
        "last-column.xls": lambda: book(b"", wide),
        "last-cell.xls": lambda: book(b"", _record(0x203, struct.pack("<HHHd", 65_535, 255, 0, 1.5))),
        "same-sheets.xls": lambda: book(b"", wide[:180_000], 5_000),
        "empty-records.xls": lambda: book(b"", _record(0) * 300_000),
        "strings-count.xls": lambda: book(_record(0xFC, struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF) + b"\1\0\0a"), b""),
        "string-length.xls": lambda: book(_record(0xFC, struct.pack("<IIHB", 1, 1, 0xFFFF, 0) + b"a" * 50), b""),
        "string-runs.xls": lambda: book(_record(0xFC, struct.pack("<IIHBHI", 1, 1, 1, 0x0C, 0xFFFF, 0x7FFFFFFF) + b"a"), b""),
        "blanks.xls": lambda: book(b"", _record(0xBE, struct.pack("<HHH", 0, 0, 0) + struct.pack("<H", 255)) * 50_000),
        "numbers.xls": lambda: book(b"", _record(0xBD, struct.pack("<HH", 0, 0) + struct.pack("<HI", 0, 6) * 250 + struct.pack("<H", 249)) * 400),
        "dimensions.xls": lambda: book(b"", _record(0x200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0))),
        "at-signs.xls": lambda: book(_record(0x18, "a".encode("utf-16-le") * 4_000) * 50, b""),
        "notes.xls": lambda: book(b"", _record(0x1C, struct.pack("<HHHHH", 0, 0, 0, 1, 1) + b"\0a") * 50_000),
        "formats.xls": lambda: book(_record(0x41E, struct.pack("<HHB", 164, 200, 0) + b"[" * 200) * 1_000 + _record(0xE0, bytes(20)) * 3_000, wide[:18_000]),
        "merged.xls": lambda: book(b"", _record(0xE5, struct.pack("<HHHHH", 1, 0, 65_535, 0, 255)) * 5_000),
    }  # fmt: skip


def _compounds() -> Files:
    streams = {"__properties_version1.0": b"", "__substg1.0_1000001F": "様".encode("utf-16-le") * 200_000}
    same = {f"__substg1.0_{n:04X}001F": "__substg1.0_1000001F" for n in range(0x2000, 0x2000 + 1_000)}
    circle = bytearray(compound({"WordDocument": bytes(5_000)}))
    # every sector that the table knows leads back to the first
    table_at = 512 + 512 * struct.unpack_from("<I", circle, 76)[0]
    struct.pack_into("<20I", circle, table_at, *([0] * 20))
    long_table = bytearray(compound({"WordDocument": bytes(5_000)}))
    struct.pack_into("<I", long_table, 44, 0xFFFFFF)
    struct.pack_into("<II", long_table, 68, 0, 0x20408)
    text = "__substg1.0_1000001F"
    box = struct.pack("<HHI", 0xF, 0, 0x7FFFFFFF)
    ruby = "\x13EQ,a" + "EQ,(" * 50_000
    return {
        "same-stream.msg": lambda: compound(streams, same=same),
        "same-body.msg": lambda: compound(streams, same={f"__substg1.0_{n:04X}001F": text for n in range(0x1000, 0x1001)}),
        "size.msg": lambda: compound(streams, lie=0x7FFFFFF),
        "objects.ole": lambda: compound({"Package": b"a" * 100_000}, same={f"\x01Ole10Native{n}": "Package" for n in range(500)}),
        "circle.doc": lambda: bytes(circle),
        "tables.doc": lambda: bytes(long_table),
        "same-pieces.doc": lambda: _word(20_000),
        "more-pieces.doc": lambda: _word(60_000, 100_000),
        "fields.doc": lambda: _word_text(ruby),
        "open-fields.doc": lambda: _word_text("\x13" * 100_000),
        "addresses.doc": lambda: _word_text("\x13mailto:" * 50_000),
        "paragraphs.doc": lambda: _word_text("a\r" * 200_000),
        "cells.doc": lambda: _word_text("1\x07" * 200_000),
        "boxes.ppt": lambda: compound({"PowerPoint Document": box * 60_000}),
        "atoms.ppt": lambda: compound({"PowerPoint Document": struct.pack("<HHI", 0, 0x0FA8, 1) + b"1"}),
        "many-atoms.ppt": lambda: compound({"PowerPoint Document": (struct.pack("<HHI", 0, 0x0FA8, 1) + b"1") * 60_000}),
        "units.jtd": lambda: compound({"DocumentText": ("様\n" * 150_000).encode("utf-16-be")}),
        "runs.jaw": lambda: b"DOC\x00\x00\x00\x00\x00        " + b"1234\x00" * 100_000,
    }  # fmt: skip


def database(script: str, change=None) -> bytes:  # type: ignore[no-untyped-def]
    """A SQLite file made by a script, its bytes changed afterwards."""
    descriptor, path = tempfile.mkstemp()
    os.close(descriptor)
    try:
        connection = sqlite3.connect(path)
        connection.executescript("pragma page_size=1024; pragma synchronous=off;" + script)
        connection.commit()
        connection.close()
        with open(path, "rb") as file:
            data = bytearray(file.read())
    finally:
        os.unlink(path)
    if change:
        change(data)
    return bytes(data)


def _all_children_are_one(data: bytearray) -> None:
    """Every inner page of the tree names one leaf as all its children: the same rows a thousand times."""
    leaf = next(n for n in range(1, len(data) // 1024) if data[n * 1024] == 13)
    for page in range(1, len(data) // 1024):
        base = page * 1024
        if data[base] == 5:
            struct.pack_into(">I", data, base + 8, leaf + 1)
            for n in range(struct.unpack_from(">H", data, base + 3)[0]):
                struct.pack_into(">I", data, base + struct.unpack_from(">H", data, base + 12 + 2 * n)[0], leaf + 1)


def _circle(data: bytearray) -> None:
    """Inner pages that name themselves."""
    for page in range(1, len(data) // 1024):
        base = page * 1024
        if data[base] == 5:
            struct.pack_into(">I", data, base + 8, page + 1)
            for n in range(struct.unpack_from(">H", data, base + 3)[0]):
                struct.pack_into(">I", data, base + struct.unpack_from(">H", data, base + 12 + 2 * n)[0], page + 1)


def _databases() -> Files:
    rows = "with recursive n(i) as (select 1 union all select i + 1 from n where i < {}) "
    fill = "create table t(a); " + rows + "insert into t select 'a' || i from n;"
    computed = "create table t(a, b as ({})); " + rows.format(2_000) + "insert into t(a) select i from n;"

    def grown(data: bytearray) -> None:
        """The numbers of an expression, which is computed when rows are inserted too, once the rows are there."""
        data[:] = data.replace(b"000000001", b"500000000")

    return {
        "zeros.db": lambda: database(computed.format("hex(zeroblob(000000001))"), grown),
        "zeros-less.db": lambda: database(computed.format("hex(zeroblob(10000))")),
        "printf.db": lambda: database(computed.format("printf('%.*c', 000000001, 'a')"), grown),
        "replaced.db": lambda: database(computed.format("replace(hex(zeroblob(1000)), '0', hex(zeroblob(10000)))")),
        "pattern.db": lambda: database(computed.format("'" + "a" * 1_000 + "' like '" + "%a" * 50 + "b'")),
        "computed-columns.db": lambda: database("create table t(a, " + ", ".join(f"c{n} as (a || a)" for n in range(500)) + "); insert into t(a) values ('1');"),
        "tables.db": lambda: database("".join(f"create table t{n}(a);" for n in range(1_000))),
        "columns.db": lambda: database("create table t(" + ", ".join(f"c{n}" for n in range(1_900)) + "); insert into t(c0) values (1);"),
        "names.db": lambda: database('create table "' + "様" * 20_000 + '"(a); insert into "' + "様" * 20_000 + '" values (1);'),
        "one-leaf.db": lambda: database(fill.format(15_000), _all_children_are_one),
        "circle.db": lambda: database(fill.format(15_000), _circle),
        "views.db": lambda: database("create table t(a); insert into t values (1); create view v0 as select * from t;" + "".join(f"create view v{n + 1} as select * from v{n} union all select * from v{n};" for n in range(40))),
        "pages.db": lambda: database(fill.format(5_000), lambda data: data.__setitem__(slice(28, 32), b"\x7f\xff\xff\xff")),
        "long-value.db": lambda: database("create table t(a); insert into t values (hex(zeroblob(300000)));"),
    }  # fmt: skip


def _tables() -> Files:
    def changed(data: bytes, at: int, form: str, *values: int) -> bytes:
        out = bytearray(data)
        struct.pack_into(form, out, at, *values)
        return bytes(out)

    table = archives.dbf(["氏名"], [["山田"]] * 5)
    return {
        "count.dbf": lambda: changed(table, 4, "<I", 0xFFFFFFFF),
        "no-record.dbf": lambda: changed(table, 4, "<IHH", 0xFFFFFFFF, 65, 0),
        "short-record.dbf": lambda: changed(table, 4, "<IHH", 0xFFFFFFF, 65, 1),
        "header.dbf": lambda: changed(table, 8, "<H", 0xFFFF),
        "fields.dbf": lambda: table[:32] + (b"A".ljust(11, b"\0") + b"C" + b"\0" * 4 + b"\1" + b"\0" * 15) * 30_000,
        "pages.mdb": lambda: (b"\x00\x01\x00\x00Standard Jet DB\0" + b"\1" * 100).ljust(4096, b"\0") + (b"\x02\x01" + b"\xff" * 4094) * 50,
        "catalog.mdb": lambda: (b"\x00\x01\x00\x00Standard Jet DB\0" + b"\1" * 100).ljust(4096, b"\0") + (b"\x01\x01" + b"\x02\0\0\0" * 1023 + b"\0\0") * 50,
    }  # fmt: skip


def files() -> Files:
    """Name → maker."""
    return _pdfs() | _books() | _compounds() | _databases() | _tables()
