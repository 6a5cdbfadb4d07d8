"""The canary xlsx."""

from __future__ import annotations

from tests.scanner.canary import HEAD, Markers, chart, package, properties, relations, small_workbook, smart_art

_NS = (
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_FORMATS = {
    164: "0000000000",
    165: "000\\-0000\\-0000",
    166: "[&lt;=999]000;[&lt;=9999]000\\-00;000\\-0000",
    167: "[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@",
    168: ";;;",
}


def _cells(m: Markers) -> str:
    for feature, shown in (
        ("先頭の零", "0012345678"),
        ("電話の書式", "090-8765-4321"),
        ("郵便の書式", "060-0042"),
        ("和暦の書式", "昭和55年4月1日"),
        ("十二桁", "234567890129"),
        ("ふりがな", "山田花子標本"),
        ("分割語", "標本分割語印"),
    ):
        m(feature, shown)
    rows = (
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>',
        f'<c r="A2" t="inlineStr"><is><t>{m("直書き")}</t></is></c><c r="B2" t="str"><f>A1</f><v>{m("数式結果")}</v></c>',
        '<c r="A3" s="1"><v>12345678</v></c><c r="B3" s="2"><v>9087654321</v></c><c r="C3" s="3"><v>600042</v></c>'
        '<c r="D3" s="4"><v>29312</v></c><c r="E3"><v>2.34567890129E11</v></c>',
        f'<c r="A4" s="5" t="inlineStr"><is><t>{m("見えない書式")}</t></is></c>'
        f'<c r="B4" s="6" t="inlineStr"><is><t>{m("白い文字")}</t></is></c>',
    )
    hidden = f'<row r="6" hidden="1"><c r="A6" t="inlineStr"><is><t>{m("隠し行")}</t></is></c></row>'
    column = f'<row r="7"><c r="H7" t="inlineStr"><is><t>{m("隠し列")}</t></is></c></row>'
    far = f'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>{m("果ての欄")}</t></is></c></row>'
    return "".join(f'<row r="{i}">{r}</row>' for i, r in enumerate(rows, 1)) + hidden + column + far


def _sheet(m: Markers) -> str:
    return (
        f'{HEAD}<worksheet {_NS}><cols><col min="8" max="8" hidden="1"/></cols><sheetData>{_cells(m)}</sheetData>'
        f'<protectedRanges><protectedRange name="{m("保護範囲")}" sqref="A1"/></protectedRanges>'
        f'<scenarios><scenario name="{m("シナリオ")}" comment="{m("シナリオ注")}"><inputCells r="A1" val="1"/></scenario></scenarios>'
        f'<autoFilter ref="A1:C3"><filterColumn colId="0"><filters><filter val="{m("絞込み値")}"/></filters></filterColumn></autoFilter>'
        f'<conditionalFormatting sqref="A1"><cfRule type="containsText" text="{m("条件書式")}"><formula>1</formula></cfRule></conditionalFormatting>'
        f'<dataValidations><dataValidation type="list" prompt="{m("入力案内")}" error="{m("入力誤り")}" sqref="A1">'
        f"<formula1>&quot;{m('入力候補')},他&quot;</formula1></dataValidation></dataValidations>"
        f'<hyperlinks><hyperlink ref="A1" r:id="rId2" tooltip="{m("リンク説明")}" display="{m("リンク表示")}"/></hyperlinks>'
        f"<headerFooter><oddHeader>&amp;C{m('ヘッダー')}</oddHeader><oddFooter>&amp;L{m('フッター')}</oddFooter>"
        f"<firstHeader>&amp;R{m('先頭頁ヘッダー')}</firstHeader></headerFooter>"
        '<drawing r:id="rId1"/><legacyDrawing r:id="rId3"/></worksheet>'
    )


def _drawing(m: Markers) -> str:
    text = "<xdr:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></xdr:txBody>"
    shape = '<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="x" descr="{}"/></xdr:nvSpPr>{}</xdr:sp>'
    return (
        f'{HEAD}<xdr:wsDr xmlns:xdr="xdr" xmlns:a="a"><xdr:twoCellAnchor>'
        + shape.format(m("代替文字"), text.format(m("文字枠")))
        + "<xdr:grpSp>"
        + shape.format("", text.format(m("組の図形")))
        + "</xdr:grpSp></xdr:twoCellAnchor></xdr:wsDr>"
    )


def xlsx() -> tuple[bytes, dict[str, str]]:
    """The workbook and its markers."""
    m = Markers()
    one = f'{HEAD}<worksheet {_NS}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{{}}</t></is></c></row></sheetData></worksheet>'
    formats = "".join(f'<numFmt numFmtId="{i}" formatCode="{c}"/>' for i, c in _FORMATS.items())
    styles = "".join(f'<xf numFmtId="{i}"/>' for i in (0, *_FORMATS)) + '<xf numFmtId="0" fontId="1"/>'
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": f'{HEAD}<workbook {_NS}><sheets><sheet name="{m("シート名")}" sheetId="1" r:id="rId1"/>'
        '<sheet name="隠し" sheetId="2" state="hidden" r:id="rId2"/><sheet name="深" sheetId="3" state="veryHidden" r:id="rId3"/></sheets>'
        f'<definedNames><definedName name="{m("名前の名")}" comment="{m("名前の注")}">&quot;{m("名前の値")}&quot;</definedName></definedNames></workbook>',
        "xl/sharedStrings.xml": f"{HEAD}<sst {_NS}><si><t>{m('共有文字')}</t></si><si><t>山田花子標本</t><rPh sb='0' eb='2'><t>ヤマダ</t></rPh></si>"
        "<si><r><t>標本分</t></r><r><rPr><b/></rPr><t>割語印</t></r></si></sst>",
        "xl/styles.xml": f"{HEAD}<styleSheet {_NS}><numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>",
        "xl/worksheets/sheet1.xml": _sheet(m),
        "xl/worksheets/sheet2.xml": one.format(m("隠しシート")),
        "xl/worksheets/sheet3.xml": one.format(m("深い隠しシート")),
        "xl/drawings/drawing1.xml": _drawing(m),
        "xl/drawings/vmlDrawing1.vml": f'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape alt="{m("古い代替文字")}"><v:textbox><div><font>標本古い</font>'
        "<font>文字枠印</font></div></v:textbox></v:shape></xml>",
        "xl/charts/chart1.xml": chart(m),
        "xl/diagrams/data1.xml": smart_art(m),
        "xl/comments1.xml": f"{HEAD}<comments {_NS}><authors><author>{m('コメント者')}</author></authors><commentList><comment ref='A1' authorId='0'>"
        f"<text><r><t>{m('コメント')}</t></r></text></comment></commentList></comments>",
        "xl/threadedComments/threadedComment1.xml": f"{HEAD}<ThreadedComments xmlns='x'><threadedComment ref='A1'><text>{m('会話')}</text>"
        "</threadedComment></ThreadedComments>",
        "xl/persons/person.xml": f"{HEAD}<personList xmlns='x'><person displayName='{m('会話者')}'/></personList>",
        "xl/tables/table1.xml": f"{HEAD}<table {_NS} displayName='t' ref='A1:C3' comment='{m('表の注')}'><tableColumns><tableColumn id='1' name='{m('表の列名')}'/>"
        "</tableColumns></table>",
        "xl/pivotCache/pivotCacheDefinition1.xml": f"{HEAD}<pivotCacheDefinition {_NS}><cacheFields><cacheField name='{m('集計項目')}'>"
        f"<sharedItems><s v='{m('集計値')}'/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>",
        "xl/pivotCache/pivotCacheRecords1.xml": f"{HEAD}<pivotCacheRecords {_NS}><r><s v='{m('集計明細')}'/></r></pivotCacheRecords>",
        "xl/externalLinks/externalLink1.xml": f"{HEAD}<externalLink {_NS}><externalBook><sheetDataSet><sheetData><row r='1'><cell r='A1' t='str'>"
        f"<v>{m('外部参照値')}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>",
        "xl/connections.xml": f"{HEAD}<connections {_NS}><connection id='1' name='{m('接続名')}' description='{m('接続の説明')}'/></connections>",
        "xl/slicerCaches/slicerCache1.xml": f"{HEAD}<slicerCacheDefinition xmlns='x' name='{m('抽出器')}'/>",
        "xl/embeddings/a.xlsx": small_workbook(m("埋め込み")),
        "xl/_rels/workbook.xml.rels": relations(
            {f"rId{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in (1, 2, 3)}
        ),
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            {
                "rId1": ("drawing", "../drawings/drawing1.xml"),
                "rId2": ("hyperlink", "mailto:hyohon-mail@example.jp"),
                "rId3": ("vmlDrawing", "../drawings/vmlDrawing1.vml"),
            }
        ),
        **properties(m),
    }
    m("古い文字枠")
    m("宛先", "hyohon-mail@example.jp")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = {
        "xl/workbook.xml": f"{kind}.sheet.main+xml",
        "xl/sharedStrings.xml": f"{kind}.sharedStrings+xml",
        "xl/styles.xml": f"{kind}.styles+xml",
        **{f"xl/worksheets/sheet{i}.xml": f"{kind}.worksheet+xml" for i in (1, 2, 3)},
    }
    return package(parts, types, "xl/workbook.xml"), m.known
