"""Texts as batches: a text is cut into parts at line ends, parts of about one length make a batch.

A part is what is read at once at run time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from detectors.encoder.pieces import Vocabulary
from detectors.names.features import CHANNELS, flags
from detectors.names.tagger import char_kinds
from detectors.training.encoder.vocabulary import noisy
from detectors.training.marked import Text, joined
from detectors.training.office import Office
from detectors.training.texts import encode, exchanged

PART, PIECES = 440, 400
"""Most characters and pieces of a part."""
MIXED = 0.2
"""Share of the texts that are several in one, a line each."""
POOL = 2500
"""Parts that are sorted by length at once."""


@dataclass(frozen=True)
class Shares:
    """What one epoch is made of: how often the open sentences and the documents stand in it, so many office texts."""

    sentences: int = 4
    documents: int = 5
    office: int = 6000


@dataclass(frozen=True)
class Part:
    """One part: pieces with begin and end, the piece of each character, code points, flags (characters, CHANNELS), tags."""

    pieces: Any
    owners: Any
    codes: Any
    marks: Any
    tags: Any


@dataclass(frozen=True)
class Material:
    """Texts to learn from. ``rows``: number of the row (of the word table) of each piece; ``begin``, ``end``: of those two."""

    sentences: Sequence[Text]
    documents: Sequence[Text]
    things: dict[str, list[str]]
    vocabulary: Vocabulary
    shares: Shares = Shares()

    def texts(self, seed: int) -> list[Text]:
        """The texts of one epoch, shuffled."""
        chance, office = random.Random(seed), Office(seed, self.things)
        found = [
            exchanged(t, chance) if chance.random() < 0.6 else t
            for t in self.sentences
            for _ in range(self.shares.sentences)
        ]
        found += [exchanged(t, chance) for t in self.documents for _ in range(self.shares.documents)]
        found += [office.text() for _ in range(self.shares.office)]
        chance.shuffle(found)
        mixed, at = [], 0
        while at < len(found):
            count = chance.randint(2, 4) if chance.random() < MIXED else 1
            mixed.append(joined(found[at : at + count]))
            at += count
        return mixed

    def parts(self, seed: int) -> Iterator[Part]:
        """The parts of one epoch; every second epoch is cut with noise."""
        chance = random.Random(seed)
        scores = noisy(self.vocabulary.scores, chance) if seed % 2 else None
        for text in self.texts(seed):
            codes, tags = encode(text)
            at = 0
            for end in part_ends(codes):
                yield self._part(codes[at:end], tags[at:end], scores)
                at = end

    def _part(self, codes: Any, tags: Any, scores: Sequence[float] | None) -> Part:
        cut = self.vocabulary.cut(codes.tobytes().decode("utf-32-le", "surrogatepass"), scores)
        return Part(cut.pieces, cut.owners, codes, flags(codes).T, tags)


def part_ends(codes: Any) -> list[int]:
    """Where the parts of a text end: behind the last line end (full stop, where there is none) before ``PART`` characters."""
    ends, at = [], 0
    while at < len(codes):
        end = min(len(codes), at + PART)
        if end < len(codes):
            for stop in (0x0A, 0x3002):
                found = np.flatnonzero(codes[at + PART // 2 : end] == stop)
                if len(found):
                    end = at + PART // 2 + int(found[-1]) + 1
                    break
        ends.append(end)
        at = end
    return ends


@dataclass(frozen=True)
class Batch:
    """Parts of about one length: arrays of the same names, a row each. ``filled``: where a piece stands and no padding; what is
    no character of a text has the tag −100. A line end stands before and behind each part, as at run time."""

    pieces: Any
    filled: Any
    owners: Any
    codes: Any
    marks: Any
    tags: Any


def batches(parts: Iterator[Part], size: int, begin: int, seed: int) -> Iterator[Batch]:
    """Batches of at most ``size`` pieces, padding counted, in chance order. ``begin``: number of the piece that begins a part;
    the next ones end it and fill up."""
    dice = random.Random(seed)
    while pool := [part for part in islice(parts, POOL) if len(part.pieces) <= PIECES]:
        pool.sort(key=lambda part: len(part.pieces) + dice.random())
        groups: list[list[Part]] = []
        held: list[Part] = []
        for part in pool:
            if (len(part.pieces) + 2) * (len(held) + 1) > size:
                groups.append(held)
                held = []
            held.append(part)
        dice.shuffle(groups)
        for group in groups:
            yield _packed(group, begin)


def _packed(group: list[Part], begin: int) -> Batch:
    rows, width = len(group), max(len(part.pieces) for part in group) + 2
    length = max(len(part.codes) for part in group) + 2
    pieces, filled = np.full((rows, width), begin + 2), np.zeros((rows, width), dtype=bool)
    owners, tags = np.zeros((rows, length), dtype=np.int64), np.full((rows, length), -100)
    codes, marks = np.full((rows, length), 10, dtype=np.uint32), np.zeros((rows, length, CHANNELS), dtype=np.uint8)
    for row, part in enumerate(group):
        m, n = len(part.pieces) + 2, len(part.codes)
        pieces[row, :m] = [begin, *part.pieces, begin + 1]
        filled[row, :m] = True
        owners[row, 1 : n + 1], owners[row, n + 1 :] = part.owners + 1, m - 1
        codes[row, 1 : n + 1], marks[row, 1 : n + 1], tags[row, 1 : n + 1] = part.codes, part.marks, part.tags
    return Batch(pieces, filled, owners, codes, marks, tags)


def letters(known: Any) -> Any:
    """Code point (of the BMP) → row of the character embedding: a kind for those that are not ``known``."""
    from detectors.names.tagger import KINDS

    rows = char_kinds().astype(np.int64)
    rows[known] = np.arange(len(known)) + KINDS
    return rows
