"""The cut of a text into pieces: the best one there is, every character in a piece."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.encoder.pieces import SPACE, UNKNOWN, Vocabulary

_PIECES = ["山", "田", "山田", "田太", "太", "郎", "太郎", "山田太", SPACE, f"{SPACE}山", "\n", UNKNOWN]
_SCORES = [-4.0, -3.5, -6.0, -7.5, -4.2, -4.1, -8.0, -11.5, -1.0, -4.5, -2.0, -30.0]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(_PIECES, _SCORES)


def _best(text: str) -> float:
    """The best score of all cuts, tried one by one."""
    known = dict(zip(_PIECES, _SCORES, strict=True))
    best = -1e9
    for borders in product((False, True), repeat=len(text) - 1):
        at, score = 0, 0.0
        for end in [i + 1 for i, border in enumerate(borders) if border] + [len(text)]:
            score += known.get(text[at:end], -1e9)
            at = end
        best = max(best, score)
    return best


@given(st.text("山田太郎 \n", min_size=1, max_size=9))
def test_no_other_cut_is_better(vocabulary: Vocabulary, text: str) -> None:
    cut = vocabulary.cut(text)
    joined = SPACE.join(part for part in _single(text).split(" "))
    assert "".join(_PIECES[p] for p in cut.pieces) == joined
    assert sum(_SCORES[p] for p in cut.pieces) == pytest.approx(_best(joined))


def _single(text: str) -> str:
    while "  " in text:
        text = text.replace("  ", " ")
    return text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_every_character_stands_in_a_piece_and_none_in_two(vocabulary: Vocabulary, text: str) -> None:
    cut = vocabulary.cut(text)
    owners = cut.owners.tolist()
    assert len(owners) == len(text)
    assert sorted(set(owners)) == list(range(len(cut.pieces)))
    assert owners == sorted(owners)


@given(st.text("山田太郎x𠮷é", max_size=20))
def test_what_is_unknown_is_a_piece_of_its_own(vocabulary: Vocabulary, text: str) -> None:
    cut = vocabulary.cut(text)
    for char, owner in zip(text, cut.owners, strict=True):
        if char in "x𠮷é":
            assert _PIECES[cut.pieces[owner]] == UNKNOWN
            assert (cut.owners == owner).sum() == 1


def test_other_scores_give_another_cut(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.cut("山田").pieces) == 1
    assert len(vocabulary.cut("山田", [-1.0, -1.0, *_SCORES[2:]]).pieces) == 2
