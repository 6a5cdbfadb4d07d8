"""The workbook as any hand fills it in, generated: what is meant is taken, whatever the writing, and nothing is lost."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from scanner.policy import registers
from scanner.policy.models import REGISTERS, Contract, Policy
from scanner.policy.registers.sheets import Column, Sheet, sheets
from scanner.report.forms.interface import wareki
from tests.scanner.filling import fill, referring


def policy() -> Policy:
    """Two contracts with an entry in every register, media, machines, a contractor."""
    contracts = []
    for number in ("2026-017", "R8-健康-103"):
        contract: dict[str, Any] = {
            "id": number, "title": "試験 業務", "entruster": "○○市", "items": ["PERSON", "JP_ADDRESS"], "my_number": number == "2026-017",
            "starts": "2026-04-01", "ends": "2027-03-31", "responsible": {"type": "organisation", "name": "保護 管理者"}, "addressee": "○○市長 様",
        }  # fmt: skip
        for name in REGISTERS:
            model = Contract.model_fields[name].annotation.__args__[0]  # type: ignore[union-attr]
            contract[name] = [{**fill(model), "id": f"{name}-{n}", "more": {}} for n in (1, 2)]
        for n, worker in enumerate(contract["worker"], 1):
            worker["accounts"] = [f"PC-0{n}\\user{n}"]
        contracts.append(referring(contract))
    contracts[1]["contractor"] = {"department": "第二 業務課"}
    return Policy.model_validate(
        {
            "contract": contracts,
            "contractor": {"name": "株式会社 甲", "telephone": "03-0000-0000"},
            "documents": {"prefix": "甲", "scheme": "{prefix}第{n:03}号"},
            "medium": [{"id": "USB-01", "serial": "0123-ABCD", "encrypted": True}],
            "host": [{"id": "PC-01", "encrypted": False}],
        }
    )


def wide(text: str) -> str:
    """Letters, digits and marks in full width, as a Japanese keyboard gives them."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


DASHES = "-－ー−‐"
DAYS: list[Callable[[date], object]] = [
    lambda d: d, lambda d: datetime(d.year, d.month, d.day), wareki, lambda d: wide(wareki(d)), lambda d: f"{d:%Y/%m/%d}", lambda d: d.isoformat(),
    lambda d: f"R{d.year - 2018}.{d.month}.{d.day}", lambda d: (d - date(1899, 12, 30)).days, lambda d: f" {d.year}年{d.month}月{d.day}日 ",
]  # fmt: skip
YES, NO = ("はい", "有", "○", "済", " ハイ ".strip() and "はい ", True), ("いいえ", "無", "×", "なし", False)


def written(column: Column, value: Any, hand: random.Random) -> Any:
    """A cell as some hand writes it."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return hand.choice(DAYS)(value)
    if column.kind is bool and value in ("はい", "いいえ"):
        return hand.choice(YES if value == "はい" else NO)
    if isinstance(value, int):
        return hand.choice([value, float(value), str(value), wide(str(value)), f"{value} "])
    if not isinstance(value, str):
        return value
    if column.words:
        return hand.choice([value, f" {value}", f"{value}　"])
    if column.kind is tuple:
        parts = value.split("、")
        value = hand.choice(["、", ",", "，", "；", "\n", " 、 "]).join(parts)
    if column.kind is tuple or column.key in ("id", "contract", "instruction", "consent", "serial"):
        return hand.choice([value, wide(value), value.replace("-", hand.choice(DASHES)), f"{value}　"])
    return hand.choice([value, f" {value}", f"{value}　"])


def filled_in(source: Path, target: Path, hand: random.Random) -> set[str]:
    """The workbook by another hand; returns the headings of columns that it has of its own."""
    book, made = load_workbook(source), Workbook()
    made.remove(made.active)
    own: set[str] = set()
    known: dict[str, Sheet] = {s.title: s for s in sheets()}
    for name in hand.sample(book.sheetnames, len(book.sheetnames)):
        if name not in known:
            continue
        register = known[name]
        out = made.create_sheet(hand.choice([name, f"{name}台帳", f"{name}一覧", f" {name}"]))
        rows = [list(row) for row in book[name].iter_rows(values_only=True)]
        heads = {c.heading: c for c in register.columns}
        order = hand.sample(range(len(rows[0])), len(rows[0]))
        for _ in range(hand.randrange(3)):
            out.append(hand.choice([[], ["台帳(写)"], [None, "作成 総務課"]]))
        titles = [str(rows[0][i]).rstrip("＊") for i in order]
        extra = hand.choice([[], ["備考"], ["棚", "受付印"]]) if register.name != "host" else []
        own |= set(extra)
        out.append(
            [hand.choice([t, f"{t}＊", f"※{t}", f"{t[:1]} {t[1:]}", f"{t}\n(必須)", wide(t)]) for t in titles] + extra
        )
        if hand.random() < 0.5:
            out.append([f"例: {t}" for t in titles])
        first = None
        for row in rows[1:]:
            if not any(v not in (None, "") for v in row):
                continue
            for _ in range(hand.randrange(2)):
                out.append([])
            cells = [written(heads[title], row[i], hand) for i, title in zip(order, titles, strict=True)]
            out.append(cells + [f"{e} {out.max_row}" for e in extra])
            at = titles.index("契約番号") if "契約番号" in titles and register.name in REGISTERS else None
            if at is not None:  # one cell over the rows of one contract
                contract = row[order[at]]
                if first and first[0] == contract and first[1] == out.max_row - 1 and hand.random() < 0.5:
                    out.cell(out.max_row, at + 1).value = None
                    out.merge_cells(start_row=first[1], end_row=out.max_row, start_column=at + 1, end_column=at + 1)
                    first = None
                else:
                    first = (contract, out.max_row)
    made.create_sheet("メモ").append(["自由に書く"])
    made.save(target)
    return own


def plain(found: Policy) -> Any:
    """Without what the hand kept beside the entries, and with texts as a reader sees them."""

    def cleaned(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: cleaned(v) for k, v in value.items() if k != "more"}
        if isinstance(value, (list, tuple)):
            return [cleaned(v) for v in value]
        return re.sub(r"\s+", " ", value).strip() if isinstance(value, str) else value

    return cleaned(found.model_dump())


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_whatever_hand_fills_it_in(seed: int) -> None:
    asked = policy()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "r.xlsx", Path(folder) / "filled.xlsx"
        registers.export(asked, source)
        own = filled_in(source, target, random.Random(seed))
        taken = registers.load(target)
    assert plain(taken) == plain(asked)
    kept = {name for contract in taken.contract for entry in contract.worker for name in entry.more}
    assert kept <= own


WRONG: dict[Any, tuple[Any, ...]] = {
    date: ("未定", "令和8年13月1日", "2026/2/30", "9/3/31", -5, "来月末"),
    bool: ("たぶん", "3", "はい?いいえ"),
    int: ("三つ", "1.5", "-", "∞", "1e3"),
}


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_cell_that_means_nothing_is_told_with_its_place(data: st.DataObject) -> None:
    """Any cell of any register with any thing that its field cannot hold: that cell is told, and no other."""
    register = data.draw(st.sampled_from([s for s in sheets() if s.name not in ("contractor",)]), label="register")
    columns = [c for c in register.columns if c.kind in WRONG and (c.kind is not int or not c.words)]
    if not columns:
        return
    column = data.draw(st.sampled_from(columns), label="column")
    wrong = data.draw(st.sampled_from(WRONG[column.kind]), label="wrong")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.xlsx"
        registers.export(policy(), path)
        book = load_workbook(path)
        sheet = book[register.title]
        head = next(c for c in sheet[1] if str(c.value).rstrip("＊") == column.heading)
        sheet.cell(2, head.column).value = wrong
        book.save(path)
        with pytest.raises(registers.RegistersError) as raised:
            registers.load(path)
    faults = [(f.sheet, f.cell, f.column) for f in raised.value.faults]
    assert (register.title, f"{head.column_letter}2", column.heading) in faults
    assert {(sheet_, cell) for sheet_, cell, _ in faults} == {(register.title, f"{head.column_letter}2")}
