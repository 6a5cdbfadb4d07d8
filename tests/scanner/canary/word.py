"""The canary docx."""

from __future__ import annotations

from tests.scanner.canary import HEAD, Markers, chart, package, properties, relations, small_workbook, smart_art

_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def _p(text: str, run: str = "") -> str:
    return f"<w:p><w:r>{run}<w:t>{text}</w:t></w:r></w:p>"


def _body(m: Markers) -> str:
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    box = f"<wps:txbx><w:txbxContent>{_p(m('文字枠'))}</w:txbxContent></wps:txbx>"
    drawing = (
        f'<w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{m("代替文字")}" title="{m("代替題名")}"/>'
        f"<a:graphic><a:graphicData><wps:wsp>{box}</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    m("分割語", "標本分割語印")
    m("改行しない横線", "標本-横線")
    m("ルビ", "山田花子標本")
    inner = f"<w:tbl><w:tr><w:tc>{_p(m('入れ子の表'))}</w:tc></w:tr></w:tbl>{_p('')}"
    return "".join(
        (
            _p(m("本文")),
            "<w:p><w:r><w:t>標本分</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>割語印</w:t></w:r></w:p>",
            "<w:p><w:r><w:t>標本</w:t><w:noBreakHyphen/><w:t>横線</w:t></w:r></w:p>",
            f"<w:tbl><w:tr><w:tc>{_p(m('表の欄'))}{inner}</w:tc></w:tr></w:tbl>",
            f'<w:p><w:ins w:id="1" w:author="{m("挿入者")}"><w:r><w:t>{m("挿入")}</w:t></w:r></w:ins>'
            f'<w:del w:id="2" w:author="{m("削除者")}"><w:r><w:delText>{m("削除")}</w:delText></w:r></w:del>'
            f'<w:moveFrom w:id="3" w:author="{m("移動者")}"><w:r><w:t>{m("移動元")}</w:t></w:r></w:moveFrom></w:p>',
            _p(m("隠し文字"), "<w:rPr><w:vanish/></w:rPr>"),
            _p(m("白い文字"), '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'),
            f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'>{drawing}</mc:Choice><mc:Fallback><w:pict><v:shape>"
            f"<v:textbox><w:txbxContent>{_p('標本文字枠印')}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r></w:p>",
            f"<w:p><w:r><w:pict><v:shape alt='{m('古い代替文字')}'><v:textbox><w:txbxContent>{_p(m('古い文字枠'))}</w:txbxContent>"
            "</v:textbox></v:shape></w:pict></w:r></w:p>",
            f'<w:p><w:hyperlink r:id="rId20" w:tooltip="{m("リンク説明")}"><w:r><w:t>{m("リンク")}</w:t></w:r></w:hyperlink></w:p>',
            f"<w:p>{field.format('begin')}<w:r><w:instrText> MERGEFIELD 氏名 </w:instrText></w:r>{field.format('separate')}"
            f"<w:r><w:t>{m('差込結果')}</w:t></w:r>{field.format('end')}</w:p>",
            f'<w:sdt><w:sdtPr><w:alias w:val="{m("欄の名")}"/><w:dropDownList><w:listItem w:displayText="{m("選択肢")}" w:value="1"/>'
            f"</w:dropDownList></w:sdtPr><w:sdtContent>{_p(m('入力欄'))}</w:sdtContent></w:sdt>",
            f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput><w:default w:val="{m("初期値")}"/></w:textInput>'
            "</w:ffData></w:fldChar></w:r></w:p>",
            "<w:p><w:r><w:ruby><w:rt><w:r><w:t>やまだ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>山田</w:t></w:r></w:rubyBase></w:ruby>"
            "</w:r><w:r><w:t>花子標本</w:t></w:r></w:p>",
            '<w:p><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r></w:p>',
            '<w:altChunk r:id="rId21"/>',
            '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:headerReference w:type="first" r:id="rId2"/>'
            '<w:footerReference w:type="default" r:id="rId3"/><w:titlePg/></w:sectPr>',
        )
    )


def docx() -> tuple[bytes, dict[str, str]]:
    """The document and its markers."""
    m = Markers()
    note = '<w:{0}s {1}><w:{0} w:id="2">{2}</w:{0}></w:{0}s>'
    parts: dict[str, str | bytes] = {
        "word/document.xml": f"{HEAD}<w:document {_NS}><w:body>{_body(m)}</w:body></w:document>",
        "word/header1.xml": f"{HEAD}<w:hdr {_NS}>{_p(m('ヘッダー'))}</w:hdr>",
        "word/header2.xml": f"{HEAD}<w:hdr {_NS}>{_p(m('先頭頁ヘッダー'))}</w:hdr>",
        "word/footer1.xml": f"{HEAD}<w:ftr {_NS}>{_p(m('フッター'))}</w:ftr>",
        "word/footnotes.xml": HEAD + note.format("footnote", _NS, _p(m("脚注"))),
        "word/endnotes.xml": HEAD + note.format("endnote", _NS, _p(m("文末脚注"))),
        "word/comments.xml": f'{HEAD}<w:comments {_NS}><w:comment w:id="1" w:author="{m("コメント者")}">{_p(m("コメント"))}</w:comment></w:comments>',
        "word/people.xml": f'{HEAD}<w15:people xmlns:w15="w15"><w15:person w15:author="{m("共同編集者")}"/></w15:people>',
        "word/settings.xml": f'{HEAD}<w:settings {_NS}><w:docVars><w:docVar w:name="a" w:val="{m("文書変数")}"/></w:docVars></w:settings>',
        "word/glossary/document.xml": f"{HEAD}<w:glossaryDocument {_NS}><w:docParts><w:docPart><w:docPartBody>{_p(m('定型句'))}"
        "</w:docPartBody></w:docPart></w:docParts></w:glossaryDocument>",
        "word/charts/chart1.xml": chart(m),
        "word/diagrams/data1.xml": smart_art(m),
        "word/embeddings/a.xlsx": small_workbook(m("埋め込み")),
        "word/afchunk.html": f"<html><body><p>{m('取込み文書')}</p></body></html>",
        "customXml/item1.xml": f"{HEAD}<data><person>{m('独自XML')}</person></data>",
        "word/_rels/document.xml.rels": relations(
            {
                "rId1": ("header", "header1.xml"),
                "rId2": ("header", "header2.xml"),
                "rId3": ("footer", "footer1.xml"),
                "rId4": ("footnotes", "footnotes.xml"),
                "rId5": ("endnotes", "endnotes.xml"),
                "rId6": ("comments", "comments.xml"),
                "rId7": ("settings", "settings.xml"),
                "rId8": ("chart", "charts/chart1.xml"),
                "rId9": ("diagramData", "diagrams/data1.xml"),
                "rId10": ("package", "embeddings/a.xlsx"),
                "rId20": ("hyperlink", "mailto:hyohon-mail@example.jp"),
                "rId21": ("aFChunk", "afchunk.html"),
            }
        ),
        **properties(m),
    }
    m("宛先", "hyohon-mail@example.jp")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = {
        "word/document.xml": f"{kind}.document.main+xml",
        **{f"word/{n}{i}.xml": f"{kind}.{n}+xml" for n, i in (("header", 1), ("header", 2), ("footer", 1))},
        **{f"word/{n}.xml": f"{kind}.{n}+xml" for n in ("footnotes", "endnotes", "comments", "settings")},
    }
    return package(parts, types, "word/document.xml"), m.known
