"""Identifiers, births, addresses and facts in all ways of writing of our labelled set, about other persons than there."""

from __future__ import annotations

import pytest

from benchmarks.identifier_set import PARTS, documents
from benchmarks.score import Score
from detectors.engine import Engine

SEED, EACH = 4711, 4
LEAST = 0.9
"""F1 of every form and every entity; of single ones less is known than it seems, as each has few values here."""
WRITTEN_ON_ITS_OWN = {"set_wide": 0.8, "numbered_lines": 0.8, "sentences_around": 0.8}
"""Forms in which 記号・番号 of insurance cards stand at a distance from their label."""


@pytest.fixture(scope="module")
def scores(balanced: Engine) -> dict[str, Score]:
    found: dict[str, Score] = {}
    for part in PARTS:
        for document in documents(part, SEED, EACH):
            matches = [(m.entity, m.start, m.end) for m in balanced.analyze(document.text).matches]
            score = found.setdefault(document.kind, Score())
            score.add(document.spans, [m for m in matches if m[0] != "PERSON"])
    return found


def test_every_form_is_read(scores: dict[str, Score]) -> None:
    read = {kind: score.micro().f1() for kind, score in scores.items() if score.micro().gold}
    assert len(read) > 40
    assert {kind: f1 for kind, f1 in read.items() if f1 < WRITTEN_ON_ITS_OWN.get(kind, LEAST)} == {}


def test_nothing_is_found_where_nobody_is_meant(scores: dict[str, Score]) -> None:
    about_nobody = [kind for kind, score in scores.items() if not score.micro().gold]
    assert len(about_nobody) >= 12
    assert {kind: dict(scores[kind].entities) for kind in about_nobody if scores[kind].micro().found} == {}
