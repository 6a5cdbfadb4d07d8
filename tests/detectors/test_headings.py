"""Headings mean the same however a form sets them."""

from __future__ import annotations

import random

import pytest

from detectors.engine import Engine
from detectors.tables.guess import guess_layout
from detectors.tables.headings import FAMILY, GIVEN, heading, part_of_name

PLAIN = ("氏名", "フリガナ", "生年月日", "住所", "電話番号", "メールアドレス", "備考", "郵便番号", "性別")


def _set(word: str, chance: random.Random) -> str:
    """A heading as somebody might set it."""
    space = chance.choice((" ", "　", "　　", "\n", " \r\n", "\u00a0"))
    text = space.join(word) if chance.random() < 0.7 else word
    before = chance.choice(("", "※", "* ", "○", "①", "1.", "(2)", "●　"))
    behind = chance.choice(("", "*", "（必須）", "(任意)", "※", "：", " ▼"))
    whole = f"{before}{text}{behind}"
    return f"【{whole}】" if not before and not behind and chance.random() < 0.3 else f" {whole} "


@pytest.mark.parametrize("seed", range(40))
def test_a_heading_is_what_it_says(seed: int) -> None:
    chance = random.Random(seed)
    word = chance.choice(PLAIN)
    assert heading(_set(word, chance)) == word


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ＴＥＬ", "電話番号"), ("ﾌﾘｶﾞﾅ", "フリガナ"), ("First  Name", "名"), ("E-mail", "メールアドレス"), ("Due  Date", "Due Date"), ("氏名（漢字）", "氏名(漢字)"),
        ("12", "12"), ("①", "①"), ("", ""), ("No.", "No."), ("住所１", "住所1"), ("電話番号\n（携帯）", "電話番号(携帯)"),
    ],
)  # fmt: skip
def test_what_is_part_of_a_heading_stays(written: str, plain: str) -> None:
    assert heading(written) == plain


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("姓", FAMILY), ("名", GIVEN), ("氏", FAMILY), ("セイ", FAMILY), ("メ　イ", GIVEN), ("※姓（必須）", FAMILY), ("名（漢字）", GIVEN),
        ("Last Name", FAMILY), ("first_name", GIVEN), ("申請者（姓）", FAMILY), ("氏名", ""), ("品名", ""), ("file name", ""), ("地名", ""),
        ("フリガナ", ""), ("", ""), ("姓名", ""),
    ],
)  # fmt: skip
def test_parts_of_names(written: str, part: str) -> None:
    assert part_of_name(heading(written)) == part


def test_headings_of_two_rows_are_read_together() -> None:
    layout = guess_layout("氏名,,生年月日\n姓,名,\n山田,太郎,1980/1/2\n佐藤,花子,1981/2/3\n")
    (table,) = layout.tables
    assert (table.header_row, table.headers) == (1, {0: "姓", 1: "名", 2: "生年月日"})


def test_rare_and_turned_round_names_under_their_headings() -> None:
    rows = [("佐藤", "花子"), ("鈴木", "一郎"), ("魷澤", "太郎"), ("高橋", "健")]
    found = Engine("quick").analyze("姓,名,備考\n" + "".join(f"{a},{b},済\n" for a, b in rows)).matches
    assert sum(m.entity == "PERSON" for m in found) == 8
    text = "氏名,備考\n佐藤 花子,済\n花子 佐藤,済\n一郎 鈴木,済\n鈴木 一郎,済\n健 高橋,済\n"
    assert sum(m.entity == "PERSON" for m in Engine("quick").analyze(text).matches) == 5
