"""帳票3 取扱状況報告書 and 19 安全管理措置状況総括表."""

from __future__ import annotations

from datetime import date

from scanner import clock
from scanner.duties.people import trained
from scanner.inventory import coverage
from scanner.inventory.point_lists import about, entries_about, files_about
from scanner.report import articles, wording
from scanner.report.forms.interface import Context, Form, wareki, wareki_moment


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
            "、".join(f"{code} {n}" for code, n in a.codes),
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
    return Form(
        "19", "安全管理措置状況総括表", columns, rows, ["「必要かつ適切」かの判断は、本表の対象ではありません。"], facts
    )


def report(context: Context) -> Form:
    """帳票3 for a period (default: since the first day of last month)."""
    since: date = context.asked.get("since") or _last_month(context.today)
    first = clock.begin_of(since)
    where, values = entries_about(context.contract)
    rows: list[tuple[object, ...]] = []
    for row in context.reader.rows(
        f"select kind, count(*) as n from ledger where at >= ? and {where} group by kind order by kind",  # noqa: S608
        (first, *values),
    ):
        rows.append(("保有状況(増減)", wording.event(row["kind"]), row["n"]))
    for family in context.families():
        rows.append(
            (
                "原本系列",
                family.original.family,
                f"所在 {family.observed}、承諾内 {family.permitted}、原本 {family.originals}、超過 {family.excess}、技術的 {len(family.technical)}",
            )
        )
    where_f, values_f = files_about(context.contract)
    for row in context.reader.rows(
        f"select coalesce(f.rule, '') as rule, count(*) as n from files f where f.gone is null and {where_f}"  # noqa: S608
        " and exists (select 1 from findings n where n.content_id = f.content_id and n.about = 'person') group by 1 order by 1",
        values_f,
    ):
        rows.append(("場所別(個人情報のあるファイル)", row["rule"] or "(合意された場所の外)", row["n"]))
    for label, state in (("不適合(未了)", "open"), ("不適合(期間内に完了)", "closed")):
        of_contract, mine = about(context.contract)
        for row in context.reader.rows(
            f"select code, count(*) as n from points p where state = ? and (state = 'open' or closed >= ?) and {of_contract} group by code",  # noqa: S608
            (state, first, *mine),
        ):
            rows.append((label, f"{row['code']} {wording.point(row['code'])}", row["n"]))
    for contract in context.contracts():
        rows.append(("研修", f"{contract.id} 期間内の実施", sum(s.date >= since for s in contract.training)))
        rows.append(
            (
                "研修",
                f"{contract.id} 未受講",
                sum(w.active(context.today) and trained(contract, w) is None for w in contract.worker),
            )
        )
        rows.append(("点検・調査", f"{contract.id} 期間内の実施", sum(i.date >= since for i in contract.inspection)))
    for reason, tried in coverage.of(context.reader.db).reasons.items():
        rows.append(
            ("未検査範囲", wording.reason(reason), f"{tried.number}(最後に試みた日時 {wareki_moment(tried.last)})")
        )
    facts: list[tuple[str, object]] = [
        context.without_contract(),
        ("報告期間", f"{wareki(since)} から {wareki(context.today)}"),
        ("責任者確認", ""),
    ]
    return Form(
        "3",
        "取扱状況報告書",
        ("区分", "事項", "件数・状況"),
        rows,
        ["閲覧は、端末の監査機能が有効な場合を除き、含みません。"],
        facts,
    )


def _last_month(today: date) -> date:
    return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
