"""帳票11a 第一報, 11b 事故報告書, 11c 委員会報告下書き: the nine items, each as observed, declared, or unknown (第14).

It may start from an open point or from a suspicion alone. Persons are a union, not a sum of matches: copies of one family
hold the same persons, and of two families nobody knows how many they share, so the range goes from the larger one to both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from scanner.inventory.point_lists import about
from scanner.policy.acts import Incident
from scanner.report import deadlines, wording
from scanner.report.forms.interface import Context, Form, FormRefused, wareki, wareki_moment

COLUMNS = ("番号", "項目", "事実(ツール)", "申告", "区分")
_KINDS = {"leak": "漏えい", "loss": "滅失", "damage": "毀損", "suspicion": "おそれ"}
_UNKNOWN = "不明"


@dataclass(slots=True)
class Collected:
    """What the inventory knows about the files that an incident is about."""

    points: list[int] = field(default_factory=list)
    contracts: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    places: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    fewest: int = 0
    most: int = 0
    since: str = ""
    last: str = ""
    elsewhere: int = 0
    codes: set[str] = field(default_factory=set)


def collect(context: Context) -> Collected:
    """Files of the asked points; for a suspicion all open points (of the asked contract or family)."""
    found = Collected()
    point, suspicion = context.asked.get("point"), context.asked.get("suspicion")
    wanted = tuple(context.asked.get("family") or ())
    if point is None and not suspicion:
        raise FormRefused("incident_from_what")
    where, values = about(context.contract)
    arguments: tuple[object, ...]
    if point is not None:
        condition, arguments = "p.id = ?", (point,)
    elif wanted:
        condition, arguments = f"p.state = 'open' and p.family in ({','.join('?' * len(wanted))})", wanted
    else:
        condition, arguments = f"p.state = 'open' and {where}", values
    rows = context.reader.rows(
        "select p.id, p.code, p.contract, p.family, p.opened, f.id as file, f.path, f.host, f.ground, f.content_id, f.first_seen, f.last_seen,"  # noqa: S608
        f" c.persons_min, c.persons_max from points p left join files f on f.id = p.file_id left join contents c on c.id = f.content_id where {condition}",
        arguments,
    )
    if point is not None and not rows:
        raise FormRefused("no_such_point", number=point)
    spread: dict[str, tuple[int, int]] = {}
    families = {f.original.family: f for f in context.families()}
    for row in rows:
        found.points.append(row["id"])
        found.codes.add(row["code"])
        if row["contract"]:
            found.contracts.add(row["contract"])
        if row["file"] is None:
            continue
        found.places.append(f"{context.name(row['path'])}({wording.ground(row['ground'])})")
        found.hosts.add(row["host"] or context.view().host)
        found.since = min(filter(None, (found.since, row["first_seen"])))
        found.last = max(found.last, row["last_seen"])
        family = families.get(row["family"] or "")
        if family is not None:
            found.families.add(row["family"])
            found.contracts.add(family.original.contract)
            low, high = spread.get(row["family"], (0, 0))
            most = min(row["persons_max"] or 0, family.original.persons_max) or family.original.persons_max
            spread[row["family"]] = (max(low, min(row["persons_min"] or 0, most)), max(high, most))
            found.elsewhere += family.original_at is not None and family.original_at.file_id != row["file"]
        else:
            spread[f"content:{row['content_id']}"] = (row["persons_min"] or 0, row["persons_max"] or 0)
        for (entity,) in context.reader.db.execute(
            "select distinct entity from findings where content_id = ? and about = 'person'", (row["content_id"],)
        ):
            found.entities.add(entity)
    found.fewest = max((low for low, _ in spread.values()), default=0)
    found.most = sum(high for _, high in spread.values())
    return found


def declared(context: Context, found: Collected) -> Incident | None:
    """The entry of the register that speaks of this incident."""
    number = context.asked.get("incident")
    for contract in context.policy.contract if context.policy else ():
        for entry in contract.incident:
            if entry.id == number or (not number and set(entry.points) & set(found.points)):
                return entry
    if number:
        raise FormRefused("no_such_incident", number=number)
    return None


def _known(context: Context, entry: Incident | None) -> date:
    asked = context.asked.get("known_on")
    return asked or (entry.known_on if entry and entry.known_on else None) or context.today


def _issued(found: Collected, known: date, context: Context) -> dict[str, object]:
    return {
        "contract": sorted(found.contracts)[0] if found.contracts else "",
        "points": found.points,
        "families": sorted(found.families),
        "known_on": known.isoformat(),
        "suspicion": bool(context.asked.get("suspicion")),
    }


def _row(number: object, label: str, fact: object, said: object) -> tuple[object, ...]:
    kind = "事実・申告" if fact and said else "事実" if fact else "申告" if said else _UNKNOWN
    return (number, label, fact or "", said or "", kind)


def _said(entry: Incident | None, name: str) -> str:
    value = getattr(entry, name) if entry else ""
    return wareki(value) if isinstance(value, date) else str(value or "")


def _persons(found: Collected) -> str:
    return f"{wording.persons(found.fewest, found.most)} 人" if found.most else ""


def _entities(found: Collected) -> str:
    return "、".join(wording.entity(e) for e in sorted(found.entities))


def _where(found: Collected) -> str:
    shown = "、".join(found.places[:20])
    return shown + (f" ほか {len(found.places) - 20} か所" if len(found.places) > 20 else "")


def first(context: Context) -> Form:
    """帳票11a: told at once, with what is known so far."""
    found = collect(context)
    entry = declared(context, found)
    known = _known(context, entry)
    rows = [
        _row(1, "認識日時", wareki_moment(found.since), wareki(known)),
        _row(2, "発見者", "本ツールのスキャン" if found.points else "", _said(entry, "recognised_by")),
        _row(3, "事象", "、".join(wording.point(c) for c in sorted(found.codes)), _event(context, entry)),
        _row(4, "対象の原本系列", "、".join(sorted(found.families)), "、".join(entry.scope) if entry else ""),
        _row(5, "項目", _entities(found), ""),
        _row(6, "本人数(最小–最大)", _persons(found), ""),
        _row(7, "所在", _where(found), ""),
        _row(8, "端末", "、".join(sorted(found.hosts)), ""),
        _row(9, "暗号化", "パスワードなしで開ける状態" if found.places else "", _encryption(entry)),
        _row(10, "応急措置", "", _said(entry, "contained")),
        _row(
            11,
            "委託者への連絡",
            "",
            " ".join(filter(None, (_said(entry, n) for n in ("reported_on", "reported_to", "channel")))),
        ),
    ]
    facts: list[tuple[str, object]] = [
        ("起算日(発覚日)", wareki(known)),
        ("おそれの段階", "はい(漏えい等は未確認)" if _suspected(context, entry) else "いいえ"),
    ]
    notes = ["判断と報告は責任者が行います。応急措置として削除を急がず、証拠を残してください。"]
    return Form("11a", "事故等第一報", COLUMNS, rows, notes, facts, _issued(found, known, context))


def _suspected(context: Context, entry: Incident | None) -> bool:
    """Whether it is a suspicion so far (第14の1): what the register says of it stands over what was asked for."""
    return entry.kind == "suspicion" if entry else bool(context.asked.get("suspicion"))


def _event(context: Context, entry: Incident | None) -> str:
    if entry is not None:
        return _KINDS[entry.kind]
    return "漏えい等のおそれ" if _suspected(context, entry) else ""


def _encryption(entry: Incident | None) -> str:
    if entry is None or entry.key_managed is None:
        return ""
    return "暗号化あり・鍵の管理は確か" if entry.key_managed else "鍵の管理は確かでない"


def _nine(context: Context, found: Collected, entry: Incident | None, known: date) -> list[tuple[object, ...]]:
    happened = (
        f"発生 {_said(entry, 'happened_on') or _UNKNOWN}、発覚 {wareki(known)}。{_said(entry, 'summary')}".strip()
    )
    said = happened if entry else ""
    lifeline = (
        f"初見 {wareki_moment(found.since)}、最終確認 {wareki_moment(found.last)}、所在 {len(found.places)} か所: {_where(found)}"
        if found.places
        else ""
    )
    same = f"同じデータが他の場所に {found.elsewhere} 件あります(滅失・毀損の判断の参考)。" if found.elsewhere else ""
    return [
        _row(1, "概要", lifeline, said),
        _row(2, "項目", _entities(found), ""),
        _row(3, "本人の数", f"{_persons(found)}(最大数で判断)" if found.most else "", ""),
        _row(4, "原因", "", _said(entry, "cause")),
        _row(5, "二次被害又はそのおそれ", "", _said(entry, "secondary")),
        _row(6, "本人への対応", "", _said(entry, "response")),
        _row(7, "公表", "", _said(entry, "publication")),
        _row(
            8,
            "再発防止の措置",
            "",
            "。".join(
                filter(None, (_said(entry, "measures"), _said(entry, "planned") and f"予定: {_said(entry, 'planned')}"))
            ),
        ),
        _row(9, "その他参考となる事項", same, _said(entry, "other")),
    ]


def report(context: Context) -> Form:
    """帳票11b: the nine items in writing."""
    found = collect(context)
    entry = declared(context, found)
    known = _known(context, entry)
    facts: list[tuple[str, object]] = [
        ("契約", "、".join(sorted(found.contracts)) or _UNKNOWN),
        ("種別", _event(context, entry) or _UNKNOWN),
        ("要確認の番号", "、".join(map(str, found.points))),
    ]
    return Form(
        "11b", "事故報告書", COLUMNS, _nine(context, found, entry, known), [], facts, _issued(found, known, context)
    )


def draft(context: Context) -> Form:
    """帳票11c: a draft for the commission with its clocks; it is submitted by people, on the entruster's instruction."""
    found = collect(context)
    entry = declared(context, found)
    known = _known(context, entry)
    wrongful = bool(entry and entry.wrongful) or bool(context.asked.get("wrongful"))
    clock = deadlines.clock(known, wrongful=wrongful)
    laws = {c.law for c in context.contracts() if c.id in found.contracts} or {"public"}
    limit = min(deadlines.THRESHOLD[law] for law in laws)
    over = "超える" if found.fewest > limit else "超える可能性がある" if found.most > limit else "超えない"
    special = [wording.entity(e) for e in ("JP_SENSITIVE", "JP_MY_NUMBER") if e in found.entities]
    facts: list[tuple[str, object]] = [
        ("起算日(1日目)", wareki(clock.known)),
        ("速報の目安", f"{wareki(clock.first_from)} から {wareki(clock.first_until)}"),
        ("確報の期限(日数)", f"{wareki(clock.final_day)}({60 if wrongful else 30} 日目)"),
        ("確報の期限(閉庁日を繰り下げ)", wareki(clock.final_due)),
        ("人数の基準", f"{limit:,} 人を{over}(最大 {found.most:,} 人)"),
        ("特に確かめる項目", "、".join(special) or "なし"),
        ("委託者の指示", _said(entry, "instructed") or _UNKNOWN),
        ("委員会への報告日", _said(entry, "submitted_on") or "未了"),
    ]
    notes = [
        "委員会への報告は、委託者の指示に従い、人がウェブの様式で行います(第14第3項)。氏名等、本人を特定できる情報は書かないでください。",
        "暗号化等の高度な保護措置に当たるかは、方式と鍵の管理の両方で判断します。",
    ]
    return Form(
        "11c",
        "委員会報告用下書き",
        COLUMNS,
        _nine(context, found, entry, known),
        notes,
        facts,
        _issued(found, known, context),
    )


def as_json(issued: dict[str, object]) -> dict[str, str]:
    """The incident as the inventory keeps it."""
    return {k: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else str(v) for k, v in issued.items()}
