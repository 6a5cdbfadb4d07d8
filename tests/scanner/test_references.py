"""Entries that name what no register has: told by the check and by the import with line or cell, and judged by all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.policy import registers
from scanner.policy.load import load
from scanner.policy.models import Policy
from scanner.policy.references import dangling
from tests.conftest import ROOT, Sekisho

DAY = "2026-11-02"
RULES = {
    "id": "A",
    "title": "a",
    "place": [{"id": "庫", "kind": "storage", "path": "/srv/a", "consent": "承諾-1"}],
    "worker": [{"id": "W-1", "name": "従事者 一"}, {"id": "W-2", "name": "従事者 二"}],
    "instruction": [{"id": "指-1", "date": DAY}],
    "consent": [{"id": "承諾-2", "kind": "send", "place": "庫"}],
    "grant": [{"id": "権-1", "account": "x", "place": "庫"}],
    "carryout": [{"id": "持-1", "reason": "r", "starts": DAY, "due": DAY, "carrier": "従事者一", "consent": "承諾-1"}],
    "transfer": [
        {"id": "送-1", "date": DAY, "recipient": "r", "consent": "承諾-2", "checker1": "W-1", "checker2": "W-2"}
    ],
    "training": [{"id": "研-1", "date": DAY, "title": "t", "attendees": ["W-1"], "absent": ["W-2"]}],
    "disposal": [{"id": "廃-1", "instruction": "指-1"}],
    "handover": [{"id": "返-1", "date": DAY, "instruction": "指-1"}],
}
WRONG = [
    ("consent", "place", "倉"), ("grant", "place", "倉"), ("carryout", "carrier", "W-9"), ("carryout", "consent", "承諾-9"),
    ("transfer", "consent", "承諾-9"), ("transfer", "checker1", "W-9"), ("transfer", "checker2", "従事者 九"),
    ("training", "attendees", ["W-1", "W-9"]), ("training", "absent", ["従事者 二"]), ("instruction", "supersedes", "指-9"),
    ("disposal", "instruction", "指-9"), ("handover", "instruction", "指-9"),
]  # fmt: skip


def policy(register: str = "", field: str = "", value: object = "") -> Policy:
    contract = {name: [dict(e) for e in v] if isinstance(v, list) else v for name, v in RULES.items()}
    if register:
        contract[register][0][field] = value  # type: ignore[index]
    return Policy.model_validate({"contract": [contract]})


def test_entries_that_name_each_other_are_left_alone() -> None:
    assert not list(dangling(policy()))
    assert not list(dangling(load(ROOT / "config/policy.example.toml")))


@pytest.mark.parametrize(("register", "field", "value"), WRONG, ids=[f"{r}.{f}" for r, f, _ in WRONG])
def test_one_that_names_nothing_is_told_with_its_cell(tmp_path: Path, register: str, field: str, value: object) -> None:
    wrong = policy(register, field, value)
    assert [(one.register, one.field) for one in dangling(wrong)] == [(register, field)]
    registers.export(wrong, tmp_path / "r.xlsx")
    with pytest.raises(registers.RegistersError) as raised:
        registers.load(tmp_path / "r.xlsx")
    (fault,) = raised.value.faults
    assert fault.cell.endswith("2")
    assert fault.code.startswith("fault_no_")


def test_the_check_names_line_and_what_there_is(sekisho: Sekisho, tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(registers.to_toml(policy("training", "attendees", ["W-9"])), encoding="utf-8")
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "attendees" in text)
    told = sekisho("--lang", "ja", "policy", "check", path)
    assert told.code == 2
    assert f"p.toml:{line}" in told.err
    assert "W-1, W-2" in told.err
    (tmp_path / "a.txt").write_text("手順\n", encoding="utf-8")
    common = ("-p", path, "--home", tmp_path / "h")
    assert sekisho("scan", tmp_path / "a.txt", "--depth", "quick", *common).code == 1, "it is judged by all the same"
