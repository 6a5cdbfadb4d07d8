"""What stands in the same place of other lines: a chat, a log, a shift table or a list says of one line what it says of all."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from detectors.evidence.feature import Values, feature
from detectors.evidence.listed import full, surname
from detectors.evidence.placed import likely_names
from detectors.evidence.scene import Ints, Scene, shared

_REACH = 24
"""Characters on each side of a name, inside its line, that make up its place."""
_MOST = 20
_RUNS = re.compile(
    r"(?P<digits>[0-9]+)|(?P<latin>[A-Za-z_]+)|(?P<letters>[\u3005-\u3006\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff]+)|(?P<gap> +)"
)
_STANDS = {"digits": "0", "latin": "a", "letters": "x", "gap": " "}


def _outline(match: re.Match[str]) -> str:
    return _STANDS[match.lastgroup or "gap"]


@shared
def place_numbers(scene: Scene) -> Ints:
    """A number for the place of each candidate: what stands around it in its line, runs of letters and digits without their
    length and value; 0 for unread ones."""
    text, asked = scene.text, scene.asked
    _, lines, ends = scene.lines
    lows, highs = scene.lows[asked], scene.highs[asked]
    firsts, lasts = np.maximum(lines[asked], lows - _REACH), np.minimum(ends[asked], highs + _REACH)
    known: dict[tuple[str, str], int] = {}
    outlines: dict[str, str] = {"": ""}
    found = np.zeros(len(scene.starts), dtype=np.intp)
    numbers = []
    for first, low, high, last in zip(firsts.tolist(), lows.tolist(), highs.tolist(), lasts.tolist(), strict=True):
        before, behind = text[first:low], text[high:last]
        for part in (before, behind):
            if part not in outlines:
                outlines[part] = _RUNS.sub(_outline, part)
        numbers.append(known.setdefault((outlines[before], outlines[behind]), len(known) + 1))
    found[asked] = numbers
    return found


def _mean(scene: Scene, of: Any) -> Values:
    """The mean of the other candidates in the same place; where there are none, nothing."""
    which = place_numbers(scene)
    counts = np.bincount(which)[which] - 1
    sums = np.bincount(which, weights=of)[which] - of
    return np.where(counts > 0, sums / np.maximum(1, counts), 0.0).astype(np.float32)


@feature(("«佐藤» 10:21 了解\n«鈴木» 10:22 はい", 1.0), ("«佐藤»様", 0.0), tagged=True)
def same_place_tagged(scene: Scene) -> Values:
    """What the tagger gives them."""
    return _mean(scene, scene.whole)


@feature(("«佐藤» 10:21 了解\n«鈴木» 10:22 はい", 1.0), ("«佐藤» 10:21 了解\n«予算» 10:22 はい", 0.0))
def same_place_listed(scene: Scene) -> Values:
    """Share of them that are listed as surnames or in full."""
    return _mean(scene, (full(scene) >= 2) | (surname(scene) >= 1))


@feature(("«佐藤» 10:21 了解\n«鈴木» 10:22 はい", 1), ("«佐藤» 10:21 了解\n«予算» 10:22 はい", 0))
def same_place_words(scene: Scene) -> Any:
    """Different likely names in the same place, itself not counted, at most 20."""
    which, words = place_numbers(scene), scene.words[1]
    likely = likely_names(scene) | (full(scene) >= 2) | (surname(scene) >= 1)
    number = len(scene.words[0]) + 1
    pairs = np.sort(which[likely] * number + words[likely])
    different = pairs[np.diff(pairs, prepend=-1) != 0] // number
    counts = np.bincount(different, minlength=int(which.max(initial=0)) + 1)
    return np.clip(counts[which] - likely, 0, _MOST)
