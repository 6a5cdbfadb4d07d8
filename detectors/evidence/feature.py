"""Features by name, each with the examples that show what it gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from detectors.evidence.scene import Scene

Values = npt.NDArray[np.float32]
"""One value a candidate."""
Example = tuple[str, float]
"""A text whose candidates stand in «», and what the feature gives for the first of them."""
Compute = Callable[["Scene"], npt.NDArray[Any]]


@dataclass(frozen=True)
class Feature:
    """A named function from all candidates of a text to one number each."""

    name: str
    compute: Compute
    examples: tuple[Example, ...]
    rises: int = 0
    """1 where more of it can only speak for a name, -1 where it can only speak against one, 0 where either may be."""
    tagged: bool = False
    """Whether it asks the tagger, which ``quick`` does without."""


FEATURES: list[Feature] = []
"""All features in the order of their definition."""


def feature(*examples: Example, rises: int = 0, tagged: bool = False) -> Callable[[Compute], Compute]:
    """Enter a function among the features, under its own name."""

    def enter(compute: Compute) -> Compute:
        FEATURES.append(Feature(compute.__name__, compute, examples, rises, tagged))
        return compute

    return enter


def matrix(scene: Scene, features: Sequence[Feature]) -> Values:
    """The features of all candidates, shape (features, candidates)."""
    result = np.empty((len(features), len(scene.starts)), dtype=np.float32)
    for row, one in enumerate(features):
        result[row] = one.compute(scene)
    return result
