"""Counts hits: strict (same borders) and relaxed (overlap), per entity and over all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[str, int, int]


@dataclass
class Count:
    """Hits, found and expected of one entity."""

    hit: int = 0
    near: int = 0
    near_found: int = 0
    found: int = 0
    gold: int = 0

    def f1(self, *, relaxed: bool = False) -> float:
        """Harmonic mean of precision and recall."""
        precision = (self.near_found if relaxed else self.hit) / self.found if self.found else 0.0
        recall = (self.near if relaxed else self.hit) / self.gold if self.gold else 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def precision(self) -> float:
        """Strict precision."""
        return self.hit / self.found if self.found else 0.0

    def recall(self) -> float:
        """Strict recall."""
        return self.hit / self.gold if self.gold else 0.0


class Score:
    """Sums over documents."""

    def __init__(self) -> None:
        self.entities: dict[str, Count] = defaultdict(Count)

    def add(self, gold: Iterable[Span], found: Iterable[Span]) -> None:
        """One document."""
        expected, given = set(gold), set(found)
        for entity, start, end in expected:
            count = self.entities[entity]
            count.gold += 1
            count.hit += (entity, start, end) in given
            count.near += any(e == entity and s < end and start < t for e, s, t in given)
        for entity, start, end in given:
            count = self.entities[entity]
            count.found += 1
            count.near_found += any(e == entity and s < end and start < t for e, s, t in expected)

    def micro(self) -> Count:
        """All entities together."""
        total = Count()
        for c in self.entities.values():
            total.hit += c.hit
            total.near += c.near
            total.near_found += c.near_found
            total.found += c.found
            total.gold += c.gold
        return total
