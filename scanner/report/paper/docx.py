"""A laid-out form as a document for Word and LibreOffice.

Tables are written as XML, not cell by cell: a register has thousands of rows. Line heights are exact, because the line of 游明朝
and 游ゴシック is 1.7 times their size and a grid would double it.
"""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from scanner.printable import printable
from scanner.report.paper import fonts
from scanner.report.paper.columns import parts
from scanner.report.paper.interface import (
    BODY,
    SANS,
    SMALLEST,
    TABLE,
    TITLE,
    Block,
    Document,
    Facts,
    Grid,
    Items,
    Line,
    Page,
    Sender,
    Sheet,
    Signatures,
)
from scanner.report.paper.steady import steady

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_ALIGN = {"left": "left", "centre": "center", "right": "right"}
_LABEL = 44.0
"""Millimetres of the column of labels."""
_TOGETHER = 20
"""Rows of labelled values that are kept on one page."""
_SENDER = 22.0
"""The same where the sender is named."""
_EDGE = '<w:{0} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
_EDGES = "".join(_EDGE.format(side) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))


def written(document: Document) -> bytes:
    """The document's bytes, the same whenever they are made."""
    from docx import Document as new

    made: Any = new()
    fonts.in_document(made)
    body = made.element.body
    for element in list(body):
        if not element.tag.endswith("sectPr"):
            body.remove(element)
    final = body[-1]
    pages = document.flowing()
    for number, page in enumerate(pages):
        for block in page.blocks:
            for xml in _block(block, page):
                final.addprevious(_element(xml))
        section = made.sections[-1] if number == len(pages) - 1 else None
        if section is None:
            final.addprevious(
                _element(f"<w:p {_W}><w:pPr><w:spacing w:line='20' w:lineRule='exact'/><w:sectPr/></w:pPr></w:p>")
            )
    for section, page in zip(made.sections, pages, strict=True):
        _set(section, page.sheet)
        _head(section, document, titled=page.titled)
    _foot(made.sections[0], document.foot)
    buffer = io.BytesIO()
    made.core_properties.title = document.title
    made.core_properties.author = ""
    made.core_properties.comments = ""
    made.save(buffer)
    return steady(buffer.getvalue())


def _element(xml: str) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(xml)


def _set(section: Any, sheet: Sheet) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section.orientation = WD_ORIENT.LANDSCAPE if sheet.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(sheet.width), Mm(sheet.height)
    section.left_margin = section.right_margin = Mm(sheet.side)
    section.top_margin, section.bottom_margin = Mm(sheet.top), Mm(sheet.bottom)
    section.footer_distance = section.header_distance = Mm(8)


def _head(section: Any, document: Document, *, titled: bool) -> None:
    """What a register bears above each of its pages; above other pages the mark alone, where there is one."""
    head = section.header
    head.is_linked_to_previous = False
    old = head.paragraphs[0]._p
    if document.mark and not titled:
        old.addprevious(_element(_line(Line(document.mark, "centre", TITLE, bold=True), SANS)))
    if titled:
        room = (section.page_width - section.left_margin - section.right_margin) / 36_000  # English metric units a mm
        widths = [room * 0.32, room * 0.36, room * 0.32]
        cells = [
            _cell(document.head[0], widths[0], SMALLEST, SANS),
            _cell(document.title, widths[1], TITLE - 1, SANS, align="center"),
            _cell(document.head[1], widths[2], SMALLEST, SANS, align="right"),
        ]
        old.addprevious(_element(_table([cells], widths, edges=False)))
    old.addprevious(_element(_gap()))
    old.getparent().remove(old)


def _foot(section: Any, text: str) -> None:
    foot = section.footer
    foot.is_linked_to_previous = False
    old = foot.paragraphs[0]._p
    fields = "".join(
        f'<w:r>{_font(SMALLEST)}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{_font(SMALLEST)}<w:instrText xml:space="preserve"> {name} </w:instrText></w:r>'
        f'<w:r>{_font(SMALLEST)}<w:fldChar w:fldCharType="separate"/></w:r>{_run("1", SMALLEST)}<w:r>{_font(SMALLEST)}<w:fldChar w:fldCharType="end"/></w:r>'
        + (_run(" / ", SMALLEST) if name == "PAGE" else "")
        for name in ("PAGE", "NUMPAGES")
    )
    xml = f'<w:p {_W}><w:pPr><w:jc w:val="center"/></w:pPr>{_run(text + "　　", SMALLEST)}{fields}</w:p>'
    old.addprevious(_element(xml))
    old.getparent().remove(old)


def _block(block: Block, page: Page) -> list[str]:
    room = page.sheet.room
    if isinstance(block, Line):
        return [_line(block, page.face)]
    half = room / 2 - 8
    if isinstance(block, Sender):
        rows = [
            [_cell(a, _SENDER, BODY, page.face), _cell(b, room - half - _SENDER, BODY, page.face)]
            for a, b in block.rows
        ]
        return [_table(rows, [_SENDER, room - half - _SENDER], edges=False, left=half), _gap()]
    if isinstance(block, Items):
        return [_items(block, room, page.face), _gap()]
    if isinstance(block, Facts):
        rows = [
            [_cell(a, _LABEL, TABLE, page.face, shaded=True), _cell(b, room - _LABEL, TABLE, page.face)]
            for a, b in block.entries
        ]
        return [_table(rows, [_LABEL, room - _LABEL], whole=len(rows) <= _TOGETHER), _gap()]
    if isinstance(block, Signatures):
        return _signatures(block, room, page.face)
    return _grid(block, room, page.face)


def _items(block: Items, room: float, face: str) -> str:
    widths = [9.0, _LABEL, room - 9.0 - _LABEL]
    rows = [
        [_cell(str(n), widths[0], BODY, face), _cell(label, widths[1], BODY, face), _cell(text, widths[2], BODY, face)]
        for n, (label, text) in enumerate(block.entries, 1)
    ]
    return _table(rows, widths, edges=False)


def _grid(block: Grid, room: float, face: str) -> list[str]:
    made = [_gap()]
    chosen = parts(block, room)
    for number, part in enumerate(chosen, 1):
        if len(chosen) > 1:
            made.append(_line(Line(f"({number} / {len(chosen)})", size=TABLE, before=6), face))
        head = [
            _cell(block.columns[i], w, TABLE, face, shaded=True, align="center")
            for i, w in zip(part.indices, part.widths, strict=True)
        ]
        rows = [
            [_cell(row[i], w, TABLE, face) for i, w in zip(part.indices, part.widths, strict=True)]
            for row in block.rows
        ]
        made += [_table([head, *rows], list(part.widths), heading=True), _gap()]
    return made


def _signatures(block: Signatures, room: float, face: str) -> list[str]:
    each = min(45.0, room / len(block.boxes))
    head = [_cell(label, each, TABLE, face, shaded=True, align="center") for label, _ in block.boxes]
    names = [_cell(f"{name}\n\n　　　　　　　印", each, TABLE, face) for _, name in block.boxes]
    left = room - each * len(block.boxes)
    return [_gap(), _table([head, names], [each] * len(block.boxes), left=left, whole=True), _gap()]


def _table(
    rows: list[list[str]],
    widths: list[float],
    *,
    edges: bool = True,
    heading: bool = False,
    left: float = 0,
    whole: bool = False,
) -> str:
    grid = "".join(f'<w:gridCol w:w="{_twips(w)}"/>' for w in widths)
    lines = []
    for number, cells in enumerate(rows):
        repeated = "<w:tblHeader/>" if heading and number == 0 else ""
        lines.append(f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>")
    body = "".join(lines)
    if whole:
        body = body.replace("<w:pPr>", "<w:pPr><w:keepNext/>")
    return (
        f'<w:tbl {_W}><w:tblPr><w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/><w:tblInd w:w="{_twips(left)}" w:type="dxa"/>'
        f"{f'<w:tblBorders>{_EDGES}</w:tblBorders>' if edges else ''}"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


def _cell(value: object, room: float, size: float, face: str, *, shaded: bool = False, align: str = "") -> str:
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="E8EDF3"/>' if shaded else ""
    where = align or ("right" if isinstance(value, (int, float)) else "left")
    lines = "".join(
        f'<w:p><w:pPr>{_pitch(size)}<w:jc w:val="{where}"/></w:pPr>{_run(line, size, face)}</w:p>'
        for line in printable(str(value), lines=True).split("\n")
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{_twips(room)}" w:type="dxa"/>{fill}</w:tcPr>{lines}</w:tc>'


def _line(line: Line, face: str) -> str:
    kept = "<w:keepNext/>" if line.bold else ""  # a heading stays with what it is the heading of
    first = '<w:ind w:firstLineChars="100" w:firstLine="210"/>' if line.indent else ""
    return (
        f"<w:p {_W}><w:pPr>{kept}{_pitch(line.size, line.before)}{first}"
        f'<w:jc w:val="{_ALIGN[line.align]}"/></w:pPr>{_run(printable(line.text), line.size, face, bold=line.bold)}</w:p>'
    )


def _gap() -> str:
    """Between two tables, which would else become one."""
    return f'<w:p {_W}><w:pPr><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'


_PLAIN = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
"""No room between Japanese and Latin characters, which would break dates, and no grid."""


def _pitch(size: float, before: float = 0) -> str:
    return f'{_PLAIN}<w:spacing w:before="{round(before * 20)}" w:after="0" w:line="{round(size * 1.5 * 20)}" w:lineRule="exact"/>'


def _run(text: str, size: float, face: str = "", *, bold: bool = False) -> str:
    return f'<w:r>{_font(size, face, bold=bold)}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _font(size: float, face: str = "", *, bold: bool = False) -> str:
    named = f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="{face}"/>' if face else ""
    heavy = "<w:b/>" if bold else ""
    return f'<w:rPr>{named}{heavy}<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/></w:rPr>'


def _twips(mm: float) -> int:
    return round(mm * 1440 / 25.4)
