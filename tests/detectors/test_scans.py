"""Scans, boxes and broken lines: values that stand apart, over two lines or beside no label. All of them are invented."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import numbers
from detectors.engine import Engine
from detectors.fold import fold
from detectors.letters import gaps

MY_NUMBER = "123456789018"
SCAN = "議 事 録\n出 席 者　荻 野 部 長、飯 干 課 長\n電 話　0 4 2 - 5 5 5 - 0 1 2 3\n"


def _found(text: str) -> list[tuple[str, str]]:
    return [(m.entity, text[m.start : m.end]) for m in Engine("balanced").analyze(text).matches]


@given(st.text(alphabet=st.sampled_from("山 田　太郎、。0 4-\n\u200bｶﾞ"), max_size=120))
def test_joined_letters_keep_their_offsets(text: str) -> None:
    folded = fold(text, join=True)
    spans = [folded.span(i, i + 1) for i in range(len(folded.text))]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert {text[at] for at in gaps(text)} <= set(" \u3000")


def test_letters_set_apart_are_read_as_words() -> None:
    assert _found(SCAN) == [
        ("PERSON", "荻 野"),
        ("PERSON", "飯 干"),
        ("PHONE_NUMBER", "0 4 2 - 5 5 5 - 0 1 2 3"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "氏名　山田 太郎\n住所　東京都千代田区丸の内1-1-1\n",
        "佐藤 早 遅 夜 休 早 遅 夜 休 早 遅\n鈴木 遅 夜 休 早 遅 夜 休 早 遅 夜\n",
        "A1 0 1 1 0 2 1 0 1 1 2 0 1\n",
        "",
    ],
)
def test_other_texts_keep_their_spaces(text: str) -> None:
    assert gaps(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("電話：O48-652-77l3", ("PHONE_NUMBER", "O48-652-77l3")),
        ("生年月日：昭和51年l月2O日", ("DATE_OF_BIRTH", "昭和51年l月2O日")),
        ("連絡先　0568-\n31-4477\n", ("PHONE_NUMBER", "0568-\n31-4477")),
        ("電話\n090\n1234\n5678\n", ("PHONE_NUMBER", "090\n1234\n5678")),
        (
            "住所　愛知県春日井市\n　　　　八幡町221番地の5\n",
            ("JP_ADDRESS", "愛知県春日井市\n　　　　八幡町221番地の5"),
        ),
        (
            "京都市右京区常盤出口町14\nエスポワール常盤 203号室\n",
            ("JP_ADDRESS", "京都市右京区常盤出口町14\nエスポワール常盤 203号室"),
        ),
        ("預金種目 1.普通 口座番号（右づめ）\n│0│4│4│1│9│2│7│\n", ("JP_BANK_ACCOUNT", "0│4│4│1│9│2│7")),
        (
            f"個人番号は次のとおり。\n扶養親族　二人目　{' '.join(MY_NUMBER)}　子\n",
            ("JP_MY_NUMBER", " ".join(MY_NUMBER)),
        ),
        ("生年月日　5-551204\n", ("DATE_OF_BIRTH", "5-551204")),
        ("生年月日　明・大・昭・平・令 51年 6月 3日\n", ("DATE_OF_BIRTH", "51年 6月 3日")),
        ("会員番号 4111-1111-1111-1111", ("CREDIT_CARD", "4111-1111-1111-1111")),
    ],
)
def test_values_of_forms_and_scans(text: str, expected: tuple[str, str]) -> None:
    assert expected in _found(text)


def test_boxes_without_any_label_are_nothing() -> None:
    assert _found(f"結果　{' '.join(MY_NUMBER)}\n") == []


def test_a_frame_between_label_and_boxes() -> None:
    boxes = "│".join(MY_NUMBER)
    assert ("JP_MY_NUMBER", boxes) in _found(f"個人番号\n┌─┬─┬─┐\n│{boxes}│\n└─┴─┴─┘\n")


def test_births_of_a_list_stand_behind_the_names() -> None:
    text = "蒔田 剛志　S50.12.8　鉄筋工\n新谷 芙美　H8.3.19　鉄筋工\n"
    assert [v for e, v in _found(text) if e == "DATE_OF_BIRTH"] == ["S50.12.8", "H8.3.19"]
    hired = "蒔田 剛志　S60.4.1　総務課\n新谷 芙美　H8.4.1　会計課\n"
    assert "DATE_OF_BIRTH" not in dict(_found(hired))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No.,Name,DOB\n1,OKAFOR CHINEDU,1984-09-30\n2,TRAN THI MAI,1999-12-05\n", ["OKAFOR CHINEDU", "TRAN THI MAI"]),
        (
            "TAKAHASHI, HARUHIKO  exp 2031\nLIM, JIA HUI  exp 2029\n",
            ["TAKAHASHI, HARUHIKO", "LIM, JIA HUI"],
        ),
        ("佐藤: 連絡先は？\nゆかり: あとで送ります\n佐藤: 了解\nゆかり: はい\n", ["佐藤", "ゆかり", "佐藤", "ゆかり"]),
        ("氏名: テスト 太郎\n", []),
        ("装置　島津 UV-1900\n", []),
        ("清酒　久保田　千寿　四合　1,380\n", []),
        ("京王線　笹塚　代田橋　明大前　桜上水　千歳烏山\n", []),
        ("中野坂上　5:12 5:31 5:44\n永田町　5:31 5:50 6:03\n", []),
        ("第2区　北区（太田、篠路、茨戸）・東区\n", []),
        ("株式会社小林工務店　本社 長野\n", []),
        ("第1地区（佐藤、鈴木）　第2地区（高橋、田中）\n", ["佐藤", "鈴木", "高橋", "田中"]),
        ("背ラベル 726 サ　三びきのこぶた\n", []),
        ("F A X 送 信 票\n送付先　購買部　滝瀬 様\n", ["滝瀬"]),
    ],
)
def test_who_is_somebody(text: str, expected: list[str]) -> None:
    assert [v for e, v in _found(text) if e == "PERSON"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("氏名,判定\n山田 太郎,要精検\n佐藤 花子,異常なし\n", 1),
        ("項目,判定\n寸法,合格\n外観,合格\n", 0),
        ("点名,等級\n長島,四等\n西村,四等\n", 0),
        ("障害番号,障害内容,担当者\n1,認証サーバー応答遅延,山田\n2,回線断,佐藤\n", 0),
        ("障害名　両下肢機能障害（3級）\n", 1),
        ("薬のアレルギー　ペニシリン系\n", 1),
        ("小麦アレルギー　除去\n", 0),
        ("#1 2型糖尿病　#2 慢性腎不全\n", 2),
    ],
)
def test_facts_of_bodies_not_of_things(text: str, expected: int) -> None:
    assert sum(e == "JP_SENSITIVE" for e, _ in _found(text)) == expected


def test_an_address_ends_before_the_next_amount() -> None:
    assert _found("大字西岡字上原1204番　18,300　-1.1\n") == [("JP_ADDRESS", "大字西岡字上原1204番")]


def test_a_mask_is_nobodys_address() -> None:
    assert _found("ip address 192.0.2.1 255.255.255.0\n") == []


def test_a_card_number_passes_where_the_label_is_a_members() -> None:
    card = numbers.grouped(numbers.card(random.Random(7)), 4, 4, 4, 4)
    assert ("CREDIT_CARD", card) in _found(f"会員番号　{card}\n")
