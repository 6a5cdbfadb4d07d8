"""Documents of the old binary kinds, written by hand: no program that writes them is needed, and nothing in them is anybody's."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import pairwise

from tests.scanner.compound import compound

_TEXT_AT = 0x400


def doc(*stories: str, author: str = "", encrypted: bool = False, pieces: int = 1) -> bytes:
    """Word 97: ``stories`` are body, footnotes, headers, macros, comments and so on in the order of the format; ``author`` is
    that of comments. The text stands in ``pieces``, the last of them in the code page of the west."""
    text = "".join(stories)
    step = max(1, len(text) // pieces)
    cuts = [*(i * step for i in range(pieces)), len(text)]
    body, places = b"", b""
    for first, last in pairwise(cuts):
        piece = text[first:last]
        at = _TEXT_AT + len(body)
        if pieces > 1 and last == len(text):
            body += piece.encode("cp1252")
            at = at * 2 | 0x40000000
        else:
            body += piece.encode("utf-16-le")
        places += struct.pack("<HIH", 0, at, 0)
    plan = struct.pack(f"<{len(cuts)}I", *cuts) + places
    clx = b"\x01\x02\x00\x00\x00" + b"\x02" + struct.pack("<I", len(plan)) + plan
    people = struct.pack("<H", len(author)) + author.encode("utf-16-le") if author else b""
    main = bytearray(_TEXT_AT)
    struct.pack_into("<H", main, 0, 0xA5EC)
    struct.pack_into("<H", main, 0x0A, 0x200 | (0x100 if encrypted else 0))
    struct.pack_into("<8i", main, 0x4C, *(len(s) for s in stories), *[0] * (8 - len(stories)))
    struct.pack_into("<II", main, 0x01A2, 0, len(clx))
    struct.pack_into("<II", main, 0x9A + 8 * 36, len(clx), len(people))
    return compound({"WordDocument": bytes(main) + body, "1Table": clx + people})


def word6(text: str) -> bytes:
    """Word 6 and 95: no table stream, the text in CP932."""
    main = bytearray(0x300)
    struct.pack_into("<H", main, 0, 0xA5DC)
    return compound({"WordDocument": bytes(main) + text.encode("cp932") + bytes(64)})


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _unicode(text: str, count: str = "<H") -> bytes:
    return struct.pack(count, len(text)) + b"\x01" + text.encode("utf-16-le")


def xls(
    rows: Sequence[Sequence[str | tuple[float, str]]],
    sheet: str = "名簿",
    header: str = "",
    *,
    locked: bool = False,
    more: bytes = b"",
    end: bytes = b"",
) -> bytes:
    """Excel 97: a cell is a text or (number, its format); ``more`` are records of the workbook, ``end`` those of its sheet."""
    strings = [cell for row in rows for cell in row if isinstance(cell, str)]
    formats = list(dict.fromkeys(cell[1] for row in rows for cell in row if not isinstance(cell, str)))
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 0x07CC, 0, 6))
    font = struct.pack("<HHHHHBBBx", 200, 0, 0x7FFF, 400, 0, 0, 0, 0x80) + b"\x04\x01" + "ＭＳ明朝".encode("utf-16-le")
    styles = [struct.pack("<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0, 0, 0, 0)] * 15
    styles += [struct.pack("<HHHBBBBIIH", 0, 164 + n, 1, 0x20, 0, 0, 0, 0, 0, 0) for n in range(max(1, len(formats)))]
    book = begin + (_record(0x2F, bytes(54)) if locked else b"")
    book += _record(0x42, struct.pack("<H", 1200)) + more + _record(0x22, b"\0\0") + _record(0x31, font) * 4
    for number, code in enumerate(formats):
        book += _record(0x41E, struct.pack("<H", 164 + number) + _unicode(code))
    book += b"".join(_record(0xE0, style) for style in styles)
    table = _record(0xFC, struct.pack("<II", len(strings), len(strings)) + b"".join(map(_unicode, strings)))
    name = struct.pack("<BB", len(sheet), 1) + sheet.encode("utf-16-le")
    at = len(book) + 4 + 6 + len(name) + len(table) + 4
    book += _record(0x85, struct.pack("<IH", at, 0) + name) + table + _record(0x0A, b"")
    book += _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 0x07CC, 0, 6))
    if header:
        book += _record(0x14, _unicode(header))
    used = 0
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                book += _record(0xFD, struct.pack("<HHHI", number, column, 15, used))
                used += 1
            else:
                style = 15 + formats.index(cell[1])
                book += _record(0x203, struct.pack("<HHHd", number, column, style, cell[0]))
    return compound({"Workbook": book + end + _record(0x0A, b"")})


def ppt(wide: Sequence[str], narrow: Sequence[str] = (), *, encrypted: bool = False) -> bytes:
    """PowerPoint 97: text atoms inside two containers."""

    def atom(kind: int, body: bytes, version: int = 0) -> bytes:
        return struct.pack("<HHI", version, kind, len(body)) + body

    atoms = b"".join(atom(0x0FA0, t.encode("utf-16-le")) for t in wide)
    atoms += b"".join(atom(0x0FA8, t.encode("latin-1")) for t in narrow)
    document = atom(0x03E8, atom(0x03EE, atom(0x03F0, b"\0" * 20) + atoms, 0xF), 0xF)
    user = struct.pack("<HHIII", 0, 0x0FF6, 20, 20, 0xF3D1C4DF if encrypted else 0xE391C05F) + bytes(8)
    return compound({"PowerPoint Document": document, "Current User": user})


def msg(
    subject: str, sender: str, body: str, attachment: tuple[str, bytes] | None = None, *, ansi: bool = False
) -> bytes:
    """An Outlook message; ``ansi`` is the older kind in the code page of the machine."""
    kind, codec = ("001E", "cp932") if ansi else ("001F", "utf-16-le")
    texts = {"0037": subject, "0C1A": sender, "1000": body}
    streams = {f"__substg1.0_{tag}{kind}": text.encode(codec) for tag, text in texts.items()}
    if attachment:
        folder = "__attach_version1.0_#00000000"
        streams[f"{folder}/__substg1.0_3707{kind}"] = attachment[0].encode(codec)
        streams[f"{folder}/__substg1.0_37010102"] = attachment[1]
        streams[f"{folder}/__properties_version1.0"] = bytes(16)
    return compound({"__properties_version1.0": bytes(32), **streams})


def jtd(*lines: str) -> bytes:
    """Ichitaro 8 and later: UTF-16BE between control words."""
    text = "\r".join(f"\x02\x03{line}" for line in lines)
    return compound({"DocumentText": text.encode("utf-16-be")})


def jaw(*lines: str) -> bytes:
    """Ichitaro 5 and 6: CP932 between binary records."""
    head = b"DOC\x00\x00\x00\x00\x00        " + bytes(48)
    return head + b"".join(b"\x00\x1f\x01" + line.encode("cp932") + b"\x00\x02" for line in lines) + bytes(32)


def packed_object(name: str, data: bytes) -> bytes:
    """A compound file that holds a file as an object, the way the packager of Windows writes it."""
    text = name.encode("cp932") + b"\0"
    path = b"C:\\" + text
    native = b"\x02\0" + text + path + b"\0\0\x03\0" + struct.pack("<I", len(path)) + path
    native += struct.pack("<I", len(data)) + data
    return compound({"ObjectPool/_1/\x01Ole10Native": struct.pack("<I", len(native)) + native})


def files() -> dict[str, bytes]:
    """One good file of each kind."""
    return {
        "a.doc": doc("氏名 山田太郎\r電話 03-1234-5678\r", "脚注の文\r", author="作成者名"),
        "b.doc": word6("氏名 山田太郎\r電話 03-1234-5678\r"),
        "a.xls": xls([["氏名", "電話"], ["山田太郎", (312345678.0, "00\\-0000\\-0000")]], header="見出しの文"),
        "a.ppt": ppt(["氏名 山田太郎", "電話 03-1234-5678"], ["Slide 1"]),
        "a.msg": msg("件名", "山田太郎", "電話 03-1234-5678\r\n", ("名簿.txt", "氏名 佐藤".encode("cp932"))),
        "a.jtd": jtd("氏名 山田太郎", "電話 03-1234-5678"),
        "a.jaw": jaw("氏名 山田太郎", "電話 03-1234-5678"),
        "a.ole": packed_object("名簿.txt", "氏名 山田太郎".encode("cp932")),
    }
