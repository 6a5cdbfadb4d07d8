"""帳票4 作業場所・保管場所届 and 18 不適合・是正管理簿."""

from __future__ import annotations

from scanner.inventory.point_lists import about
from scanner.messages import t
from scanner.report import wording
from scanner.report.forms import cited
from scanner.report.forms.interface import NO_CONTRACT, Context, Form, wareki, wareki_moment, wareki_text

PLACES = (
    "契約番号",
    "区分",
    "場所番号",
    "名称",
    "所在地・室",
    "機器名・共有名",
    "管理責任者",
    "承諾番号",
    "有効開始日",
    "期限",
    "個人情報のあるファイル",
    "判定",
)
_KINDS = {"work": "作業場所", "storage": "保管場所", "server_room": "基幹サーバ室"}
POINTS = (
    "番号", "契約番号", "条項", "区分", "事実", "対象", "発見日時", "状態", "期限", "申告", "判断・是正", "終了日時", "終了の理由", "委託者報告の要否", "記録番号",
)  # fmt: skip
_WHY = {
    "gone": "ファイルの消失",
    "settled": "照合の一致",
    "verdict": "場所の判定の変更",
    "accepted": "受容",
    "false_alarm": "誤検知",
    "suppressed": "決定済み",
    None: "",
}
_TOLD = frozenset({"F06-MEDIA", "F06-CLOUD", "F07-SEND", "F07-WEBROOT", "F09-NO-INSTRUCTION", "F12-UNREGISTERED-PARTY"})
"""Points of which the responsible person has to consider whether to tell the entruster (第14)."""


def places(context: Context) -> Form:
    """All places of the policy with the number of files that hold personal data, and a row for what lies outside."""
    counted = {
        r["rule"]: r["n"]
        for r in context.reader.rows(
            "select coalesce(f.rule, '') as rule, count(*) as n from files f where f.gone is null"
            " and exists (select 1 from findings n where n.content_id = f.content_id and n.about = 'person') group by 1"
        )
    }
    rows: list[tuple[object, ...]] = []
    for contract in context.contracts():
        for place in contract.place:
            late = place.valid_to is not None and context.today > place.valid_to
            rows.append(
                (
                    contract.id,
                    _KINDS[place.kind],
                    place.id,
                    place.name,
                    place.address,
                    place.host or place.unc or place.volume or "",
                    place.manager,
                    place.consent or "",
                    wareki(place.valid_from),
                    wareki(place.valid_to),
                    counted.get(f"{contract.id}/{place.id}", 0),
                    "期限切れ・要確認" if late else "承諾番号なし・要確認" if not place.consent else "承諾あり",
                )
            )
    rows.append(
        (
            "",
            "(合意された場所の外)",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            counted.get("", 0),
            "要確認" if counted.get("", 0) else "なし",
        )
    )
    return Form("4", "作業場所・保管場所届", PLACES, rows)


def points(context: Context) -> Form:
    """Every point that was ever opened, open ones first, with what people decided."""
    where, values = about(context.contract)
    found = context.reader.rows(
        "select p.*, f.path, (select count(*) from declarations d where d.point_id = p.id) as declared,"  # noqa: S608
        " (select group_concat(o.contract, '、') from point_contracts o where o.point = p.id) as contracts,"
        " (select group_concat(d.action || ':' || d.reason, '。') from decisions d where d.point_id = p.id) as decided"
        f" from points p left join files f on f.id = p.file_id where {where} order by p.state desc, p.id",
        values,
    )
    entries = cited.about(context.reader, "point", cited.POINTS)
    rows: list[tuple[object, ...]] = [
        (
            point["id"],
            point["contracts"] or NO_CONTRACT,
            f"第{int(point['code'][1:3])}",
            wording.named(point["code"]),
            wording.point(point["code"]),
            context.name(point["path"]) if point["path"] else wording.subject(point["subject"]),
            wareki_moment(point["opened"]),
            t("point_stage." + point["stage"]) if point["state"] == "open" else "完了",
            wareki_text(point["due"]),
            "あり" if point["declared"] else "",
            _decided(point["decided"]),
            wareki_moment(point["closed"]),
            _WHY[point["closed_why"]],
            "要判断" if point["code"] in _TOLD and point["state"] == "open" else "",
            cited.told(entries.get(point["id"], ())),
        )
        for point in found
    ]
    still = sum(1 for p in found if p["state"] == "open")
    late = sum(1 for p in found if p["state"] == "open" and p["due"] and p["due"] < context.today.isoformat())
    facts: list[tuple[str, object]] = [("未了", still), ("うち期限超過", late), ("完了", len(found) - still)]
    facts.append(context.without_contract())
    more = context.left_out()
    notes = ["本表は照合の結果です。判断は、責任者が行います。", *([f"{more}。"] if more else [])]
    proved = [n for point in found for n in entries.get(point["id"], ())]
    return Form("18", "不適合・是正管理簿", POINTS, rows, notes, facts, entries=proved)


def _decided(text: str | None) -> str:
    """``accept:理由`` as words."""
    return "。".join(
        t(f"decision.{action}") + (f"({reason})" if reason else "")
        for action, _, reason in (part.partition(":") for part in (text or "").split("。") if ":" in part)
    )
