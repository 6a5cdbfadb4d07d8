"""Which of the 250,002 pieces are kept: those that Japanese text is cut into.

Every kept piece costs 216 bytes of the word table. What the training texts and the words of the Sudachi dictionary and of
wordfreq are cut into is kept, and all single characters and pieces with kana. Line ends and tabs get pieces of their own:
layout says much about names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from detectors.encoder.pieces import LINE, TAB, UNKNOWN, Vocabulary
from detectors.training.encoder.source import Source
from detectors.training.words import dictionary_words, system_dictionary

_KANA = re.compile("[ぁ-ヿ]")
_SINGLE = re.compile("[!-\u02af\u0370-\u045f\u2000-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")
_JOINED = 60
"""Dictionary words that are cut together, a space between them."""
NOISE = 1.0
"""Half width of what is added to a score in a noisy cut."""


@dataclass(frozen=True)
class Kept:
    """The cut vocabulary and, for each of its pieces, the row of the source's word table (the unknown piece and those of
    line end and tab: that of the source's own unknown and end)."""

    vocabulary: Vocabulary
    rows: npt.NDArray[np.int64]


def noisy(scores: Iterable[float], chance: random.Random) -> list[float]:
    """The scores, each a little changed: the same text is cut in another way."""
    return [score + chance.uniform(-NOISE, NOISE) for score in scores]


def cut_down(source: Source, texts: Iterable[str], chance: random.Random) -> Kept:
    """The vocabulary of Japanese text. ``texts``: folded, as they will be read."""
    special = {source.begin: "\ufdd0", source.end: "\ufdd1", 1: "\ufdd2", source.unknown: UNKNOWN}
    pieces = [special.get(number, piece) for number, piece in enumerate(source.pieces)] + [LINE, TAB]
    least = float(source.scores.min())
    scores = [*source.scores.tolist(), 0.0, 0.0]
    scores[source.unknown] = least - 10.0
    whole = Vocabulary(pieces, scores)
    used = np.zeros(len(pieces), dtype=bool)
    used[[source.unknown, len(pieces) - 2, len(pieces) - 1]] = True
    for text in texts:
        used[whole.cut(text).pieces] = True
        used[whole.cut(text, noisy(scores, chance) if chance.random() < 0.002 else None).pieces] = True
    words = _words()
    while some := " ".join(islice(words, _JOINED)):
        used[whole.cut(some).pieces] = True
    for number, piece in enumerate(pieces):
        if _KANA.search(piece) or (len(piece) == 1 and _SINGLE.fullmatch(piece)):
            used[number] = True
    used[list(special.keys() - {source.unknown})] = False
    numbers = np.flatnonzero(used)
    rows = np.where(numbers >= len(source.pieces), source.end, numbers)
    return Kept(Vocabulary([pieces[n] for n in numbers], [scores[n] for n in numbers]), rows)


def _words() -> Iterable[str]:
    from wordfreq import get_frequency_dict

    def folded() -> Iterable[str]:
        for word, _, cost in dictionary_words(system_dictionary()):
            if len(word) <= _LONGEST and cost < _COST:
                yield word
        yield from get_frequency_dict("ja")

    return iter(folded())


_LONGEST, _COST = 8, 20000
