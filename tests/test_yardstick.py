"""The yardstick is what it says: every pair of conditions, values where the labels say, the same documents every time."""

from __future__ import annotations

from itertools import combinations

import pytest

from benchmarks.yardstick import documents
from benchmarks.yardstick.build import AXES
from benchmarks.yardstick.kinds import KINDS
from benchmarks.yardstick.people import FIELDS
from benchmarks.yardstick.pieces import Gold, Sample
from benchmarks.yardstick.tally import Found, Tally, wilson

COVERED = 500
"""Documents in which every pair stands: the first covering array and a little of the second."""


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(documents(COVERED))


def test_every_pair_of_conditions_stands_in_some_document(samples: list[Sample]) -> None:
    wanted = {
        (a, x, b, y) for (a, xs), (b, ys) in combinations(AXES.items(), 2) for x in map(str, xs) for y in map(str, ys)
    }
    seen = {(a, x, b, y) for s in samples for (a, x), (b, y) in combinations(s.axes.items(), 2)}
    assert wanted == seen
    assert len(KINDS) >= 40


def test_labels_stand_on_values(samples: list[Sample]) -> None:
    known = {field.entity for field in FIELDS.values()}
    for sample in samples:
        assert bool(sample.gold) == (sample.axes["about"] == "persons")
        for gold in sample.gold:
            assert gold.entity in known
            value = sample.text[gold.start : gold.end]
            assert value == value.strip() != ""


def test_the_same_documents_every_time(samples: list[Sample]) -> None:
    assert samples[:50] == list(documents(50))


@pytest.mark.parametrize(("hits", "of"), [(0, 0), (0, 5), (5, 5), (50, 100)])
def test_interval(hits: int, of: int) -> None:
    low, high = wilson(hits, of)
    assert 0 <= low <= (hits / of if of else 0.5) <= high <= 1


def test_a_person_is_whole_only_if_nothing_is_missed() -> None:
    axes = {"form": "x", "about": "persons"}
    gold = [Gold("PERSON", 0, 2, 0), Gold("PHONE_NUMBER", 3, 6, 0), Gold("PERSON", 7, 9, 1)]
    tally = Tally()
    tally.add(Sample(0, axes, "ab cde fg", gold), [Found("PERSON", 0, 2, 0.9), Found("PERSON", 7, 8, 0.6)])
    assert (tally.whole, tally.persons) == (1, 2)
    assert (tally.total.hit, tally.total.near, tally.total.gold) == (1, 2, 3)
    assert tally.bands[0.9] == [1, 1]
    tally.add(Sample(1, axes, "nobody", []), [Found("PERSON", 0, 2, 0.9)])
    assert (tally.flagged, tally.clean, tally.total.found) == (1, 1, 3)
