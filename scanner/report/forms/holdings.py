"""帳票1 保有個人情報等管理台帳: every registered original with what is agreed for it and where it and its copies are."""

from __future__ import annotations

import os
from datetime import date

from scanner.custody.arithmetic import Family
from scanner.duties.ending import endings
from scanner.duties.interface import covers
from scanner.inventory.custody import Original
from scanner.messages import t
from scanner.paths import names
from scanner.policy import letters
from scanner.policy.models import Contract
from scanner.policy.registers.labels import VALUES
from scanner.report import wording
from scanner.report.forms.interface import Context, Form, wareki, wareki_moment, wareki_text

COLUMNS = (
    "台帳番号", "名称", "契約番号", "件名", "利用目的", "由来", "収集方法", "取得元の印", "受領日", "受領元", "授受媒体", "形態", "記録項目", "本人の範囲",
    "本人数(申告)", "本人数(検出)", "要配慮", "特定個人情報", "秘匿性区分", "保管場所", "承諾番号", "責任者・部署", "アクセス権者", "複写数(承諾内)", "複写数(観測)",
    "超過", "再委託・提供先", "保存期限", "廃棄・返還の予定と方法", "最終確認日時", "状態",
)  # fmt: skip
_ORIGINS = {"provided": "提供", "collected": "収集", "created": "作成"}
_ENDED = {"disposal": "廃棄済", "handover": "返還済"}


def _state(contract: Contract | None, original: Original, today: date, *, there: bool) -> str:
    """Where the original is: held, given back, disposed of, or nowhere though nobody has said why."""
    done = endings(contract, original, today) if contract else []
    if not done:
        return "保有" if there else "所在不明・要確認"
    day, kind, number = done[-1]
    return f"{_ENDED[kind]}の登録後も所在あり・要確認({number})" if there else f"{_ENDED[kind]} {wareki(day)}({number})"


def build(context: Context) -> Form:
    """One row an original; the tool's own inventory is the last row, because it is kept somewhere too."""
    contracts = {c.id: c for c in context.policy.contract} if context.policy else {}
    last = context.reader.rows("select max(ended) as at from runs where state in ('complete', 'watch')")
    seen = wareki_moment(last[0]["at"] if last else None)
    rows = [_row(context, family, contracts.get(family.original.contract), seen) for family in context.families()]
    own = {
        "台帳番号": "(本ツール)", "名称": "照合用の台帳(照合値のみ)", "利用目的": "照合・記録", "由来": "作成", "記録項目": "照合値、件数、所在", "要配慮": "無",
        "特定個人情報": "無", "保管場所": t("forms.own_place"), "最終確認日時": seen, "状態": "保有",
    }  # fmt: skip
    rows.append(tuple(own.get(name, "") for name in COLUMNS))
    return Form(
        "1", "保有個人情報等管理台帳", COLUMNS, rows, ["本人数(検出)は、確実な最小数から最大数までの範囲です。"]
    )


def _row(context: Context, family: Family, contract: Contract | None, seen: str) -> tuple[object, ...]:
    original, home = family.original, family.original_at
    places = contract.place if contract and home else ()
    place = next((p for p in places if home and home.place == f"{original.contract}/{p.id}"), None)
    sensitive = "JP_SENSITIVE" in original.entities or (contract is not None and contract.special_care)
    numbers = "JP_MY_NUMBER" in original.entities or (contract is not None and contract.my_number)
    return (
        original.family,
        context.name(original.path),
        original.contract,
        contract.title if contract else "",
        contract.purpose if contract else "",
        _ORIGINS[original.origin],
        contract.collection if contract else "",
        wording.origin(home.origin) if home else "",
        wareki_text(original.received),
        original.giver,
        original.medium,
        f"電子ファイル({ending})" if (ending := _ending(original.path)) else "電子ファイル",
        "、".join(wording.entity(e) for e in original.entities),
        contract.subjects if contract else "",
        original.declared_count if original.declared_count is not None else "",
        wording.persons(original.persons_min, original.persons_max),
        "有" if sensitive else "無",
        "有" if numbers else "無",
        _sensitivity(context, contract, original),
        (place.name or place.id) if place else "(合意された場所の外)" if home else "—",
        (place.consent or "") if place else "",
        _answers(context, contract),
        _may_reach(context, contract),
        family.permitted,
        len(family.copies),
        family.excess,
        _others(contract, original.family, context.today),
        _until(contract),
        _planned(contract, original.family, context.today),
        seen,
        _state(contract, original, context.today, there=home is not None),
    )


def _sensitivity(context: Context, contract: Contract | None, original: Original) -> str:
    """The class by the contract, and the sensitivity label that the original bears."""
    rows = context.reader.rows("select labels from contents where key = ? and labels <> ''", (original.content_key,))
    rules = context.policy.labels if context.policy else None
    borne = [rules.named(guid) if rules else guid for guid in (rows[0]["labels"].split() if rows else ())]
    told = f"ラベル {'・'.join(borne)}" if borne else ""
    return "、".join(filter(None, (contract.sensitivity if contract else "", told)))


def _ending(path: bytes) -> str:
    return os.path.splitext(names.name(path))[1].decode("ascii", "ignore").lstrip(".").lower()[:8]


def _answers(context: Context, contract: Contract | None) -> str:
    """The responsible person and the department."""
    if contract is None:
        return ""
    department = letters.letterhead(context.policy, contract).contractor.department
    name = contract.responsible.name if contract.responsible else ""
    return "、".join(dict.fromkeys(filter(None, (name, department))))


def _may_reach(context: Context, contract: Contract | None) -> str:
    """How many are on the lists of those who may reach it: names stand there alone."""
    if contract is None:
        return ""
    workers = sum(w.active(context.today) for w in contract.worker)
    grants = sum(g.holds(context.today) for g in contract.grant)
    return f"従事者 {workers} 名(帳票5b)" + (f"、その他の権限 {grants} 件(帳票5c)" if grants else "")


def _others(contract: Contract | None, family: str, today: date) -> str:
    """Parties of the register that hold today, and to whom this original was sent."""
    if contract is None:
        return ""
    told = [
        f"{p.name}({VALUES['party.kind'][p.kind]})"
        for p in contract.party
        if p.kind not in ("entruster", "contractor") and p.holds(today)
    ]
    told += [f"{s.recipient}(送付 {s.id})" for s in contract.transfer if family in s.scope]
    return "、".join(told)


def _until(contract: Contract | None) -> str:
    if contract is None:
        return ""
    if contract.retain_until:
        return wareki(contract.retain_until)
    return f"{wareki(contract.ends)}(契約の末日)" if contract.ends else ""


def _planned(contract: Contract | None, family: str, today: date) -> str:
    """What was ordered for it, with the method of a disposal that is still to be done; else what the annex wants."""
    if contract is None:
        return ""
    replaced = {i.supersedes for i in contract.instruction if i.supersedes}
    ordered = [
        i
        for i in contract.instruction
        if i.kind in ("dispose", "keep", "return")
        and i.id not in replaced
        and i.date <= today
        and covers(i.scope, family)
    ]
    told = [
        f"{VALUES['instruction.kind'][i.kind]} {i.id}" + (f"(期限 {wareki(i.due)})" if i.due else "") for i in ordered
    ]
    told += [
        f"{VALUES['disposal.method'][d.method]}({d.id})"
        for d in contract.disposal
        if d.executed_on is None and covers(d.scope, family)
    ]
    return "、".join(told) or "事務の完了後、直ちに返還又は引渡し"
