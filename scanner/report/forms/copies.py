"""帳票7b 複写照合表 and 6b 持出し照合表: what was observed, against what was agreed to, with the sum."""

from __future__ import annotations

from scanner.custody.arithmetic import Family
from scanner.custody.locations import Location
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
    "観測数",
    "承諾内",
    "超過",
    "取得元の印",
    "初見",
    "判定",
)
CARRIED = ("台帳番号", "契約番号", "観測日時", "対象", "保存先", "媒体の製造番号", "登録番号", "判定")
_STATES = {
    "unknown": "未照合(契約が方針にない)",
    "original": "原本",
    "agreed": "承諾内",
    "open": "照合不一致・要確認",
    "decided": "二人で判断済み",
    "technical": "技術的複製(包括承諾)",
    "weak": "参考",
}


def copies(context: Context) -> Form:
    """One row a location of each family."""
    rows: list[tuple[object, ...]] = []
    notes = [f"基準日 {wareki(context.today)}。超過 = 観測数 − 承諾内 − 原本。技術的な写しは別に数えます。"]
    for family in context.families():
        limits = {use.consent.id: use.consent.copies_max for use in family.uses}
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
    return "技術的" if family.is_technical(location) else "承諾の写し" if declared else "未確認"


def carried(context: Context) -> Form:
    """Copies on media, in synchronised folders and in mails."""
    rows: list[tuple[object, ...]] = []
    for family in context.families():
        for location in family.copies:
            codes = [c for c in family.points.get(location.file_id, ()) if c.startswith("F06")]
            moved = location.ground.value in ("removable", "cloud_sync", "mail_store") or codes
            if moved:
                rows.append(
                    (
                        family.original.family,
                        family.original.contract,
                        wareki_moment(location.first_seen),
                        context.name(location.path),
                        wording.ground(location.ground.value),
                        location.volume,
                        family.carried.get(location.file_id) or family.covered.get(location.file_id, ""),
                        "登録なし・要確認" if codes else "登録あり",
                    )
                )
    return Form("6b", "持出し照合表", CARRIED, rows)
