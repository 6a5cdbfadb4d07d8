"""Tables however they are laid out: under titles and groups, one under the other, side by side, on their side, with parted values."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from detectors.engine import Engine

SURNAMES = ("吉岡", "中根", "大野", "東", "鈩", "本間", "寺岡")
GIVEN = ("兼子", "芳江", "健二", "望", "翼", "久美子", "新")
Row = list[str]


def people(seed: int, count: int = 4) -> list[tuple[str, str, tuple[int, int, int], str]]:
    """Surname, given name, day of birth, telephone number; all invented."""
    chance = random.Random(seed)
    names = zip(chance.sample(SURNAMES, count), chance.sample(GIVEN, count), strict=True)
    return [
        (family, given, (chance.randint(1930, 2005), chance.randint(1, 12), chance.randint(1, 28)), f"090-5550-{chance.randint(1000, 9999)}")
        for family, given in names
    ]  # fmt: skip


def roster(seed: int) -> tuple[list[Row], set[str]]:
    found = [[f"{family} {given}", f"{y}/{m}/{d}", phone] for family, given, (y, m, d), phone in people(seed)]
    rows = [[str(number), *row] for number, row in enumerate(found, 1)]
    return [["番号", "氏名", "生年月日", "電話番号"], *rows], {value for row in found for value in row}


def plain(seed: int) -> tuple[list[Row], set[str]]:
    return roster(seed)


def titled(seed: int) -> tuple[list[Row], set[str]]:
    rows, values = roster(seed)
    return [["令和8年度 参加者名簿", "", "", ""], ["", "", "", ""], *rows], values


def under_a_form(seed: int) -> tuple[list[Row], set[str]]:
    rows, values = roster(seed)
    return [["担当課", "総務課", "", ""], ["作成日", "2026/4/1", "", ""], *rows], values


def grouped(seed: int) -> tuple[list[Row], set[str]]:
    left, values = roster(seed)
    right, more = roster(seed + 1)
    rows = [[*a, *b] for a, b in zip(left, right, strict=True)]
    return [["受給者", "", "", "", "配偶者", "", "", ""], *rows], values | more


def one_under_the_other(seed: int) -> tuple[list[Row], set[str]]:
    above = [
        ["地区", "担当課", "内線", ""],
        ["東部", "福祉課", "12", ""],
        ["西部", "建設課", "14", ""],
        ["", "", "", ""],
    ]
    rows, values = roster(seed)
    turned = [[row[0], row[3], row[1], row[2]] for row in rows]
    return [*above, *turned], values


def on_its_side(seed: int) -> tuple[list[Row], set[str]]:
    rows, values = roster(seed)
    return [list(column) for column in zip(*rows, strict=True)], values


def in_parts(seed: int) -> tuple[list[Row], set[str]]:
    rows: list[Row] = [
        ["番号", "氏名", "", "生年月日", "", "", "電話番号", "", ""],
        ["", "姓", "名", "年", "月", "日", "", "", ""],
    ]
    values: set[str] = set()
    for number, (family, given, (y, m, d), phone) in enumerate(people(seed), 1):
        rows.append([str(number), family, given, str(y), str(m), str(d), *phone.split("-")])
        values |= {family, given, f"{y},{m},{d}", phone.replace("-", ",")}
    return rows, values


def keyed_in_parts(seed: int) -> tuple[list[Row], set[str]]:
    rows, values = in_parts(seed)
    keys = ["id", "name01", "name02", "birth_y", "birth_m", "birth_d", "tel01", "tel02", "tel03"]
    return [keys, *rows[2:]], values


LAYOUTS = [plain, titled, under_a_form, grouped, one_under_the_other, on_its_side, in_parts, keyed_in_parts]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("lay", LAYOUTS)
def test_every_value_of_a_roster_is_found(lay: Callable[[int], tuple[list[Row], set[str]]], seed: int) -> None:
    rows, values = lay(seed * 10)
    text = "\n".join(",".join(row) for row in rows)
    kinds = {"PERSON", "DATE_OF_BIRTH", "PHONE_NUMBER"}
    found = {text[m.start : m.end] for m in Engine().analyze(text).matches if m.entity in kinds}
    assert found == values


@pytest.mark.parametrize(
    ("era", "years"), [("昭和", (30, 60, 63)), ("S", (30, 60, 63)), ("平成", (2, 9, 30)), ("", (1955, 1985, 2003))]
)
def test_a_birth_is_put_together_with_its_era(era: str, years: tuple[int, ...]) -> None:
    head = ["氏名,生年月日,,,", ",元号,年,月,日"] if era else ["氏名,生年月日,,", ",年,月,日"]
    days = [",".join([*([era] if era else []), str(year), "3", "12"]) for year in years]
    text = "\n".join(
        [*head, *(f"{name} {given},{day}" for name, given, day in zip(SURNAMES, GIVEN, days, strict=False))]
    )
    found = [text[m.start : m.end] for m in Engine().analyze(text).matches if m.entity == "DATE_OF_BIRTH"]
    assert found == days


@pytest.mark.parametrize("other", ["設置年月日", "登録日", "開設日"])
def test_other_days_in_parts_are_no_births(other: str) -> None:
    text = "\n".join([f"名称,{other},,", ",年,月,日", "中央公園,1985,3,12", "東公園,1990,4,1", "西公園,1991,5,2"])
    assert not [m for m in Engine().analyze(text).matches if m.entity == "DATE_OF_BIRTH"]


def test_an_address_is_known_by_all_its_cells() -> None:
    text = "氏名,都道府県,市区町村,番地,建物名\n吉岡 兼子,香川県,高松市番町,1-2-3,讃岐荘201\n東 望,香川県,丸亀市大手町,2-1,\n"
    found = [text[m.start : m.end] for m in Engine().analyze(text).matches if m.entity == "JP_ADDRESS"]
    assert found == ["香川県", "高松市番町", "1-2-3", "讃岐荘201", "香川県", "丸亀市大手町", "2-1"]
