"""A sample entry a register, for the blank workbook: greyed, and never taken in (its first cell begins with 例)."""

from __future__ import annotations

from datetime import date
from typing import Any

from scanner.policy.registers.labels import NO, YES
from scanner.policy.registers.sheets import CONTRACTOR, Column, Sheet

MARK = "例: "
_WRITTEN: dict[str, Any] = {
    "title": "住民意向調査 集計業務", "entruster": "○○市 市民部", "purpose": "調査票の入力と集計", "items": "氏名、住所、電話番号",
    "responsible_name": "保護管理責任者", "responsible_role": "総括", "name": "第一作業室", "path": "D:\\受託\\2026-017", "consent": "承諾-2026-0042",
    "manager": "業務課長", "address": "本社 3 階", "scope": "R-1", "recipients": "city.example.lg.jp", "copies_max": 1,
    "accounts": "PC-01\\user01", "account": "PC-01\\group01", "serial": "0123-ABCD", "reason": "納品のため", "medium": "USB-01",
    "attendees": "W-01、W-02", "recipient": "city.example.lg.jp", "means": "追跡できる郵便", "checker1": "W-01", "checker2": "W-02",
    "retention_years": 5, "silent_days": 14, "tier": 0, "place": "store-1",
}  # fmt: skip
"""Field → what a sample shows; other fields of text stay empty."""
_OF_REGISTER: dict[tuple[str, str], Any] = {
    ("contract", "addressee"): "○○市長 様", ("contractor", "name"): "株式会社○○", ("contractor", "address"): "○○市○○町1-1",
    ("contractor", "representative_title"): "代表取締役", ("contractor", "representative"): "（氏名）",
    ("contractor", "department"): "業務課", ("contractor", "telephone"): "000-000-0000", ("contractor", "prefix"): "業",
    ("worker", "name"): "（氏名）", ("post", "name"): "（氏名）", ("party", "name"): "○○市", ("training", "title"): "個人情報の取扱い",
    ("contractor", "scheme"): "{prefix}第{n}号",
}  # fmt: skip
"""(register, field) → what a sample shows, where the register has its own."""
_NUMBERS = {
    "contract": "2026-017",
    "place": "store-1",
    "consent": "承諾-2026-0050",
    "worker": "W-01",
    "medium": "USB-01",
    "host": "PC-01",
}


def sample(register: Sheet) -> list[Any]:
    """The cells of the sample row."""
    first, *rest = (_shown(register, column) for column in register.columns)
    return [f"{MARK}{first}", *rest]


def _shown(register: Sheet, column: Column) -> Any:
    if column.key == "contract":
        return "(すべての契約)" if register.name == CONTRACTOR else _NUMBERS["contract"]
    if column.key == "id":
        return _NUMBERS.get(register.name, f"{register.title}-1")
    if column.kind is date:
        return date(2026, 4, 1) if column.key in ("starts", "valid_from", "date", "departed_on", "granted_on") else None
    if column.kind is bool:
        return YES if column.key == "encrypted" else NO
    if column.words:
        return next(iter(column.words.values()))
    return _OF_REGISTER.get((register.name, column.key), _WRITTEN.get(column.key))
