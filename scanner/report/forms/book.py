"""``docs/articles/``: what an officer can look up of the nineteen articles, the forms and the codes, made of the tables."""

from __future__ import annotations

from scanner.codes import ARTICLES, ours
from scanner.messages import LANGUAGES, both
from scanner.report.forms.spec import STYLES, FormSpec, Needs, ReportSpec, option
from scanner.report.forms.table import OURS
from scanner.report.paper.kinds import Letter, Register

_URGENCY = {"now": "直ちに", "soon": "早く", "due": "期限まで", "register": "登録の整備"}
_ABOUT = {
    Needs.NOTHING: "全体、または --contract の契約",
    Needs.CONTRACT: "終わる契約(--contract)",
    Needs.INCIDENT: "事故1件",
}


def forms() -> str:
    """The list of all forms."""
    lines = [
        "# 帳票",
        "",
        "`scanner/report/forms/table.py` から作ります(`make rules`)。`sekisho report` には、番号、別名、名称、名称の一部のいずれも使えます。",
        "",
        "| 番号 | 名称 | 別名 | 条項 | 書面 | 対象 | この帳票だけの指定 |",
        "|---|---|---|---|---|---|---|",
        *(f"| {' | '.join(_cells(spec))} |" for spec in OURS),
    ]
    return "\n".join(lines) + "\n"


def _cells(spec: ReportSpec) -> tuple[str, ...]:
    named = "、".join([spec.name, *spec.also.split()])
    articles = "、".join(f"第{number}" for number in spec.articles) or "—"
    takes = " ".join(f"`{option(asked)}`" for asked in sorted(spec.takes or ())) or "—"
    about = _ABOUT[spec.needs] if isinstance(spec, FormSpec) else "—"
    return spec.number, named, f"`{spec.alias}`" if spec.alias else "—", articles, _paper(spec), about, takes


def _paper(spec: ReportSpec) -> str:
    if not isinstance(spec, FormSpec):
        return " ".join(spec.styles) if spec.styles != STYLES else "—"
    kind = "届・報告書" if isinstance(spec.paper, Letter) else "台帳" if isinstance(spec.paper, Register) else "照合表"
    return f"{kind}(社内用)" if spec.inside else kind


def codes_page() -> str:
    """The list of all finding codes."""
    lines = [
        "# 要確認の区分",
        "",
        "`config/codes.toml` から作ります(`make rules`)。「要判断」は、事故に当たるかを責任者が判断するものです(第14)。",
        "",
        "| 区分 | 名称 | 条項 | 意味 | まずすること | 急ぎ |",
        "|---|---|---|---|---|---|",
        *(
            f"| {c.name} | {c.ja} | 第{c.article} | {c.means[0]} | {c.todo[0]} | {_URGENCY[c.urgency]}{'、要判断' if c.incident else ''} |"
            for c in ours().values()
        ),
    ]
    return "\n".join(lines) + "\n"


def article(number: int) -> str:
    """The page of one article: what is observed, what is declared, what people look after, its forms and codes."""
    told = {
        name: _said(f"article.a{number}_{name}") for name in ("title", "measure", "observed", "declared", "outside")
    }
    reports = [spec for spec in OURS if number in spec.articles]
    found = [c for c in ours().values() if c.article == number]
    lines = [
        f"# 第{number} {told['title']}",
        "",
        "| | |",
        "|---|---|",
        f"| 本ツールがすること | {told['measure']} |",
        f"| 観測するもの | {told['observed']} |",
        f"| 登録・申告によるもの | {told['declared']} |",
        f"| 人が確かめること(対象外) | {told['outside']} |",
        "",
        "## 帳票",
        "",
        *(f"- 帳票{spec.number} {spec.name}(`sekisho report {spec.alias or spec.number}`)" for spec in reports),
        "",
        "## 要確認",
        "",
        *(f"- **{c.ja}** ({c.name}): {c.means[0]} まずすること: {c.todo[0]}" for c in found),
        *(() if found else ("この条項の要確認はありません。",)),
    ]
    return "\n".join(lines) + "\n"


def _said(name: str) -> str:
    """A text of the catalogue in Japanese, whatever the language of this process."""
    section, _, key = name.partition(".")
    return both(section)[key][LANGUAGES.index("ja")]


def pages() -> dict[str, str]:
    """File name → page."""
    articles = {f"article-{number:02}.md": article(number) for number in ARTICLES}
    listed = [
        "# 条項",
        "",
        "保有個人情報取扱特記事項の条項ごとに、本ツールが観測するもの、登録・申告によるもの、人が確かめることをまとめます。",
        "[帳票](forms.md)・[要確認の区分](codes.md)の一覧もあります。",
        "",
        *(f"- [第{n} {_said(f'article.a{n}_title')}](article-{n:02}.md)" for n in ARTICLES),
    ]
    return {"README.md": "\n".join(listed) + "\n", "forms.md": forms(), "codes.md": codes_page(), **articles}


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for file_name, text in pages().items():
        Path(sys.argv[1], file_name).write_text(text, encoding="utf-8", newline="\n")
