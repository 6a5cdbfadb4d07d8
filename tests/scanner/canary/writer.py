"""The canary odt, ods and odp."""

from __future__ import annotations

import io
import zipfile

from tests.scanner.canary import HEAD, Markers

_NS = (
    " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"'
        for n, p in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("style", "style"),
            ("presentation", "presentation"),
            ("meta", "meta"),
            ("form", "form"),
            ("svg", "svg-compatible"),
            ("number", "datastyle"),
            ("chart", "chart"),
        )
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def _p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def _pack(kind: str, body: str, m: Markers, styles: str = "", extra: dict[str, str] | None = None) -> bytes:
    meta = (
        f"<dc:title>{m('題名')}</dc:title><dc:creator>{m('最終更新者')}</dc:creator><meta:initial-creator>{m('作成者')}</meta:initial-creator>"
        f"<dc:description>{m('説明')}</dc:description><meta:keyword>{m('鍵語')}</meta:keyword>"
        f'<meta:user-defined meta:name="受託番号">{m("独自属性")}</meta:user-defined>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml",
            f"{HEAD}<office:document-content {_NS}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
        archive.writestr(
            "styles.xml",
            f"{HEAD}<office:document-styles {_NS}><office:master-styles>{styles}</office:master-styles></office:document-styles>",
        )
        archive.writestr(
            "meta.xml", f"{HEAD}<office:document-meta {_NS}><office:meta>{meta}</office:meta></office:document-meta>"
        )
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
        files = "".join(
            f'<manifest:file-entry manifest:full-path="{n}" manifest:media-type="text/xml"/>'
            for n in ("content.xml", "styles.xml", "meta.xml")
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f'{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.{kind}"/>{files}</manifest:manifest>',
        )
    return buffer.getvalue()


def _header_footer(m: Markers) -> str:
    return (
        f'<style:master-page style:name="Standard"><style:header>{_p(m("ヘッダー"))}</style:header><style:footer>{_p(m("フッター"))}</style:footer>'
        f"<style:header-first>{_p(m('先頭頁ヘッダー'))}</style:header-first></style:master-page>"
    )


def _annotation(m: Markers) -> str:
    return f"<office:annotation><dc:creator>{m('コメント者')}</dc:creator>{_p(m('コメント'))}</office:annotation>"


def _box(text: str, title: str, description: str) -> str:
    return f"<draw:frame><draw:text-box>{_p(text)}</draw:text-box><svg:title>{title}</svg:title><svg:desc>{description}</svg:desc></draw:frame>"


_EMBEDDED = "<office:document-content {ns}><office:body><office:spreadsheet><table:table><table:table-row><table:table-cell>{p}</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
_CHART = "<office:document-content {ns}><office:body><office:chart><chart:chart><chart:title>{p}</chart:title></chart:chart></office:chart></office:body></office:document-content>"


def _objects(m: Markers) -> dict[str, str]:
    return {
        "Object 1/content.xml": HEAD + _EMBEDDED.format(ns=_NS, p=_p(m("埋め込み"))),
        "Object 2/content.xml": HEAD + _CHART.format(ns=_NS, p=_p(m("図表題名"))),
    }


def odt() -> tuple[bytes, dict[str, str]]:
    """A text document and its markers."""
    m = Markers()
    m("分割語", "標本分割語印")
    m("ルビ", "山田花子標本")
    body = "".join(
        (
            f"<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>{m('削除者')}</dc:creator>"
            f"</office:change-info>{_p(m('削除'))}</text:deletion></text:changed-region></text:tracked-changes>",
            f'<text:user-field-decls><text:user-field-decl text:name="a" office:value-type="string" office:string-value="{m("文書変数")}"/></text:user-field-decls>',
            f"<text:h>{m('見出し')}</text:h>",
            _p(m("本文")),
            _p("標本分<text:span>割語印</text:span>"),
            _p(
                "<text:ruby><text:ruby-base>山田</text:ruby-base><text:ruby-text>やまだ</text:ruby-text></text:ruby>花子標本"
            ),
            f"<table:table><table:table-row><table:table-cell>{_p(m('表の欄'))}<table:table table:is-sub-table='true'><table:table-row>"
            f"<table:table-cell>{_p(m('入れ子の表'))}</table:table-cell></table:table-row></table:table></table:table-cell></table:table-row></table:table>",
            _p(f"<text:note text:note-class='footnote'><text:note-body>{_p(m('脚注'))}</text:note-body></text:note>"),
            _p(
                f"<text:note text:note-class='endnote'><text:note-body>{_p(m('文末脚注'))}</text:note-body></text:note>"
            ),
            _p(_annotation(m)),
            _p(_box(m("文字枠"), m("代替題名"), m("代替文字"))),
            _p(
                f'<text:a xlink:href="mailto:hyohon-mail@example.jp" office:title="{m("リンク説明")}">{m("リンク")}</text:a>'
            ),
            f"<text:list><text:list-item>{_p(m('箇条書き'))}</text:list-item></text:list>",
            _p(f'<text:drop-down><text:label text:value="{m("選択肢")}"/></text:drop-down>'),
            _p(f'<text:hidden-text text:string-value="{m("隠し文字")}"/>'),
            _p(f'<text:placeholder text:description="{m("入力案内")}">x</text:placeholder>'),
            f"<draw:custom-shape>{_p(m('図形'))}</draw:custom-shape>",
            f'<text:section text:display="none">{_p(m("隠し節"))}</text:section>',
        )
    )
    m("宛先", "hyohon-mail@example.jp")
    return _pack("text", body, m, _header_footer(m), _objects(m)), m.known


def ods() -> tuple[bytes, dict[str, str]]:
    """A spreadsheet and its markers."""
    m = Markers()
    cell = "<table:table-cell office:value-type='string'>{}</table:table-cell>"
    m("電話の書式", "090-8765-4321")
    m("十二桁", "234567890129")
    rows = "".join(
        f"<table:table-row{a}>{c}</table:table-row>"
        for a, c in (
            ("", cell.format(_p(m("文字"))) + cell.format(_annotation(m) + _p("x"))),
            (
                "",
                f"<table:table-cell office:value-type='float' office:value='9087654321'>{_p('090-8765-4321')}</table:table-cell>",
            ),
            (
                "",
                "<table:table-cell office:value-type='float' office:value='234567890129'><text:p>2.34567890129E+11</text:p></table:table-cell>",
            ),
            (" table:visibility='collapse'", cell.format(_p(m("隠し行")))),
            ("", "<table:table-cell table:number-columns-repeated='900'/>" + cell.format(_p(m("果ての欄")))),
            ("", cell.format(_p(f'<text:a xlink:href="mailto:hyohon-mail@example.jp">{m("リンク")}</text:a>'))),
        )
    )
    shapes = f"<table:shapes>{_box(m('文字枠'), m('代替題名'), m('代替文字'))}</table:shapes>"
    validation = (
        f"<table:content-validations><table:content-validation table:name='v' table:condition='of:cell-content-is-in-list(&quot;{m('入力候補')}&quot;)'>"
        f"<table:help-message>{_p(m('入力案内'))}</table:help-message><table:error-message>{_p(m('入力誤り'))}</table:error-message>"
        "</table:content-validation></table:content-validations>"
    )
    names = f"<table:named-expressions><table:named-expression table:name='{m('名前の名')}' table:expression='&quot;{m('名前の値')}&quot;'/></table:named-expressions>"
    hidden = f"<table:table table:name='{m('シート名')}' table:display='false'><table:table-row>{cell.format(_p(m('隠しシート')))}</table:table-row></table:table>"
    tracked = (
        f"<table:tracked-changes><table:cell-content-change><office:change-info><dc:creator>{m('変更者')}</dc:creator></office:change-info>"
        f"<table:previous><table:change-track-table-cell>{_p(m('変更前'))}</table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>"
    )
    m("宛先", "hyohon-mail@example.jp")
    body = tracked + validation + f"<table:table table:name='一'>{shapes}{rows}</table:table>" + hidden + names
    return _pack("spreadsheet", body, m, _header_footer(m), _objects(m)), m.known


def odp() -> tuple[bytes, dict[str, str]]:
    """A presentation and its markers."""
    m = Markers()
    table = f"<draw:frame><table:table><table:table-row><table:table-cell>{_p(m('表の欄'))}</table:table-cell></table:table-row></table:table></draw:frame>"
    page = (
        f"<draw:page draw:name='{m('スライド名')}'>{_box(m('本文'), m('代替題名'), m('代替文字'))}<draw:g><draw:custom-shape>{_p(m('組の図形'))}</draw:custom-shape></draw:g>"
        f"{table}{_annotation(m)}<presentation:notes><draw:frame><draw:text-box>{_p(m('発表者ノート'))}</draw:text-box></draw:frame></presentation:notes></draw:page>"
    )
    hidden = f"<draw:page presentation:visibility='hidden'><draw:frame><draw:text-box>{_p(m('隠しスライド'))}</draw:text-box></draw:frame></draw:page>"
    declared = f"<presentation:footer-decl presentation:name='f'>{m('フッター')}</presentation:footer-decl><presentation:header-decl presentation:name='h'>{m('ヘッダー')}</presentation:header-decl>"
    master = f"<style:master-page style:name='m'><draw:frame><draw:text-box>{_p(m('原型'))}</draw:text-box></draw:frame></style:master-page>"
    return _pack("presentation", declared + page + hidden, m, master, _objects(m)), m.known
