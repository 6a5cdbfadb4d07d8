"""Surnames that municipalities are called, too: what stands around them tells; the network is not needed for that."""

from __future__ import annotations

import pytest

from detectors.addresses.gazetteer import stems
from detectors.engine import Engine
from detectors.names.lexicon import lexicon
from tests.detectors.conftest import persons, share

BOTH = sorted((name for name in lexicon().surnames if name in stems()), key=lambda name: -lexicon().surnames[name])[
    5:120:6
]
TOLD = ["{}駅前の店\n", "{}行きのバス\n", "{}市の統計\n"]
DONE_THERE = [
    "{}へ向かう\n",
    "{}でイベントを開く。\n",
    "{}まで電車で行く。\n",
    "{}まで来る\n",
    "{}で待つ。\n",
    "{}から帰る\n",
    "{}に住む\n",
]
"""What is done at a place, behind a particle."""
DONE_WITH = [
    "{}さんへ\n",
    "{}さんまで来る\n",
    "{}と会う\n",
    "{}に頼んだ。\n",
    "{}より報告\n",
    "{}まで連絡ください\n",
    "{}に電話する。\n",
]
"""What is done with somebody."""
READ = ["{}の気温は18度。\n"]
"""What only a network reads."""
OF_PERSONS = ["{}様\n", "担当者：{}\n", "{}課長に報告した。\n", "{}さんから電話\n", "氏名　{}\n"]


@pytest.mark.parametrize("form", TOLD)
def test_words_behind_a_place_tell_it_without_a_network(quick: Engine, form: str) -> None:
    assert share(quick, [(form.format(name), []) for name in BOTH]) >= 0.85


@pytest.mark.parametrize("form", DONE_THERE)
def test_what_is_done_at_a_place_tells_it(quick: Engine, balanced: Engine, form: str) -> None:
    for engine in (quick, balanced):
        assert share(engine, [(form.format(name), []) for name in BOTH]) >= 0.8, engine.depth


@pytest.mark.parametrize("form", DONE_WITH)
def test_what_is_done_with_somebody_tells_him(quick: Engine, form: str) -> None:
    assert share(quick, [(form.format(name), [name]) for name in BOTH]) >= 0.8


@pytest.mark.parametrize("form", [*TOLD, *READ])
def test_places_are_nobody(balanced: Engine, form: str) -> None:
    assert share(balanced, [(form.format(name), []) for name in BOTH]) >= 0.8


@pytest.mark.parametrize("form", OF_PERSONS)
def test_persons_called_like_places_are_found(quick: Engine, balanced: Engine, form: str) -> None:
    for engine in (quick, balanced):
        assert share(engine, [(form.format(name), [name]) for name in BOTH]) >= 0.7, engine.depth


def test_a_list_of_places_is_a_list_of_places(quick: Engine) -> None:
    lists = [BOTH[at : at + 5] for at in range(0, len(BOTH) - 4, 5)]
    assert share(quick, [("、".join(names) + "\n", []) for names in lists]) >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "氏名：戸叶\n",
        "立会 相楽\n",
        "担当：ソフィア\n",
        "引率　そうすけ\n",
    ],
)
def test_names_that_only_the_dictionary_knows_are_weighed_without_a_network(quick: Engine, text: str) -> None:
    assert persons(quick, text) == [text.split("：")[-1].split()[-1]]


@pytest.mark.parametrize("name", ["Nguyễn Văn An", "José García", "Đặng Thị Hoa", "Nguyen Van An"])
def test_marks_on_latin_letters_do_not_matter(balanced: Engine, name: str) -> None:
    assert persons(balanced, f"氏名：{name}\n国籍：不明\n") == [name]
