"""Who writes to whom, and document numbers: what the policy says, what a contract says otherwise, and no number twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pydantic import ValidationError

from scanner.inventory import papers
from scanner.policy import registers
from scanner.policy.letters import Contractor, Documents, letterhead, series
from scanner.policy.load import load
from scanner.policy.models import Policy
from tests.conftest import Sekisho

TEXT = """
time_zone = "Asia/Tokyo"
[contractor]
name = "株式会社甲"
address = "○○市1-1"
representative_title = "代表取締役"
representative = "代表者"
more = { "登録番号" = "7" }
[documents]
prefix = "甲"
[record]
timestamps = ""
[review]
due_days = 20
[[contract]]
id = "A"
title = "集計"
entruster = "○○市 市民部"
[[contract]]
id = "B"
title = "発送"
entruster = "△△町"
addressee = "△△町長 様"
contractor = { department = "発送課", telephone = "03-0000-0000" }
documents = { scheme = "{prefix}{wareki}-{n:03}", year = "calendar" }
"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    (tmp_path / "policy.toml").write_text(TEXT, encoding="utf-8")
    return load(tmp_path / "policy.toml")


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        papers.create(made)
        made.execute("begin")
        yield made


def test_what_a_contract_says_stands_over_the_house(policy: Policy) -> None:
    a, b = (letterhead(policy, c) for c in policy.contract)
    assert (a.addressee, b.addressee) == ("○○市 市民部 御中", "△△町長 様")
    assert (a.contractor.name, a.contractor.department) == ("株式会社甲", "")
    assert (b.contractor.name, b.contractor.department) == ("株式会社甲", "発送課")
    assert series(a.documents, date(2027, 3, 31)).number(5) == "甲第5号"
    assert series(b.documents, date(2027, 3, 31)).number(5) == "甲令和9-005"
    assert letterhead(None, None).contractor == Contractor()


def test_policy_and_workbook_hold_the_same(policy: Policy, tmp_path: Path) -> None:
    registers.export(policy, tmp_path / "r.xlsx")
    again = registers.load(tmp_path / "r.xlsx")
    kept = {"review", "record", "time_zone"}
    assert again.model_dump(exclude=kept) == policy.model_dump(exclude=kept)
    (tmp_path / "again.toml").write_text(registers.to_toml(policy), encoding="utf-8")
    assert load(tmp_path / "again.toml") == policy
    sheet = load_workbook(tmp_path / "r.xlsx")["受託者"]
    assert [sheet["A2"].value, sheet["A3"].value] == [None, "B"]


def test_import_over_a_file_keeps_what_is_no_register(sekisho: Sekisho, policy: Policy, tmp_path: Path) -> None:
    registers.export(policy, tmp_path / "r.xlsx")
    done = sekisho("policy", "import", tmp_path / "r.xlsx", "-o", tmp_path / "policy.toml", "--force")
    assert done.code == 0, done.err
    assert load(tmp_path / "policy.toml") == policy


def test_policy_show_tells_who_writes_to_whom(sekisho: Sekisho, policy: Policy, tmp_path: Path) -> None:
    shown = sekisho("--lang", "ja", "policy", "show", "-p", tmp_path / "policy.toml").out
    assert "宛先: △△町長 様" in shown
    assert "受託者: 株式会社甲 ○○市1-1" in shown
    assert "文書番号(形): 甲第{n}号" in shown


@pytest.mark.parametrize(
    ("number", "code"), [("C", "no_such_contract"), ("B", "used_twice")], ids=["unknown contract", "twice"]
)
def test_rows_of_the_contractor_that_cannot_be(policy: Policy, tmp_path: Path, number: str, code: str) -> None:
    registers.export(policy, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    book["受託者"].cell(4, 1).value = number
    book["受託者"].cell(4, 2).value = "乙"
    book.save(tmp_path / "r.xlsx")
    with pytest.raises(registers.RegistersError) as raised:
        registers.load(tmp_path / "r.xlsx")
    assert [(f.sheet, f.cell, f.code) for f in raised.value.faults] == [("受託者", "A4", f"fault_{code}")]


@pytest.mark.parametrize(
    "scheme", ["第号", "第{n}号{n}", "{m}-{n}", "{n:00}", "{n", "n}{n}", "{n:3}", "{}", "{n}{n:03}"]
)
def test_forms_of_a_number_that_cannot_be(scheme: str) -> None:
    with pytest.raises(ValidationError):
        Documents(scheme=scheme)


_PLAIN = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=6)


@given(
    st.lists(st.tuples(_PLAIN, st.sampled_from(["prefix", "year", "wareki", "contract", "form"])), max_size=4),
    st.sampled_from(["{n}", "{n:04}"]),
    st.text(max_size=6),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
)
def test_every_form_gives_different_numbers(parts: list[tuple[str, str]], running: str, prefix: str, day: date) -> None:
    scheme = running + "".join(f"{text}{{{name}}}" for text, name in parts)
    made = series(Documents(scheme=scheme, prefix=prefix), day, contract="{n}", form="9c")
    assert made.text.count("{n") == 1
    assert len({made.number(n) for n in (1, 2, 10, 12, 99999)}) == 5
    assert made.number(7).startswith("7" if running == "{n}" else "0007")


def test_numbers_run_within_a_year_and_never_twice(db: sqlite3.Connection) -> None:
    def given_on(day: date, prefix: str = "甲", year: str = "fiscal") -> str:
        made = series(Documents.model_validate({"prefix": prefix, "year": year}), day)
        return papers.give(db, made, form="9c", contract="A", at="2026-04-01T00:00:00Z")

    first, march, april = date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)
    assert [given_on(first), given_on(march), given_on(april)] == ["甲第1号", "甲第2号", "甲第1号"]
    assert given_on(first, "乙") == "乙第1号"
    assert given_on(first) == "甲第3号"
    assert given_on(date(2027, 1, 1), year="calendar") == "甲第2号"  # the series of 2027 goes on
    db.execute("commit")
    with pytest.raises(RuntimeError):
        given_on(first)


def test_a_letter_takes_a_number_and_a_register_none(
    sekisho: Sekisho, office: Path, policy: Policy, tmp_path: Path
) -> None:
    home, named = tmp_path / "home", tmp_path / "policy.toml"
    assert sekisho("scan", "--home", home, "-p", named, office / "共有フォルダ", "--depth", "quick").code in (0, 1, 3)
    for form in ("3", "1", "3"):
        for contract in ("A", "B"):
            target = tmp_path / f"{form}.csv"
            assert sekisho("report", form, "--contract", contract, "--home", home, "-p", named, "-o", target).code == 0
    with closing(sqlite3.connect(home / "inventory.db")) as db:
        given = db.execute("select contract, form, document from papers order by id").fetchall()
    year = date.today().year - 2018
    assert given == [
        ("A", "3", "甲第1号"),
        ("B", "3", f"甲令和{year}-001"),
        ("A", "3", "甲第2号"),
        ("B", "3", f"甲令和{year}-002"),
    ]
    assert '"document":"甲第2号"' in sekisho("ledger", "show", "--home", home, "--format", "jsonl").out.replace(" ", "")
