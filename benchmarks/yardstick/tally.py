"""What a system made of the documents: by pairs of conditions, by bands of scores, and by whole persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from math import sqrt
from typing import NamedTuple

from benchmarks.score import Count
from benchmarks.yardstick.pieces import Sample


class Found(NamedTuple):
    """A found value."""

    entity: str
    start: int
    end: int
    score: float


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass
class Tally:
    """Counts over the documents seen so far."""

    total: Count = field(default_factory=Count)
    entities: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    values: dict[tuple[str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    pairs: dict[tuple[str, str, str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    bands: dict[float, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """Lower border of a band of scores → right, found."""
    whole: int = 0
    persons: int = 0
    flagged: int = 0
    clean: int = 0

    def add(self, sample: Sample, found: Iterable[Found]) -> None:
        """One document. Overlap with a value of the same entity counts as right; the strict figures are in ``hit``."""
        kept = list(found)
        count = _counted(sample, kept)
        for one in (self.total, *(self.entities[e] for e in ())):
            _into(one, count)
        for entity in {g.entity for g in sample.gold} | {f.entity for f in kept}:
            _into(self.entities[entity], _counted(sample, kept, entity))
        if sample.gold:
            for pair in combinations(sample.axes.items(), 2):
                (a, x), (b, y) = pair
                _into(self.pairs[a, x, b, y], count)
            for axis, value in sample.axes.items():
                _into(self.values[axis, value], count)
            self._persons(sample, kept)
        else:
            self.clean += 1
            self.flagged += bool(kept)
        for f in kept:
            band = self.bands[min(0.95, int(f.score * 20) / 20)]
            band[0] += any(g.entity == f.entity and g.start < f.end and f.start < g.end for g in sample.gold)
            band[1] += 1

    def _persons(self, sample: Sample, kept: list[Found]) -> None:
        missed = {
            g.person
            for g in sample.gold
            if not any(f.entity == g.entity and g.start < f.end and f.start < g.end for f in kept)
        }
        everybody = {g.person for g in sample.gold}
        self.persons += len(everybody)
        self.whole += len(everybody - missed)


def _counted(sample: Sample, found: list[Found], entity: str = "") -> Count:
    gold = [g for g in sample.gold if not entity or g.entity == entity]
    given = [f for f in found if not entity or f.entity == entity]
    exact = {(g.entity, g.start, g.end) for g in gold}
    return Count(
        hit=sum((f.entity, f.start, f.end) in exact for f in given),
        near=sum(any(f.entity == g.entity and g.start < f.end and f.start < g.end for f in given) for g in gold),
        near_found=sum(any(f.entity == g.entity and g.start < f.end and f.start < g.end for g in gold) for f in given),
        found=len(given),
        gold=len(gold),
    )


def _into(total: Count, more: Count) -> None:
    total.hit += more.hit
    total.near += more.near
    total.near_found += more.near_found
    total.found += more.found
    total.gold += more.gold
