"""帳票7b 複写照合表 and 6b 持出し照合表: what was observed, against what was agreed to, with the sum."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from scanner.custody.arithmetic import Family
from scanner.custody.locations import Location
from scanner.policy.models import Carryout
from scanner.report import kinship, wording
from scanner.report.forms.interface import Context, Form, wareki, wareki_moment

COLUMNS = (
    "台帳番号",
    "契約番号",
    "所在",
    "保存先",
    "場所",
    "写しの別",
    "根拠",
    "承諾番号",
    "承諾部数",
    "期限",
    "観測数",
    "承諾内",
    "超過",
    "取得元の印",
    "初見",
    "判定",
)
CARRIED = (
    "台帳番号",
    "契約番号",
    "観測日時",
    "対象",
    "件数",
    "保存先",
    "媒体の製造番号",
    "登録番号",
    "判定",
    "返却・消去確認日",
)
_STATES = {
    "unknown": "未照合(契約が方針にない)",
    "original": "原本",
    "agreed": "承諾内",
    "open": "照合不一致・要確認",
    "decided": "二人で判断済み",
    "technical": "技術的複製(包括承諾)",
    "weak": "参考",
    "registered": "別に登録された原本",
}


def copies(context: Context) -> Form:
    """One row a location of each family."""
    rows: list[tuple[object, ...]] = []
    notes = [f"基準日 {wareki(context.today)}。超過 = 観測数 − 承諾内 − 原本。技術的な写しは別に数えます。"]
    for family in context.families():
        limits = {use.consent.id: use.consent.copies_max for use in family.uses}
        until = {use.consent.id: use.consent.valid_to for use in family.uses}
        notes += [
            f"{family.original.family}: {kinship.sum_of(family)}",
            *(f"　{line}" for line in (*kinship.uses_of(family), *kinship.pieces_of(family))),
        ]
        for location in kinship.everywhere(family):
            state = kinship.agreed(family, location)
            codes = "、".join(family.points.get(location.file_id, ()))
            number = family.covered.get(location.file_id, "")
            rows.append(
                (
                    family.original.family,
                    family.original.contract,
                    context.name(location.path),
                    wording.ground(location.ground.value),
                    location.place or "(合意された場所の外)",
                    _kind(family, location, declared=bool(number)),
                    "" if state == "original" else kinship.evidence(location, family.original.media_type),
                    number,
                    wording.most(limits[number]) if number in limits else "",
                    wareki(until.get(number)),
                    family.observed,
                    family.permitted,
                    family.excess,
                    wording.origin(location.origin),
                    wareki_moment(location.first_seen),
                    _STATES[state] + (f"({codes})" if codes else ""),
                )
            )
    return Form(
        "7b",
        "複写照合表",
        COLUMNS,
        rows,
        notes,
    )


def _kind(family: Family, location: Location, *, declared: bool) -> str:
    """What can be told of how it came about: nothing, unless it is technical or somebody declared it."""
    if location is family.original_at:
        return "原本"
    if location.file_id in family.registered_as:
        return f"原本({family.registered_as[location.file_id]})"
    return "技術的" if family.is_technical(location) else "承諾の写し" if declared else "未確認"


def carried(context: Context) -> Form:
    """Copies on media, in synchronised folders and in mails."""
    rows: list[tuple[object, ...]] = []
    entries = {c.id: {e.id: e for e in c.carryout} for c in context.contracts()}
    for family in context.families():
        for location in family.copies:
            codes = [c for c in family.points.get(location.file_id, ()) if c.startswith("F06")]
            moved = location.ground.value in ("removable", "cloud_sync", "mail_store") or codes
            if moved:
                number = family.carried.get(location.file_id) or family.covered.get(location.file_id, "")
                mine = entries.get(family.original.contract, {})
                entry = mine.get(number) if number else _of_medium(mine.values(), family, location)
                persons = location.copy.rows or location.copy.texts
                rows.append(
                    (
                        family.original.family,
                        family.original.contract,
                        wareki_moment(location.first_seen),
                        context.name(location.path),
                        family.original.rows if location.copy.exact else persons,
                        wording.ground(location.ground.value),
                        location.volume,
                        number or (entry.id if entry else ""),
                        _registered(codes, entry, context.today),
                        _back(entry) if entry else "",
                    )
                )
    return Form(
        "6b",
        "持出し照合表",
        CARRIED,
        rows,
        ["件数は、原本の行(文章の場合は照合値)のうち、そのファイルにあるものの数です。"],
    )


def _of_medium(entries: Iterable[Carryout], family: Family, location: Location) -> Carryout | None:
    """The last entry about this original on this medium, in force or not."""
    mine = [
        e
        for e in entries
        if e.serial and e.serial == location.volume and (not e.scope or family.original.family in e.scope)
    ]
    return max(mine, key=lambda e: e.starts, default=None)


def _registered(codes: list[str], entry: Carryout | None, today: date) -> str:
    if entry is not None and not entry.covers(today):
        back = entry.returned_on is not None and entry.returned_on < today
        return (
            "返却の登録後も所在あり・要確認"
            if back
            else "期限超過・要確認"
            if today > entry.due
            else "登録あり(開始前)・要確認"
        )
    return "登録なし・要確認" if codes else "登録あり"


def _back(entry: Carryout) -> str:
    """Days of return and of erasure."""
    days = (("返却", entry.returned_on), ("消去確認", entry.erased_on))
    return "、".join(f"{word} {wareki(day)}" for word, day in days if day)
