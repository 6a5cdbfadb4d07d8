"""What the tagger says of a candidate."""

from __future__ import annotations

from typing import Any

import numpy as np

from detectors.evidence.feature import Values, feature
from detectors.evidence.scene import Ints, Scene


@feature(("担当 «山田太郎» 様", 1.0), ("本日は«晴天»なり", 0.0), rises=1, tagged=True)
def likely(scene: Scene) -> Values:
    """How likely a name begins here and ends there."""
    return scene.whole


@feature(("担当 «山田太郎» 様", 1.0), ("本日は«晴天»なり", 0.0), rises=1, tagged=True)
def ends(scene: Scene) -> Any:
    """How likely a name ends there."""
    if scene.tags is None:
        return scene.whole
    return scene.tags[scene.ends - 1, 3] + scene.tags[scene.ends - 1, 4]


@feature(("担当 «山田太郎» 様", 1.0), ("本日は«晴天»なり", 0.0), rises=1, tagged=True)
def mean(scene: Scene) -> Any:
    """How likely its characters stand in a name, on average."""
    sums = np.concatenate(([0.0], scene.named.cumsum(dtype=np.float64)))
    return (sums[scene.highs] - sums[scene.lows]) / (scene.highs - scene.lows)


@feature(("担当 山田«太郎» 様", 1.0), ("担当 «山田太郎» 様", 0.0), tagged=True)
def before(scene: Scene) -> Any:
    """How likely the character before it stands in a name."""
    return scene.named[scene.lows - 1]


@feature(("«担当 «山田太郎»» 様", 1.0), ("担当 «山田太郎» 様", 0.0), tagged=True)
def rival(scene: Scene) -> Values:
    """The most likely of the other candidates that overlap it."""
    return rivals(scene.lows, scene.highs, scene.whole)


_NEAR = 64
"""Candidates behind one that are compared with it; more overlap only where a line is one run of rare signs."""


def rivals(lows: Ints, highs: Ints, values: Any) -> Values:
    """The most of ``values`` among the other candidates that overlap each; they are in order of their beginnings."""
    best = np.zeros(len(values), dtype=np.float32)
    for step in range(1, min(_NEAR, len(best))):
        shared = lows[step:] < highs[:-step]
        if not shared.any():  # in order of their beginnings: none follows
            break
        for of, with_ in ((best[:-step], values[step:]), (best[step:], values[:-step])):
            np.maximum(of, with_, out=of, where=shared)
    return best
