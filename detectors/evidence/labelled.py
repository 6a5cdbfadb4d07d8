"""The label for persons that stands right before a candidate."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from detectors.evidence.feature import Values, feature
from detectors.evidence.scene import Scene
from detectors.person_labels import STRONG

STRONGEST = frozenset(STRONG)
"""Labels that announce persons and nothing else."""
_JOINTS = frozenset(":=|\t]>】」")


def label_before(scene: Scene, at: int) -> tuple[str, bool]:
    """The label for persons right before a candidate, with no more than marks between, and whether more than a space joins them;
    empty where there is none."""
    hits, start = scene.view.labels, scene.spans[at][0] - 1
    hit = bisect_right(hits.ends, start) - 1
    if hit < 0 or "PERSON" not in hits.owners(hit):
        return "", False
    between = scene.view.text[hits.ends[hit] : start]
    if "\n" in between or any(map(str.isalnum, between)):
        return "", False
    return hits.word(hit), not _JOINTS.isdisjoint(between)


@feature(("氏名:«山田»", 2), ("氏名«山田»", 1), ("住所:«山田»", 0), rises=1)
def label(scene: Scene) -> Values:
    """Whether a label that leaves no doubt stands right before it, and whether a colon or the like joins them; half of that for other
    labels of persons."""
    found = np.zeros(len(scene.starts), dtype=np.float32)
    if scene.view.labels.of("PERSON"):
        for at in scene.asked.tolist():
            word, joined = label_before(scene, at)
            found[at] = bool(word) * (1 + joined) / (1 if word in STRONGEST else 2)
    return found
