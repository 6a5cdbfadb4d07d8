"""Weighs the evidence about all candidates of a text: a sum of small decision trees, fitted by ``training/rescore.py`` to
documents that the tagger had not seen or was made as unsure about. What it gives is calibrated: of candidates at .9 nine in
ten are names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from detectors.evidence.feature import Feature, Values, matrix
from detectors.evidence.features import ALL
from detectors.evidence.scene import Scene
from detectors.interface import Depth

DEPTH = 5
"""Questions on the way to a leaf. Trees are complete: a shorter branch is filled up with questions that are always answered no."""
_AT_ONCE = 2048
"""Candidates weighed together; more would take more memory and no less time."""
FOLDER = Path(__file__).parent
BALANCED, QUICK, THOROUGH = "rescorer.npz", "rescorer_quick.npz", "rescorer_thorough.npz"
WEIGHTS = {Depth.QUICK: QUICK, Depth.BALANCED: BALANCED, Depth.THOROUGH: THOROUGH}


@dataclass(frozen=True)
class Rescorer:
    """Trees in arrays of shape (trees, 2 ** DEPTH - 1) and (trees, 2 ** DEPTH)."""

    features: tuple[Feature, ...]
    asked: npt.NDArray[np.intp]
    """Number of the feature that a node asks about."""
    limits: npt.NDArray[np.float32]
    """Above it the answer is yes, and the way goes right."""
    leaves: npt.NDArray[np.float32]

    def scores(self, scene: Scene) -> Values:
        """How likely each candidate of the scene that is not unread is a name."""
        values = matrix(scene, self.features)
        return self.weigh(values if scene.unread is None else np.ascontiguousarray(values[:, scene.asked]))

    def weigh(self, values: Values) -> Values:
        """The same for given features, shape (features, candidates)."""
        parts = [self._some(values[:, at : at + _AT_ONCE]) for at in range(0, values.shape[1], _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def _some(self, values: Values) -> Values:
        trees, count = len(self.leaves), values.shape[1]
        flat = values.ravel()
        column = np.arange(count)
        inner = (np.arange(trees) * self.asked.shape[1])[:, None]
        node = np.zeros((trees, count), dtype=np.intp)
        for _ in range(DEPTH):
            at = inner + node
            node = 2 * node + 1 + (flat.take(self.asked.take(at) * count + column) > self.limits.take(at))
        outer = (np.arange(trees) * self.leaves.shape[1] - self.asked.shape[1])[:, None]
        total = self.leaves.take(outer + node).sum(axis=0)
        result: Values = (1 / (1 + np.exp(-total))).astype(np.float32)
        return result


@lru_cache(maxsize=3)
def load(name: str) -> Rescorer:
    """The weights that ship with the package; raises ``ValueError`` where they know other features than the program."""
    with np.load(FOLDER / name) as data:
        known = {one.name: one for one in ALL}
        names = [str(one) for one in data["features"]]
        if not set(names) <= known.keys():
            raise ValueError(f"{name} weighs evidence that is not there: {sorted(set(names) - known.keys())}")
        return Rescorer(
            tuple(known[one] for one in names),
            data["asked"].astype(np.intp),
            data["limits"].astype(np.float32),
            data["leaves"].astype(np.float32),
        )
