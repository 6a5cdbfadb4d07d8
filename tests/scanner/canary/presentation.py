"""The canary pptx."""

from __future__ import annotations

from tests.scanner.canary import HEAD, Markers, chart, package, properties, relations, small_workbook, smart_art

_NS = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def _shape(text: str, descr: str = "", run: str = "") -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="s" descr="{descr}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/><a:p><a:r>{run}<a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def _tree(*shapes: str) -> str:
    head = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    return f"<p:cSld><p:spTree>{head}{''.join(shapes)}</p:spTree></p:cSld>"


def pptx() -> tuple[bytes, dict[str, str]]:
    """The presentation and its markers."""
    m = Markers()
    table = (
        "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>"
        f"{m('表の欄')}</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    m("分割語", "標本分割語印")
    split = "<p:sp><p:txBody><a:p><a:r><a:t>標本分</a:t></a:r><a:r><a:rPr b='1'/><a:t>割語印</a:t></a:r></a:p></p:txBody></p:sp>"
    link = f'<a:rPr><a:hlinkClick r:id="rId5" tooltip="{m("リンク説明")}"/></a:rPr>'
    white = "<a:rPr><a:solidFill><a:srgbClr val='FFFFFF'/></a:solidFill></a:rPr>"
    slide = _tree(
        _shape(m("本文"), m("代替文字")),
        f"<p:grpSp>{_shape(m('組の図形'))}</p:grpSp>",
        _shape(m("リンク"), run=link),
        _shape(m("白い文字"), run=white),
        split,
        table,
    )
    parts: dict[str, str | bytes] = {
        "ppt/presentation.xml": f'{HEAD}<p:presentation {_NS}><p:sldIdLst><p:sldId id="256" r:id="rId1"/><p:sldId id="257" r:id="rId2"/></p:sldIdLst>'
        f'<p:custShowLst><p:custShow name="{m("目的別スライド")}" id="0"/></p:custShowLst>'
        f'<p:extLst><p:ext><p14:sectionLst xmlns:p14="p14"><p14:section name="{m("節の名")}"/></p14:sectionLst></p:ext></p:extLst></p:presentation>',
        "ppt/slides/slide1.xml": f"{HEAD}<p:sld {_NS}>{slide}</p:sld>",
        "ppt/slides/slide2.xml": f'{HEAD}<p:sld {_NS} show="0">{_tree(_shape(m("隠しスライド")))}</p:sld>',
        "ppt/notesSlides/notesSlide1.xml": f"{HEAD}<p:notes {_NS}>{_tree(_shape(m('発表者ノート')))}</p:notes>",
        "ppt/notesMasters/notesMaster1.xml": f"{HEAD}<p:notesMaster {_NS}>{_tree(_shape(m('ノートの原型')))}</p:notesMaster>",
        "ppt/handoutMasters/handoutMaster1.xml": f"{HEAD}<p:handoutMaster {_NS}>{_tree(_shape(m('配布資料の原型')))}</p:handoutMaster>",
        "ppt/slideMasters/slideMaster1.xml": f"{HEAD}<p:sldMaster {_NS}>{_tree(_shape(m('原型')))}</p:sldMaster>",
        "ppt/slideLayouts/slideLayout1.xml": f"{HEAD}<p:sldLayout {_NS}>{_tree(_shape(m('配置')))}</p:sldLayout>",
        "ppt/comments/comment1.xml": f"{HEAD}<p:cmLst {_NS}><p:cm authorId='0'><p:text>{m('コメント')}</p:text></p:cm></p:cmLst>",
        "ppt/comments/modernComment_1.xml": f"{HEAD}<p188:cmLst xmlns:p188='p188' xmlns:a='a'><p188:cm><p188:txBody><a:p><a:r><a:t>{m('新しいコメント')}"
        "</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>",
        "ppt/commentAuthors.xml": f"{HEAD}<p:cmAuthorLst {_NS}><p:cmAuthor id='0' name='{m('コメント者')}'/></p:cmAuthorLst>",
        "ppt/authors.xml": f"{HEAD}<p188:authorLst xmlns:p188='p188'><p188:author name='{m('新しいコメント者')}'/></p188:authorLst>",
        "ppt/tags/tag1.xml": f"{HEAD}<p:tagLst {_NS}><p:tag name='A' val='{m('札')}'/></p:tagLst>",
        "ppt/charts/chart1.xml": chart(m),
        "ppt/diagrams/data1.xml": smart_art(m),
        "ppt/embeddings/a.xlsx": small_workbook(m("埋め込み")),
        "ppt/_rels/presentation.xml.rels": relations(
            {"rId1": ("slide", "slides/slide1.xml"), "rId2": ("slide", "slides/slide2.xml")}
        ),
        "ppt/slides/_rels/slide1.xml.rels": relations({"rId5": ("hyperlink", "mailto:hyohon-mail@example.jp")}),
        **properties(m),
    }
    m("宛先", "hyohon-mail@example.jp")
    kind = "application/vnd.openxmlformats-officedocument.presentationml"
    types = {"ppt/presentation.xml": f"{kind}.presentation.main+xml", "ppt/slides/slide1.xml": f"{kind}.slide+xml"}
    types["ppt/slides/slide2.xml"] = f"{kind}.slide+xml"
    return package(parts, types, "ppt/presentation.xml"), m.known
