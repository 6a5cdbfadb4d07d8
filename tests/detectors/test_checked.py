"""Numbers of a column are judged together: all pass a check digit, or those that pass do so by chance."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from detectors import checkdigits
from detectors.engine import Engine
from detectors.interface import Check, Match, View
from detectors.registry import registry
from detectors.tables.checked import by_column
from detectors.tables.guess import guess_layout


def of_twelve(chance: random.Random, passing: bool) -> str:
    while True:
        digits = f"{chance.randint(3, 9)}" + "".join(chance.choices("0123456789", k=11))
        if checkdigits.my_number(digits) is passing and not checkdigits.parcel12(digits):
            return digits


def of_sixteen(chance: random.Random, passing: bool) -> str:
    while True:
        digits = "4" + "".join(chance.choices("0123456789", k=15))
        if checkdigits.luhn(digits) is passing:
            return digits


KINDS: list[tuple[Callable[[random.Random, bool], str], str]] = [
    (of_twelve, "JP_MY_NUMBER"),
    (of_sixteen, "CREDIT_CARD"),
]
LAYOUTS: dict[str, Callable[[list[str]], str]] = {
    "csv": lambda values: "\n".join(["区分,値,備考", *(f"甲,{value},済" for value in values)]),
    "lines": lambda values: (
        "マイナンバーの扱いは別に述べる。\n数は次のとおり。\n\n" + "\n".join(values) + "\n\nクレジットカードについて\n"
    ),
    "grouped": lambda values: "\n".join(
        f"甲,{'-'.join(value[i : i + 4] for i in range(0, len(value), 4))},済" for value in values
    ),
}


def found(text: str, entity: str) -> int:
    return sum(m.entity == entity for m in Engine("quick").analyze(text, names=False).matches)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("make", "entity"), KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_those_that_pass_by_chance_are_none(make: Callable[..., str], entity: str, layout: str, seed: int) -> None:
    chance = random.Random(seed)
    values = [make(chance, number in (1, 6)) for number in range(11)]
    assert found(LAYOUTS[layout](values), entity) == 0


@pytest.mark.parametrize(("make", "entity"), KINDS)
def test_a_column_that_passes_is_one_whatever_its_heading(make: Callable[..., str], entity: str) -> None:
    chance = random.Random(1)
    values = [make(chance, True) for _ in range(11)]
    assert found(LAYOUTS["csv"](values), entity) == 11


@pytest.mark.parametrize("heading", ["個人番号", "マイナンバー"])
def test_a_heading_that_says_so_keeps_slips_of_the_pen(heading: str) -> None:
    chance = random.Random(2)
    values = [of_twelve(chance, number % 4 != 0) for number in range(12)]
    assert found("\n".join([f"氏名,{heading}", *(f"吉岡 兼子,{value}" for value in values)]), "JP_MY_NUMBER") == 12


def test_a_number_found_twice_is_one_value_of_its_column() -> None:
    twice = [
        Match("PHONE_NUMBER", 3, 14, 0.6, Check.PASS, "PHONE", "shape"),
        Match("PHONE_NUMBER", 3, 14, 0.45, Check.PASS, "PHONE_MOBILE", "shape"),
    ]
    text = "値,備考\n09012345678,済\n08012345678,済\n"
    starts = [text.index("090"), text.index("080")]
    found = [m._replace(start=at, end=at + 11) for at in starts for m in twice]
    view = View(text, guess_layout(text), registry().labels.search(text))
    assert view.layout.at(starts[0]) is not None
    assert max(m.score for m in by_column(view, found)) < 0.85
