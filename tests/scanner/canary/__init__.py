"""Canary files: Office documents in which every feature that may hold text has its own marker.

``FILES`` maps a file name to (contents, markers). Every part is written here by hand, so that a reader is tried on
what the formats allow and not on what one library happens to write.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


class Markers:
    """Hands out a marker a feature: ``標本`` and the feature's name, which stands nowhere else in the file."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def __call__(self, feature: str, shown: str = "") -> str:
        """The marker to write for ``feature``; ``shown`` is what must be read where that differs."""
        marker = f"標本{feature}印"
        self.known[feature] = shown or marker
        return marker


def package(parts: Mapping[str, str | bytes], types: Mapping[str, str], root: str) -> bytes:
    """An OOXML package; relation parts are among ``parts``."""
    overrides = "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in types.items())
    defaults = "".join(
        f'<Default Extension="{e}" ContentType="{t}"/>'
        for e, t in (
            ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
            ("xml", "application/xml"),
            ("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("bin", "application/vnd.openxmlformats-officedocument.oleObject"),
            ("html", "text/html"),
        )
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'{HEAD}<Types xmlns="{_TYPES}">{defaults}{overrides}</Types>')
        archive.writestr("_rels/.rels", relations({"rId1": ("officeDocument", root), **_PROPERTY_RELATIONS}))
        for name, body in parts.items():
            archive.writestr(name, body)
    return buffer.getvalue()


_PROPERTY_RELATIONS = {
    "rId8": ("extended-properties", "docProps/app.xml"),
    "rId9": ("custom-properties", "docProps/custom.xml"),
}


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """A relation part: id → (last part of the type, target); ``mailto:`` and ``http`` targets are external."""
    items = "".join(
        f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if target.startswith(("mailto:", "http")) else "/>")
        for i, (kind, target) in targets.items()
    )
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{items}</Relationships>'


def properties(m: Markers) -> dict[str, str]:
    """Core, extended and custom properties."""
    return {
        "docProps/core.xml": f'{HEAD}<cp:coreProperties xmlns:cp="cp" xmlns:dc="dc"><dc:title>{m("題名")}</dc:title>'
        f"<dc:creator>{m('作成者')}</dc:creator><cp:lastModifiedBy>{m('最終更新者')}</cp:lastModifiedBy>"
        f"<cp:keywords>{m('鍵語')}</cp:keywords><dc:description>{m('説明')}</dc:description></cp:coreProperties>",
        "docProps/app.xml": f'{HEAD}<Properties xmlns="p"><Company>{m("会社")}</Company>'
        f"<Manager>{m('管理者')}</Manager></Properties>",
        "docProps/custom.xml": f'{HEAD}<Properties xmlns="p" xmlns:vt="vt"><property fmtid="{{0}}" pid="2" name="受託番号">'
        f"<vt:lpwstr>{m('独自属性')}</vt:lpwstr></property></Properties>",
    }


def chart(m: Markers) -> str:
    """A chart part with title, cached categories and series name."""
    cache = "<c:strCache><c:pt idx='0'><c:v>{}</c:v></c:pt></c:strCache>"
    return (
        f'{HEAD}<c:chartSpace xmlns:c="c" xmlns:a="a"><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>{m("図表題名")}</a:t>'
        f"</a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:ser><c:tx><c:strRef>{cache.format(m('系列名'))}</c:strRef>"
        f"</c:tx><c:cat><c:strRef>{cache.format(m('図表項目'))}</c:strRef></c:cat></c:ser></c:plotArea></c:chart></c:chartSpace>"
    )


def smart_art(m: Markers) -> str:
    """The data part of a SmartArt diagram."""
    return (
        f'{HEAD}<dgm:dataModel xmlns:dgm="dgm" xmlns:a="a"><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>{m("概念図")}</a:t>'
        "</a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
    )


def small_workbook(text: str) -> bytes:
    """A workbook of one cell, to be embedded."""
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = text
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def files() -> dict[str, tuple[bytes, dict[str, str]]]:
    """File name → (contents, feature → text that a reader must find)."""
    from tests.scanner.canary import presentation, rich_text, sheet, word, writer

    return {
        "canary.docx": word.docx(),
        "canary.xlsx": sheet.xlsx(),
        "canary.pptx": presentation.pptx(),
        "canary.odt": writer.odt(),
        "canary.ods": writer.ods(),
        "canary.odp": writer.odp(),
        "canary.rtf": rich_text.rtf(),
    }
