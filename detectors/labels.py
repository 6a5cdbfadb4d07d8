"""Label words (個人番号, 口座番号, 伝票番号 …) and where they stand in a text.

One search finds the labels of all recognizers at once. What decides about a number is the *nearest* label, so
that ``個人番号 … 口座番号 …`` on one line gives each number its own. Labels of the kind ``against`` (伝票番号, JAN)
compete on equal terms: a number whose nearest label is one of them is not personal.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import ahocorasick_rs

from detectors.resources import rules

REACH = 40
"""How many characters before a value a label may stand."""

AGAINST = "against"


@lru_cache(maxsize=1)
def announcing() -> dict[str, tuple[str, ...]]:
    """Family → the words that announce its values (``config/rules/labels.toml``)."""
    found: dict[str, list[str]] = {}
    for group in rules("labels")["labels"]:
        for family in group["of"]:
            found.setdefault(family, []).extend(group["words"])
    families: dict[str, list[str]] = {}
    for family, words in found.items():
        for word in words:
            families.setdefault(word, []).append(family)
    for heading, keys in rules("columns")["keys"].items():
        for family in families.get(heading, ()):
            found[family] += [form.format(key) for key in keys for form in _KEYED]
    return {family: tuple(dict.fromkeys(words)) for family, words in found.items()}


_KEYED = ('"{}"', "'{}'", "<{}>", "{}=", "{}:", '{}":', "{}':")
"""How the key of a field stands before its value in the files of machines, perhaps at the end of a longer key."""


@lru_cache(maxsize=1)
def vague_words() -> frozenset[str]:
    """Announcing words that mean more than the number they may stand before (介護, 免許)."""
    return frozenset(word for group in rules("labels")["labels"] if group.get("vague") for word in group["words"])


_Search = Callable[[str], list[tuple[int, int, int]]]
"""Text → (word number, start, end) of leftmost-longest hits."""


class LabelIndex:
    """All labels of a registry. ``owners`` of a label are the entity families that it speaks for."""

    def __init__(self, labels: Mapping[str, Iterable[str]], *, native: bool = True) -> None:
        """``labels``: family → label words, spelt as after folding (half-width ASCII, lower case for Latin).

        ``native=False`` searches with ``re`` instead of the Aho-Corasick library: slower, same results.
        """
        owners: dict[str, set[str]] = {}
        for family, words in labels.items():
            for word in words:
                owners.setdefault(word, set()).add(family)
        self.words = sorted(owners)
        self.owners = [frozenset(owners[word]) for word in self.words]
        self._latin = [word.isascii() for word in self.words]
        self._find = _native(self.words) if native else _by_regex(self.words)
        self._headers: dict[str, LabelHits] = {}

    def header(self, text: str) -> LabelHits:
        """Hits in a column header; asked once a cell, answered from memory (headers only, never values)."""
        found = self._headers.get(text)
        if found is None:
            if len(self._headers) >= _CACHED_HEADERS:
                self._headers.clear()
            found = self._headers[text] = self.search(text)
        return found

    def search(self, text: str) -> LabelHits:
        """Leftmost-longest hits in ``text``, Latin letters compared without case."""
        lowered = text.lower()
        if len(lowered) != len(text):  # İ and the like grow when lowered; offsets matter more than they do
            lowered = text
        latin = self._latin
        hits = [h for h in self._find(lowered) if not latin[h[0]] or not _inside_word(lowered, h[1], h[2])]
        return LabelHits(self, [h[1] for h in hits], [h[2] for h in hits], [h[0] for h in hits])


_CACHED_HEADERS = 20_000


def _native(words: list[str]) -> _Search:
    automaton = ahocorasick_rs.AhoCorasick(
        words,
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.DFA,  # 4 MB more for half the time
    )

    def find(text: str) -> list[tuple[int, int, int]]:
        return list(automaton.find_matches_as_indexes(text))

    return find


def _by_regex(words: list[str]) -> _Search:
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    ids = {word: i for i, word in enumerate(words)}
    return lambda text: [(ids[m.group()], m.start(), m.end()) for m in pattern.finditer(text)]


def _inside_word(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    letters = text[start].isalpha() and before.isascii() and before.isalpha()
    return letters or (text[end - 1].isalpha() and after.isascii() and after.isalpha())


@dataclass(frozen=True, slots=True)
class LabelHits:
    """Hits of one text, ordered by position; none overlap."""

    index: LabelIndex
    starts: list[int]
    ends: list[int]
    ids: list[int]
    families: dict[str, list[int]] = field(default_factory=dict)
    """Filled when first asked."""

    def of(self, family: str) -> list[int]:
        """Numbers of the hits whose label speaks for ``family``, in order."""
        if not self.families and self.ids:
            for hit, word in enumerate(self.ids):
                for owner in self.index.owners[word]:
                    self.families.setdefault(owner, []).append(hit)
        return self.families.get(family, [])

    def owners(self, hit: int) -> frozenset[str]:
        """Families that the label of hit number ``hit`` speaks for."""
        return self.index.owners[self.ids[hit]]

    def word(self, hit: int) -> str:
        """The label itself (a word of our lists)."""
        return self.index.words[self.ids[hit]]

    def between(self, start: int, end: int) -> range:
        """Hit numbers that lie wholly inside the span."""
        low = bisect_right(self.starts, start - 1)
        high = bisect_right(self.starts, end - 1)
        while high > low and self.ends[high - 1] > end:
            high -= 1
        return range(low, high)

    def nearest_before(self, position: int, floor: int) -> int | None:
        """The last hit that ends at or before ``position`` and starts at or after ``floor``."""
        hit = bisect_right(self.starts, position) - 1
        while hit >= 0 and self.ends[hit] > position:
            hit -= 1
        if hit < 0 or self.starts[hit] < floor:
            return None
        return hit

    def all_owners(self) -> list[frozenset[str]]:
        """Owners of every hit, in order."""
        return [self.index.owners[i] for i in self.ids]
