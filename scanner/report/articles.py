"""The nineteen articles as a table: what is observed, what is declared, what is open, and what no program sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scanner.inventory import coverage
from scanner.inventory.point_lists import OF_NONE, about, files_about
from scanner.report.forms.interface import Context

_Count = Callable[[Context], int]


@dataclass(frozen=True, slots=True)
class Article:
    """One line of the table."""

    number: int
    title: str
    measure: str
    """What the program does for it."""
    observed: str
    declared: str
    open: int
    late: int
    unassigned: int
    """Open points of the article that belong to no contract, whatever contract was asked for."""
    codes: tuple[tuple[str, int], ...]
    checked: str
    """Moment (UTC) of the last scan or settlement; empty where nothing is observed."""
    outside: str
    form: str


def _entries(*names: str) -> _Count:
    return lambda c: sum(len(getattr(k, name)) for k in c.contracts() for name in names)


_TABLE: tuple[tuple[int, str, str, str, str, _Count, str, str], ...] = (
    (1, "基本的事項", "スキャンと台帳、要確認の管理", "検査範囲と未検査", "契約", lambda c: len(c.contracts()), "必要かつ適切かの判断、紙・会話", "19"),
    (2, "管理及び実施体制", "権限と名簿の照合", "所有者・アクセス権", "体制・従事者・権限", _entries("post", "worker", "grant"), "監督の実質、権限内の不正", "5a 5b 5c"),
    (3, "作業場所等の特定", "所在と承諾の照合", "個人情報のあるファイルの所在", "場所", _entries("place"), "部屋そのもの", "4"),
    (4, "秘密の保持", "離任者の保有の照合", "離任者のファイル", "誓約", lambda c: sum(w.pledged_on is not None for k in c.contracts() for w in k.worker), "口頭・撮影・記憶", "17"),
    (5, "収集の制限", "検出項目と記録項目の照合", "検出した項目", "記録項目", lambda c: sum(len(k.items) for k in c.contracts()), "収集の適法・公正", "5d"),
    (6, "持出しの禁止", "媒体・同期・メールと登録の照合", "媒体の写し", "持出し", _entries("carryout"), "常駐のない端末での写し、紙", "6 6b"),
    (7, "複写又は複製等の禁止", "写しと承諾の照合、二者確認", "写しの数と所在", "承諾・送付", _entries("consent", "transfer"), "印刷物、通信の傍受", "6c 7 7b 8"),
    (8, "利用及び提供の制限", "契約をまたぐ写しの照合", "他の契約の場所の写し", "目的外の承諾", lambda c: sum(x.kind == "other_use" for k in c.contracts() for x in k.consent), "意図、業務システム内の照会", "7c"),
    (9, "廃棄等", "残存確認", "廃棄後の残り", "指示・廃棄", _entries("disposal"), "媒体の物理的な状態", "9a 9b 9c"),
    (10, "情報システムの安全管理", "端末の状態、平文、記録の空白", "端末の状態", "端末", lambda c: len(c.policy.host) if c.policy else 0, "入退室、パスワードの強さ、侵入", "10"),
    (11, "従事者への研修", "扱う者と研修の照合", "個人情報を持つアカウント", "研修", _entries("training"), "理解の程度", "13"),
    (12, "再委託の禁止", "届く相手と登録の照合", "同期の組織・宛先", "当事者", _entries("party"), "再委託先の内部、委託に当たるかの判断", "12 12b"),
    (13, "資料等の返還等", "保有一覧と返還の照合", "保有する原本系列", "返還", _entries("handover"), "紙の原本", "10R 9c"),
    (14, "事故報告", "報告の下書きと期限", "要確認の経緯", "事故", _entries("incident"), "漏えいに当たるかの判断、原因", "11a 11b 11c"),
    (15, "調査", "実地調査資料一式", "台帳と現物", "点検・調査", _entries("inspection"), "現地の確認", "14 14b"),
    (16, "指示及び報告", "期限の照合", "期限", "指示", _entries("instruction"), "指示の解釈", "15"),
    (17, "取扱記録の作成", "改ざん検知つきの記録", "記録の件数", "申告", lambda c: c.reader.rows("select count(*) as n from declarations")[0]["n"], "閲覧、業務システム内の操作、紙", "1 2 3"),
    (18, "運搬", "到着と平文の照合", "媒体の内容", "運搬", _entries("transport"), "車両・経路", "16"),
    (19, "契約解除及び損害賠償", "不適合と是正の記録", "要確認の履歴", "判断・是正", lambda c: c.reader.rows("select count(*) as n from decisions")[0]["n"], "法的な結論", "18"),
)  # fmt: skip


def table(context: Context) -> list[Article]:
    """All nineteen, in order."""
    where, values = about(context.contract)
    counts: dict[int, dict[str, int]] = {}
    late: dict[int, int] = {}
    for row in context.reader.rows(
        f"select code, count(*) as n, sum(due <> '' and due < ?) as late from points p where state = 'open' and {where} group by code",  # noqa: S608
        (context.today.isoformat(), *values),
    ):
        article = int(row["code"][1:3])
        counts.setdefault(article, {})[row["code"]] = row["n"]
        late[article] = late.get(article, 0) + (row["late"] or 0)
    of_none: dict[int, int] = {
        row["article"]: row["n"]
        for row in context.reader.rows(
            f"select cast(substr(code, 2, 2) as integer) as article, count(*) as n from points p where state = 'open' and {OF_NONE} group by 1"  # noqa: S608
        )
    }
    runs = context.reader.rows(
        "select max(coalesce(ended, started)) as at from runs where state in ('complete', 'watch')"
    )
    checked = runs[0]["at"] or ""
    observed = _observed(context)
    return [
        Article(
            number,
            title,
            measure,
            f"{seen} {observed.get(number, '')}".strip(),
            f"{kept} {count(context):,}",
            sum(counts.get(number, {}).values()),
            late.get(number, 0),
            of_none.get(number, 0),
            tuple(sorted(counts.get(number, {}).items())),
            checked,
            outside,
            form,
        )
        for number, title, measure, seen, kept, count, outside, form in _TABLE
    ]


def _observed(context: Context) -> dict[int, str]:
    seen = coverage.of(context.reader.db)
    where, values = files_about(context.contract)
    personal = context.reader.rows(
        f"select count(*) as n from files f where f.gone is null and {where}"  # noqa: S608
        " and exists (select 1 from findings n where n.content_id = f.content_id and n.about = 'person')",
        values,
    )[0]["n"]
    families = context.families()
    entries = context.reader.rows("select count(*) as n from ledger")[0]["n"]
    copies = sum(len(f.copies) for f in families)
    return {
        1: f"{seen.files:,} 件(未検査 {seen.gaps:,})",
        3: f"{personal:,} 件",
        7: f"{copies:,} 件",
        13: f"{sum(bool(f.live) for f in families):,} 系列",
        17: f"{entries:,} 件",
    }
