"""Candidates of marked texts with their evidence and whether each is a name: what the rescorer is fitted to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detectors.engine import Engine
from detectors.evidence.agreement import agreement, bonds
from detectors.evidence.feature import Feature, matrix
from detectors.evidence.scene import Ints, Scene
from detectors.fold import fold
from detectors.interface import Depth, Match, View
from detectors.names.finder import scene_of
from detectors.training.marked import Span, Text

Shake = Callable[[Any], Any]


@dataclass
class Examples:
    """``values`` (candidates, features), ``named`` whether each is a name, ``text`` the number of its text."""

    values: Any
    named: Any
    text: Any
    spans: list[list[Span]] = field(default_factory=list)
    """Candidates of each text."""
    marked: list[int] = field(default_factory=list)
    """Names that are marked in each text, whether they are candidates or not."""
    shared: list[Ints] = field(default_factory=list)
    """What the candidates of each text share (``evidence/agreement.py``)."""

    def agreeing(self, first: Any) -> Any:
        """What is asked the second time, shape (len(RISES), candidates), if the first weighing gives this."""
        ends = np.cumsum([shared.shape[1] for shared in self.shared])
        parts = [agreement(first[end - one.shape[1] : end], one) for end, one in zip(ends, self.shared, strict=True)]
        return np.concatenate(parts, axis=1)


class _Seeing:
    """Keeps what the engine knows when it asks for names."""

    def __init__(self) -> None:
        self.seen: tuple[View, list[Match]] | None = None

    def find(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        self.seen = view, list(known)
        return []


class _Gathered:
    """Examples of one depth, as they come."""

    def __init__(self, features: tuple[Feature, ...]) -> None:
        self.features = features
        self.values, self.named = [np.zeros((0, len(features)), np.float32)], [np.zeros(0, bool)]
        self.numbers = [np.zeros(0, np.intp)]
        self.spans: list[list[Span]] = []
        self.marked: list[int] = []
        self.shared: list[Ints] = []

    def add(self, number: int, text: Text, scene: Scene) -> None:
        folded = fold(text.text, join=True)
        found = [folded.span(start, end) for start, end in zip(scene.starts.tolist(), scene.ends.tolist(), strict=True)]
        gold = set(text.spans)
        self.spans.append(found)
        self.marked.append(len(gold))
        self.shared.append(bonds(scene))
        if found:
            self.values.append(matrix(scene, self.features).T)
            self.named.append(np.array([span in gold for span in found]))
            self.numbers.append(np.full(len(found), number))

    def all(self) -> Examples:
        return Examples(
            np.concatenate(self.values),
            np.concatenate(self.named),
            np.concatenate(self.numbers),
            self.spans,
            self.marked,
            self.shared,
        )


def examples(
    texts: Iterable[Text], wanted: Mapping[Depth, tuple[Feature, ...]], shakes: Mapping[Depth, Shake] | None = None
) -> dict[Depth, Examples]:
    """All candidates of the texts, for each depth with its features. ``shakes`` change what the networks say."""
    seeing = _Seeing()
    engine = Engine(Depth.QUICK, seeing)
    gathered = {depth: _Gathered(features) for depth, features in wanted.items()}
    for number, text in enumerate(texts):
        engine.analyze(text.text, entities={"PERSON"})
        assert seeing.seen is not None
        for depth, into in gathered.items():
            into.add(number, text, scene_of(*seeing.seen, depth, change=(shakes or {}).get(depth)))
    return {depth: into.all() for depth, into in gathered.items()}
