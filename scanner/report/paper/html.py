"""A laid-out form as one page of HTML that prints as the same paper does, with everything in it."""

from __future__ import annotations

from xml.sax import saxutils

from scanner.printable import printable
from scanner.report.paper import fonts
from scanner.report.paper.columns import parts
from scanner.report.paper.interface import (
    BODY,
    SANS,
    SERIF,
    SMALLEST,
    TABLE,
    Block,
    Document,
    Facts,
    Grid,
    Items,
    Line,
    Page,
    Sender,
    Sheet,
)


def escape(text: str) -> str:
    """Text in a page."""
    return saxutils.escape(printable(text, lines=True))


def written(document: Document) -> str:
    """The page, self-contained."""
    sheets = {_named(p.sheet): p.sheet for p in document.flowing()}
    foot = escape(document.foot).replace("\\", "\\\\").replace('"', '\\"')
    rules = "".join(
        f"@page {name}{{size:{s.name} {'landscape' if s.landscape else 'portrait'};margin:{s.top}mm {s.side}mm {s.bottom}mm;"
        f'@bottom-center{{font-size:{SMALLEST:g}pt;content:"{foot}　" counter(page) " / " counter(pages)}}}}'
        f".{name}{{page:{name};max-width:{s.room}mm}}"
        for name, s in sheets.items()
    )
    body = "".join(_page(page, document) for page in document.flowing())
    mark = f'<p class="mark">{escape(document.mark)}</p>' if document.mark else ""
    return (
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(document.title)}</title><style>{_CSS}{rules}</style></head><body>{mark}{body}"
        f"<footer>{escape(document.foot)}</footer></body></html>\n"
    )


_CSS = (
    f"body{{font:{BODY}pt/1.45 {fonts.CSS[SANS]};margin:8mm;color:#000}}"
    f".serif{{font-family:{fonts.CSS[SERIF]}}}section{{margin:0 auto 14mm}}p{{margin:0;white-space:pre-wrap}}"
    ".right{text-align:right}.centre{text-align:center}.bold{font-weight:bold}.in{text-indent:1em}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed;margin:2mm 0}"
    "td,th{padding:.5mm 1.2mm;text-align:left;vertical-align:top;overflow-wrap:anywhere;white-space:pre-wrap;font-weight:normal}"
    f".grid,.facts,.sign{{font-size:{TABLE}pt;line-height:1.45}}.grid td,.grid th,.facts td,.facts th,.sign td,.sign th{{border:1px solid #808080}}"
    ".grid th,.facts th,.sign th{background:#e8edf3}.grid th,.sign th{text-align:center}.number{text-align:right}"
    ".sender{width:50%;margin-left:50%}.sign{width:auto;margin-left:auto}.sign td{width:42mm;height:15mm}"
    f"footer{{font-size:{SMALLEST:g}pt;text-align:center}}"
    ".mark{position:fixed;top:40%;left:0;right:0;text-align:center;font-size:80pt;color:#0000001a;transform:rotate(-30deg);z-index:-1}"
    "@media print{body{margin:0}section{break-after:page;margin:0;max-width:none}section:last-of-type{break-after:auto}"
    "thead{display:table-header-group}tr,.sign{break-inside:avoid}footer{display:none}}"
)


def _named(sheet: Sheet) -> str:
    return f"{sheet.name.lower()}{'l' if sheet.landscape else 'p'}"


def _page(page: Page, document: Document) -> str:
    head = ""
    if page.titled:
        left, right = map(escape, document.head)
        head = f'<p class="centre bold" style="font-size:14pt">{escape(document.title)}</p><p style="font-size:{TABLE}pt">{left}　{right}</p>'
    face = " serif" if page.face == SERIF else ""
    return (
        f'<section class="{_named(page.sheet)}{face}">{head}{"".join(_block(b, page) for b in page.blocks)}</section>'
    )


def _block(block: Block, page: Page) -> str:
    if isinstance(block, Line):
        kinds = " ".join(filter(None, (block.align, "bold" * block.bold, "in" * block.indent)))
        return (
            f'<p class="{kinds}" style="font-size:{block.size}pt;margin-top:{block.before}pt">{escape(block.text)}</p>'
        )
    if isinstance(block, Sender):
        return _rows(block.rows, "sender", 22, "td")
    if isinstance(block, Items):
        lines = "".join(
            f'<tr><td style="width:8mm">{n}</td><td style="width:44mm">{escape(label)}</td><td>{escape(text)}</td></tr>'
            for n, (label, text) in enumerate(block.entries, 1)
        )
        return f'<table class="items"><tbody>{lines}</tbody></table>'
    if isinstance(block, Facts):
        return _rows(block.entries, "facts", 44, "th")
    if isinstance(block, Grid):
        return _grid(block, page.sheet.room)
    head = "".join(f"<th>{escape(label)}</th>" for label, _ in block.boxes)
    names = "".join(f"<td>{escape(name)}<br><br><span style='float:right'>印</span></td>" for _, name in block.boxes)
    return f'<table class="sign"><tbody><tr>{head}</tr><tr>{names}</tr></tbody></table>'


def _rows(entries: tuple[tuple[str, str], ...], kind: str, label: int, tag: str) -> str:
    lines = "".join(
        f'<tr><{tag} style="width:{label}mm">{escape(a)}</{tag}><td>{escape(b)}</td></tr>' for a, b in entries
    )
    return f'<table class="{kind}"><tbody>{lines}</tbody></table>'


def _grid(block: Grid, room: float) -> str:
    chosen = parts(block, room)
    made = ""
    for number, part in enumerate(chosen, 1):
        widths = "".join(f'<col style="width:{w}mm">' for w in part.widths)
        head = "".join(f"<th>{escape(block.columns[i])}</th>" for i in part.indices)
        body = "\n".join("<tr>" + "".join(_cell(row[i]) for i in part.indices) + "</tr>" for row in block.rows)
        told = f"<p>({number} / {len(chosen)})</p>" if len(chosen) > 1 else ""
        made += f'{told}<table class="grid" style="width:{sum(part.widths):.1f}mm"><colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>'
    return made


def _cell(value: object) -> str:
    kind = ' class="number"' if isinstance(value, (int, float)) else ""
    return f"<td{kind}>{escape(str(value))}</td>"
