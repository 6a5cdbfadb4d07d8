"""Host exports without delimiters and headings: the places of the fields are told by repetition."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from detectors.engine import Engine

NAMES = [("吉岡", "兼子"), ("中根", "芳江"), ("大野", "健二"), ("本間", "久美子"), ("寺岡", "穏恵"), ("宮地", "瑞穂")]


def western(chance: random.Random, year: int) -> str:
    return f"{year}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"


def by_era(chance: random.Random, year: int) -> str:
    era, first = ("3", 1925) if year < 1989 else ("4", 1988)
    return f"{era}{year - first:02}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"


YEARS = (1934, 1948, 1960, 1975, 1990, 1999)


@pytest.mark.parametrize("day", [western, by_era])
@pytest.mark.parametrize("seed", range(3))
def test_births_of_a_host_export_are_found(day: Callable[[random.Random, int], str], seed: int) -> None:
    chance = random.Random(seed)
    days = [day(chance, year) for year in YEARS]
    lines = [
        f"{chance.randint(1, 999):08}{f'{family}　{given}':　<10}{date}{chance.choice(('男', '女'))}高松市番町{chance.randint(1, 8)}丁目　　"
        for (family, given), date in zip(NAMES, days, strict=True)
    ]
    text = "\n".join(lines)
    matches = Engine().analyze(text).matches
    assert [text[m.start : m.end] for m in matches if m.entity == "DATE_OF_BIRTH"] == days
    assert [text[m.start : m.end] for m in matches if m.entity == "PERSON"] == [f"{a}　{b}" for a, b in NAMES]


@pytest.mark.parametrize("day", [western, by_era])
def test_a_csv_without_headings_has_births_too(day: Callable[[random.Random, int], str]) -> None:
    chance = random.Random(5)
    days = [day(chance, year) for year in YEARS]
    text = "\n".join(
        f"{n:05},{a}　{b},{date},{chance.randint(1, 9)}"
        for n, ((a, b), date) in enumerate(zip(NAMES, days, strict=True))
    )
    assert [text[m.start : m.end] for m in Engine().analyze(text).matches if m.entity == "DATE_OF_BIRTH"] == days


@pytest.mark.parametrize("day", [western, by_era])
def test_days_of_things_are_no_births(day: Callable[[random.Random, int], str]) -> None:
    chance = random.Random(6)
    things = "\n".join(
        f"{n:05},{name},{day(chance, year)},30"
        for n, (name, year) in enumerate(
            zip(("中央公園", "東公園", "西公民館", "北会館", "南駐車場", "港広場"), YEARS, strict=True)
        )
    )
    assert not [m for m in Engine().analyze(things).matches if m.entity == "DATE_OF_BIRTH"]
