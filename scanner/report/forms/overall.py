"""帳票19 安全管理措置状況総括表."""

from __future__ import annotations

from scanner import codes
from scanner.report import articles, wording
from scanner.report.forms.interface import Context, Form, wareki_moment


def _left_out(context: Context, article: int) -> str:
    """What the number of open points of an article does not hold, where it is that of one contract."""
    mine = tuple(codes.of_article(article))
    return context.left_out(f"p.state = 'open' and p.code in ({','.join('?' * len(mine))})", mine)


def summary(context: Context) -> Form:
    """帳票19: one line an article."""
    rows: list[tuple[object, ...]] = [
        (
            f"第{a.number}",
            a.title,
            a.measure,
            a.observed,
            a.declared,
            a.open,
            a.late,
            "、".join(
                filter(None, (*(f"{wording.named(code)} {n}" for code, n in a.codes), _left_out(context, a.number)))
            ),
            wareki_moment(a.checked),
            a.outside,
            a.form,
        )
        for a in articles.table(context)
    ]
    posts = [f"{c.id} {c.responsible.name}" for c in context.contracts() if c.responsible]
    columns = (
        "条項",
        "見出し",
        "措置",
        "観測(自動)",
        "申告",
        "未了件数",
        "うち期限超過",
        "未了の区分",
        "最終確認",
        "対象外(人が確かめること)",
        "帳票",
    )
    facts: list[tuple[str, object]] = [
        ("責任者", "、".join(posts) or "(登録なし)"),
        ("未了合計", sum(int(str(r[5])) for r in rows)),
        context.without_contract(),
    ]
    other = articles.of_none(context)
    facts += [("条項によらない区分の未了", other)] if other else []
    return Form(
        "19", "安全管理措置状況総括表", columns, rows, ["「必要かつ適切」かの判断は、本表の対象ではありません。"], facts
    )
