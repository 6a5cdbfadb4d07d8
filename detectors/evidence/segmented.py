"""What the dictionary's words are in this place of a sentence. In tables and lists of words nothing is segmented: there is no sentence
that would say more than the word, and there are many of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

import numpy as np

from detectors.evidence.feature import Values, feature
from detectors.evidence.placed import cell_numbers
from detectors.evidence.scene import STOP, Scene, shared
from detectors.names.segments import Kind, Words, kind_of, words

_STEP, _BEFORE, _BEHIND = 150, 60, 90
"""Long sentences are cut in pieces of so many characters, with so many before and behind them."""
_LEAST = 6
"""Characters of the least piece that is segmented: a name by itself is no sentence."""


def _pieces(scene: Scene) -> list[tuple[int, int]]:
    """For each candidate start and end of the sentence around it, or of the piece of a long one."""
    stops = np.flatnonzero((scene.codes == 10) | (scene.marks & STOP > 0))
    starts = stops[np.searchsorted(stops, scene.lows) - 1] + 1
    ends = stops[np.searchsorted(stops, scene.highs)]
    block = starts + (scene.lows - starts) // _STEP * _STEP
    low, high = np.maximum(starts, block - _BEFORE), np.minimum(ends, block + _STEP + _BEHIND)
    return list(zip(low.tolist(), high.tolist(), strict=True))


@shared
def _shares(scene: Scene) -> Any:
    """Shares of the characters of each candidate that stand in names of persons and in common nouns, shape (candidates, 2)."""
    text = scene.text
    known: dict[str, Words] = {}
    rows = np.full((len(scene.spans), 2), -1.0, dtype=np.float32)
    asked = scene.asked[cell_numbers(scene)[scene.asked] < 0]
    pieces = _pieces(scene) if len(asked) else []
    for at in asked.tolist():
        (low, high), (start, end) = scene.spans[at], pieces[at]
        if end - start < _LEAST:
            continue
        sentence = text[start:end]
        if sentence not in known:
            known[sentence] = words(sentence)
        found = known[sentence]
        low, high = low - start, high - start
        persons = nouns = 0
        for number in range(bisect_right(found.ends, low), bisect_left(found.starts, high)):
            kind = kind_of(found.found[number])
            if kind is not Kind.OTHER:
                length = min(found.ends[number], high) - max(found.starts[number], low)
                persons, nouns = (persons + length, nouns) if kind is Kind.PERSON else (persons, nouns + length)
        rows[at] = persons / (high - low), nouns / (high - low)
    return rows


@feature(("昨日は«田中太郎»が来た", 1.0), ("昨日は«会議»が長引いた", 0.0), tagged=True)
def read_as_person(scene: Scene) -> Values:
    """Share of its characters that stand in names of persons; -1 where nothing is segmented."""
    found: Values = _shares(scene)[:, 0]
    return found


@feature(("昨日は«会議»が長引いた", 1.0), ("昨日は«田中太郎»が来た", 0.0), tagged=True)
def read_as_noun(scene: Scene) -> Values:
    """Share of its characters that stand in common nouns."""
    found: Values = _shares(scene)[:, 1]
    return found
