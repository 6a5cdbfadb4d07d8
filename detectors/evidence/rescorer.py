"""Weighs the evidence about all candidates of a text: a sum of small decision trees, fitted by ``training/rescore.py`` to
documents that the tagger had not seen or was made as unsure about. What it gives is calibrated: of candidates at .9 nine in
ten are names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.evidence.agreement import agreement, bonds
from detectors.evidence.feature import Feature, Values, matrix
from detectors.evidence.features import ALL
from detectors.evidence.scene import Scene
from detectors.interface import Depth

DEPTH = 5
"""Questions on the way to a leaf. Trees are complete: a shorter branch is filled up with questions that are always answered no."""
_AT_ONCE = 512
"""Candidates weighed together: what the trees touch stays in the cache of the processor."""
FOLDER = Path(__file__).parent
BALANCED, QUICK = "rescorer.npz", "rescorer_quick.npz"
WEIGHTS = {Depth.QUICK: QUICK, Depth.BALANCED: BALANCED, Depth.THOROUGH: BALANCED}


@dataclass(frozen=True)
class Trees:
    """Trees in arrays of shape (trees, 2 ** DEPTH - 1) and (trees, 2 ** DEPTH)."""

    asked: npt.NDArray[np.int32]
    """Number of the feature that a node asks about."""
    limits: npt.NDArray[np.float32]
    """Above it the answer is yes, and the way goes right."""
    leaves: npt.NDArray[np.float32]

    def odds(self, values: Values) -> Values:
        """The sum of the leaves, the logarithm of odds, for features of shape (features, candidates)."""
        pieces = (values[:, at : at + _AT_ONCE] for at in range(0, values.shape[1], _AT_ONCE))
        parts = [self._some(np.ascontiguousarray(piece)) for piece in pieces]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def _some(self, values: Values) -> Values:
        trees, count = len(self.leaves), values.shape[1]
        flat, rows = values.ravel(), self.asked.ravel() * np.int32(count)
        column = np.arange(count, dtype=np.int32)
        inner = np.arange(0, self.asked.size, self.asked.shape[1], dtype=np.int32)[:, None]
        node = np.zeros((trees, count), dtype=np.int32)
        for _ in range(DEPTH):
            at = inner + node
            value = flat.take(rows.take(at) + column)
            node += node
            node += 1
            node += value > self.limits.take(at)
        node += np.arange(trees, dtype=np.int32)[:, None] * np.int32(self.leaves.shape[1]) - np.int32(
            self.asked.shape[1]
        )
        total: Values = self.leaves.take(node).sum(axis=0)
        return total


@dataclass(frozen=True)
class Rescorer:
    """Trees that weigh the evidence about a candidate, and trees that change that by what was said of the others
    (``agreement.py``)."""

    features: tuple[Feature, ...]
    first: Trees
    second: Trees
    scale: tuple[float, float]
    """What both together are multiplied with, and what is added: calibrated."""

    def scores(self, scene: Scene) -> Values:
        """How likely each candidate of the scene that is not unread is a name."""
        values = matrix(scene, self.features)
        if scene.unread is not None:
            values = np.ascontiguousarray(values[:, scene.asked])
        return self.weigh(values, lambda first: agreement(first, bonds(scene)))

    def weigh(self, values: Values, agreeing: Callable[[Values], Values]) -> Values:
        """The same for given features, shape (features, candidates). ``agreeing``: what is asked the second time, by what the first
        weighing gives."""
        odds = self.first.odds(values)
        odds = odds + self.second.odds(agreeing(likely(odds)))
        return likely(odds * np.float32(self.scale[0]) + np.float32(self.scale[1]))


def likely(odds: Values) -> Values:
    """Logarithms of odds as probabilities."""
    result: Values = (1 / (1 + np.exp(-odds))).astype(np.float32)
    return result


@lru_cache(maxsize=3)
def load(name: str) -> Rescorer:
    """The weights that ship with the package; raises ``ValueError`` where they know other features than the program."""
    with np.load(FOLDER / name) as data:
        known = {one.name: one for one in ALL}
        names = [str(one) for one in data["features"]]
        if not set(names) <= known.keys():
            raise ValueError(f"{name} weighs evidence that is not there: {sorted(set(names) - known.keys())}")
        first, second = (
            Trees(
                data[f"{which}_asked"].astype(np.int32),
                data[f"{which}_limits"].astype(np.float32),
                data[f"{which}_leaves"].astype(np.float32),
            )
            for which in ("first", "second")
        )
        return Rescorer(tuple(known[one] for one in names), first, second, tuple(data["scale"].tolist()))
