"""PDF, RTF, old Office files and files of no known kind in which a name and a telephone number stand in an odd place."""

from __future__ import annotations

import io
import plistlib
import struct
import zlib
from collections.abc import Mapping

import olefile

from tests.scanner import drawn, old_office
from tests.scanner.compound import compound
from tests.scanner.shown import BOTH, NAME, NUMBER, annotated, escaped, hexadecimal, pdf_of, rtf, stream

_NUMBER = NUMBER.encode()
_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 500 500] /Resources << /Font << /F 5 0 R >> >>"
_IMAGE = b"/Type /XObject /Subtype /Image /Width 900 /Height 200 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
_CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R %s >>"


def _page(resources: bytes) -> bytes:
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> %s >> >>"
        % resources
    )


def _shown(text: bytes) -> bytes:
    return b"BT /F 12 Tf 9 700 Td (%s) Tj ET" % text


def _pdf() -> dict[str, bytes]:
    return {
        "page that no tree names.pdf": pdf_of(
            {9: b"<< /Type /Page /MediaBox [0 0 600 800] /Contents 10 0 R /Resources << /Font << /F 5 0 R >> >> >>",
             10: stream(b"", _shown(_NUMBER)), 11: b"<< /Title %s >>" % hexadecimal(NAME)}
        ),
        "tile.pdf": pdf_of(
            {3: _page(b"/Pattern << /P 6 0 R >>"), 4: stream(b"", _shown(b"x") + b" /Pattern cs /P scn 0 0 595 842 re f"),
             6: stream(b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 500 500] /XStep 500 /YStep 500"
                       b" /Resources << /Font << /F 5 0 R >> >>", _shown(_NUMBER)), 11: b"<< /Title %s >>" % hexadecimal(NAME)}
        ),
        "file without its type.pdf": pdf_of(
            {1: _CATALOGUE % b"/Names << /EmbeddedFiles << /Names [(a) 9 0 R] >> >>", 9: b"<< /F (a.csv) /EF << /F 10 0 R >> >>", 10: stream(b"", BOTH.encode())}
        ),
        "caption.pdf": annotated(b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (x) /Rect [9 9 90 90] /MK << /CA %s /RC %s >> >>" % (hexadecimal(NAME), hexadecimal(NUMBER))),
        "text behind.pdf": pdf_of({}) + b"\n" + BOTH.encode(),
        "fields.fdf": b"%FDF-1.2\n1 0 obj << /FDF << /Fields [<< /T (n) /V " + hexadecimal(BOTH) + b" >>] >> >> endobj\n",
    }  # fmt: skip


def _pdf_told() -> dict[str, bytes]:
    jpeg = drawn.picture("JPEG")
    note = b"<< /Type /Annot /Subtype /Stamp /Rect [50 50 550 380] /AP << /N 9 0 R >> >>"
    glyphs = b" ".join(b"/g%d 6 0 R" % n for n in range(9))
    return {
        "picture in a form.pdf": pdf_of(
            {3: _page(b"/XObject << /X 6 0 R >>"), 4: stream(b"", _shown(b"Meeting") + b" /X Do"),
             6: stream(b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /I 7 0 R >> >>", b"q 595 0 0 842 0 0 cm /I Do Q"),
             7: stream(_IMAGE, jpeg)}
        ),
        "picture in a stamp.pdf": annotated(
            note, {9: stream(b"/Type /XObject /Subtype /Form /BBox [0 0 500 330] /Resources << /XObject << /I 10 0 R >> >>", b"q 500 0 0 330 0 0 cm /I Do Q"), 10: stream(_IMAGE, jpeg)}
        ),
        "letters that are drawn.pdf": pdf_of({4: stream(b"", _shown(b"- 1 -") + b"".join(b" %d %d m %d %d l %d %d l f" % (n % 500, n % 700, n % 500 + 3, n % 700, n % 500, n % 700 + 5) for n in range(900)))}),
        "letters of invented names.pdf": pdf_of(
            {5: b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /CharProcs << %s >> /Encoding << /Differences [97 /g0 /g1] >> /FirstChar 97 /LastChar 98 /Widths [9 9] >>" % glyphs,
             6: stream(b"", b"0 0 9 9 re f"), 4: stream(b"", _shown(b"abababab"))}
        ),
    }  # fmt: skip


_RTF = {
    "lists": f"{{\\*\\listtable{{\\list{{\\listlevel{{\\leveltext {escaped(BOTH)};}}}}}}}}",
    "numbers": f"{{\\*\\pn{{\\pntxtb {escaped(NAME)}}}{{\\pntxta {NUMBER}}}}}",
    "unknown": f"{{\\*\\foobar {escaped(BOTH)}}}",
    "newer": f"{{\\upr{{x}}{{\\*\\ud{{{escaped(BOTH)}}}}}}}",
    "elements": f"{{\\*\\xmlopen{{\\factoidname {escaped(NAME)}}}}}{NUMBER}",
    "who may edit": f"{{\\*\\protusertbl{{{escaped(BOTH)}}}}}",
    "merged": f"{{\\*\\mailmerge{{\\mmdatasource {escaped(BOTH)}}}}}",
    "store": f"{{\\*\\datastore {(bytes(64) + BOTH.encode('utf-16-le') + bytes(64)).hex()}}}",
    "name of an object": f"{{\\object{{\\*\\objname {escaped(NAME)}}}{{\\result {NUMBER}}}}}",
    "tags": f'\\fromhtml1{{\\*\\htmltag64 <p title="{escaped(NAME)}">}}{NUMBER}',
    "background": f"{{\\*\\background{{\\shp{{\\*\\shpinst{{\\shptxt {escaped(BOTH)}}}}}}}}}",
    "formula": f"{{\\mmath{{\\*\\moMath{{\\mr {escaped(BOTH)}}}}}}}",
}
_BAD_NOTE = struct.pack("<HHHHHB", 5, 0, 0, 1, len(NAME), 1) + NAME.encode("utf-16-le") + b"\0"


def _streams(data: bytes) -> dict[str, bytes]:
    with olefile.OleFileIO(io.BytesIO(data)) as found:
        return {"/".join(entry): found.openstream(entry).read() for entry in found.listdir()}


def doc(more: Mapping[str, bytes]) -> bytes:
    """A Word document with further streams."""
    return compound({**_streams(old_office.doc("会議\r")), **more})


def xls(kind: int, body: bytes) -> bytes:
    """A workbook with a further record at the end of its sheet."""
    book = _streams(old_office.xls([["会議", "三階"]]))["Workbook"]
    return compound({"Workbook": book[:-4] + struct.pack("<HH", kind, len(body)) + body + book[-4:]})


def _wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _old() -> dict[str, bytes]:
    wide = BOTH.encode("utf-16-le")
    word = {f"ObjectPool/_1/{name}": data for name, data in _streams(old_office.doc(BOTH + "\r")).items()}
    return {
        "field.doc": old_office.doc(f'\x13QUOTE "{BOTH}"\x14\x15\r'),
        "workbook inside.doc": doc({"ObjectPool/_1/Workbook": _streams(old_office.xls([[NAME, NUMBER]]))["Workbook"]}),
        "document inside.doc": doc(word),
        "slides inside.doc": doc({"ObjectPool/_1/PowerPoint Document": struct.pack("<HHI", 0, 0xFA0, len(wide)) + wide}),
        "formula inside.doc": doc({"ObjectPool/_1/Equation Native": BOTH.encode("cp932") + bytes(30)}),
        "stream of nobody.doc": doc({"Foo": wide + bytes(30)}),
        "data.doc": doc({"MsoDataStore/A/Item": f"<a>{NAME}<b>{NUMBER}</b></a>".encode()}),
        "formula.xls": xls(6, struct.pack("<HHHdHIH", 5, 0, 15, 1.0, 0, 0, 3 + len(wide)) + b"\x17" + bytes((len(BOTH), 1)) + wide),
        "record of nobody.xls": xls(0x868, bytes(12) + wide),
        "user.xls": xls(0x5C, _wide(BOTH)),
        "another book.xls": xls(0x5A, struct.pack("<BBH", 1, 0, 3) + b"\2" + _wide(NAME) + b"\2" + _wide(NUMBER)),
        "query.xls": xls(0x1AD, bytes(12) + _wide(BOTH)),
        "filter.xls": xls(0x9E, bytes(24) + b"\1" + wide),
        "choices.xls": xls(0x5D, bytes(30) + _wide(BOTH)),
        "series.xls": xls(0x100D, b"\0\0" + bytes((len(BOTH), 1)) + wide),
        "object.msg": compound({
            "__properties_version1.0": bytes(32), "__substg1.0_0037001F": "x".encode("utf-16-le"),
            "__attach_version1.0_#00000000/__properties_version1.0": bytes(8),
            "__attach_version1.0_#00000000/__substg1.0_3701000D/CONTENTS": BOTH.encode(),
        }),
    }  # fmt: skip


def _opaque() -> dict[str, bytes]:
    narrow, wide, plain = BOTH.encode("cp932"), BOTH.encode("utf-16-le"), BOTH.encode()
    return {
        "memo.dbt": struct.pack("<I", 2) + bytes(508) + narrow + b"\x1a\x1a" + bytes(100),
        "shortcut.lnk": b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F" + bytes(60) + wide + bytes(20),
        "write.wri": b"1\xbe\0\0\0\xab" + bytes(122) + narrow + bytes(40),
        "lotus.wk1": b"\0\0\2\0\x06\x04\x0f\0" + struct.pack("<H", 6 + len(narrow)) + b"\xff\0\0\0\0'" + narrow + b"\0\1\0\0\0",
        "packed decimals.dat": b"".join(f"{n:05}".encode() + narrow.ljust(40) + b"\x12\x34\x5c\x00\x01\x0f" for n in range(40)),
        "pocket.parquet": b"PAR1" + bytes(20) + plain + bytes(20) + b"PAR1",
        "film.mp4": b"\0\0\0\x18ftypmp42" + bytes(60) + b"\xa9nam\0\0\0\x30data\0\0\0\1\0\0\0\0" + plain,
        "sound.mp3": b"ID3\3\0\0\0\0\1\0TIT2\0\0\0\x40\0\0\1\xff\xfe" + wide + bytes(60),
        "statistics.sas7bdat": bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0\x09\xc7\x31\x8c" + bytes(40) + plain,
        "numbers.msg.bin": bytes(range(1, 40)) + b"\0" + plain + bytes(range(1, 40)),
        "attached.msg": compound({
            "__properties_version1.0": bytes(32), "__substg1.0_0037001F": "x".encode("utf-16-le"),
            "__attach_version1.0_#00000000/__properties_version1.0": bytes(8),
            "__attach_version1.0_#00000000/__substg1.0_3701000D/Foo": wide,
        }),
        "unknown.ole": compound({"Foo": wide + bytes(50)}),
        "photograph.jpg": drawn.picture("JPEG", (40, 40)) + plain,
        "torn.jpg": drawn.picture("JPEG", (40, 40))[:60] + bytes(4) + plain,
        "cut.pdf": annotated(b"<< /Type /Annot /Subtype /Text /Rect [9 9 20 20] /Contents %s >>" % hexadecimal(BOTH))[:-200],
        "note that fails.xls": xls(0x1B8, bytes(40) + wide + b"\0\0"),
    }  # fmt: skip


READ = {
    **_pdf(),
    **{f"{name}.rtf": rtf(body) for name, body in _RTF.items()},
    "utf-8.rtf": b"{\\rtf1\\ansi " + BOTH.encode() + b"}",
    **_old(),
    "settings.plist": plistlib.dumps({"name": NAME, "tel": NUMBER}, fmt=plistlib.FMT_BINARY),
    "page.webarchive": plistlib.dumps(
        {"WebMainResource": {"WebResourceData": f"<p>{BOTH}</p>".encode()}}, fmt=plistlib.FMT_BINARY
    ),
    "deflated.zz": zlib.compress(BOTH.encode() * 5),
}
TOLD = _pdf_told()
READ_AND_TOLD = _opaque()
