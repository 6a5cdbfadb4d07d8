"""Bombs of Office packages: docx, xlsx, pptx, odt, ods, xlsb."""

from __future__ import annotations

import random
import struct

from tests.scanner.bombs.making import Files, deflated, overlapping, stored, stretched, zip_file

_WORD = b'<w:document xmlns:w="w"><w:body>'
_SHEET = b"<worksheet><sheetData>"
_STYLES = "<styleSheet><numFmts>%s</numFmts><cellXfs>%s</cellXfs></styleSheet>"
_BOOK = (
    '<workbook xmlns:r="r"><sheets>%s</sheets></workbook>',
    '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
)
MEGABYTE = 1 << 20


def _docx(block: bytes, times: int, before: bytes = _WORD, after: bytes = b"") -> bytes:
    return stretched("word/document.xml", block, times, before, after)


def formats(seed: int) -> list[str]:
    """Number formats made to be expensive: nested and unclosed sections, thousands of zeros, repeated conditions."""
    chance = random.Random(seed)
    pieces = ("0" * 2_000, "[", "]", "[<=9]", '"', "\\", ";", "0-", "#", "_", "*", "年", "[$-411]", "E+", "yyyy", "?")
    return ["".join(chance.choices(pieces, k=chance.choice((3, 30, 3_000)))) for _ in range(40)]


def numbered(codes: list[str], cells: int) -> bytes:
    """A workbook of numbers under the formats ``codes``."""
    escaped = (c.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") for c in codes)
    listed = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{c}"/>' for n, c in enumerate(escaped))
    styles = _STYLES % (listed, "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(codes))))
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="{n % len(codes)}"><v>3141592653{n}</v></c></row>' for n in range(1, cells)
    )
    return zip_file(
        {
            "xl/styles.xml": styles.encode(),
            "xl/worksheets/sheet1.xml": _SHEET + rows.encode() + b"</sheetData></worksheet>",
        }
    )


def shared(length: int, rows: int) -> bytes:
    """One shared string in every row."""
    strings = "<sst><si><t>" + "氏名 住所 電話 "[: min(9, length)] * (length // 9 + 1) + "</t></si></sst>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, rows))
    return zip_file(
        {
            "xl/sharedStrings.xml": strings.encode(),
            "xl/worksheets/sheet1.xml": _SHEET + cells.encode() + b"</sheetData></worksheet>",
        }
    )


def one_part_many_sheets(count: int) -> bytes:
    """Thousands of sheets that are one part."""
    sheets = "".join(f'<sheet name="{n}" r:id="r1"/>' for n in range(count))
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 5_000))
    return zip_file(
        {
            "xl/workbook.xml": (_BOOK[0] % sheets).encode(),
            "xl/_rels/workbook.xml.rels": _BOOK[1].encode(),
            "xl/worksheets/sheet1.xml": _SHEET + rows.encode(),
        }
    )


def _sheet(block: bytes, times: int, before: bytes = _SHEET) -> bytes:
    return stretched("xl/worksheets/sheet1.xml", block, times, before)


def _ods(body: bytes) -> bytes:
    head = b'<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>'
    return zip_file({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": head + body})


def _xlsb(body: bytes, times: int = 1, before: bytes = b"") -> bytes:
    return zip_file({"xl/worksheets/sheet1.bin": deflated(body, times, before)})


def files() -> Files:
    """Name → maker."""
    row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    cell = b"<table:table-cell table:number-columns-repeated='16384'><text:p>1</text:p></table:table-cell>"
    found: Files = {
        "attribute.docx": lambda: _docx(b"a" * MEGABYTE, 300, _WORD + b'<w:p w:x="', b'"/>'),
        "attribute-of-lines.docx": lambda: _docx(b"\n" * MEGABYTE, 300, _WORD + b'<w:p w:x="', b'"/>'),
        "text.docx": lambda: _docx(b"a" * MEGABYTE, 390, _WORD + b"<w:p><w:r><w:t>"),
        "text-wide.docx": lambda: _docx("名".encode() * 300_000, 400, _WORD + b"<w:p><w:r><w:t>"),
        "comment.docx": lambda: _docx(b"-" * MEGABYTE, 300, _WORD + b"<!-- "),
        "instruction.docx": lambda: _docx(b"?" * MEGABYTE, 300, _WORD + b"<?x "),
        "cdata.docx": lambda: _docx(b"]" * MEGABYTE, 300, _WORD + b"<w:p><w:r><w:t><![CDATA["),
        "element-name.docx": lambda: _docx(b"a" * MEGABYTE, 100, _WORD + b"<w:"),
        "attributes.docx": lambda: zip_file(
            {"word/document.xml": _WORD + b"<w:p " + b" ".join(b'a%d=""' % n for n in range(60_000)) + b"/>"}
        ),
        "runs.docx": lambda: _docx(b"<w:r><w:t></w:t></w:r>" * 10_000, 200, _WORD + b"<w:p>"),
        "paragraphs.docx": lambda: _docx(b"<w:p/>" * 50_000, 200),
        "tiny-paragraphs.docx": lambda: _docx(b"<w:p><w:r><w:t>1</w:t></w:r></w:p>" * 10_000, 150),
        "tables-deep.docx": lambda: _docx(b"<w:tbl><w:tr><w:tc><w:p>" * 1_000, 10),
        "tables-deeper.docx": lambda: _docx(b"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r>" * 10_000, 20),
        "cells.docx": lambda: _docx(
            b"<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>" * 5_000, 200, _WORD + b"<w:tbl><w:tr>"
        ),
        "spans.docx": lambda: _docx(
            b'<w:tc><w:gridSpan w:val="99999999999"/></w:tc>' * 5_000, 100, _WORD + b"<w:tbl><w:tr>"
        ),
        "authors.docx": lambda: _docx('<w:ins w:author="様様様様">'.encode() * 5_000, 100),
        "alt-texts.docx": lambda: _docx('<w:docPr descr="住所"/>'.encode() * 10_000, 100),
        "bookmarks.docx": lambda: _docx('<w:bookmarkStart w:name="氏名"/>'.encode() * 10_000, 100),
        "skipped.docx": lambda: _docx(b"<w:rt>" * 100_000, 20),
        "parts.docx": lambda: stored(
            [("word/document.xml", b"<w/>"), *((f"word/x{n}.xml", b"<a>1</a>") for n in range(8_000))]
        ),
        "relations.docx": lambda: zip_file(
            {
                "word/document.xml": b"<w/>",
                "word/_rels/a.rels": deflated(
                    b'<Relationship TargetMode="External" Target="mailto:a@b.jp"/>' * 5_000, 100, b"<R>"
                ),
            }
        ),
        "properties.docx": lambda: zip_file(
            {"word/document.xml": b"<w/>", "docProps/core.xml": deflated(b"<creator>a</creator>" * 10_000, 100, b"<p>")}
        ),
        "overlapping.docx": lambda: overlapping("word/x%d.xml", b"<a>" + b"1" * 10_000_000, 200),
        "one-name.docx": lambda: stored([("word/document.xml", _WORD + b"<w:p/>" * 200)] * 800),
        "shared-30kB.xlsx": lambda: shared(30_000, 20_000),
        "shared-1000.xlsx": lambda: shared(1_000, 30_000),
        "shared-1MB.xlsx": lambda: shared(1_000_000, 20_000),
        "strings.xlsx": lambda: zip_file(
            {"xl/sharedStrings.xml": deflated(b"<si/>" * 50_000, 200, b"<sst>"), "xl/worksheets/sheet1.xml": _SHEET}
        ),
        "sparse-rows.xlsx": lambda: _sheet(row * 2_000, 100),
        "one-row.xlsx": lambda: _sheet(b"<c><v>1</v></c>" * 10_000, 200, _SHEET + b"<row>"),
        "one-cell.xlsx": lambda: _sheet(b'<c r="A1"><v>1</v></c>' * 10_000, 200, _SHEET + b"<row>"),
        "values.xlsx": lambda: _sheet(b"<v>1</v>" * 20_000, 200, _SHEET + b"<row><c>"),
        "value.xlsx": lambda: _sheet(b"9" * MEGABYTE, 100, _SHEET + b"<row><c><v>"),
        "inline.xlsx": lambda: _sheet('<row><c t="inlineStr"><is><t>様</t></is></c></row>'.encode() * 5_000, 150),
        "row-number.xlsx": lambda: _sheet(b'<row r="' + b"9" * 4_000 + b'"><c><v>1</v></c></row>', 2_000),
        "column-name.xlsx": lambda: _sheet(b'<row><c r="' + b"Z" * 300_000 + b'1"><v>1</v></c></row>', 50),
        "column-names.xlsx": lambda: zip_file(
            {
                "xl/worksheets/sheet1.xml": _SHEET
                + b"<row>"
                + b"".join(
                    b'<c r="%s1"><v>1</v></c>' % bytes(65 + n // 26**k % 26 for k in range(6)) for n in range(40_000)
                )
            }
        ),
        "styles.xlsx": lambda: zip_file(
            {"xl/styles.xml": deflated(b"<xf/>" * 50_000, 190, b"<s><cellXfs>"), "xl/worksheets/sheet1.xml": _SHEET}
        ),
        "format-ids.xlsx": lambda: zip_file(
            {
                "xl/styles.xml": deflated(b'<numFmt numFmtId="' + b"9" * 5_000 + b'"/>', 500, b"<s>"),
                "xl/worksheets/sheet1.xml": _SHEET,
            }
        ),
        "zeros.xlsx": lambda: numbered(["0" * 200_000], 5_000),
        "conditions.xlsx": lambda: numbered(["[<=9]0;" * 30_000], 5_000),
        "sections.xlsx": lambda: numbered(
            ["[" * 100_000, "(" * 30_000 + "0" * 30_000, '"' * 99_999, "0\\" * 50_000], 5_000
        ),
        "index.xlsx": lambda: _sheet(b'<row><c t="s"><v>' + b"9" * 9_999 + b"</v></c></row>", 1_000),
        "style-index.xlsx": lambda: _sheet(b'<row><c s="' + b"9" * 9_999 + b'"><v>1</v></c></row>', 1_000),
        "sheets.xlsx": lambda: one_part_many_sheets(5_000),
        "names.xlsx": lambda: zip_file(
            {
                "xl/workbook.xml": deflated(b'<definedName name="a">"x"</definedName>' * 5_000, 100, b"<w>"),
                "xl/worksheets/sheet1.xml": _SHEET,
            }
        ),
        "links.xlsx": lambda: _sheet('<hyperlink ref="A1" display="様"/>'.encode() * 5_000, 150),
        "lists.xlsx": lambda: _sheet(b"<formula1>&quot;a,b&quot;</formula1>" * 5_000, 150),
        "headers.xlsx": lambda: _sheet(b"&amp;&quot;" * 50_000, 50, _SHEET + b"<oddHeader>"),
        "readings.xlsx": lambda: _sheet(b"<rPh><t>a</t></rPh>" * 10_000, 150, _SHEET + b"<row><c>"),
        "pivot.xlsx": lambda: zip_file(
            {
                "xl/worksheets/sheet1.xml": _SHEET,
                "xl/pivotCache/pivotCacheRecords1.xml": deflated(b'<s v="1"/>' * 20_000, 150, b"<p>"),
            }
        ),
        "slides.pptx": lambda: stored([(f"ppt/slides/slide{n}.xml", b"<p:a><a:t>1</a:t></p:a>") for n in range(5_000)]),
        "slide-number.pptx": lambda: stored(
            [(f"ppt/slides/slide{'9' * 6_000}.xml", b"<a/>"), ("ppt/slides/slide1.xml", b"<a/>")]
        ),
        "paragraphs.pptx": lambda: stretched(
            "ppt/slides/slide1.xml", b"<a:p><a:t>1</a:t></a:p>" * 10_000, 150, b'<p xmlns:a="a">'
        ),
        "groups.pptx": lambda: stretched("ppt/slides/slide1.xml", b"<grpSp>" * 50_000, 50),
        "cells.pptx": lambda: stretched("ppt/slides/slide1.xml", b"<tc><p><t>1</t></p></tc>" * 10_000, 150, b"<p><tr>"),
        "repeated.ods": lambda: _ods(
            b"<table:table><table:table-row table:number-rows-repeated='1048576'>" + cell * 20_000
        ),
        "rows-repeated.ods": lambda: _ods(
            b"<table:table>"
            + (b"<table:table-row table:number-rows-repeated='1048576'>" + cell + b"</table:table-row>") * 20_000
        ),
        "repeat-digits.ods": lambda: _ods(
            b"<table:table>" + (b"<table:table-row table:number-rows-repeated='" + b"9" * 9_000 + b"'/>") * 500
        ),
        "tables.ods": lambda: _ods(b"<table:table><table:table-row><table:table-cell>" * 50_000),
        "records.xlsb": lambda: _xlsb(b"\x00\x00" * 100_000, 200),
        "cells.xlsb": lambda: _xlsb((b"\x06" + bytes((14,)) + struct.pack("<III", 0, 0, 1) + b"a\0") * 10_000, 150),
        "one-row.xlsb": lambda: _xlsb((b"\x05\x10" + struct.pack("<IId", 16_383, 0, 1e300)) * 10_000, 150),
        "lying.xlsb": lambda: _xlsb((b"\x06\x0e" + struct.pack("<III", 0, 0, 0x7FFFFFFF) + b"a\0") * 10_000),
        "long.xlsb": lambda: _xlsb(b"\xff\xff\xff\x1e" + b"a" * 1_000_000),
    }
    found["spaces.odt"] = lambda: zip_file(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": deflated(b'<text:s text:c="100"/>' * 10_000, 150, b'<o xmlns:text="t"><text:p>'),
        }
    )
    found["paragraphs-deep.odt"] = lambda: zip_file(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": deflated(b"<text:p>1" * 20_000, 50, b'<o xmlns:text="t">'),
        }
    )
    found |= {f"formats-{seed}.xlsx": lambda seed=seed: numbered(formats(seed), 2_000) for seed in range(6)}  # type: ignore[misc]
    return found
