"""What the dictionary's words are in this place of a sentence. In tables and lists of words nothing is segmented: there is no sentence
that would say more than the word, and there are many of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from detectors.evidence.feature import Values, feature
from detectors.evidence.placed import in_table
from detectors.evidence.scene import STOP, Scene
from detectors.names.segments import Word, words

_STEP, _BEFORE, _BEHIND = 150, 60, 90
"""Long sentences are cut in pieces of so many characters, with so many before and behind them."""
_LEAST = 6
"""Characters of the least piece that is segmented: a name by itself is no sentence."""
_COLUMNS = ("persons", "families", "givens", "nouns", "count", "begins", "ends", "affix")
_start, _end = attrgetter("start"), attrgetter("end")


def _pieces(scene: Scene) -> list[tuple[int, int]]:
    """For each candidate start and end of the sentence around it, or of the piece of a long one."""
    stops = np.flatnonzero((scene.codes == 10) | (scene.marks & STOP > 0))
    starts = stops[np.searchsorted(stops, scene.lows) - 1] + 1
    ends = stops[np.searchsorted(stops, scene.highs)]
    block = starts + (scene.lows - starts) // _STEP * _STEP
    low, high = np.maximum(starts, block - _BEFORE), np.minimum(ends, block + _STEP + _BEHIND)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _within(found: Sequence[Word], low: int, high: int) -> tuple[float, ...]:
    first, last = bisect_right(found, low, key=_end), bisect_left(found, high, key=_start)
    inside = found[first:last]
    persons = families = givens = nouns = 0
    for word in inside:
        length = min(word.end, high) - max(word.start, low)
        _, kind, of, part, *_ = word.speech
        persons += length * (of == "人名")
        families += length * (part == "姓")
        givens += length * (part == "名")
        nouns += length * (kind == "普通名詞")
    whole = high - low
    behind = found[last].speech[0] if last < len(found) else ""
    return (
        persons / whole,
        families / whole,
        givens / whole,
        nouns / whole,
        float(len(inside)),
        float(bool(inside) and inside[0].start == low),
        float(bool(inside) and inside[-1].end == high),
        float(behind == "接尾辞"),
    )


def _column(scene: Scene, name: str) -> Any:
    if "segmented" not in scene.memo:
        text = scene.text
        known: dict[tuple[int, int], list[Word]] = {}
        rows = np.full((len(scene.spans), len(_COLUMNS)), -1.0, dtype=np.float32)
        cells, pieces = in_table(scene), _pieces(scene)
        for at in scene.asked.tolist():
            (low, high), (start, end) = scene.spans[at], pieces[at]
            if cells[at] or end - start < _LEAST:
                continue
            if (start, end) not in known:
                known[start, end] = words(text[start:end])
            rows[at] = _within(known[start, end], low - start, high - start)
        scene.memo["segmented"] = rows
    return scene.memo["segmented"][:, _COLUMNS.index(name)]


@feature(("昨日は«田中太郎»が来た", 1.0), ("昨日は«会議»が長引いた", 0.0), tagged=True)
def read_as_person(scene: Scene) -> Values:
    """Share of its characters that stand in names of persons; -1 where nothing is segmented."""
    found: Values = _column(scene, "persons")
    return found


@feature(("昨日は«田中太郎»が来た", 0.5), ("昨日は«会議»が長引いた", 0.0), tagged=True)
def read_as_family(scene: Scene) -> Values:
    """Share of its characters that stand in surnames."""
    found: Values = _column(scene, "families")
    return found


@feature(("昨日は«田中太郎»が来た", 0.5), ("昨日は«会議»が長引いた", 0.0), tagged=True)
def read_as_given(scene: Scene) -> Values:
    """Share of its characters that stand in given names."""
    found: Values = _column(scene, "givens")
    return found


@feature(("昨日は«会議»が長引いた", 1.0), ("昨日は«田中太郎»が来た", 0.0), tagged=True)
def read_as_noun(scene: Scene) -> Values:
    """Share of its characters that stand in common nouns."""
    found: Values = _column(scene, "nouns")
    return found


@feature(("昨日は«田中太郎»が来た", 2.0), ("昨日は«会議»が長引いた", 1.0), tagged=True)
def words_within(scene: Scene) -> Values:
    """Words that it touches."""
    found: Values = _column(scene, "count")
    return found


@feature(("昨日は«田中太郎»が来た", 1.0), ("昨日は田«中太郎»が来た", 0.0), tagged=True)
def begins_word(scene: Scene) -> Values:
    """Whether a word begins where it does."""
    found: Values = _column(scene, "begins")
    return found


@feature(("昨日は«田中太郎»が来た", 1.0), ("昨日は«田中太»郎が来た", 0.0), tagged=True)
def ends_word(scene: Scene) -> Values:
    """Whether a word ends where it does."""
    found: Values = _column(scene, "ends")
    return found


@feature(("昨日は«田中»さんが来た", 1.0), ("昨日は«田中»が来た", 0.0), tagged=True)
def affix_behind(scene: Scene) -> Values:
    """Whether an ending of words stands behind it."""
    found: Values = _column(scene, "affix")
    return found
