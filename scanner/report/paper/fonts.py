"""The fonts of the paper, named so that Word, Excel and LibreOffice each show Japanese: 游明朝 and 游ゴシック, and what stands in
for them where they are missing. No part of a file names another font, the theme neither."""

from __future__ import annotations

import re
from typing import Any

from scanner.report.paper.interface import BODY, SANS, SERIF

_FALLBACK = {
    SERIF: ("Yu Mincho", "roman", "02020400000000000000"),
    SANS: ("Yu Gothic", "swiss", "020B0400000000000000"),
}
CSS = {
    SERIF: "'Yu Mincho',YuMincho,'Hiragino Mincho ProN','Noto Serif CJK JP','MS PMincho',serif",
    SANS: "'Yu Gothic',YuGothic,'Hiragino Sans','Noto Sans CJK JP',Meiryo,sans-serif",
}
_TYPEFACE = re.compile(r'(<a:(?:latin|ea)\b[^>]*typeface=")[^"]*"')
_OTHERS = re.compile(r'<a:font script="[^"]*" typeface="[^"]*"/>')


def theme(xml: str) -> str:
    """A theme whose fonts are ours, also where a style says only 'heading' or 'body'."""
    return _OTHERS.sub("", _TYPEFACE.sub(rf'\g<1>{SANS}"', xml))


def table() -> bytes:
    """The font table of a document: other names, and the look of what may stand in."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:panose1 w:val="{panose}"/><w:charset w:val="80"/><w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, (other, family, panose) in _FALLBACK.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()
    )


def in_document(made: Any) -> None:
    """Theme, font table and styles of a new document."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    for part in made.part.package.iter_parts():
        if part.partname.endswith("/theme1.xml"):
            part._blob = theme(part.blob.decode("utf-8")).encode("utf-8")
        elif part.partname.endswith("/fontTable.xml"):
            part._blob = table()
    styles = made.styles.element
    for fonts in styles.iter(qn("w:rFonts")):
        fonts.attrib.clear()
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), SANS)
    defaults = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    for old in list(defaults):
        defaults.remove(old)
    defaults.append(
        parse_xml(
            f'<w:rPr {nsdecls("w")}><w:rFonts w:ascii="{SANS}" w:hAnsi="{SANS}" w:eastAsia="{SANS}" w:cs="{SANS}"/>'
            f'<w:sz w:val="{round(BODY * 2)}"/><w:szCs w:val="{round(BODY * 2)}"/><w:lang w:val="ja-JP" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr>'
        )
    )


def in_workbook(book: Any) -> None:
    """Theme and the usual font of a new workbook, by which widths of columns are reckoned."""
    from openpyxl.styles import Font
    from openpyxl.writer.theme import theme_xml

    book._fonts[0] = book._named_styles["Normal"].font = Font(name=SANS, size=11, charset=128, family=3)
    book.loaded_theme = theme(theme_xml).encode("utf-8")
