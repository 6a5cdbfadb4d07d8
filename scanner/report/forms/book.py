"""``docs/articles/``: what an officer can look up of forms, made of the tables."""

from __future__ import annotations

from scanner.report.forms.spec import STYLES, FormSpec, Needs, ReportSpec, option
from scanner.report.forms.table import OURS
from scanner.report.paper.kinds import Letter, Register

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


def pages() -> dict[str, str]:
    """File name → page."""
    return {"forms.md": forms()}


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for file_name, text in pages().items():
        Path(sys.argv[1], file_name).write_text(text, encoding="utf-8", newline="\n")
