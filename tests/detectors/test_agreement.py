"""The second weighing: what is sure of the others of a text is asked about each candidate."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.engine import Engine
from detectors.evidence.agreement import RISES, agreement, bonds
from detectors.evidence.rescorer import BALANCED, QUICK, load
from tests.detectors.conftest import persons
from tests.detectors.test_evidence import marked, scene


def _said(example: str, first: list[float], what: str) -> list[float]:
    """What is asked about the candidates in «» of a text whom the first weighing gives this."""
    values = agreement(np.array(first, dtype=np.float32), bonds(scene(*marked(example))))
    return [round(float(value), 2) for value in values[list(RISES).index(what)]]


@pytest.mark.parametrize(
    ("example", "first", "what", "expected"),
    [
        ("«森»様、«泉»様、«森»氏", [0.2, 0.9, 0.8], "same word", [0.8, -1, 0.2]),
        ("«森» 10:21 了解\n«泉» 10:22 はい", [0.2, 0.9], "same place", [0.9, 0.2]),
        ("1 «森» 2 «泉» 3 «東» 4", [0.2, 0.9, 0.7], "same frame", [0.8, 0.45, 0.55]),
        ("品名,数\n«森»,1\n«泉»,2", [0.2, 0.6], "same column", [0.6, 0.2]),
        ("«森»様", [0.9], "same column", [-1]),
        ("«森»、«泉»、«東»\n«林»", [0.2, 0.9, 0.7, 0.8], "line", [2, 1, 1, 0]),
        ("«東«森»»様", [0.4, 0.9], "over", [0.9, 0.4]),
        ("«森»、«泉»、«東»", [0.2, 0.9, 0.7], "before", [-1, 0.2, 0.9]),
        ("«森»、«泉»、«東»", [0.2, 0.9, 0.7], "behind", [0.9, 0.7, -1]),
    ],
)
def test_what_is_asked_the_second_time(example: str, first: list[float], what: str, expected: list[float]) -> None:
    assert _said(example, first, what) == expected


def test_of_two_that_overlap_the_surer_stands_beside_the_others() -> None:
    assert _said("«東«森»»、«泉»", [0.4, 0.9, 0.7], "before") == [-1, -1, 0.9]


@pytest.mark.parametrize("name", [BALANCED, QUICK])
def test_what_speaks_for_a_name_never_lowers_its_score(name: str) -> None:
    trees = load(name).second
    chance = np.random.default_rng(5)
    values = chance.uniform(-1, 1, size=(len(RISES), 300)).astype(np.float32)
    for row, rises in enumerate(RISES.values()):
        more = values.copy()
        more[row] += chance.uniform(0, 1, size=300).astype(np.float32)
        change = trees.odds(more) - trees.odds(values)
        assert rises == 0 or (change * rises >= -1e-6).all()


def test_no_candidate_no_agreement() -> None:
    assert agreement(np.zeros(0, dtype=np.float32), bonds(scene("", []))).shape == (len(RISES), 0)


@pytest.mark.parametrize("depth", ["quick", "balanced"])
def test_what_two_texts_have_in_common_is_nothing(depth: str) -> None:
    """A text is weighed by what stands in it, whatever was weighed before."""
    engine = Engine(depth)
    alone = persons(engine, "担当 森\n担当 泉\n")
    persons(engine, "森 3本\n泉 2箇所\n")
    assert persons(engine, "担当 森\n担当 泉\n") == alone
