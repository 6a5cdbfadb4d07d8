"""帳票1 保有個人情報等管理台帳: every registered original with what is agreed for it and where it and its copies are."""

from __future__ import annotations

from datetime import date

from scanner.duties.interface import covers
from scanner.messages import t
from scanner.policy.models import Contract
from scanner.report import wording
from scanner.report.forms.interface import Context, Form, wareki, wareki_moment, wareki_text

COLUMNS = (
    "台帳番号", "名称", "契約番号", "件名", "利用目的", "由来", "取得元の印", "受領日", "受領元", "授受媒体", "記録項目", "本人数(申告)", "本人数(検出)",
    "要配慮", "特定個人情報", "保管場所", "承諾番号", "複写数(承諾内)", "複写数(観測)", "超過", "保存期限", "最終確認日時", "状態",
)  # fmt: skip
_ORIGINS = {"provided": "提供", "collected": "収集", "created": "作成"}


def _state(contract: Contract | None, family: str, today: date, *, there: bool) -> str:
    """Where the original is: held, given back, disposed of, or nowhere though nobody has said why."""
    ended = [
        *((h.date, "返還済", h.id) for h in (contract.handover if contract else ()) if covers(h.scope, family)),
        *((d.executed_on, "廃棄済", d.id) for d in (contract.disposal if contract else ()) if covers(d.scope, family)),
    ]
    done = [(day, word, number) for day, word, number in ended if day is not None and day <= today]
    if not done:
        return "保有" if there else "所在不明・要確認"
    day, word, number = max(done)
    return f"{word}の登録後も所在あり・要確認({number})" if there else f"{word} {wareki(day)}({number})"


def build(context: Context) -> Form:
    """One row an original; the tool's own inventory is the last row, because it is kept somewhere too."""
    contracts = {c.id: c for c in context.policy.contract} if context.policy else {}
    last = context.reader.rows("select max(ended) as at from runs where state in ('complete', 'watch')")
    seen = wareki_moment(last[0]["at"] if last else None)
    rows: list[tuple[object, ...]] = []
    for family in context.families():
        original = family.original
        contract = contracts.get(original.contract)
        home = family.original_at
        place = (
            next((p for p in contract.place if home and home.place == f"{contract.id}/{p.id}"), None)
            if contract
            else None
        )
        rows.append(
            (
                original.family,
                context.name(original.path),
                original.contract,
                contract.title if contract else "",
                contract.purpose if contract else "",
                _ORIGINS[original.origin],
                wording.origin(home.origin) if home else "",
                wareki_text(original.received),
                original.giver,
                original.medium,
                "、".join(wording.entity(e) for e in original.entities),
                original.declared_count if original.declared_count is not None else "",
                wording.persons(original.persons_min, original.persons_max),
                "有" if "JP_SENSITIVE" in original.entities or (contract and contract.special_care) else "無",
                "有" if "JP_MY_NUMBER" in original.entities or (contract and contract.my_number) else "無",
                (place.name or place.id) if place else "(合意された場所の外)" if home else "—",
                (place.consent or "") if place else "",
                family.permitted,
                len(family.copies),
                family.excess,
                wareki_text(contract.ends.isoformat()) if contract and contract.ends else "",
                seen,
                _state(contract, original.family, context.today, there=home is not None),
            )
        )
    rows.append(
        (
            "(本ツール)",
            "照合用の台帳(照合値のみ)",
            "",
            "",
            "照合・記録",
            "作成",
            "",
            "",
            "",
            "",
            "照合値、件数、所在",
            "",
            "",
            "無",
            "無",
            t("forms.own_place"),
            "",
            "",
            "",
            "",
            "",
            seen,
            "保有",
        )
    )
    return Form(
        "1", "保有個人情報等管理台帳", COLUMNS, rows, ["本人数(検出)は、確実な最小数から最大数までの範囲です。"]
    )
