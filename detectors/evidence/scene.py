"""One text with all its candidates, and what several features ask of it, computed once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, wraps
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from detectors.interface import REPORTED, Match, View
from detectors.names.features import Codes, Floats, codes_of
from detectors.names.lexicon import Lexicon
from detectors.names.tagger import char_kinds

Ints = npt.NDArray[np.intp]

KANJI, MARK, SPACE, LINE = 1, 7, 8, 9
"""Kinds of characters (``tagger.char_kinds``)."""

ENDS, STOP = 1, 2
"""Marks: what ends a cell or a clause, and the full stop."""
_MARKS = {ENDS: '\n\t,|、;"', STOP: "。"}

_MACHINES = frozenset({"IP_ADDRESS", "JP_SENSITIVE", "PERSON"})
"""What stands in texts about nobody too."""


@dataclass
class Scene:
    """``tags``: what the tagger gives every character, shape (characters, 5), or ``None`` where it was not asked.
    Candidates are ordered by where they start."""

    view: View
    tags: Floats | None
    starts: Ints
    ends: Ints
    known: Sequence[Match]
    lexicon: Lexicon
    unread: npt.NDArray[np.bool_] | None = None
    """Candidates that are known without being weighed (``names/rosters.py``): features need give nothing for them but what others
    ask of their neighbours."""
    memo: dict[str, Any] = field(default_factory=dict)
    """What features of one module keep for each other."""

    @cached_property
    def text(self) -> str:
        """The folded text, with a line end on both sides of it: no feature needs to ask where it ends."""
        return f"\n{self.view.text}\n"

    @cached_property
    def codes(self) -> Codes:
        """Code points of ``text``."""
        return codes_of(self.text)

    @cached_property
    def kinds(self) -> npt.NDArray[np.uint8]:
        """Kind of every character of ``text``."""
        return _kinds()[np.minimum(self.codes, 0xFFFF)]

    @cached_property
    def lows(self) -> Ints:
        """Where the candidates start in ``text``."""
        return self.starts + 1

    @cached_property
    def highs(self) -> Ints:
        """Where they end in ``text``."""
        return self.ends + 1

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """The same as numbers of Python."""
        return list(zip(self.lows.tolist(), self.highs.tolist(), strict=True))

    @cached_property
    def names(self) -> list[str]:
        """What the candidates read, in one line."""
        text = self.text
        return [_in_one_line(text[low:high]) for low, high in self.spans]

    @cached_property
    def broken(self) -> list[tuple[int, int]]:
        """Those that go over the end of a line, as (start, end) in ``text``."""
        inside = self._breaks.searchsorted(self.lows) < self._breaks.searchsorted(self.highs)
        return [self.spans[n] for n in inside.nonzero()[0].tolist()]

    @cached_property
    def _breaks(self) -> Ints:
        breaks: Ints = (self.codes == 10).nonzero()[0]
        return breaks

    @cached_property
    def asked(self) -> Ints:
        """Numbers of the candidates that are weighed."""
        return np.arange(len(self.starts)) if self.unread is None else (~self.unread).nonzero()[0]

    @cached_property
    def words(self) -> tuple[list[str], Ints]:
        """The different names, those of candidates that are weighed first, and which of them each candidate is."""
        names = self.names
        number: dict[str, int] = {}
        if self.unread is not None:
            for at in self.asked.tolist():
                number.setdefault(names[at], len(number))
        self.memo["weighed words"] = len(number)
        which = [number.setdefault(name, len(number)) for name in names]
        return list(number), np.array(which, dtype=np.intp)

    def of_words(self, value: Callable[[str], Any], *, of_unread: bool = False) -> Floats:
        """What ``value`` gives for the different names, given to every candidate. ``of_unread``: also for names that stand in
        unread candidates alone, which have 0 otherwise."""
        names, which = self.words
        if self.unread is None or of_unread:
            return np.array(list(map(value, names)), dtype=np.float32)[which]
        given = np.zeros(len(names), dtype=np.float32)
        given[: self.memo["weighed words"]] = list(map(value, names[: self.memo["weighed words"]]))
        return given[which]

    def each(self, value: Callable[[int, int], Any]) -> Floats:
        """What ``value`` gives for the span of every candidate; 0 for unread ones."""
        spans = self.spans
        if self.unread is None:
            return np.array([value(low, high) for low, high in spans], dtype=np.float32)
        given = np.zeros(len(spans), dtype=np.float32)
        given[self.asked] = [value(*spans[at]) for at in self.asked.tolist()]
        return given

    @cached_property
    def marks(self) -> Any:
        """Bits of every character of ``text``: what marks it is among."""
        return _marks()[np.minimum(self.codes, 0xFFFF)]

    @cached_property
    def right(self) -> Any:
        """The same of the character behind each candidate."""
        return self.marks[self.highs]

    @cached_property
    def named(self) -> Floats:
        """Probability of standing in a name, a character of ``text``."""
        if self.tags is None:
            return np.zeros(len(self.codes), dtype=np.float32)
        named = np.concatenate(([0.0], 1.0 - self.tags[:, 0], [0.0])).astype(np.float32)
        for low, high in self.broken:  # the end of a line is no part of a name for the tagger
            gap = np.arange(low, high)[self.kinds[low:high] >= SPACE]
            named[gap] = min(named[gap[0] - 1], named[gap[-1] + 1])
        return named

    @cached_property
    def whole(self) -> Floats:
        """How likely the tagger takes each candidate for a name that begins and ends there: the least of what it gives the
        begin, the end and what is between."""
        if self.tags is None:
            return np.zeros(len(self.starts), dtype=np.float32)
        begins = self.tags[self.starts, 1] + self.tags[self.starts, 4]
        ends = self.tags[self.ends - 1, 3] + self.tags[self.ends - 1, 4]
        whole: Floats = np.minimum(np.minimum(begins, ends), self.least)
        return whole

    @cached_property
    def least(self) -> Floats:
        """What the tagger gives the least sure character of each candidate."""
        borders = np.stack([self.lows, self.highs], axis=1).ravel()
        least: Floats = np.minimum.reduceat(self.named, borders)[::2] if len(borders) else self.named[:0]
        return least

    @cached_property
    def lines(self) -> tuple[Ints, Ints, Ints]:
        """For each candidate: number of its line, where that starts and where it ends in ``text``."""
        breaks = self._breaks
        number = breaks.searchsorted(self.lows) - 1
        return number, breaks[number] + 1, breaks[number + 1]

    @cached_property
    def pieces(self) -> tuple[Ints, Ints]:
        """For each candidate where the piece of text around it, unbroken by spaces and marks, starts and ends."""
        breaks = (self.kinds >= MARK).nonzero()[0]
        return breaks[breaks.searchsorted(self.lows) - 1] + 1, breaks[breaks.searchsorted(self.highs)]

    @cached_property
    def numbers(self) -> Ints:
        """Where numbers, births, addresses of somebody start in ``text``, in order."""
        found = [m[1] for m in self.known if m[3] >= REPORTED and not m[8] and m[0] not in _MACHINES]
        return np.array(sorted(set(found)), dtype=np.intp) + 1

    def near(self, places: Ints, reach: int) -> Ints:
        """How many of the places, which are in order, lie at most ``reach`` from each candidate."""
        return places.searchsorted(self.highs + reach) - places.searchsorted(self.lows - reach)


_Value = TypeVar("_Value")


def shared(compute: Callable[[Scene], _Value]) -> Callable[[Scene], _Value]:
    """What several features ask of a scene, computed once. Nobody changes what is given."""
    key = f"{compute.__module__}.{compute.__name__}"

    @wraps(compute)
    def known(scene: Scene) -> _Value:
        memo = scene.memo
        if key not in memo:
            memo[key] = compute(scene)
        value: _Value = memo[key]
        return value

    return known


def _in_one_line(name: str) -> str:
    return " ".join(name.split()) if "\n" in name else name


@lru_cache(maxsize=1)
def _kinds() -> npt.NDArray[np.uint8]:
    kinds = char_kinds()
    kinds[0x30FB] = MARK
    kinds[0xFFFF] = KANJI  # what is beyond the BMP is nearly always a rare kanji
    return kinds


@lru_cache(maxsize=1)
def _marks() -> Any:
    table = np.zeros(0x10000, dtype=np.uint8)
    for bit, chars in _MARKS.items():
        table[[ord(char) for char in chars]] |= bit
    return table
