"""帳票4 作業場所・保管場所届 and 18 不適合・是正管理簿."""

from __future__ import annotations

from datetime import date
from sqlite3 import Row

from scanner import codes
from scanner.inventory.point_lists import about, files_about
from scanner.messages import t
from scanner.policy.models import Place
from scanner.report import wording
from scanner.report.forms import cited
from scanner.report.forms.interface import NO_CONTRACT, Context, Form, wareki, wareki_moment, wareki_text

PLACES = (
    "契約番号", "区分", "場所番号", "名称", "所在地・室", "機器名・共有名", "管理責任者", "施錠・入退室", "承諾番号", "承諾日", "有効開始日", "期限",
    "個人情報のあるファイル", "判定",
)  # fmt: skip
_KINDS = {"work": "作業場所", "storage": "保管場所", "server_room": "基幹サーバ室"}
POINTS = (
    "番号", "契約番号", "条項", "区分", "事実", "対象", "影響(本人数・項目)", "原因", "発見日時", "状態", "期限", "申告", "判断・是正", "終了日時", "終了の理由", "委託者報告の要否", "記録番号",
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


def places(context: Context) -> Form:
    """All places of the register with the number of files that hold personal data. What lies outside of them is no place to be agreed
    to: it is a fact of its own, of this contract alone, and each such file stands in 帳票18."""
    counted = {
        r["rule"]: r["n"]
        for r in context.reader.rows(
            "select coalesce(f.rule, '') as rule, count(*) as n from files f where f.gone is null"
            " and exists (select 1 from findings n where n.content_id = f.content_id and n.about = 'person') group by 1"
        )
    }
    rows: list[tuple[object, ...]] = []
    for contract in context.contracts():
        granted = {c.id: c.granted_on for c in contract.consent}
        for place in contract.place:
            rows.append(
                (
                    contract.id,
                    _KINDS[place.kind],
                    place.id,
                    place.name,
                    place.address,
                    place.host or place.unc or place.volume or "",
                    place.manager,
                    place.access,
                    place.consent or "",
                    wareki(granted.get(place.consent or "")),
                    wareki(place.valid_from),
                    wareki(place.valid_to),
                    counted.get(f"{contract.id}/{place.id}", 0),
                    _standing(place, context.today),
                )
            )
    none = "この契約のものと分かるものはありません" if context.contract else "なし"
    facts: list[tuple[str, object]] = [
        ("登録した場所", len(rows)),
        (
            "登録した場所の外にある個人情報のあるファイル",
            f"{n} 件(帳票18の第3の欄)" if (n := _outside(context)) else none,
        ),
        context.without_contract(),
    ]
    return Form("4", "作業場所・保管場所届", PLACES, rows, facts=facts)


def _standing(place: Place, today: date) -> str:
    """What is agreed of a place, on a day."""
    if not place.consent:
        return "承諾番号なし・要確認"
    if place.valid_to is not None and today > place.valid_to:
        return "期限切れ・要確認"
    return "承諾あり(開始前)" if place.valid_from is not None and today < place.valid_from else "承諾あり"


def _outside(context: Context) -> int:
    """Files with personal data in no place of any contract: of the contract that was asked for, those of which something tells so."""
    condition = "f.rule is null or f.rule = ''"
    values: tuple[str, ...] = ()
    if context.contract:
        mine, values = files_about(context.contract)
        theirs, more = about(context.contract)
        condition = f"({condition}) and ({mine} or exists (select 1 from points p where p.file_id = f.id and {theirs}))"  # noqa: S608  # ours
        values = (*values, *more)
    return int(
        context.reader.rows(
            f"select count(*) as n from files f where f.gone is null and ({condition})"  # noqa: S608  # our own conditions
            " and exists (select 1 from findings n where n.content_id = f.content_id and n.about = 'person')",
            values,
        )[0]["n"]
    )


def points(context: Context) -> Form:
    """Every point that was ever opened, open ones first, with what people decided."""
    where, values = about(context.contract)
    found = context.reader.rows(
        "select p.*, f.path, f.content_id, c.persons_min, c.persons_max,"  # noqa: S608
        " (select group_concat(n.entity) from (select distinct entity from findings where content_id = f.content_id and about = 'person') n)"
        " as entities, (select d.reason from declarations d where d.point_id = p.id and d.reason <> '' order by d.id desc limit 1) as said,"
        " (select count(*) from declarations d where d.point_id = p.id) as declared,"
        " (select group_concat(o.contract, '、') from point_contracts o where o.point = p.id) as contracts,"
        " (select group_concat(d.action || ':' || d.reason, '。') from decisions d where d.point_id = p.id) as decided"
        f" from points p left join files f on f.id = p.file_id left join contents c on c.id = f.content_id where {where} order by p.state desc, p.id",
        values,
    )
    entries = cited.about(context.reader, "point", cited.POINTS)
    causes = {n: i.cause for c in context.contracts() for i in c.incident if i.cause for n in i.points}
    rows: list[tuple[object, ...]] = [
        (
            point["id"],
            point["contracts"] or NO_CONTRACT,
            f"第{article}" if (article := codes.article(point["code"])) else "",
            wording.named(point["code"]),
            wording.point(point["code"]),
            context.name(point["path"]) if point["path"] else wording.subject(point["subject"]),
            _effect(point),
            causes.get(point["id"]) or (f"(申告){point['said']}" if point["said"] else ""),
            wareki_moment(point["opened"]),
            t("point_stage." + point["stage"]) if point["state"] == "open" else "完了",
            wareki_text(point["due"]),
            "あり" if point["declared"] else "",
            _decided(point["decided"]),
            wareki_moment(point["closed"]),
            _WHY[point["closed_why"]],
            "要判断" if _incident(point["code"]) and point["state"] == "open" else "",
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


def _effect(point: Row) -> str:
    """Persons and kinds in the file that a point is about."""
    if not point["entities"]:
        return ""
    kinds = "、".join(wording.entity(e) for e in sorted(point["entities"].split(",")))
    return f"{wording.persons(point['persons_min'] or 0, point['persons_max'] or 0)} 人　{kinds}"


def _incident(code: str) -> bool:
    """Whether a person has to judge if it is an incident."""
    known = codes.codes().get(code)
    return known is not None and known.incident


def _decided(text: str | None) -> str:
    """``accept:理由`` as words."""
    return "。".join(
        t(f"decision.{action}") + (f"({reason})" if reason else "")
        for action, _, reason in (part.partition(":") for part in (text or "").split("。") if ":" in part)
    )
