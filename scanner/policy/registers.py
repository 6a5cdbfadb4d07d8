"""All registers of a policy as one Excel workbook, and back without loss: offices keep their registers there.

A sheet a register, a row an entry, a column a field. The header of a column is its Japanese name and, in brackets, the key
of the policy file, by which it is read back; columns may be moved, and rows may be added at the end.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from scanner.errors import EXIT_USAGE, Part, SekishoError
from scanner.policy import acts
from scanner.policy.consents import Consent
from scanner.policy.models import (
    REGISTERS,
    Carryout,
    Contract,
    Host,
    Medium,
    Party,
    Place,
    Policy,
    Post,
    Responsible,
    Worker,
)
from scanner.printable import in_cell

_SHEETS: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("契約", "contract", Contract),
    ("場所", "place", Place),
    ("承諾", "consent", Consent),
    ("当事者", "party", Party),
    ("管理体制", "post", Post),
    ("従事者", "worker", Worker),
    ("権限", "grant", acts.Grant),
    ("持出し", "carryout", Carryout),
    ("送信・送付", "transfer", acts.Transfer),
    ("運搬", "transport", acts.Transport),
    ("研修", "training", acts.Training),
    ("指示", "instruction", acts.Instruction),
    ("廃棄", "disposal", acts.Disposal),
    ("返還", "handover", acts.Handover),
    ("点検・調査", "inspection", acts.Inspection),
    ("事故", "incident", acts.Incident),
    ("媒体", "medium", Medium),
    ("端末", "host", Host),
)
_INNER = frozenset(REGISTERS)
_HOUSE = ("medium", "host")
"""Registers of the whole house, not of one contract."""

_LIST_MARK = "、"
_LABELS = {
    "id": "番号", "title": "件名", "entruster": "委託者", "purpose": "目的", "my_number": "特定個人情報", "items": "記録項目",
    "starts": "開始日", "ends": "終了日", "completed_on": "事務完了日", "retention_years": "保存年数", "kind": "区分",
    "name": "名称・氏名", "address": "所在地・室", "manager": "管理責任者", "path": "パス", "host": "端末名", "volume": "媒体の製造番号",
    "unc": "共有名", "require_encryption": "暗号化必須", "overseas": "国外", "consent": "承諾番号", "valid_from": "有効開始日",
    "valid_to": "有効期限", "scope": "対象", "copies_max": "承諾部数", "place": "場所番号", "media": "媒体", "recipients": "送付先",
    "conditions": "条件", "applied_on": "申請日", "granted_on": "承諾日", "granted_by": "承諾者", "document": "文書番号",
    "disposal_due": "廃棄予定日", "withdrawn_on": "撤回日", "department": "部署", "contact": "連絡先", "tier": "階層",
    "domains": "ドメイン", "work": "業務", "employer": "所属", "role": "役割", "accounts": "アカウント", "pledged_on": "誓約日",
    "trained_on": "研修日", "reason": "必要性", "serial": "製造番号", "medium": "媒体名", "destination": "持出先",
    "carrier": "持出者", "due": "返却期限", "encrypted": "暗号化", "approver": "承認者", "approved_on": "承認日",
    "returned_on": "返却日", "erased_on": "消去日", "erased_by": "消去者", "maker": "メーカー", "owner": "管理部署",
    "lent_to": "貸与先", "lent_on": "貸与日", "wiped_on": "消去日", "disposed_on": "廃棄日", "contract": "契約番号",
    "responsible_type": "責任者の別", "responsible_name": "責任者", "responsible_role": "責任者の役割",
    "responsible_contact": "責任者の連絡先", "subjects": "本人の範囲", "collection": "収集方法", "special_care": "要配慮個人情報",
    "sensitivity": "秘匿性区分", "law": "適用法", "retain_until": "保存期限", "type": "人・組織の別", "authority": "権限",
    "deputy": "代行者", "pledge": "誓約書の版", "left_checked_on": "離任時確認日", "left_checked_by": "離任時確認者",
    "account": "アカウント・グループ", "right": "権限の別", "approved_by": "承認者", "review_due": "見直し期限", "date": "日付",
    "topics": "内容", "attendees": "受講者", "absent": "未受講者", "repeated_on": "再受講日", "lecturer": "講師", "material": "資料",
    "by": "指示者・実施者", "text": "内容", "answer": "対応", "answered_on": "回答日", "supersedes": "置き換える番号",
    "recipient": "宛先", "sender": "送信者", "means": "手段", "count": "件数・人数", "checker1": "確認者1", "checker2": "確認者2",
    "receipt_on": "受領確認日", "method": "方法", "tracking": "追跡番号", "handed_by": "引渡者", "receiver": "受領者",
    "departed_on": "発送日", "received_on": "到着日", "arrival": "到着照合", "instruction": "指示番号", "level": "水準",
    "tool": "使用ソフト・業者", "executor": "実施者", "witness": "立会者", "executed_on": "実施日", "certificate": "証明書番号",
    "receipt": "受領書番号", "subject": "対象", "result": "結果", "corrective": "是正事項", "closed_on": "完了日",
    "known_on": "発覚日", "happened_on": "発生日", "recognised_by": "発見者", "points": "要確認の番号", "summary": "概要",
    "cause": "原因", "secondary": "二次被害", "response": "本人への対応", "publication": "公表", "measures": "再発防止(済)",
    "planned": "再発防止(予定)", "other": "その他", "contained": "応急措置", "wrongful": "不正の目的", "key_managed": "鍵の管理",
    "reported_on": "第一報の日", "reported_to": "第一報の相手", "reported_by": "第一報の報告者", "channel": "連絡手段",
    "written_on": "書面報告の日", "instructed": "委託者の指示", "submitted_on": "委員会報告の日", "asset": "資産番号", "lock": "盗難防止",
    "silent_days": "無通信の日数",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be taken."""

    sheet: str
    row: int
    column: str
    message: str


class RegistersError(SekishoError):
    """A workbook that is no policy; ``faults`` names every cell, and is empty where it is no workbook of registers."""

    section = "policy"
    exit_code = EXIT_USAGE

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        super().__init__("import_bad" if faults else "not_xlsx", path=path)
        self.faults = faults

    def parts(self) -> Iterator[Part]:
        """Every faulty cell."""
        for f in self.faults:
            yield Part("policy.import_row", {"sheet": f.sheet, "row": f.row, "column": f.column, "message": f.message})


def _columns(name: str, model: type[BaseModel]) -> list[str]:
    keys = [k for k in model.model_fields if k not in _INNER or name != "contract"]
    if name == "contract":
        at = keys.index("responsible")
        keys[at : at + 1] = [f"responsible_{k}" for k in Responsible.model_fields]
    return ["contract", *keys] if name in _INNER else keys


def export(policy: Policy, path: Path) -> int:
    """Write the workbook; returns the number of rows."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    written = 0
    for title, name, model in _SHEETS:
        sheet = book.create_sheet(title)
        columns = _columns(name, model)
        sheet.append([f"{_LABELS[c]} ({c})" for c in columns])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for entry in _entries(policy, name):
            sheet.append([_cell(entry.get(c)) for c in columns])
            written += 1
        sheet.freeze_panes = "A2"
        for index, column in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(index)].width = max(
                12, 2 * len(_LABELS[column]) + len(column) + 3
            )
    book.save(path)
    return written


def _entries(policy: Policy, name: str) -> Iterator[dict[str, Any]]:
    if name in _HOUSE:
        yield from (m.model_dump() for m in getattr(policy, name))
        return
    for contract in policy.contract:
        if name == "contract":
            entry = contract.model_dump(exclude=set(_INNER))
            responsible = entry.pop("responsible") or {}
            yield {**entry, **{f"responsible_{k}": v for k, v in responsible.items()}}
        else:
            yield from ({"contract": contract.id, **item.model_dump()} for item in getattr(contract, name))


def _cell(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return _LIST_MARK.join(map(str, value))
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return in_cell(value)


def load(path: Path) -> Policy:
    """The policy in a workbook; raises ``RegistersError`` with every faulty cell."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, data_only=True)
    except Exception as error:
        raise RegistersError(path, []) from error
    faults: list[Fault] = []
    contracts: dict[str, dict[str, Any]] = {}
    house: dict[str, list[dict[str, Any]]] = {name: [] for name in _HOUSE}
    if "契約" not in book.sheetnames:
        raise RegistersError(path, [])
    for title, name, model in _SHEETS:
        if title not in book.sheetnames:
            continue
        for number, entry in _rows(book[title], title, model, faults):
            if name == "contract":
                responsible = {k: entry.pop(f"responsible_{k}", None) for k in Responsible.model_fields}
                if responsible["name"]:
                    entry["responsible"] = {k: v for k, v in responsible.items() if v is not None}
                contracts[str(entry.get("id", f"row {number}"))] = entry
            elif name in _HOUSE:
                house[name].append(_checked(entry, model, title, number, faults))
            else:
                owner = contracts.get(str(entry.pop("contract", "")))
                if owner is None:
                    faults.append(Fault(title, number, "契約番号", "no such contract"))
                    continue
                owner.setdefault(name, []).append(_checked(entry, model, title, number, faults))
    if faults:
        raise RegistersError(path, faults)
    try:
        return Policy.model_validate({"contract": list(contracts.values()), **house})
    except ValidationError as error:
        found = [
            Fault("契約", 0, ".".join(map(str, e["loc"])), str(e["msg"]).removeprefix("Value error, "))
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise RegistersError(path, found) from None


def _checked(
    entry: dict[str, Any], model: type[BaseModel], title: str, number: int, faults: list[Fault]
) -> dict[str, Any]:
    try:
        model.model_validate(entry)
    except ValidationError as error:
        for e in error.errors(include_url=False, include_input=False):
            key = str(e["loc"][0]) if e["loc"] else ""
            faults.append(Fault(title, number, _LABELS.get(key, key), str(e["msg"]).removeprefix("Value error, ")))
    return entry


def _rows(sheet: Any, title: str, model: type[BaseModel], faults: list[Fault]) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = sheet.iter_rows(values_only=True)
    header = next(rows, ())
    keys = [str(h).rpartition("(")[2].rstrip(") ") if h else "" for h in header]
    for number, values in enumerate(rows, 2):
        entry: dict[str, Any] = {}
        for key, value in zip(keys, values, strict=False):
            if key not in _LABELS or value is None or value == "":
                continue
            try:
                entry[key] = _value(key.removeprefix("responsible_"), value, model)
            except ValueError:
                faults.append(Fault(title, number, _LABELS[key], f"{type(value).__name__} is not a date"))
        if entry:
            yield number, entry


def _value(key: str, value: Any, model: type[BaseModel]) -> Any:
    kind = _kind(model.model_fields[key].annotation) if key in model.model_fields else str
    if isinstance(value, str) and value.startswith("'") and in_cell(value[1:]) == value:
        value = value[1:]
    if kind is date:
        return value.date() if isinstance(value, datetime) else date.fromisoformat(str(value).strip().replace("/", "-"))
    if kind is bool:
        return str(value).strip().lower() in ("はい", "true", "1", "有", "yes")
    if kind is tuple:
        return tuple(part.strip() for part in str(value).replace(",", _LIST_MARK).split(_LIST_MARK) if part.strip())
    if kind is int:
        return int(value)
    return str(value)


def _kind(annotation: Any) -> Any:
    """``date``, ``bool``, ``int``, ``tuple`` or ``str`` of a field, through ``| None`` and ``Annotated``."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _kind(next(a for a in get_args(annotation) if a is not type(None)))
    if origin is not None and hasattr(annotation, "__metadata__"):
        return _kind(get_args(annotation)[0])
    if origin is tuple:
        return tuple
    return annotation if annotation in (date, bool, int) else str


def to_toml(policy: Policy) -> str:
    """The policy as a file: only what was stated, tables in the order of the models."""
    import tomlkit

    document = tomlkit.document()
    contracts = tomlkit.aot()
    for contract in policy.contract:
        table = tomlkit.table()
        for key, value in contract.model_dump(exclude_defaults=True, exclude=set(_INNER)).items():
            if isinstance(value, dict):
                inline = tomlkit.inline_table()
                inline.update(value)
                table.add(key, inline)
            else:
                table.add(key, list(value) if isinstance(value, tuple) else value)
        for name in REGISTERS:
            _add_tables(table, name, getattr(contract, name))
        contracts.append(table)
    document.add("contract", contracts)
    for name in _HOUSE:
        _add_tables(document, name, getattr(policy, name))
    for name in ("review", "gate", "watch"):
        stated = getattr(policy, name).model_dump(exclude_defaults=True)
        if stated:
            document.add(name, tomlkit.item(_lists(stated)))
    return tomlkit.dumps(document)


def _lists(value: Any) -> Any:
    """Tuples as lists, at every depth."""
    if isinstance(value, dict):
        return {k: _lists(v) for k, v in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _add_tables(parent: Any, name: str, items: tuple[BaseModel, ...]) -> None:
    import tomlkit

    if not items:
        return
    tables = tomlkit.aot()
    for item in items:
        table = tomlkit.table()
        for key, value in item.model_dump(exclude_defaults=True).items():
            table.add(key, list(value) if isinstance(value, tuple) else value)
        tables.append(table)
    parent.add(name, tables)
