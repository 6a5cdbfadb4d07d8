from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.engine import Engine
from detectors.labels import LabelIndex, announcing
from detectors.names.interface import NoNames


@pytest.fixture(scope="module")
def quick() -> Engine:
    return Engine("quick")


@pytest.fixture(scope="module")
def bare() -> Engine:
    return Engine("quick", names=NoNames())


def found(engine: Engine, text: str) -> list[tuple[str, str]]:
    return [(m.entity, text[m.start : m.end]) for m in engine.analyze(text).matches]


def test_a_warm_engine_finds_the_same(quick: Engine) -> None:
    text = "氏名 山田太郎 電話 090-1234-5678"
    before = found(quick, text)
    quick.warm()
    quick.warm()
    assert gc.get_freeze_count() > 0
    assert found(quick, text) == before


def test_word_boundaries_do_not_depend_on_spaces(bare: Engine) -> None:
    assert found(bare, "彼の個人番号は123456789018です") == [("JP_MY_NUMBER", "123456789018")]


def test_offsets_are_into_the_text_as_given(bare: Engine) -> None:
    text = "㈱○○　ﾀﾞﾐｰ　電話：０９０－１２３４－５６７８"
    assert found(bare, text) == [("PHONE_NUMBER", "０９０－１２３４－５６７８")]


def test_nearest_label_decides(bare: Engine) -> None:
    text = "個人番号 123456789018 注文番号 621498320257"
    assert found(bare, text) == [("JP_MY_NUMBER", "123456789018")]


def test_five_passing_values_in_a_column_need_no_label(bare: Engine) -> None:
    from scanner.demo.people import people

    numbers = [p.my_number for p in people(6)]
    text = "id,value\n" + "".join(f"{i},{n}\n" for i, n in enumerate(numbers))
    assert [e for e, _ in found(bare, text)] == ["JP_MY_NUMBER"] * 6


def test_order_numbers_in_a_column_are_left_alone(bare: Engine) -> None:
    text = "注文番号,数量\n" + "".join(f"{123456789000 + 7 * i},{i}\n" for i in range(40))
    assert found(bare, text) == []


def test_lost_zero_and_float_damage(bare: Engine) -> None:
    assert found(bare, "氏名\t個人番号\nA\t23456789013\n")[0] == ("JP_MY_NUMBER", "23456789013")
    assert found(bare, "個人番号 123456789018.0")[0] == ("JP_MY_NUMBER", "123456789018")


def test_part_of_a_longer_number_is_not_a_number(bare: Engine) -> None:
    assert found(bare, "個人番号 1234-5678-9018-0000-11") == []
    assert found(bare, "uuid 4111-1111-1111-1111-1111") == []


def test_two_runs_give_the_same(quick: Engine) -> None:
    text = "氏名:山田 太郎 電話:03-1234-5678\n佐藤花子さんの住所は東京都千代田区丸の内1-1-1です。"
    assert quick.analyze(text).matches == quick.analyze(text).matches == Engine("quick").analyze(text).matches


def test_native_and_python_label_search_agree() -> None:
    labels = announcing()
    native, python = LabelIndex(labels), LabelIndex(labels, native=False)
    text = "個人番号カード、マイナンバーカードTEL携帯電話番号e-mailカード番号 ゆうちょ銀行記号番号 mynumberx my number"
    a, b = native.search(text), python.search(text)
    assert (a.starts, a.ends, a.ids) == (b.starts, b.ends, b.ids)
    assert a.ids


HARD = st.text(
    alphabet=st.sampled_from(
        list(
            "0123456789０９-ー ()（）.,/\t\n〒個人番号電話氏名:山田太郎様東京都港区1丁目@a.jp生年月日昭和年\x00\ud800\u202e\u200bｶﾞ"
        )
    ),
    max_size=300,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HARD)
def test_any_text_gives_ordered_matches_inside_it(text: str) -> None:
    matches = Engine("quick").analyze(text, threshold=0.0).matches
    last = -1
    for match in matches:
        assert 0 <= match.start < match.end <= len(text)
        assert match.start >= last
        last = match.start


@pytest.mark.parametrize(
    "text",
    [
        "1" * 1_000_000,
        "1 " * 300_000,
        "個人番号" * 100_000,
        "東京都" * 100_000,
        "a" * 3_000_000,
        "山" * 300_000,
        "アイウエオ" * 100_000,
        "(" * 200_000,
        "1234-" * 100_000,
        "\x00" * 500_000,
        "山田太郎様" * 50_000,
        "〒100-0001東京都千代田区丸の内1-1" * 10_000,
    ],
    ids=lambda t: t[:8],
)
def test_monstrous_texts_end(quick: Engine, text: str) -> None:
    for match in quick.analyze(text).matches:  # quadratic behaviour would need hours and meet the time limit of the run
        assert 0 <= match.start < match.end <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "氏名    生年月日    電話\n山田太郎  昭和55年1月1日 x\n佐藤花子  平成2年3月4日 y\n",
            ["DATE_OF_BIRTH", "DATE_OF_BIRTH"],
        ),
        ("電 話: 0 9 0 - 1 2 3 4 - 5 6 7 8", ["PHONE_NUMBER"]),
        ("マイナンバー\n□1□2□3□4□5□6□7□8□9□0□1□8", ["JP_MY_NUMBER"]),
        ("電話:〇九〇ー一二三四ー五六七八", ["PHONE_NUMBER"]),
        ("マイナンバーは\n1234\n5678\n9018\nです", ["JP_MY_NUMBER"]),
        ("生年月日 □大正 ☑昭和 □平成 55年 1月 1日", ["DATE_OF_BIRTH"]),
        ("server 192.168.1.10 gw 10.0.0.1", []),
        ("整理番号 12", []),
        ("京都府京都市上京区下立売通新町西入薮ノ内町", ["JP_ADDRESS"]),
        ("相模原市中央区上溝5丁目13番8号　042-778-6610", ["JP_ADDRESS", "PHONE_NUMBER"]),
        ("岩手県八幡平市野駄第21地割170番地", ["JP_ADDRESS"]),
        ("石川県羽咋郡志賀町高浜町ヌの1の1", ["JP_ADDRESS"]),
        ("生活保護ケース番号 第345号", ["JP_WELFARE_CASE"]),
        ("介護保険被保険者証\n番号 0000987654", ["JP_CARE_INSURANCE"]),
        ('{"birth":"2013-11-05"}', ["DATE_OF_BIRTH"]),
        ('entities = ["DATE_OF_BIRTH"]\nfrom = "2026-04-01"', []),
        ("ｲｼｶﾜｹﾝ ｶﾅｻﾞﾜｼ ﾋﾛｻｶ 1-1-1", ["JP_ADDRESS"]),
        ("トウキヨウト チヨダク カスミガセキ 2-1-2 コ-ポタナカ 201", ["JP_ADDRESS"]),
        ("5200044\n滋賀県大津市京町4丁目1番1号", ["JP_POSTAL_CODE", "JP_ADDRESS"]),
        ("千葉県旭市ニの2132", ["JP_ADDRESS"]),
        ("生年月日;昭和3O年l月8日", ["DATE_OF_BIRTH"]),
        ("DOB: 12-JUL-1988", ["DATE_OF_BIRTH"]),
        ("Birthday: July 4th, 1986", ["DATE_OF_BIRTH"]),
        ("birth: 19900506", ["DATE_OF_BIRTH"]),
        ("生：1963. 7. 21", ["DATE_OF_BIRTH"]),
        ("SUZUKI ICHIRO  05/12/1980  M  JPN", ["DATE_OF_BIRTH"]),
        ("性別 女、1990/5/6", ["DATE_OF_BIRTH"]),
        ("女 2026/5/1 受診", []),
        ("荷物番号 4412-8890-3326 再配達 18-20時 090 7718 0032", ["PHONE_NUMBER"]),
        ("T E L　0 7 6 - 2 3 3 - 9 1 0 8　石 川 県 庁　金 沢 市 内 担 当", ["PHONE_NUMBER"]),
        ("1 / 12.05.2026 M", []),
        ("記号 12390 番号 23456781", ["JP_YUCHO_ACCOUNT"]),
        ("版数 1.2.3.4", []),
        ("ゆうちょ 記号10040 番号12345671", ["JP_YUCHO_ACCOUNT"]),
        ("雇用保険 被保険者番号 5001-123456-7", ["JP_EMPLOYMENT_INSURANCE"]),
    ],
)
def test_forms_of_real_paper(bare: Engine, text: str, expected: list[str]) -> None:
    assert [e for e, _ in found(bare, text)] == expected


def test_every_municipality_of_the_postal_data_begins_an_address() -> None:
    from detectors.addresses.gazetteer import _connection, cities

    listed = {city for (city,) in _connection().execute("select distinct city from postal_data")}
    assert listed <= cities().keys()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "氏名\t毛受 あや\n口座番号\t1234567\n社員番号\tA1023\n電話\t22-4410\n",
            ["毛受 あや", "1234567", "A1023", "22-4410"],
        ),
        ("項目,内容\n氏名,佐藤 あや\n学籍番号,21K0457\n", ["佐藤 あや", "21K0457"]),
        ("1\t氏名\t山田太郎\n2\t口座番号\t1234567\n", ["山田太郎", "1234567"]),
        (
            "氏名\t山田太郎\t生年月日\t1980/1/2\n口座番号\t1234567\t学籍番号\t21K0457\n",
            ["山田太郎", "1980/1/2", "1234567", "21K0457"],
        ),
        ("氏名,口座番号\n佐藤 花子,1234567\n", ["佐藤 花子", "1234567"]),
    ],
)
def test_a_form_of_two_columns_has_its_labels_at_the_left(text: str, expected: list[str]) -> None:
    assert [text[m.start : m.end] for m in Engine("balanced").analyze(text).matches] == expected
