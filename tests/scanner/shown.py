"""Documents in which a name and a telephone number stand where a person sees them and a reader may not look.

``READ`` are to be read; ``TOLD`` cannot be read without recognition of text and must be told as missed.
"""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from scanner.demo import formats
from tests.scanner import drawn, pages
from tests.scanner.compound import compound

NAME, NUMBER = "鈴木花子", "090-1234-5678"
BOTH = f"{NAME} {NUMBER}"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def repacked(
    data: bytes, parts: Mapping[str, bytes] = {}, change: Callable[[str, bytes], bytes] = lambda n, b: b
) -> bytes:
    """A package with further parts, and its own parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, change(name, old.read(name)))
        for name, body in parts.items():
            info = zipfile.ZipInfo(name)
            info.filename, info.compress_type = (
                name,
                zipfile.ZIP_DEFLATED,
            )  # on Windows another slash would be made of one
            new.writestr(info, body)
    return out.getvalue()


def docx(parts: Mapping[str, bytes] = {}, body: str = "") -> bytes:
    """A document with a harmless line, further parts, and xml before the end of its body."""
    more = body.encode()
    return repacked(
        formats.docx(["会議は三階で行います。"]),
        parts,
        lambda name, data: data.replace(b"</w:body>", more + b"</w:body>") if name == "word/document.xml" else data,
    )


def xlsx(parts: Mapping[str, bytes] = {}, sheet: str = "", styles: tuple[str, str] = ("", "")) -> bytes:
    """A workbook with a harmless cell, further parts, and rows at the end of its sheet."""

    def change(name: str, data: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            return data.replace(b"</sheetData>", sheet.encode() + b"</sheetData>")
        if name == "xl/styles.xml" and styles[0]:
            return data.replace(styles[0].encode(), styles[1].encode())
        return data

    return repacked(formats.xlsx({"表": [["会議"], ["三階"]]}), parts, change)


def pptx(parts: Mapping[str, bytes] = {}) -> bytes:
    """Slides with further parts."""
    return repacked(formats.pptx([["会議", "三階"]]), parts)


def odt(parts: Mapping[str, bytes] = {}, body: str = "会議") -> bytes:
    """A text document of OpenDocument."""
    out = io.BytesIO()
    head = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        content = f"<office:document-content {head}><office:body><office:text><text:p>{body}</text:p></office:text></office:body></office:document-content>"
        archive.writestr("content.xml", content)
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def flat(body: str) -> bytes:
    """An OpenDocument in one file."""
    head = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    )
    return f'<?xml version="1.0"?><office:document {head}><office:body><office:text><text:p>会議{body}</text:p></office:text></office:body></office:document>'.encode()


def rtf(more: str) -> bytes:
    """An RTF of one line and more."""
    return f"{{\\rtf1\\ansi\\ansicpg932 Meeting\\par{more}}}".encode("ascii")


def escaped(text: str) -> str:
    """Text as RTF writes it."""
    return "".join(f"\\'{b:02x}" for b in text.encode("cp932"))


def vba(source: str) -> bytes:
    """A compound file with one module of a VBA project."""
    directory = b""
    stream = b"Module1"
    for kind, body in (
        (0x0003, struct.pack("<H", 932)),
        (0x0019, stream),
        (0x001A, stream),
        (0x0031, struct.pack("<I", 7)),
    ):
        directory += struct.pack("<HI", kind, len(body)) + body
    return compound({"VBA/dir": packed_vba(directory), "VBA/Module1": b"\1" * 7 + packed_vba(source.encode("cp932"))})


def packed_vba(data: bytes) -> bytes:
    """MS-OVBA compression, of literals only."""
    out = b"\1"
    for at in range(0, len(data), 4000):
        chunk = data[at : at + 3500]
        body = b"".join(b"\0" + chunk[i : i + 8] for i in range(0, len(chunk), 8))
        out += struct.pack("<H", (len(body) - 1) & 0x0FFF | 0xB000) + body
    return out


def blip(data: bytes, kind: int = 0xF01E, instance: int = 0x6E0) -> bytes:
    """A picture of OfficeArt."""
    if kind in (0xF01A, 0xF01B):
        packed = zlib.compress(data)
        body = bytes(16) + struct.pack("<I", len(data)) + bytes(24) + struct.pack("<IBB", len(packed), 0, 0xFE) + packed
        instance = 0x3D4
    else:
        body = bytes(16) + b"\xff" + data
    return struct.pack("<HHI", instance << 4, kind, len(body)) + body


def pdf_of(objects: Mapping[int, bytes]) -> bytes:
    base = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        4: b"<< /Length 41 >>\nstream\nBT /F 12 Tf 100 700 Td (Meeting 1234) Tj ET\nendstream",
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return pages.pdf({**base, **objects})


def hexadecimal(text: str) -> bytes:
    return b"<FEFF" + text.encode("utf-16-be").hex().encode() + b">"


def stream(head: bytes, body: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(body), body)


def _scan(text: bytes, picture: bytes, *, whole: bool = True) -> bytes:
    place = b"595 0 0 842 0 0" if whole else b"300 0 0 100 50 300"
    content = b"q %s cm /I Do Q BT /F 9 Tf 280 20 Td (%s) Tj ET" % (place, text)
    return pdf_of(
        {
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F 5 0 R >> /XObject << /I 6 0 R >> >> >>",
            4: stream(b"", content),
            6: stream(
                b"/Type /XObject /Subtype /Image /Width 900 /Height 200 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
                picture,
            ),
        }
    )


def annotated(annotation: bytes, more: Mapping[int, bytes] = {}) -> bytes:
    return pdf_of(
        {
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [8 0 R]"
            b" /Resources << /Font << /F 5 0 R >> >> >>",
            8: annotation,
            **more,
        }
    )


_CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R %s >>"
_CSV = f"氏名,電話\n{NAME},{NUMBER}\n".encode("cp932")


def _read() -> dict[str, bytes]:
    wide = BOTH.encode("utf-16-le")
    html = f"<html><body><p>{BOTH}</p></body></html>".encode()
    run = f"<w:r><w:t>{BOTH}</w:t></w:r>"
    png = drawn.picture()
    found = {
        "altchunk.docx": docx({"word/afchunk.htm": html}),
        "altchunk-without-kind.docx": docx({"word/afchunk.dat": html}),
        "altchunk-mail.docx": docx({"word/afchunk.mht": b"MIME-Version: 1.0\nSubject: =?utf-8?Q?a?=\nContent-Type: text/html; charset=utf-8\n\n" + html}),
        "control.docx": docx({"word/activeX/activeX1.bin": b"\x21\x08\0\0" + wide + b"\0\0"}),
        "fallback-alone.docx": docx(body=f'<w:p xmlns:mc="m"><mc:AlternateContent><mc:Choice Requires="zz9"/><mc:Fallback>{run}</mc:Fallback></mc:AlternateContent></w:p>'),
        "fallback-better.docx": docx(body=f'<w:p xmlns:mc="m"><mc:AlternateContent><mc:Choice Requires="other"><w:r><w:t>x</w:t></w:r></mc:Choice><mc:Fallback>{run}</mc:Fallback></mc:AlternateContent></w:p>'),
        "watermark.docx": docx({"word/header9.xml": f'<w:hdr {_W} xmlns:v="v"><w:p><w:r><w:pict><v:shape><v:textpath string="{BOTH}"/></v:shape></w:pict></w:r></w:p></w:hdr>'.encode()}),
        "field.docx": docx(body=f'<w:p><w:fldSimple w:instr=" QUOTE &quot;{BOTH}&quot; "/></w:p>'),
        "field-of-runs.docx": docx(body=f"<w:p><w:r><w:instrText>EQ \\o(○,{NAME}) {NUMBER}</w:instrText></w:r></w:p>"),
        "numbering.docx": docx({"word/numbering.xml": f'<w:numbering {_W}><w:abstractNum><w:lvl><w:lvlText w:val="{BOTH} %1"/></w:lvl></w:abstractNum></w:numbering>'.encode()}),
        "ruby.docx": docx(body=f"<w:p><w:r><w:ruby><w:rt><w:r><w:t>{BOTH}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>亜</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"),
        "symbols.docx": docx(body="<w:p>" + "".join(f'<w:r><w:sym w:font="F" w:char="{ord(c):04X}"/></w:r>' for c in BOTH) + "</w:p>"),
        "changed.docx": docx(body=f'<w:p><w:r><w:t xml:space="preserve">{NAME} 090-</w:t></w:r><w:del w:id="1"><w:r><w:delText>9999-</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>1234-5678</w:t></w:r></w:ins></w:p>'),
        "changed-away.docx": docx(body=f'<w:p><w:r><w:t xml:space="preserve">{NAME} 090-</w:t></w:r><w:del w:id="1"><w:r><w:delText>1234-5678</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>0000</w:t></w:r></w:ins></w:p>'),
        "data.docx": docx({"customXml/item1.xml": f"<a><n>{NAME}</n><t>09012345678</t></a>".encode()}),
        "macros.docm": docx({"word/vbaProject.bin": vba(f"Attribute VB_Name = \"M\"\r\n' {BOTH}\r\n")}),
        "emf.docx": docx({"word/media/image1.emf": drawn.emf(NAME, NUMBER)}),
        "wmf.docx": docx({"word/media/image1.wmf": drawn.wmf(NAME, NUMBER)}),
        "elsewhere.docx": docx({"anything/story.xml": f"<w:document {_W}><w:body><w:p>{run}</w:p></w:body></w:document>".encode()}),
        "object.docx": docx({"word/embeddings/oleObject1.bin": formats.xlsx({"表": [["氏名", "電話"], [NAME, NUMBER]]})}),
        "never-calculated.xlsx": xlsx(sheet=f'<row r="9"><c r="A9"><f>"{NAME}"&amp;" {NUMBER}"</f></c></row>'),
        "string-with-escapes.xlsx": xlsx(sheet=f'<row r="9"><c r="A9" t="inlineStr"><is><t>{NAME}_x000D_{NUMBER}</t></is></c></row>'),
        "pivot.xlsx": xlsx({"xl/pivotCache/pivotCacheRecords1.xml": f'<pivotCacheRecords xmlns="x"><r><s v="{NAME}"/><s v="{NUMBER}"/></r></pivotCacheRecords>'.encode()}),
        "control.xlsx": xlsx({"xl/activeX/activeX1.bin": b"\x21\x08\0\0" + BOTH.encode("cp932") + b"\0\0"}),
        "macros.xlsm": xlsx({"xl/vbaProject.bin": vba(f"Sub a()\r\nMsgBox \"{BOTH}\"\r\nEnd Sub\r\n")}),
        "emf.xlsx": xlsx({"xl/media/image1.emf": drawn.emf(BOTH)}),
        "odd-comments.xlsx": xlsx({"xl/comments9.xml": f"<comments><c><t>{BOTH}</t></c></comments>".encode()}),
        "cut-slide.pptx": pptx({"ppt/slides/slide9.xml": f'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:t>{BOTH}</a:t>'.encode()}),
        "cut-table.pptx": pptx({"ppt/slides/slide9.xml": f'<p:sld xmlns:p="p" xmlns:a="a"><a:tbl><a:tr><a:tc><a:p><a:t>{BOTH}</a:t></a:p>'.encode()}),
        "text-of-a-part.xlsx": xlsx({"xl/unknownThing1.xml": f"<a><b>{NAME}</b><b>{NUMBER}</b></a>".encode()}),
        "note.pptx": pptx({"ppt/tags/tag1.xml": f'<p:tagLst xmlns:p="p"><p:tag name="N" val="{BOTH}"/></p:tagLst>'.encode()}),
        "object.pptx": pptx({"ppt/embeddings/data.bin": _CSV.replace(b",", b" , ") * 3}),
        "macro.odt": odt({"Basic/Standard/Module1.xml": f'<?xml version="1.0"?><!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd"><script:module xmlns:script="s">REM {BOTH}</script:module>'.encode()}),
        "ruby.odt": odt(body=f"<text:ruby><text:ruby-base>亜</text:ruby-base><text:ruby-text>{BOTH}</text:ruby-text></text:ruby>"),
        "flat.fodt": flat(BOTH),
        "cut.rtf": rtf(f"\\trowd\\cellx99\\intbl {escaped(NAME)}\\cell {NUMBER}\\cell ")[:-1] + b"}",
        "braces.rtf": rtf("").replace(b"Meeting", b"\\'96{\\'93\\'fa " + escaped(BOTH).encode()),
        "object.rtf": rtf(f"{{\\object\\objemb{{\\*\\objdata 01050000{packed_object().hex()}}}}}"),
        "emf.rtf": rtf(f"{{\\pict\\emfblip {drawn.emf(BOTH).hex()}}}"),
        "author.png": _with_text(png),
        "note.pdf": annotated(b"<< /Type /Annot /Subtype /Text /Rect [9 9 20 20] /Contents %s /T %s >>" % (hexadecimal(NAME), hexadecimal(NUMBER))),
        "attached.pdf": annotated(
            b"<< /Type /Annot /Subtype /FileAttachment /Rect [9 9 20 20] /FS 9 0 R >>",
            {9: b"<< /Type /Filespec /F (a.csv) /EF << /F 10 0 R >> >>", 10: stream(b"/Type /EmbeddedFile", _CSV)},
        ),
        "link.pdf": annotated(b"<< /Type /Annot /Subtype /Link /Rect [9 9 20 20] /A << /S /URI /URI (mailto:a@example.jp?subject=%s) >> >>" % _percent(BOTH)),
        "parent.pdf": annotated(
            b"<< /Type /Annot /Subtype /Widget /Rect [9 9 20 20] /Parent 9 0 R >>",
            {1: _CATALOGUE % b"/AcroForm << /Fields [9 0 R] >>", 9: b"<< /FT /Tx /T (a) /V %s /Kids [8 0 R] >>" % hexadecimal(BOTH)},
        ),
        "choices.pdf": annotated(
            b"<< /Type /Annot /Subtype /Widget /FT /Ch /T (a) /Rect [9 9 20 20] /Opt [[(1) %s] %s] >>" % (hexadecimal(NAME), hexadecimal(NUMBER)),
            {1: _CATALOGUE % b"/AcroForm << /Fields [8 0 R] >>"},
        ),
        "tooltip.pdf": annotated(b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /TU %s /Rect [9 9 20 20] >>" % hexadecimal(BOTH)),
        "xfa.pdf": pdf_of({1: _CATALOGUE % b"/AcroForm << /Fields [] /XFA [(datasets) 9 0 R] >>", 9: stream(b"", f"<d><n>{NAME}</n><t>{NUMBER}</t></d>".encode())}),
        "outline.pdf": pdf_of({1: _CATALOGUE % b"/Outlines 9 0 R", 9: b"<< /First 10 0 R /Last 10 0 R /Count 1 >>", 10: b"<< /Title %s /Parent 9 0 R >>" % hexadecimal(BOTH)}),
        "labels.pdf": pdf_of({1: _CATALOGUE % (b"/PageLabels << /Nums [0 << /P %s >>] >>" % hexadecimal(BOTH))}),
        "spoken.pdf": pdf_of({1: _CATALOGUE % b"/StructTreeRoot 9 0 R", 9: b"<< /Type /StructTreeRoot /K << /S /Figure /Alt %s >> >>" % hexadecimal(BOTH)}),
        "portfolio.pdf": pdf_of({1: _CATALOGUE % (b"/Collection << /Folders << /Name (x) /Desc %s >> >>" % hexadecimal(BOTH))}),
        "metadata.pdf": pdf_of({1: _CATALOGUE % b"/Metadata 9 0 R", 9: stream(b"/Type /Metadata /Subtype /XML", f"<x:xmpmeta><n>{NAME}</n><t>{NUMBER}</t></x:xmpmeta>".encode())}),
        "script.pdf": pdf_of({1: _CATALOGUE % (b"/OpenAction << /S /JavaScript /JS %s >>" % hexadecimal(f"app.alert('{BOTH}')"))}),
        "archive-behind.pdf": pdf_of({}) + _zip({"a.csv": _CSV}),
        "drawing.vsdx": _zip({"[Content_Types].xml": b"<Types/>", "visio/pages/page1.xml": f"<PageContents><Text>{BOTH}</Text></PageContents>".encode()}),
        "printed.xps": _zip({"[Content_Types].xml": b"<Types/>", "Documents/1/Pages/1.fpage": f'<FixedPage><Glyphs OriginY="9" UnicodeString="{NAME}"/><Glyphs OriginY="9" UnicodeString=" {NUMBER}"/></FixedPage>'.encode()}),
        "other.package": _zip({"[Content_Types].xml": b"<Types/>", "data/x.xml": f"<a>{BOTH}</a>".encode()}),
        "note.one": bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(64) + BOTH.encode("utf-16-le") + bytes(64),
        "file-in-note.one": bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(64) + bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac") + struct.pack("<QIQ", len(_CSV), 0, 0) + _CSV,
        "scan.xdw": b"\x60\x0e\x82" + bytes(40) + BOTH.encode("cp932") + bytes(40),
        "publication.pub": compound({"Quill/QuillSub/CONTENTS": bytes(30) + BOTH.encode("utf-16-le") + bytes(30), "Contents": bytes(20)}),
        "comment.xml": f"<?xml version='1.0'?><!-- {NAME} --><?person tel='{NUMBER}'?><a/>".encode(),
        "carried.xml": f"<?xml version='1.0'?><a><b>{base64.b64encode(_CSV).decode()}</b></a>".encode(),
        "stamp.pdf": annotated(
            b"<< /Type /Annot /Subtype /Stamp /Rect [50 50 250 80] /AP << /N 9 0 R >> /Contents %s >>" % hexadecimal(NAME),
            {9: stream(b"/Type /XObject /Subtype /Form /BBox [0 0 200 30] /Resources << /Font << /F 5 0 R >> >>", b"BT /F 9 Tf 5 5 Td (%s) Tj ET" % NUMBER.encode())},
        ),
    }  # fmt: skip
    return found


def _zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _percent(text: str) -> bytes:
    from urllib.parse import quote

    return quote(text).encode()


def _with_text(png: bytes) -> bytes:
    """A picture whose description tells it."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("Author", NAME)
    info.add_itxt("Description", NUMBER)
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def packed_object() -> bytes:
    """The body of an OLE 1 package behind its first eight digits: a packed csv file."""
    native = (
        struct.pack("<H", 2)
        + b"a.csv\0a.csv\0"
        + struct.pack("<HHI", 0, 3, 6)
        + b"a.csv\0"
        + struct.pack("<I", len(_CSV))
        + _CSV
    )
    name = b"Package\0"
    return struct.pack("<II", 2, len(name)) + name + struct.pack("<II", 0, 0) + struct.pack("<I", len(native)) + native


def _told() -> dict[str, bytes]:
    png, jpeg = drawn.picture(), drawn.picture("JPEG")
    return {
        "picture.docx": docx({"word/media/image1.png": png}),
        "picture.xlsx": xlsx({"xl/media/image1.jpeg": jpeg}),
        "picture.pptx": pptx({"ppt/media/image1.png": png}),
        "picture.odt": odt({"Pictures/1.png": png}),
        "picture.fodt": flat(f"<draw:image><office:binary-data>{base64.b64encode(png).decode()}</office:binary-data></draw:image>"),
        "picture.rtf": rtf(f"{{\\pict\\pngblip {png.hex()}}}"),
        "bitmap.rtf": rtf(f"{{\\pict\\dibitmap {drawn.dib().hex()}}}"),
        "binary.rtf": rtf("{\\pict\\jpegblip\\bin?}").replace(b"?}", str(len(jpeg)).encode() + b" " + jpeg + b"}"),
        "metafile-with-bitmap.docx": docx({"word/media/image1.emf": drawn.emf(bitmap=True)}),
        "webp.docx": docx({"word/media/image1.webp": drawn.picture("WEBP")}),
        "renamed.docx": docx({"word/media/image1.dat": png}),
        "rows.npy": b"\x93NUMPY\x01\0\x76\0{'descr': '<f4', 'fortran_order': False, 'shape': (9, 512), }\n" + bytes(range(256)) * 8,
        "rows.pkl": b"\x80\x04\x95" + bytes(range(256)),
        "fax.tiff": drawn.picture("TIFF", frames=3),
        "data-model.xlsx": xlsx({"xl/model/item.data": bytes(range(256)) * 40}),
        "unknown.docx": docx({"word/newThing.bin": bytes(range(256)) * 10}),
        "scan.pdf": _scan(b"", jpeg),
        "scan-with-page-number.pdf": _scan(b"- 12 -", jpeg),
        "pasted.pdf": _scan(b"Text beside it", jpeg, whole=False),
        "drawing.svg": f'<svg xmlns="s"><image href="data:image/png;base64,{base64.b64encode(png).decode()}"/></svg>'.encode(),
    }  # fmt: skip


READ = _read()
TOLD = _told()
