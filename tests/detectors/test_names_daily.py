"""Texts in which one line says little and all of them much: chats, shift tables, short rosters, logs, records, broken lines."""

from __future__ import annotations

import pytest

from detectors.engine import Engine
from detectors.training.daily import Daily
from tests.detectors.conftest import persons, share

SURNAMES = "黒木 白水 岡村 菅原 大山 長嶺 平山 幸田 櫟本 毛受 花形 東 泉 新垣 久慈 森".split()
FULL = "黒木 健一|白水 由美|岡村 蓮|菅原 千尋|大山 修|長嶺 あや|平山 隆|幸田 結衣".split("|")
GOODS = "山崎 脚立|モリタ 塗料|森永 軍手|松本 付箋|さくら ノート|大和 乾電池|フジ 食パン|あずさ 醤油".split("|")


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    return list(zip(words, [*words[3:], *words[:3]], strict=True))


@pytest.mark.parametrize(
    "form",
    [
        "{a}  11:55\n承知しました。\n{b}  11:57\n了解です。\n{a}  12:03\nお願いします。\n",
        "[09:12] {a}: 資料を送りました\n[09:15] {b}: ありがとうございます\n[09:16] {a}: 確認をお願いします\n",
        "{a}（10:20）\n会議室に集合で\n{b}（10:21）\n向かいます\n{a}（10:22）\n了解です\n",
    ],
)
def test_who_talks_in_a_chat_is_named(balanced: Engine, form: str) -> None:
    assert share(balanced, [(form.format(a=a, b=b), [a, b, a]) for a, b in _pairs(SURNAMES)]) >= 0.7


@pytest.mark.parametrize("heading", ["スタッフ", "職員", "メンバー", "担当者"])
@pytest.mark.parametrize("mark", ["\t", ","])
def test_shift_tables_name_the_staff(balanced: Engine, heading: str, mark: str) -> None:
    texts = []
    for at in range(0, len(SURNAMES), 4):
        staff = SURNAMES[at : at + 4]
        rows = [mark.join((heading, *"月火水木金")), *(mark.join((who, *"早遅休日夜")) for who in staff)]
        texts.append(("\n".join(rows) + "\n", staff))
    assert share(balanced, texts) >= 0.75


@pytest.mark.parametrize("mark", ["\t", ","])
def test_what_is_booked_by_the_day_is_nobody(balanced: Engine, mark: str) -> None:
    rows = [mark.join(("車両", *"月火水木金")), *(mark.join((what, *"○×○○×")) for what in ("さくら", "のぞみ", "大和"))]
    assert persons(balanced, "\n".join(rows) + "\n") == []


@pytest.mark.parametrize("heading", ["利用者", "受講者", "入居者", "研修生"])
@pytest.mark.parametrize("beside", ["居室", "班", "席"])
def test_a_heading_of_persons_stands_over_names(balanced: Engine, heading: str, beside: str) -> None:
    rows = "".join(f"{who},{room}\n" for room, who in enumerate(FULL[:4], 101))
    assert persons(balanced, f"{heading},{beside}\n{rows}") == FULL[:4]


def test_several_things_in_one_column_are_read_apart(balanced: Engine) -> None:
    rows = "".join(f"{n},{who} 090-1234-56{n}8\n" for n, who in enumerate(FULL[:4], 10))
    assert persons(balanced, f"番号,氏名及び電話番号\n{rows}") == FULL[:4]


@pytest.mark.parametrize("firm", ["株式会社あおば商会", "東西運輸", "北川工務店"])
@pytest.mark.parametrize("form", ["お世話になっております。{}の{}でございます。\n", "{}の{}と申します。\n"])
def test_who_says_his_name(balanced: Engine, firm: str, form: str) -> None:
    assert share(balanced, [(form.format(firm, who), [who]) for who in SURNAMES]) >= 0.75


def test_a_name_may_go_over_the_end_of_a_line(balanced: Engine) -> None:
    forms = ("先日{}様からご連絡がありました。", "担当は総務課の{}が務める。", "氏名　{}\n住所　高松市\n")
    broken = [who.replace(" ", "\n　　") for who in FULL]
    assert share(balanced, [(form.format(who), [who]) for form in forms for who in broken]) >= 0.75


def test_names_in_lines_of_their_own_are_not_joined(balanced: Engine) -> None:
    assert share(balanced, [("\n".join((*words, "")), list(words)) for words in _pairs(SURNAMES)]) >= 0.7


@pytest.mark.parametrize("key", ["shimei", "full_name", "氏名"])
def test_a_value_ends_where_the_next_key_begins(balanced: Engine, key: str) -> None:
    rows = "".join(
        f"2026-01-1{n} 18:31:07 INFO mail mail=user{n}@example.jp {key}={who}\n" for n, who in enumerate(FULL)
    )
    assert persons(balanced, rows) == FULL


@pytest.mark.parametrize("form", ["item={}", "hinmei={} no={n}", '{{"product_name": "{}", "no": "{n}"}},', "品名：{}"])
def test_wares_in_records_and_logs_are_nobody(balanced: Engine, form: str) -> None:
    rows = "".join(f"2026-01-1{n} 18:31:07 INFO job {form.format(what, n=4410 + n)}\n" for n, what in enumerate(GOODS))
    assert len(persons(balanced, rows)) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "百円ショップで千円分の備品を買った。",
        "会費は五百円、子どもは百円です。",
    ],
)
def test_examples_and_money_name_nobody(balanced: Engine, text: str) -> None:
    assert persons(balanced, text) == []


def test_made_texts_of_every_day_keep_their_figures(balanced: Engine) -> None:
    """Of seeds that no training saw."""
    sources = Daily(20270202), Daily(5)
    hits = found = marked = flagged = nobody = 0
    for number in range(400):
        text = sources[number % 2].text()
        names = {(m.start, m.end) for m in balanced.analyze(text.text, entities=["PERSON"]).matches}
        hits, found, marked = hits + len(names & set(text.spans)), found + len(names), marked + len(text.spans)
        nobody, flagged = nobody + (not text.spans), flagged + (not text.spans and bool(names))
    assert hits / found >= 0.9
    assert hits / marked >= 0.85
    assert flagged <= 0.15 * nobody
