"""Evidence about candidates: every feature's examples, and what holds for any text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.engine import Engine
from detectors.evidence import rescorer
from detectors.evidence.feature import Feature, matrix
from detectors.evidence.features import ALL, QUICK
from detectors.evidence.scene import Scene
from detectors.interface import Match, View
from detectors.names import tagger
from detectors.names.candidates import spans
from detectors.names.lexicon import lexicon


class _Seeing:
    """Keeps what the engine knows when it asks for names."""

    def __init__(self) -> None:
        self.seen: list[tuple[View, list[Match]]] = []

    def find(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        self.seen.append((view, list(known)))
        return []


def scene(text: str, marked: list[tuple[int, int]] | None = None, *, tagged: bool = True) -> Scene:
    """The scene of a text whose candidates are given, or found."""
    seeing = _Seeing()
    Engine("balanced", seeing).analyze(text)
    view, known = seeing.seen[-1]
    tags = tagger.probabilities(view.text) if tagged else None
    found = spans(view, tags, lexicon()) if marked is None else marked
    starts, ends = np.array(found, dtype=np.intp).reshape(-1, 2).T
    return Scene(view, tags, starts, ends, known, lexicon())


def marked(example: str) -> tuple[str, list[tuple[int, int]]]:
    """A text without its «» and where they stood."""
    text, found, open_at = "", [], []
    for char in example:
        if char == "«":
            open_at.append(len(text))
        elif char == "»":
            found.append((open_at.pop(), len(text)))
        else:
            text += char
    return text, sorted(found)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_examples(one: Feature) -> None:
    assert len(one.examples) >= 2
    values = []
    for example, expected in one.examples:
        value = float(one.compute(scene(*marked(example)))[0])
        assert value == pytest.approx(expected, abs=0.1 + 0.1 * one.tagged), example
        values.append(value)
    assert len(set(values)) > 1, "the examples show no difference"


def test_names_are_told_once() -> None:
    names = [one.name for one in ALL]
    assert len(names) == len(set(names))
    assert set(QUICK) < set(ALL)


LETTERS = "山田太郎様の氏名担当：,\t\n 　アイウ・ー=Ab.1(「市長東李𠮷İ\x00"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from(LETTERS), st.characters(codec="utf-8")), max_size=80))
@pytest.mark.parametrize("tagged", [True, False])
def test_any_text_has_finite_evidence(tagged: bool, text: str) -> None:
    seen = scene(text, tagged=tagged)
    values = matrix(seen, ALL)
    assert values.shape == (len(ALL), len(seen.starts))
    assert np.isfinite(values).all()
    scores = rescorer.load(rescorer.BALANCED).scores(seen)
    assert ((scores >= 0) & (scores <= 1)).all()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from(LETTERS), max_size=80))
def test_candidates_lie_inside_the_text_and_go_over_one_line_end_at_most(text: str) -> None:
    seen = scene(text)
    for start, end in zip(seen.starts.tolist(), seen.ends.tolist(), strict=True):
        assert 0 <= start < end <= len(seen.view.text)
        assert seen.view.text.count("\n", start, end) <= 1
        assert not seen.view.text[start].isspace()
        assert not seen.view.text[end - 1].isspace()


def test_more_of_what_speaks_for_a_name_never_lowers_its_score() -> None:
    """Also where the material would have it so by chance."""
    weights = rescorer.load(rescorer.BALANCED)
    chance = np.random.default_rng(3)
    values = chance.uniform(0, 5, size=(len(weights.features), 200)).astype(np.float32)
    for row, one in enumerate(weights.features):
        more = values.copy()
        more[row] += chance.uniform(0, 3, size=200).astype(np.float32)
        change = weights.first.odds(more) - weights.first.odds(values)
        assert one.rises == 0 or (change * one.rises >= -1e-6).all(), one.name


def test_many_candidates_are_weighed_as_few() -> None:
    weights = rescorer.load(rescorer.BALANCED)
    values = np.random.default_rng(4).uniform(0, 5, size=(len(weights.features), 5000)).astype(np.float32)
    whole = weights.first.odds(values)
    np.testing.assert_allclose(whole[4000:4010], weights.first.odds(values[:, 4000:4010]), atol=1e-5)


def test_weights_for_other_evidence_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(tmp_path / "other.npz", features=np.array(["height"]), asked=[], limits=[], leaves=[])
    monkeypatch.setattr(rescorer, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="height"):
        rescorer.load("other.npz")
