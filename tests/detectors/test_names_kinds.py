"""Kinds of places in which names stand, each with many names, and its twin in which nobody is named."""

from __future__ import annotations

import pytest

from detectors.addresses.gazetteer import cities
from detectors.engine import Engine
from detectors.training.headed import _NOBODY, Headed
from tests.detectors.conftest import persons, share

UNUSUAL = "東 新 実 翼 望 茂 泉 誠 毛受 圷 一尺八寸 月見里 小鳥遊 御手洗 東雲 勅使河原".split()
USUAL = "佐藤 鈴木 髙橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 松本 井上 木村".split()
FULL = [
    f"{family}{gap}{given}"
    for family, given in zip(
        USUAL, "翔太 美咲 健 さくら 大輔 葵 誠 由美 蓮 陽菜 直樹 結衣 隆 恵子 湊 凛".split(), strict=True
    )
    for gap in ("", " ", "　")
]


@pytest.mark.parametrize("header", ["氏名", "氏　名", "お名前", "届出者名", "監督名", "利用者氏名"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_a_deciding_header_decides(balanced: Engine, header: str, mark: str) -> None:
    rows = [
        (f"番号{mark}{header}{mark}区分\n1{mark}{n}{mark}A\n2{mark}{m}{mark}B\n", [n, m])
        for n, m in zip(UNUSUAL, USUAL, strict=True)
    ]
    assert share(balanced, rows) >= 0.9


@pytest.mark.parametrize("header", ["品名", "停留所名", "路線名", "銘柄", "施設名"])
def test_under_headers_of_things_nobody_is_named(balanced: Engine, header: str) -> None:
    rows: list[tuple[str, list[str]]] = [
        (f"番号,{header},数量\n1,{n},20\n2,{m},31\n", []) for n, m in zip(UNUSUAL, USUAL, strict=True)
    ]
    assert share(balanced, rows) == 1.0


@pytest.mark.parametrize(
    "form",
    [
        "氏名：{}\n",
        "申請者　{}　様\n",
        "担当者: {}\n電話: 03-1234-5678\n",
        "{} 様\n\nお世話になっております。\n",
        "{}様の受付番号は 4411 です。\n",
        "出席者 {}、議題は予算\n",
    ],
)
def test_forms_and_letters_name_somebody(balanced: Engine, form: str) -> None:
    assert share(balanced, [(form.format(name), [name]) for name in FULL]) >= 0.97
    assert share(balanced, [(form.format(name), [name]) for name in USUAL]) >= 0.9


@pytest.mark.parametrize("form", ["{}長　様\n", "{}長 殿\n", "{}教育委員会教育長　様\n"])
def test_an_office_is_nobody(balanced: Engine, form: str) -> None:
    assert share(balanced, [(form.format(city), []) for city in sorted(cities())[::60]]) >= 0.9


def test_who_holds_an_office_is_somebody(balanced: Engine) -> None:
    towns = sorted(cities())[::60]
    assert (
        share(balanced, [(f"{city}長　{name}　様\n", [name]) for city, name in zip(towns, FULL, strict=False)]) >= 0.9
    )


@pytest.mark.parametrize("name", ["Li Wei", "John Peterson", "Nguyen Thi Hoa", "Maria Santos", "TANAKA Hanako"])
@pytest.mark.parametrize("form", ["氏名,国籍\n{},X\n山田 太一,日本\n", "Name: {}\n", "申請者 {}\n"])
def test_latin_names_stand_where_names_stand(balanced: Engine, name: str, form: str) -> None:
    assert name in persons(balanced, form.format(name))


class _Headed(Headed):
    """Without firms under headings that leave no doubt: what such a heading decides is a name."""

    def nobody(self) -> str:
        return self.chance.choice(_NOBODY)


def test_made_texts_keep_their_figures(balanced: Engine) -> None:
    """Tables, forms, addressees and manuals of seeds that no training saw."""
    sources = _Headed(20270101), _Headed(7)
    hits = found = marked = 0
    for number in range(200):
        text = sources[number % 2].text()
        names = {(m.start, m.end) for m in balanced.analyze(text.text, entities=["PERSON"]).matches}
        hits, found, marked = hits + len(names & set(text.spans)), found + len(names), marked + len(text.spans)
    assert hits / found >= 0.8
    assert hits / marked >= 0.92


@pytest.mark.parametrize("size", [0, 1, 2])
def test_texts_too_short_for_evidence(balanced: Engine, size: int) -> None:
    assert persons(balanced, "山田太"[:size]) in ([], ["山田"[:size]])
