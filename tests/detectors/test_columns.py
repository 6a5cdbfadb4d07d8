"""Columns are judged by their heading, their values and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from detectors.engine import Engine
from detectors.fold import fold
from detectors.interface import View
from detectors.registry import registry
from detectors.tables.columns import Column
from detectors.tables.guess import guess_layout
from detectors.tables.keys import meaning
from detectors.tables.kinds import ColumnKind, announced

UNUSUAL = ("東 望", "新 実", "翼", "茂 望", "鈩 翔瑠", "一 二三")
FAMILIAR = ("吉岡 兼子", "中根 芳江", "大野 健二", "本間 久美子", "寺岡 穏恵", "宮地 瑞穂")
FIRMS = ("株式会社創裕", "有限会社三和", "一般社団法人香", "丸亀水産センター", "高松商工組合", "讃岐建設")


def columns(rows: Sequence[Sequence[str]]) -> dict[str, Column]:
    text = fold("\n".join(",".join(row) for row in rows)).text
    view = View(text, guess_layout(text), registry().labels.search(text))
    return {column.header: column for column in view.columns(0).values()}


@pytest.mark.parametrize(
    "who",
    ["届出", "滞納", "居住", "登録", "地権", "受任", "施術", "被保険", "同居", "点訳", "付添", "賃貸管理従事"],
)
@pytest.mark.parametrize("ending", ["者氏名", "者の氏名", "人氏名", "員氏名"])
def test_whoever_has_a_name_is_a_person(who: str, ending: str) -> None:
    assert announced(who + ending).kind is ColumnKind.PERSON
    assert announced(who + ending).sure >= 0.9


@pytest.mark.parametrize(
    "who", ["委員", "役員", "学生", "議員", "教員", "団員", "監督", "保健師", "司法書士", "付添人", "滞納者", "主治医"]
)
def test_what_somebody_is_announces_persons_with_and_without_name(who: str) -> None:
    for heading in (who, f"{who}名", f"{who} 氏名", f"{who}1", f"{who}名(必須)"):
        assert announced(fold(heading).text).kind is ColumnKind.PERSON, heading


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("品名", "thing"),
        ("件名", "thing"),
        ("役職名", "thing"),
        ("施設名", "facility"),
        ("駅名", "facility"),
        ("法人名", "organisation"),
        ("担当課", "organisation"),
        ("定員", "number"),
        ("人数", "number"),
        ("参加者数", "number"),
        ("身長", "number"),
        ("地区名", "place"),
        ("営業者名", "party"),
        ("事業者", "party"),
        ("取引先名", "party"),
    ],
)
def test_other_headings_that_end_so_are_something_else(heading: str, kind: str) -> None:
    assert announced(heading).kind == kind


@pytest.mark.parametrize("what", ["船", "花", "島", "球団", "作物", "惑星", "流派"])
def test_what_is_called_something_is_a_thing(what: str) -> None:
    assert announced(f"{what}名").kind is ColumnKind.THING


@pytest.mark.parametrize("who", ["父", "母", "妻", "訪問先", "担当", "本人"])
def test_who_is_a_person_alone_is_one_with_name(who: str) -> None:
    assert announced(f"{who}名").kind is ColumnKind.PERSON


@pytest.mark.parametrize(
    ("heading", "kind", "least"),
    [
        ("会社の名前", "organisation", 0.8),
        ("商品の名称", "thing", 0.8),
        ("団員のお名前", "person", 0.9),
        ("保護者の名前", "person", 0.9),
        ("取引先の名称", "party", 0.5),
    ],
)
def test_the_name_of_something_is_told_by_what_it_is(heading: str, kind: str, least: float) -> None:
    assert announced(heading).kind == kind
    assert announced(heading).sure >= least


@pytest.mark.parametrize("what", ["犬", "花", "星"])
def test_the_name_of_what_nobody_knows_is_weakly_of_a_person(what: str) -> None:
    assert announced(f"{what}の名前").sure <= 0.5


READINGS = ("カナ", "(カナ)", "フリガナ", "_カナ", "（ふりがな）", "ヨミ")


@pytest.mark.parametrize(("base", "reading"), list(product(("氏名", "施設名", "会社名", "委員名"), READINGS)))
def test_a_reading_is_of_what_it_reads(base: str, reading: str) -> None:
    said = announced(fold(base + reading).text)
    assert said.reading
    expected = ColumnKind.KANA if announced(base).kind is ColumnKind.PERSON else announced(base).kind
    assert said.kind is expected


@pytest.mark.parametrize(
    "style", [str, str.upper, str.title, lambda key: key.title().replace("_", ""), "emp.{}".format]
)
@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("birth_date", "birth"),
        ("seinengappi", "birth"),
        ("tel_no", "phone"),
        ("shimei", "person"),
        ("zip_code", "postal"),
        ("mail_address", "mail"),
    ],
)
def test_keys_say_what_headings_say(style: object, key: str, kind: str) -> None:
    assert callable(style)
    assert announced(style(key)).kind == kind


def test_a_key_of_a_thing_is_no_name_of_a_person() -> None:
    assert meaning("KojinNo") == "個人番号"
    for key in ("product_name", "file_name", "main_table_name", "ContainerName"):
        assert announced(key).kind is ColumnKind.THING


@pytest.mark.parametrize("header", ["氏名", "氏　名", "監督名", "地権者名", "※氏名（必須）", "shimei", "住民氏名"])
def test_a_deciding_heading_decides_every_value_under_it(header: str) -> None:
    rows = ["番号,備考," + header, *(f"{n},済,{name}" for n, name in enumerate(UNUSUAL))]
    text = "\n".join(rows)
    found = {text[m.start : m.end] for m in Engine().analyze(text).matches if m.entity == "PERSON"}
    assert found == set(UNUSUAL)


@pytest.mark.parametrize("header", ["営業者名", "事業者", "設置者名", "許可業者名", "取引先名"])
def test_a_column_of_persons_and_firms_is_judged_cell_by_cell(header: str) -> None:
    names = [name for pair in zip(FAMILIAR, FIRMS, strict=True) for name in pair]
    text = "\n".join([f"番号,{header},業種", *(f"{n},{name},飲食" for n, name in enumerate(names))])
    found = {text[m.start : m.end] for m in Engine().analyze(text).matches if m.entity == "PERSON"}
    assert found == set(FAMILIAR)


def test_values_may_speak_against_their_heading() -> None:
    departments = ("総務課", "福祉課", "市民税課", "建設課")
    assert columns([("氏名", "内線"), *((d, "12") for d in departments)])["氏名"].kind is ColumnKind.ORGANISATION
    assert not columns([("担当者", "月"), *((str(n), "4") for n in range(5))])["担当者"].of_persons
    described = columns(
        [("no", "name", "型", "桁"), *(("1", h, "text", "20") for h in ("名称", "住所", "電話番号", "緯度"))]
    )
    assert not described["name"].of_persons


def test_neighbours_say_whose_names_these_are() -> None:
    sites = [
        ("名称", "名称_カナ", "住所", "緯度", "経度"),
        ("中央公園", "チュウオウコウエン", "番町1-1", "34.3", "134.0"),
    ]
    found = columns([*sites, sites[1], sites[1]])
    assert found["名称"].kind is ColumnKind.FACILITY
    assert found["名称_カナ"].kind is ColumnKind.FACILITY
    people = [("名称", "性別", "生年月日"), ("吉岡 兼子", "女", "S60.3.1"), ("大野 健二", "男", "S61.3.1")]
    assert columns(people)["名称"].of_persons
    assert columns([("name", "sex", "birth"), *people[1:]])["name"].sure >= 0.85


@pytest.mark.parametrize("header", ["住所・氏名", "申請者住所氏名", "申請者(氏名・住所)"])
@pytest.mark.parametrize("filled", ["東京都世田谷区三軒茶屋1-2-{n} {who}", "{who} 東京都世田谷区三軒茶屋1-2-{n}"])
def test_numbers_beside_names_leave_a_column_of_names(header: str, filled: str) -> None:
    names = ("山田太郎", "佐藤花子", "鈴木一郎", "高橋健二")
    rows = [
        ("番号", header, "備考"),
        *((str(n), filled.format(n=n, who=who), "なし") for n, who in enumerate(names, 3)),
    ]
    assert next(column for head, column in columns(rows).items() if "氏名" in head).kind in (
        ColumnKind.PERSON,
        ColumnKind.PARTY,
    )
    text = "\n".join(",".join(row) for row in rows)
    found = {text[m.start : m.end] for m in Engine("balanced").analyze(text).matches if m.entity == "PERSON"}
    assert found == set(names)


def test_numbers_alone_name_nobody_under_any_heading() -> None:
    rows = [("氏名", "監督"), *((f"1000{n}", f"{n}名") for n in range(6))]
    assert {column.kind for column in columns(rows).values()} == {ColumnKind.UNKNOWN}
