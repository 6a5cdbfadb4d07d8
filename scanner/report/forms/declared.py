"""Forms that are registers of the policy, printed: the columns are the practice's, the last ones are what was observed.

5a 管理体制届, 5b 従事者名簿, 6 持出し管理簿, 6c 送信・送付記録, 7 複写等承諾管理簿, 9a 廃棄指示書, 9b 消去・廃棄報告書, 12 再委託先一覧,
13 研修実施報告, 14b 点検記録, 15 指示・報告要求管理簿, 16 運搬記録, 17 誓約管理簿.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from scanner.duties.interface import covers
from scanner.duties.people import trained
from scanner.policy.consents import in_force
from scanner.policy.models import Contract
from scanner.policy.names import folded
from scanner.policy.recipients import names
from scanner.policy.registers.labels import VALUES
from scanner.report import wording
from scanner.report.forms import standing, sweeps
from scanner.report.forms.interface import Context, Form, wareki
from scanner.report.forms.standing import Column


def _field(label: str, name: str) -> Column:
    def value(_: Context, __: Contract, entry: Any) -> object:
        found = getattr(entry, name)
        if isinstance(found, bool):
            return "有" if found else "無"
        if isinstance(found, tuple):
            return "、".join(map(str, found))
        if hasattr(found, "isoformat"):
            return wareki(found)
        return "" if found is None else _WORDS.get((name, str(found)), found)

    return label, value


_WORDS = {(name.rpartition(".")[2], value): word for name, words in VALUES.items() for value, word in words.items()}
"""The words of the registers; no two registers mean different things by one value of one field."""


def _build(
    number: str,
    title: str,
    register: str,
    columns: Iterable[Column],
    keep: Callable[[Any], bool] = lambda _: True,
    notes: tuple[str, ...] = (),
    done: str = "",
) -> Callable[[Context], Form]:
    """``done``: the field with the day on which an entry was done. A letter that says so leaves out, and names, what is not done yet;
    a draft has it."""
    chosen = tuple(columns)

    def build(context: Context) -> Form:
        rows: list[tuple[object, ...]] = []
        later: list[str] = []
        for contract in context.contracts():
            for entry in filter(keep, getattr(contract, register)):
                day = getattr(entry, done) if done else context.today
                if not context.draft and (day is None or day > context.today):
                    later.append(f"{contract.id} {entry.id}")
                    continue
                rows.append((contract.id, *(value(context, contract, entry) for _, value in chosen)))
        told = [f"登録されていて、まだ実施されていないもの: {'、'.join(later)}(本書に含めていません)"] if later else []
        return Form(number, title, ("契約番号", *(label for label, _ in chosen)), rows, [*notes, *told])

    return build


def _agreed(_: Context, contract: Contract, transfer: Any) -> object:
    """The consent to send that covered the recipient and what was sent on that day; of those, the one that the entry names."""
    for consent in contract.consent:
        named = consent.kind == "send" and transfer.consent in ("", consent.id)
        about = not consent.scope or (transfer.scope and all(consent.is_about(family) for family in transfer.scope))
        if (
            named
            and about
            and in_force(consent, transfer.date)
            and names(contract, consent, transfer.recipient, transfer.date)
        ):
            return consent.id
    return "なし・要確認"


_POSTS = _build(
    "5a",
    "管理体制届",
    "post",
    [_field("役割", "role"), _field("氏名又は組織", "name"), _field("別", "type"), _field("権限", "authority"), _field("任期(始)", "valid_from"),
     _field("任期(終)", "valid_to"), _field("連絡先", "contact"), _field("代行者", "deputy")],
)  # fmt: skip
_RESPONSIBLE = "保護管理責任者"


def posts(context: Context) -> Form:
    """帳票5a: the responsible person of each contract first, unless the register of posts has the same one, then the posts."""
    made = _POSTS(context)
    rows: list[tuple[object, ...]] = []
    for contract in context.contracts():
        one = contract.responsible
        if one is not None and folded(one.name) not in {folded(post.name) for post in contract.post}:
            kind = _WORDS["type", one.type]
            role = one.role or _RESPONSIBLE
            rows.append((contract.id, role, one.name, kind, "", "", "", one.contact, ""))
        rows += [row for row in made.rows if row[0] == contract.id]
    return replace(made, rows=rows)


workers = _build(
    "5b",
    "従事者名簿",
    "worker",
    [_field("従事者番号", "id"), _field("氏名", "name"), _field("所属", "employer"), _field("役割", "role"), _field("作業範囲", "scope"),
     _field("開始日", "starts"), _field("終了日", "ends"), _field("アカウント", "accounts")],
)  # fmt: skip
carryouts = _build(
    "6",
    "持出し管理簿",
    "carryout",
    [_field("番号", "id"), _field("対象", "scope"), _field("件数", "count"), _field("媒体", "medium"), _field("製造番号", "serial"), _field("必要性", "reason"),
     _field("持出先", "destination"), _field("持出者", "carrier"), _field("持出日", "starts"), _field("返却予定", "due"),
     _field("暗号化", "encrypted"), _field("パスワードの見直し日", "password_reviewed_on"), _field("承認者", "approver"), _field("承認日", "approved_on"),
     _field("承諾番号(複写を伴う場合)", "consent"), _field("返却日", "returned_on"), _field("返却確認者", "returned_to"),
     _field("消去確認日", "erased_on"), _field("消去確認者", "erased_by"), ("観測との一致", standing.met), standing.column("返却・消去の確認", "F06-OVERDUE", "carryout", standing.carried)],
)  # fmt: skip
transfers = _build(
    "6c",
    "送信・送付記録",
    "transfer",
    [_field("番号", "id"), _field("日付", "date"), _field("送信者", "sender"), _field("宛先", "recipient"), _field("手段", "means"),
     _field("対象", "scope"), _field("件数", "count"), _field("暗号化", "encrypted"), _field("承諾番号", "consent"),
     ("宛先への承諾", _agreed), _field("確認者1", "checker1"), _field("確認者2", "checker2"), _field("受領確認", "receipt_on"), standing.column("二者確認", "F07-ONE-CHECKER", "transfer", standing.checked)],
)  # fmt: skip


def _about(context: Context, contract: Contract, scope: tuple[str, ...]) -> str:
    """Kinds and persons of the originals that an entry is about; empty where it names none."""
    told = []
    for family in context.families():
        o = family.original
        if o.contract == contract.id and o.family in scope:
            kinds = "、".join(wording.entity(e) for e in o.entities)
            told.append(f"{o.family}: {kinds} {wording.persons(o.persons_min, o.persons_max)} 人")
    return "。".join(told)


def consents(context: Context) -> Form:
    """帳票7: what was applied for and agreed to, with the copies that each consent covers today."""
    used: dict[tuple[str, str], int] = {}
    unused: dict[tuple[str, str], list[str]] = {}
    for family in context.families():
        for use in family.uses:
            key = (family.original.contract, use.consent.id)
            used[key] = used.get(key, 0) + use.used
            if use.about:
                unused.setdefault(key, []).append(f"{family.original.family}: {wording.most(use.unused)}")
    made = _build(
        "7",
        "複写・複製・送信承諾申請書兼管理簿",
        "consent",
        [_field("申請番号", "application"), _field("申請日", "applied_on"), _field("申請者", "applicant"), _field("承諾番号", "id"), _field("行為", "kind"),
         _field("対象", "scope"), ("対象の項目・件数", lambda x, k, c: _about(x, k, c.scope)), _field("目的・必要性", "purpose"), _field("承諾部数", "copies_max"),
         _field("場所", "place"), _field("媒体・形式", "media"), _field("送付先", "recipients"), _field("送付の手段", "means"), _field("始", "valid_from"),
         _field("期限", "valid_to"), _field("安全措置", "safeguards"), _field("条件", "conditions"), _field("承諾日", "granted_on"), _field("承諾者", "granted_by"),
         ("実績部数(観測)", lambda _, k, c: used.get((k.id, c.id), 0)),
         ("未使用", lambda _, k, c: "、".join(unused.get((k.id, c.id), ()))), _field("廃棄予定日", "disposal_due"), _field("廃棄方法", "disposal_method"),
         _field("廃棄確認日", "disposed_on"), _field("廃棄確認者", "disposed_by"), _field("撤回日", "withdrawn_on")],
    )  # fmt: skip
    return made(context)


disposal_orders = _build(
    "9a",
    "廃棄指示書",
    "instruction",
    [_field("指示番号", "id"), _field("指示日", "date"), _field("指示者", "by"), _field("対象", "scope"), _field("内容・理由", "text"),
     _field("期限", "due"), _field("実施の回答", "answer"), _field("回答日", "answered_on")],
    lambda entry: entry.kind == "dispose",
    ("消去・廃棄は、人が行うか、二人が署名した指示(帳票9d)によって行います。本ツールは、指示と結果を照合します。",),
)  # fmt: skip


def _ordered_by(_: Context, contract: Contract, disposal: Any) -> str:
    return next((i.by for i in contract.instruction if i.id == disposal.instruction), "")


def _sweep(context: Context, contract: Contract, disposal: Any) -> str:
    """What was left of what this entry disposed of."""
    mine = [f.original.family for f in context.families() if f.original.contract == contract.id]
    return sweeps.told(context, contract, [n for n in mine if covers(disposal.scope, n)], disposal.executed_on)


disposals = _build(
    "9b",
    "消去・廃棄報告書",
    "disposal",
    [_field("番号", "id"), _field("指示番号", "instruction"), ("指示者", _ordered_by), _field("対象", "scope"),
     ("情報項目", lambda x, k, d: _about(x, k, d.scope)), _field("媒体名・番号", "medium"), _field("数量", "count"),
     _field("不要となった日", "unneeded_on"), _field("不要となった理由", "reason"), _field("方法", "method"), _field("水準", "level"), _field("使用ソフト・業者", "tool"),
     _field("実施者", "executor"), _field("立会者", "witness"), _field("実施日", "executed_on"), _field("実施場所", "place"),
     _field("外部証明書番号", "certificate"), ("残存確認", _sweep)],
    notes=("残存の有無は、帳票9c 残存確認結果書の検査範囲についてのものです。媒体単位の証拠は、外部証明書によります。",),
    done="executed_on",
)  # fmt: skip


subcontractors = _build(
    "12",
    "再委託承諾申請書・再委託先一覧",
    "party",
    [_field("番号", "id"), _field("区分", "kind"), _field("名称", "name"), _field("階層", "tier"), _field("業務", "work"),
     _field("取り扱う個人情報", "data"), _field("作業場所", "place"), _field("連絡先", "contact"), _field("ドメイン", "domains"), _field("承諾番号", "consent"),
     ("承諾日", lambda _, k, p: wareki(next((c.granted_on for c in k.consent if c.id == p.consent), None))), _field("始", "valid_from"),
     _field("期限", "valid_to"), _field("監督した日", "supervised_on")],
    lambda entry: entry.kind not in ("entruster", "contractor"),
)  # fmt: skip


def trainings(context: Context) -> Form:
    """帳票13, with the workers whose training is not in force."""
    made = _build(
        "13",
        "研修実施報告",
        "training",
        [_field("番号", "id"), _field("日付", "date"), _field("研修名", "title"), _field("内容", "topics"),
         ("対象者数", lambda _, k, s: sum(w.active(s.date) for w in k.worker)), ("受講者数", lambda _, __, s: len(s.attendees)), _field("受講者", "attendees"), _field("未受講者", "absent"),
         _field("再受講日", "repeated_on"), _field("講師", "lecturer"), _field("資料", "material")],
        done="date",
    )(context)  # fmt: skip
    for contract in context.contracts():
        none = [w.id for w in contract.worker if w.active(context.today) and trained(contract, w) is None]
        if none:
            made.notes.append(f"{contract.id}: 受講の登録がない従事者 {'、'.join(none)}")
    return made


inspections = _build(
    "14b",
    "点検・調査記録",
    "inspection",
    [_field("番号", "id"), _field("日付", "date"), _field("区分", "kind"), _field("実施者", "by"), _field("対象", "subject"), _field("結果", "result"),
     _field("是正事項", "corrective"), _field("完了日", "closed_on")],
)  # fmt: skip
instructions = _build(
    "15",
    "指示・報告要求管理簿",
    "instruction",
    [_field("番号", "id"), _field("日付", "date"), _field("区分", "kind"), _field("指示者", "by"), _field("対象", "scope"), _field("内容", "text"),
     _field("期限", "due"), _field("対応", "answer"), _field("添付", "attachment"), _field("回答日", "answered_on"), standing.column("期限の確認", "F16-OVERDUE", "instruction", standing.answered)],
)  # fmt: skip
transports = _build(
    "16",
    "運搬記録・受領確認票",
    "transport",
    [_field("番号", "id"), _field("発送日", "departed_on"), _field("媒体", "medium"), _field("製造番号", "serial"), _field("対象", "scope"),
     _field("件数", "count"), _field("暗号化", "encrypted"), _field("方法", "method"), _field("運搬者", "carrier"), _field("追跡番号", "tracking"),
     _field("引渡者", "handed_by"), _field("受領者", "receiver"), _field("到着予定", "due"), _field("到着日", "received_on"),
     _field("到着照合", "arrival"), _field("消去確認日", "erased_on"), standing.column("到着の確認", "F18-NOT-RECEIVED", "transport", standing.arrived)],
)  # fmt: skip
pledges = _build(
    "17",
    "誓約管理簿",
    "worker",
    [_field("従事者番号", "id"), _field("氏名", "name"), _field("誓約日", "pledged_on"), _field("誓約書の版", "pledge"), _field("離任日", "ends"),
     _field("離任時確認日", "left_checked_on"), _field("確認者", "left_checked_by"), standing.column("離任後の保有", "F04-LEAVER-HOLDS", "worker", standing.left)],
)  # fmt: skip
