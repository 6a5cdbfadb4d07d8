"""What the first weighing says of the other candidates of a text: of the same word, of what stands in the same place of other lines, in
the same column, in the line, over it and beside it. By that each is weighed a second time: the network is asked once and knows only what
stands around a word, the evidence is about one candidate, and what is sure of its neighbours is sure only when all have been weighed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.evidence.feature import Values
from detectors.evidence.placed import column_numbers
from detectors.evidence.repeated import place_numbers
from detectors.evidence.scene import Ints, Scene
from detectors.evidence.tagged import rivals
from detectors.evidence.told import frame_numbers

RISES = {
    "first": 1,
    "same word": 1,
    "same place": 1,
    "same frame": 1,
    "same column": 1,
    "line": 0,
    "over": -1,
    "before": 0,
    "behind": 0,
}
"""What is asked the second time, in this order, and whether more of it can only speak for a name (1) or against one (-1)."""
_SURE, _NONE = 0.5, -1.0
"""From which score on a candidate counts as a name; what is given where there is no other candidate."""


def bonds(scene: Scene) -> Ints:
    """What the candidates that are weighed share, shape (7, candidates): where each starts and ends; numbers of its word, its place, its
    frame, its column (0 where it stands in none), its line."""
    which = scene.words[1], place_numbers(scene), frame_numbers(scene), column_numbers(scene), scene.lines[0]
    found: Ints = np.stack([scene.lows, scene.highs, *which]).astype(np.intp)
    return found if scene.unread is None else np.ascontiguousarray(found[:, scene.asked])


def agreement(first: Values, shared: Ints) -> Values:
    """What is asked the second time, shape (len(RISES), candidates). ``first``: how likely each candidate is a name by the first
    weighing; ``shared``: as ``bonds`` gives it."""
    lows, highs, words, places, frames, columns, lines = shared
    over = rivals(lows, highs, first)
    best = first >= over
    sure = best & (first >= _SURE)
    result = np.empty((len(RISES), len(first)), dtype=np.float32)
    result[0] = first
    result[1], result[2], result[3] = (_others(which, first) for which in (words, places, frames))
    result[4] = np.where(columns > 0, _others(columns, first), _NONE)
    result[5] = np.bincount(lines, weights=sure)[lines] - sure
    result[6] = over
    result[7], result[8] = _beside(lows, highs, first, best)
    return result


def _others(which: Ints, values: Any) -> Any:
    """The mean of the other candidates with the same number."""
    counts = np.bincount(which)[which] - 1
    sums = np.bincount(which, weights=values)[which] - values
    return np.where(counts > 0, sums / np.maximum(1, counts), _NONE)


def _beside(lows: Ints, highs: Ints, values: Any, best: npt.NDArray[np.bool_]) -> tuple[Any, Any]:
    """What is given to the nearest candidates before and behind each that nothing surer overlaps and that do not touch it."""
    at = best.nonzero()[0]
    given = np.concatenate(([_NONE], values[at], [_NONE]))
    before = np.maximum.accumulate(highs[at]).searchsorted(lows, "right")
    behind = lows[at].searchsorted(highs)
    return given[before], given[behind + 1]
