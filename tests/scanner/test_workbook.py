"""The workbook of registers as people fill it in: taken as they mean it, or refused with the cell and what is right."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from scanner.policy import registers
from scanner.policy.items import entity_of, names
from scanner.policy.models import Policy
from scanner.policy.registers.days import day_of
from scanner.policy.registers.labels import VALUES
from scanner.policy.registers.sheets import sheets
from scanner.report.forms.interface import wareki
from tests.conftest import Sekisho
from tests.scanner.test_registers import FULL

DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))


@given(DAYS, st.integers(0, 9))
def test_days_in_every_writing(day: date, way: int) -> None:
    western = (
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
    )
    era = wareki(day)
    short = (
        era.replace("令和", "R")
        .replace("平成", "H")
        .replace("昭和", "S")
        .replace("年", ".")
        .replace("月", ".")
        .rstrip("日")
    )
    written: list[object] = [*western, era, short, day, datetime(day.year, day.month, day.day, 9, 30), f"{era}(火)"]
    text = written[way]
    assert day_of(text) == day
    if isinstance(text, str):
        wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
        assert day_of(f" {wide}　") == day_of(unicodedata.normalize("NFKC", wide)) == day


@given(st.dates(date(1980, 1, 1), date(2099, 12, 31)))
def test_numbers_of_days(day: date) -> None:
    assert day_of((day - date(1899, 12, 30)) // timedelta(days=1)) == day


@pytest.mark.parametrize(
    "text",
    [
        "来年",
        "",
        "2027/13/1",
        "令和9年2月30日",
        "令和0年1月1日",
        "H0.1.1",
        "平成00年4月1日",
        "令和",
        "9/3/31",
        True,
        12,
        "2027年3月",
    ],
)
def test_what_is_no_day(text: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        day_of(text)


def test_headings_and_words_are_unambiguous() -> None:
    fields = set()
    for sheet in sheets():
        headings = [c.heading for c in sheet.columns]
        assert len(headings) == len(set(headings)), sheet.title
        for column in sheet.columns:
            assert len(set(column.words.values())) == len(column.words)
            if column.words:
                fields.add(f"{sheet.name}.{column.key.removeprefix('responsible_')}")
    assert fields == set(VALUES)
    assert all(entity_of(name) for name in names())


def test_what_is_exported_is_japanese(tmp_path: Path) -> None:
    registers.export(FULL, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    assert book["場所"]["C2"].value == "保管場所"
    assert book["契約"]["C1"].value == "委託者"
    values = {c.value for row in book["契約"].iter_rows(min_row=2) for c in row}
    assert "氏名、住所" in values
    assert book["場所"].data_validations.dataValidation
    assert not any(re.search("[a-z]_|[(][a-z]", str(c.value)) for sheet in book for c in sheet[1])


def _filled(path: Path, sheets_: dict[str, list[list[Any]]], merged: dict[str, str] | None = None) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets_.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if merged and title in merged:
            sheet.merge_cells(merged[title])
    book.save(path)
    return path


def test_as_people_fill_it_in(tmp_path: Path) -> None:
    """A title above, wide letters, Japanese days and words, blank rows, merged cells, columns moved, columns of their own."""
    path = _filled(
        tmp_path / "r.xlsx",
        {
            "契約台帳": [
                ["受託業務の台帳"],
                [],
                ["件　名＊", "契約番号", "記録項目", "開始日", "終了日", "特定個人情報", "備考"],
                ["例: 集計", "例: 1", None, None, None, None, None],
                [
                    "集計業務",
                    "２０２６－０１７",
                    "氏名，住所、マイナンバー",
                    "令和８年４月１日",
                    "R9.3.31",
                    "○",
                    "青い棚",
                ],
                [None, None, None, None, None, None, None],
            ],
            "場所": [
                ["契約番号", "場所番号", "区分", "パス", "暗号化必須", "有効期限"],
                ["２０２６－０１７", "s-1", " 作業 場所 ", "/srv/a", "有", "令和9年3月31日"],
                [None, "s-2", "基幹サーバ", "/srv/b", "×", datetime(2027, 3, 31)],
            ],
            "承諾": [
                ["契約番号", "承諾番号", "承諾の区分", "承諾部数", "対象"],
                ["２０２６－０１７", 42.0, "複写・複製", "２部", "R-1；R-2"],
            ],
            "控え": [["自由なメモ"]],
        },
        {"場所": "A2:A3"},
    )
    policy = registers.load(path)
    contract = policy.contract[0]
    assert contract.items == ("PERSON", "JP_ADDRESS", "JP_MY_NUMBER")
    assert (contract.starts, contract.ends, contract.my_number) == (date(2026, 4, 1), date(2027, 3, 31), True)
    assert contract.more == {"備考": "青い棚"}
    assert [(p.kind, p.require_encryption, p.valid_to) for p in contract.place] == [
        ("work", True, date(2027, 3, 31)),
        ("server_room", False, date(2027, 3, 31)),
    ]
    assert (contract.consent[0].id, contract.consent[0].copies_max, contract.consent[0].scope) == (
        "42",
        2,
        ("R-1", "R-2"),
    )
    registers.export(policy, tmp_path / "again.xlsx")
    assert registers.load(tmp_path / "again.xlsx") == policy
    (tmp_path / "p.toml").write_text(registers.to_toml(policy), encoding="utf-8")


WRONG = {
    "有効期限": ("来年", "日付"),
    "区分": ("倉庫", "保管場所"),
    "暗号化必須": ("たぶん", "はい・いいえ"),
    "契約番号": ("9999-999", "2026-017"),
}


@pytest.mark.parametrize("heading", WRONG)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_cell_that_cannot_be_taken(sekisho: Sekisho, tmp_path: Path, heading: str, language: str) -> None:
    registers.export(FULL, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    head = next(c for c in book["場所"][1] if str(c.value).rstrip("＊") == heading)
    book["場所"].cell(2, head.column).value = WRONG[heading][0]
    book.save(tmp_path / "r.xlsx")
    done = sekisho("--lang", language, "policy", "import", tmp_path / "r.xlsx", "-o", tmp_path / "p.toml")
    assert done.code == 2
    assert not (tmp_path / "p.toml").exists()
    assert f"場所!{head.column_letter}2 [{heading}]" in done.err
    assert (WRONG[heading][1] in done.err) or language == "en"
    assert WRONG[heading][0] not in done.err


def test_every_fault_is_told_at_once(sekisho: Sekisho, tmp_path: Path) -> None:
    path = _filled(
        tmp_path / "r.xlsx",
        {
            "契約": [
                ["契約番号", "件名", "開始日", "終了日"],
                ["A", "甲", "2026/4/1", "2025/4/1"],
                ["A", None, "x", None],
            ],
            "従事者": [["契約番号", "従事者番号", "氏名"], ["B", "w", "従事者"], ["A", None, "従事者"]],
            "媒体": [["なんの", "見出し", "でもない"]],
        },
    )
    done = sekisho("--lang", "ja", "policy", "import", path, "-o", tmp_path / "p.toml")
    assert done.code == 2
    lines = [line for line in done.err.splitlines() if "!" in line]
    assert len(lines) == 7, done.err
    assert not any(word in done.err for word in ("Input should", "Value error", "pydantic"))
    assert "従事者!C2" not in done.err


def test_a_blank_workbook_is_no_policy_yet(sekisho: Sekisho, tmp_path: Path) -> None:
    assert sekisho("init", "--excel", tmp_path / "r.xlsx").code == 0
    assert sekisho("init", "--excel", tmp_path / "r.xlsx").code == 2  # it is not written over
    done = sekisho("--lang", "ja", "policy", "import", tmp_path / "r.xlsx", "-o", tmp_path / "p.toml")
    assert done.code == 2
    assert "契約!A2" in done.err
    book = load_workbook(tmp_path / "r.xlsx")
    assert [s.title for s in sheets()] == book.sheetnames[1:]
    for sheet in list(book)[1:]:
        assert str(sheet["A2"].value).startswith("例")
    (tmp_path / "x.xlsx").write_bytes(b"no workbook")
    assert sekisho("policy", "import", tmp_path / "x.xlsx", "-o", tmp_path / "p.toml").code == 2


@pytest.mark.parametrize("items", [["氏名"], ["ＴＥＬ", "個人番号"], ["PERSON"]])
def test_items_by_their_names(items: list[str]) -> None:
    policy = Policy.model_validate({"contract": [{"id": "A", "title": "a", "items": items}]})
    assert all(item.isupper() for item in policy.contract[0].items)


def test_an_item_that_nobody_understands(sekisho: Sekisho, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('[[contract]]\nid="A"\ntitle="a"\nitems=["氏名と住所"]\n', encoding="utf-8")
    done = sekisho("--lang", "ja", "policy", "check", tmp_path / "p.toml")
    assert done.code == 2
    assert "氏名、電話番号" in done.err
