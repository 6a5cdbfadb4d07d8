"""Writers of small real files in the formats of an office, with nothing but what the package needs anyway."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
Rows = Sequence[Sequence[object]]


def xlsx(sheets: dict[str, Rows]) -> bytes:
    """A workbook; the first row of each sheet is its header."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def encrypted(package: bytes, password: str) -> bytes:
    """An Office package under a password (agile encryption)."""
    from msoffcrypto.format.ooxml import OOXMLFile

    buffer = io.BytesIO()
    OOXMLFile(io.BytesIO(package)).encrypt(password, buffer)
    return buffer.getvalue()


def _package(parts: dict[str, str], types: dict[str, str], root: str) -> bytes:
    overrides = "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in types.items())
    whole = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{root}"/></Relationships>',
        **parts,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in whole.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def docx(paragraphs: Sequence[str], table: Rows = (), header: str = "") -> bytes:
    """A document of paragraphs and one table."""

    def paragraph(text: str) -> str:
        return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'

    body = "".join(map(paragraph, paragraphs))
    if table:
        rows = "".join(
            "<w:tr>" + "".join(f"<w:tc>{paragraph(str(c))}</w:tc>" for c in row) + "</w:tr>" for row in table
        )
        body += f"<w:tbl>{rows}</w:tbl>" + paragraph("")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    parts = {"word/document.xml": f"{_HEAD}<w:document {_W} {_R}><w:body>{body}<w:sectPr/></w:body></w:document>"}
    types = {"word/document.xml": f"{kind}.document.main+xml"}
    if header:
        parts["word/header1.xml"] = f"{_HEAD}<w:hdr {_W}>{paragraph(header)}</w:hdr>"
        types["word/header1.xml"] = f"{kind}.header+xml"
        parts["word/document.xml"] = parts["word/document.xml"].replace(
            "<w:sectPr/>", '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>'
        )
        parts["word/_rels/document.xml.rels"] = (
            f'{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/header" Target="header1.xml"/></Relationships>'
        )
    return _package(parts, types, "word/document.xml")


def pptx(slides: Sequence[Sequence[str]]) -> bytes:
    """Slides of text lines."""
    kind = "application/vnd.openxmlformats-officedocument.presentationml"
    parts: dict[str, str] = {}
    types = {"ppt/presentation.xml": f"{kind}.presentation.main+xml"}
    relations, listed = [], []
    for number, lines in enumerate(slides, 1):
        text = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines)
        shape = f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="text"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>{text}</p:txBody></p:sp>'
        tree = f'<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shape}</p:spTree>'
        parts[f"ppt/slides/slide{number}.xml"] = f"{_HEAD}<p:sld {_P} {_A}><p:cSld>{tree}</p:cSld></p:sld>"
        types[f"ppt/slides/slide{number}.xml"] = f"{kind}.slide+xml"
        relations.append(f'<Relationship Id="rId{number}" Type="{_OFFICE}/slide" Target="slides/slide{number}.xml"/>')
        listed.append(f'<p:sldId id="{255 + number}" r:id="rId{number}"/>')
    parts["ppt/presentation.xml"] = (
        f"{_HEAD}<p:presentation {_P} {_R}><p:sldIdLst>{''.join(listed)}</p:sldIdLst></p:presentation>"
    )
    parts["ppt/_rels/presentation.xml.rels"] = (
        f'{_HEAD}<Relationships xmlns="{_RELS}">{"".join(relations)}</Relationships>'
    )
    return _package(parts, types, "ppt/presentation.xml")


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Pages of text lines in a standard Japanese CID font (not embedded, as many office PDFs)."""
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    catalog, tree = add(b""), add(b"")
    descriptor = add(
        b"<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 -250 1010 922] /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 737 /StemV 114 >>"
    )
    cid = add(
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /DW 1000 /FontDescriptor %d 0 R >>"
        % descriptor
    )
    font = add(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5-UniJIS-UCS2-H /Encoding /UniJIS-UCS2-H /DescendantFonts [%d 0 R] >>"
        % cid
    )
    kids = []
    for lines in pages:
        stream = (
            b"BT /F1 12 Tf 14 TL 50 780 Td "
            + b" ".join(b"<" + line.encode("utf-16-be").hex().encode() + b"> Tj T*" for line in lines)
            + b" ET"
        )
        content = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 %d 0 R >> >> /Contents %d 0 R >>"
                % (tree, font, content)
            )
        )
    objects[catalog - 1] = b"<< /Type /Catalog /Pages %d 0 R >>" % tree
    objects[tree - 1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % k for k in kids), len(kids))
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % o for o in offsets
    )
    out += b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, catalog, start)
    return bytes(out)


def eml(sender: str, subject: str, body: str, attachments: dict[str, bytes]) -> bytes:
    """A mail in ISO-2022-JP with attachments, as Japanese mailers wrote them for decades."""

    def word(text: str) -> str:
        return f"=?ISO-2022-JP?B?{base64.b64encode(text.encode('iso-2022-jp')).decode()}?="

    boundary = "----=_sekisho_sample"
    lines = [
        f"From: {word(sender)} <sender@mail.example.jp>",
        "To: madoguchi@city.example.jp",
        f"Subject: {word(subject)}",
        "Date: Mon, 06 Apr 2026 09:30:00 +0900",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
        f"--{boundary}",
        "Content-Type: text/plain; charset=ISO-2022-JP",
        "Content-Transfer-Encoding: 7bit",
        "",
    ]
    data = "\r\n".join(lines).encode("ascii") + b"\r\n" + body.replace("\n", "\r\n").encode("iso-2022-jp") + b"\r\n"
    for name, content in attachments.items():
        head = [
            f"--{boundary}",
            f'Content-Type: application/octet-stream; name="{word(name)}"',
            f'Content-Disposition: attachment; filename="{word(name)}"',
            "Content-Transfer-Encoding: base64",
            "",
            "",
        ]
        data += "\r\n".join(head).encode("ascii") + base64.encodebytes(content).replace(b"\n", b"\r\n")
    return data + f"--{boundary}--\r\n".encode("ascii")


class _Cp932Info(zipfile.ZipInfo):
    """A member name in CP932, without the UTF-8 flag, as Windows wrote it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # the name that zipfile calls
        return self.filename.encode("cp932"), self.flag_bits


def zip_cp932(members: dict[str, bytes]) -> bytes:
    """An archive whose member names are CP932."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = _Cp932Info(name, (2026, 4, 6, 9, 30, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def csv_text(rows: Rows) -> str:
    """Rows with CRLF, quoted where needed."""
    import csv

    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
