"""Cuts a text into the pieces of a unigram vocabulary: the cut whose scores sum up highest.

The occurrences of all pieces are found at once by an Aho-Corasick automaton in native code; what is left for Python is one
comparison an occurrence, three to four a character, a twentieth of what the encoder costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

SPACE, LINE, TAB, UNKNOWN = "\u2581", "\n", "\t", "\uffff"
"""How the vocabulary writes a space; what stands for a character that it does not have."""
RARE = 10.0
"""So much less than the least score of a piece an unknown character counts."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cut:
    """``pieces`` (pieces,): their numbers; ``owners`` (characters,): which of them each character of the text stands in."""

    pieces: Ints
    owners: Ints


@dataclass
class Vocabulary:
    """``pieces``: their text, ``SPACE`` for a space; among them ``UNKNOWN``. ``scores``: logarithms of their probabilities."""

    pieces: Sequence[str]
    scores: Sequence[float]
    _automaton: Any = field(init=False, repr=False)
    _known: npt.NDArray[np.bool_] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        from ahocorasick_rs import AhoCorasick, MatchKind

        self._automaton = AhoCorasick(list(self.pieces), matchkind=MatchKind.Standard)
        self._known = np.zeros(0x110000, dtype=bool)
        self._known[[ord(piece) for piece in self.pieces if len(piece) == 1]] = True

    def cut(self, text: str, scores: Sequence[float] | None = None) -> Cut:
        """The best cut of ``text``. A run of spaces counts as one. ``scores``: others than the vocabulary's own."""
        scores = self.scores if scores is None else scores
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).copy()
        if not len(codes):
            return Cut(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        spaces = codes == 0x20
        codes[spaces] = ord(SPACE)
        codes[~self._known[codes]] = ord(UNKNOWN)
        kept = ~spaces
        kept[0] = True
        kept[1:] |= ~spaces[:-1]
        ends, pieces = self._best(codes[kept].tobytes().decode("utf-32-le"), scores)
        starts = np.zeros(len(kept), dtype=np.int64)
        of_kept = np.zeros(int(kept.sum()), dtype=np.int64)
        of_kept[ends[:-1]] = 1
        starts[kept] = of_kept
        return Cut(pieces, np.cumsum(starts))

    def _best(self, text: str, scores: Sequence[float]) -> tuple[Ints, Ints]:
        """(end of each piece, its number) of the best cut. Every character is a piece, so every place is reached."""
        size = len(text)
        best = [0.0] + [-1e30] * size
        taken = [(0, 0)] * (size + 1)
        for piece, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            score = best[start] + scores[piece]
            if score > best[end]:
                best[end] = score
                taken[end] = start, piece
        ends, pieces, at = [], [], size
        while at:
            ends.append(at)
            at, piece = taken[at]
            pieces.append(piece)
        return np.array(ends[::-1], dtype=np.int64), np.array(pieces[::-1], dtype=np.int64)
