"""How a candidate is written."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from detectors.evidence.feature import Values, feature
from detectors.evidence.scene import Scene

_PARTING = re.compile("[ ・=,/]")
"""What parts words of a name."""


@feature(("«山田»", 2), ("«山田 太郎»", 5))
def length(scene: Scene) -> Any:
    """Characters."""
    return scene.highs - scene.lows


@feature(("«山田 太郎»", 2), ("«山田太郎»", 0))
def gap(scene: Scene) -> Values:
    """Characters before the first space, dot or comma inside; 0 where there is none."""
    search, text = _PARTING.search, scene.text
    return scene.each(lambda low, high: found.start() - low if (found := search(text, low, high)) else 0)


@feature(("担当の«山田\n太郎»", 1), ("«山田太郎»", 0))
def over_lines(scene: Scene) -> Values:
    """Whether it goes over the end of a line."""
    broken = set(scene.broken)
    return scene.each(lambda *span: span in broken) if broken else np.zeros(len(scene.starts), dtype=np.float32)


@feature(("«山田さつき»", 12), ("«サトウ»", 33))
def script(scene: Scene) -> Any:
    """Kinds of its first and its last character, as tens and ones."""
    kinds = scene.kinds
    return kinds[scene.lows].astype(np.float32) * 10 + kinds[scene.highs - 1]
