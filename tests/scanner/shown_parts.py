"""Packages of Office and OpenDocument in which a name and a telephone number stand where no reader expects them.

Each entry is one place: an attribute, an element, a part. What is written around them is the least that an application writes.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from base64 import b64encode
from collections.abc import Mapping

from tests.scanner import drawn, old_office, shown
from tests.scanner.shown import BOTH, NAME, NUMBER

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RUN = f"<w:r><w:t>{BOTH}</w:t></w:r>"

IN_WORD = {
    "choices of a form": f"<w:p><w:r><w:fldChar><w:ffData><w:ddList><w:listEntry w:val='{NAME}'/><w:listEntry w:val='{NUMBER}'/></w:ddList></w:ffData></w:fldChar></w:r></w:p>",
    "choices of a control": f"<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText='{NAME}' w:value='{NUMBER}'/></w:dropDownList></w:sdtPr></w:sdt>",
    "formula": f"<m:oMath><m:r><m:t>{BOTH}</m:t></m:r></m:oMath>",
    "author of a format": f"<w:p><w:r><w:rPr><w:rPrChange w:author='{BOTH}'/></w:rPr><w:t>x</w:t></w:r></w:p>",
    "authors of a paragraph": f"<w:p><w:pPr><w:pPrChange w:author='{NAME}'/><w:rPr><w:ins w:author='{NUMBER}'/></w:rPr></w:pPr></w:p>",
    "name of a drawing": f"<w:p><w:r><w:drawing><wp:docPr xmlns:wp='w' id='1' name='{NAME}' descr='{NUMBER}'/></w:drawing></w:r></w:p>",
    "name of a picture": f"<w:p><w:r><w:drawing><pic:cNvPr xmlns:pic='p' name='{NAME}' descr='{NUMBER}'/></w:drawing></w:r></w:p>",
    "codes of an object": f"<w:p><w:r><w:object><o:OLEObject xmlns:o='o' ProgID='Package'><o:FieldCodes>{BOTH}</o:FieldCodes></o:OLEObject></w:object></w:r></w:p>",
    "who may edit": f"<w:p><w:permStart w:ed='{BOTH}'/></w:p>",
    "attribute of an element": f"<w:customXml w:element='x'><w:customXmlPr><w:attr w:name='n' w:val='{NAME}'/></w:customXmlPr><w:p><w:r><w:t>{NUMBER}</w:t></w:r></w:p></w:customXml>",
    "element of nobody": f"<w:p><x:foo xmlns:x='u'><x:bar>{BOTH}</x:bar></x:foo></w:p>",
    "comment of xml": f"<!-- {BOTH} -->",
    "instruction": f"<?x {BOTH}?>",
    "attribute of nobody": f"<w:p><w:r><w:contentPart/><w14:x xmlns:w14='w' w14:val='{BOTH}'/></w:r></w:p>",
    "run outside paragraphs": f"<w:r><w:t>{BOTH}</w:t></w:r>",
    "run outside paragraphs in a cell": f"<w:tbl><w:tr><w:tc><w:r><w:t>{BOTH}</w:t></w:r></w:tc></w:tr></w:tbl>",
    "field in pieces": "<w:p><w:r><w:instrText>eq \\o(○,</w:instrText></w:r><w:r><w:instrText>鈴木花子)</w:instrText></w:r>" + f"<w:r><w:t>{NUMBER}</w:t></w:r></w:p>",
    "hidden": f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{BOTH}</w:t></w:r></w:p>",
    "moved away": f"<w:p><w:moveFrom w:author='x'>{_RUN}</w:moveFrom></w:p>",
    "title of a table": f"<w:tbl><w:tblPr><w:tblCaption w:val='{NAME}'/><w:tblDescription w:val='{NUMBER}'/></w:tblPr></w:tbl>",
    "word art": f"<w:p><w:r><w:pict><v:shape><v:textpath string='{BOTH}'/></v:shape></w:pict></w:r></w:p>",
    "by numbers": "<w:p><w:r><w:t>" + "".join(f"&#{ord(c)};" for c in BOTH) + "</w:t></w:r></w:p>",
    "soft hyphens": "<w:p><w:r><w:t>鈴木</w:t><w:softHyphen/><w:t>花子 090</w:t><w:noBreakHyphen/><w:t>1234</w:t><w:noBreakHyphen/><w:t>5678</w:t></w:r></w:p>",
}  # fmt: skip

_HEADER = f"<w:hdr {_W}><w:p>{_RUN}</w:p></w:hdr>"
WORD_PARTS: dict[str, tuple[str, bytes]] = {
    "altchunk of rtf": ("word/afchunk.rtf", shown.rtf(shown.escaped(BOTH))),
    "altchunk of text": ("word/afchunk.txt", BOTH.encode("cp932")),
    "altchunk of a document": ("word/afchunk.docx", shown.docx(body=f"<w:p>{_RUN}</w:p>")),
    "merged recipients": ("word/settings.xml", f"<w:settings {_W}><w:mailMerge><w:query w:val=\"a='{NAME}' AND t='{NUMBER}'\"/></w:mailMerge></w:settings>".encode()),
    "variables": ("word/settings.xml", f"<w:settings {_W}><w:docVars><w:docVar w:name='n' w:val='{BOTH}'/></w:docVars></w:settings>".encode()),
    "property by its name": ("docProps/custom.xml", f"<Properties><property name='{NAME}'><vt:lpwstr xmlns:vt='v'>{NUMBER}</vt:lpwstr></property></Properties>".encode()),
    "base of links": ("docProps/app.xml", f"<Properties><Manager>{NAME}</Manager><HyperlinkBase>{NUMBER}</HyperlinkBase></Properties>".encode()),
    "identifier": ("docProps/core.xml", f"<cp:coreProperties xmlns:cp='c'><identifier>{NAME}</identifier><language>{NUMBER}</language></cp:coreProperties>".encode()),
    "newer chart": ("word/charts/chartEx1.xml", f"<cx:chart xmlns:cx='c'><cx:lvl><cx:pt>{NAME}</cx:pt><cx:pt>{NUMBER}</cx:pt></cx:lvl></cx:chart>".encode()),
    "signature": ("_xmlsignatures/sig1.xml", f"<Signature><SignatureText>{NAME}</SignatureText><t>{NUMBER}</t></Signature>".encode()),
    "settings of the web": ("word/webSettings.xml", f"<w:webSettings {_W}><w:div w:id='{BOTH}'/></w:webSettings>".encode()),
    "other comments": ("word/commentsExtensible.xml", f"<x>{BOTH}</x>".encode()),
    "document type": ("word/header8.xml", f"<!DOCTYPE x>{_HEADER}".encode()),
    "other case": ("Word/Header7.XML", _HEADER.encode()),
    "other slash": ("word\\header8.xml", _HEADER.encode()),
    "utf-16": ("word/header8.xml", f'<?xml version="1.0" encoding="UTF-16"?>{_HEADER}'.encode("utf-16")),
    "shift_jis": ("word/header8.xml", f'<?xml version="1.0" encoding="Shift_JIS"?>{_HEADER}'.encode("cp932")),
    "euc-jp": ("word/header8.xml", f'<?xml version="1.0" encoding="EUC-JP"?>{_HEADER}'.encode("euc_jp")),
    "add-in": ("word/webextensions/webextension1.xml", "<we:webextension xmlns:we='w'><we:property name='n' value='{}'/></we:webextension>".format(json.dumps({"n": NAME, "t": NUMBER}, ensure_ascii=False).replace('"', "&quot;")).encode()),
    "document of word inside": ("word/embeddings/oleObject1.bin", old_office.doc(BOTH + "\r")),
    "sheet of excel inside": ("word/embeddings/oleObject1.bin", old_office.xls([[NAME, NUMBER]])),
    "drawing that is packed": ("word/media/image1.svg", f"<svg xmlns='s'><text>{NAME}</text><text>{NUMBER}</text></svg>".encode()),
    "file of text": ("readme.txt", BOTH.encode()),
    "author of macros": ("word/vbaData.xml", f"<x>{BOTH}</x>".encode()),
}  # fmt: skip
DAMAGED: dict[str, tuple[str, bytes]] = {
    "ampersand": ("word/header8.xml", f"<w:hdr {_W}><w:p><w:r><w:t>a & b {BOTH}</w:t></w:r></w:p></w:hdr>".encode()),
    "control": ("word/header8.xml", f"<w:hdr {_W}><w:p><w:r><w:t>\x0b鈴木</w:t></w:r><w:r><w:t>花子 {NUMBER}</w:t></w:r></w:p></w:hdr>".encode()),
    "two roots": ("word/header8.xml", f"<w:hdr {_W}/>{_HEADER}".encode()),
}  # fmt: skip
"""Parts that are no xml from some place on: told, and what stands behind is read."""

IN_SHEET = {
    "error": f'<row r="9"><c r="A9" t="e"><f>"{NAME}"&amp;"{NUMBER}"</f><v>#N/A</v></c></row>',
    "formula beside its value": f'<row r="9"><c r="A9"><f>VLOOKUP("{NAME}",B:C,2)+0*"{NUMBER}"</f><v>5</v></c></row>',
    "condition": f'</sheetData><conditionalFormatting><cfRule><formula>A1="{NAME}"</formula><formula>"{NUMBER}"</formula></cfRule></conditionalFormatting><sheetData>',
    "list of newer checks": f'</sheetData><extLst><ext><x14:dataValidation xmlns:x14="x" xmlns:xm="m"><x14:formula1><xm:f>"{NAME},{NUMBER}"</xm:f></x14:formula1></x14:dataValidation></ext></extLst><sheetData>',
    "filter": f'</sheetData><autoFilter><filterColumn><customFilters><customFilter val="{NAME}"/><customFilter val="{NUMBER}"/></customFilters></filterColumn></autoFilter><sheetData>',
    "scenario": f'</sheetData><scenarios><scenario name="{NAME}"><inputCells r="A1" val="{NUMBER}"/></scenario></scenarios><sheetData>',
    "order": f'</sheetData><sortState><sortCondition customList="{NAME},{NUMBER}"/></sortState><sheetData>',
    "names of the sheet": f'</sheetData><sheetPr codeName="{NAME}"/><customProperties><customPr name="{NUMBER}"/></customProperties><sheetData>',
    "smart tags": f'</sheetData><smartTags><cellSmartTagPr key="{NAME}" val="{NUMBER}"/></smartTags><sheetData>',
    "protected range": f'</sheetData><protectedRanges><protectedRange name="{NAME}" securityDescriptor="{NUMBER}"/></protectedRanges><sheetData>',
    "every character escaped": '<row r="9"><c r="A9" t="inlineStr"><is><t>' + "".join(f"_x{ord(c):04X}_" for c in BOTH) + "</t></is></c></row>",
}  # fmt: skip


def _package(name: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, text)
    return out.getvalue()


_QUERY = _package("Formulas/Section1.m", f'let a = "{BOTH}"')
SHEET_PARTS = {
    "connection": ("xl/connections.xml", f"<connections><connection name='{NAME}'><dbPr connection='User ID=x;Tel={NUMBER}'/></connection></connections>"),
    "another book": ("xl/externalLinks/externalLink1.xml", f"<externalLink><externalBook><sheetNames><sheetName val='{NAME}'/></sheetNames><definedNames><definedName name='a' refersTo='=&quot;{NUMBER}&quot;'/></definedNames></externalBook></externalLink>"),
    "exchange of data": ("xl/externalLinks/externalLink1.xml", f"<externalLink><ddeLink><ddeItems><ddeItem name='{NAME}'><values><value t='str'><val>{NUMBER}</val></value></values></ddeItem></ddeItems></ddeLink></externalLink>"),
    "choices of a control": ("xl/ctrlProps/ctrlProp1.xml", f"<formControlPr><itemLst><item val='{NAME}'/><item val='{NUMBER}'/></itemLst></formControlPr>"),
    "who shares": ("xl/revisions/userNames.xml", f"<users><userInfo name='{BOTH}'/></users>"),
    "dialogue": ("xl/dialogsheets/sheet1.xml", f"<dialogsheet><x>{BOTH}</x></dialogsheet>"),
    "live data": ("xl/volatileDependencies.xml", f"<v><topic><v>{BOTH}</v></topic></v>"),
    "query": ("customXml/item1.xml", f"<DataMashup>{b64encode(struct.pack('<II', 0, len(_QUERY)) + _QUERY + bytes(20)).decode()}</DataMashup>"),
    "number in a pivot": ("xl/pivotCache/pivotCacheRecords1.xml", f"<r><r><s v='{NAME}'/><n v='09012345678'/></r></r>"),
    "slicer": ("xl/slicerCaches/slicerCache1.xml", f"<s><olap><i n='{NAME}' c='{NUMBER}'/></olap></s>"),
    "old macros": ("xl/macrosheets/sheet1.xml", f"<xm:macrosheet xmlns:xm='m'><sheetData><row r='1'><c r='A1'><f>ALERT(\"{BOTH}\")</f></c></row></sheetData></xm:macrosheet>"),
}  # fmt: skip
SLIDE_PARTS = {
    "settings": ("ppt/presProps.xml", f"<p:presentationPr xmlns:p='p'><p:ext><x>{BOTH}</x></p:ext></p:presentationPr>"),
    "names of shapes": ("ppt/slides/slide8.xml", f"<p:sld xmlns:p='p'><p:cNvPr name='{NAME}' descr='{NUMBER}'/></p:sld>"),
    "tip of a link": ("ppt/slides/slide8.xml", f"<p:sld xmlns:p='p' xmlns:a='a'><a:hlinkClick tooltip='{BOTH}'/></p:sld>"),
    "authors": ("ppt/authors.xml", f"<x:authorLst xmlns:x='p'><x:author name='{NAME}' initials='{NUMBER}'/></x:authorLst>"),
    "part of nobody": ("ppt/foo/bar.xml", f"<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>鈴木</a:t></a:r><a:r><a:t>花子</a:t></a:r><a:r><a:t> {NUMBER}</a:t></a:r></a:p></p:sld>"),
    "changes": ("ppt/changesInfos/changesInfo1.xml", f"<pc:chgInfo xmlns:pc='p'><pc:chgData name='{BOTH}'/></pc:chgInfo>"),
}  # fmt: skip
IN_TEXT = {
    "column of a database": f"<text:database-display text:column-name='{NAME}'>{NUMBER}</text:database-display>",
    "condition": f"<text:conditional-text text:string-value-if-true='{NAME}' text:string-value-if-false='{NUMBER}'/>",
    "variable": f"<text:variable-set text:name='x' text:formula='ooow:\"{BOTH}\"'/>",
    "field of a form": f"<form:text xmlns:form='f' form:current-value='{NAME}' form:value='{NUMBER}'/>",
    "frame": f"<draw:frame xmlns:draw='d' draw:name='{NAME}'><desc>{NUMBER}</desc></draw:frame>",
    "bookmark": f"<text:bookmark text:name='{BOTH}'/>",
    "source": f"<text:bibliography-mark text:author='{NAME}' text:note='{NUMBER}'>x</text:bibliography-mark>",
    "link": f"<text:a xlink:href='tel:{NUMBER}' office:title='{NAME}' xmlns:xlink='x'>y</text:a>",
    "exchange of data": f"<text:dde-connection-decl office:name='{NAME}' office:dde-item='{NUMBER}'/>",
    "comment of xml": f"<!-- {BOTH} -->",
}  # fmt: skip
TEXT_PARTS = {
    "property by its name": ("meta.xml", f"<m><user-defined name='{NAME}'>{NUMBER}</user-defined></m>"),
    "signature": ("META-INF/documentsignatures.xml", f"<s>{BOTH}</s>"),
    "statements": ("manifest.rdf", f"<r>{BOTH}</r>"),
    "dialogue": ("Dialogs/Standard/D.xml", f"<dlg:window xmlns:dlg='d'><dlg:text dlg:value='{BOTH}'/></dlg:window>"),
}


def _ods(inner: str, before: str = "") -> bytes:
    content = (
        "<o xmlns:office='o' xmlns:table='t' xmlns:text='x'><office:spreadsheet>"
        f"{before}<table:table table:name='a'>{inner}</table:table></office:spreadsheet></o>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


def _read() -> dict[str, bytes]:
    found = {f"word, {name}.docx": shown.docx(body=body) for name, body in IN_WORD.items()}
    found |= {f"word part, {name}.docx": shown.docx(dict([part])) for name, part in WORD_PARTS.items()}
    found |= {f"sheet, {name}.xlsx": shown.xlsx(sheet=rows) for name, rows in IN_SHEET.items()}
    found |= {f"sheet part, {name}.xlsx": shown.xlsx({path: xml.encode()}) for name, (path, xml) in SHEET_PARTS.items()}
    found |= {f"slide part, {name}.pptx": shown.pptx({path: xml.encode()}) for name, (path, xml) in SLIDE_PARTS.items()}
    found |= {f"text, {name}.odt": shown.odt(body=body) for name, body in IN_TEXT.items()}
    found |= {f"text part, {name}.odt": shown.odt({path: xml.encode()}) for name, (path, xml) in TEXT_PARTS.items()}
    cell = "<table:table-row><table:table-cell {}/></table:table-row>"
    found["formula.ods"] = _ods(cell.format(f"table:formula='of:=&quot;{BOTH}&quot;'"))
    found["scenario.ods"] = _ods(f"<table:scenario table:comment='{BOTH}'/>")
    found["filter.ods"] = _ods(
        "", f"<table:filter-condition table:value='{NAME}'/><table:filter-set-item table:value='{NUMBER}'/>"
    )
    found["pivot.ods"] = _ods(
        "", f"<table:data-pilot-member table:name='{NAME}'/><table:data-pilot-member table:name='{NUMBER}'/>"
    )
    found["format.ods"] = _ods("", f"<number:text xmlns:number='n'>{BOTH}</number:text>")
    found["shared by.xlsx"] = _in_workbook(f'<fileSharing userName="{BOTH}"/><sheets>')
    found["format.xlsx"] = shown.xlsx(
        styles=("<cellXfs", f'<numFmts><numFmt numFmtId="199" formatCode="&quot;{BOTH}&quot;0"/></numFmts><cellXfs')
    )
    return found  # fmt: skip


def _in_workbook(xml: str) -> bytes:
    return shown.repacked(
        shown.xlsx(), change=lambda n, b: b.replace(b"<sheets>", xml.encode()) if n == "xl/workbook.xml" else b
    )


READ: Mapping[str, bytes] = _read()
TOLD_AND_READ = {f"{name}.docx": shown.docx(dict([part])) for name, part in DAMAGED.items()}
PLAIN = {
    "図 1": shown.docx(body="<w:p><w:r><w:drawing><wp:docPr xmlns:wp='w' id='1' name='テキスト ボックス 2'/></w:drawing></w:r></w:p>"),
    "fonts": shown.docx(body="<w:p><w:r><w:rPr><w:rFonts w:ascii='ＭＳ 明朝' w:eastAsia='ＭＳ 明朝'/></w:rPr><w:t>x</w:t></w:r></w:p>"),
    "empty part": shown.odt({"Configurations2/accelerator/current.xml": b""}),
    "picture": shown.docx({"word/media/image1.png": drawn.picture(size=(20, 20))}),
}  # fmt: skip
"""Documents whose programs wrote Japanese names of fonts and drawings: not read as text, and nothing is missed."""
