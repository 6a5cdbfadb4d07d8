"""Fingerprints of one file: tokens of its rows and of its running text, made while it is detected, keyed at once.

No value outlives the row it stands in: what is kept are 64-bit keyed tokens under the keys of the contracts, and a
sample of tokens under the key of this installation, by which files that nobody registered are compared.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from sys import intern

from scanner.custody.cards import Cards, Line
from scanner.custody.identity import USED
from scanner.custody.keys import Key
from scanner.custody.rowkeys import WEAK, Value, first_keys, row_keys, sketched
from scanner.custody.shingles import Shingles

SKETCH_ROWS = 200
_MOST_SPARSE = 16
_ROWS_LOOKED_AT = 200


@dataclass(slots=True)
class Prints:
    """Fingerprints of one file."""

    rows: int = 0
    """Rows that identify somebody."""
    by_key: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)
    """Contract → tokens of each such row."""
    texts: dict[str, set[int]] = field(default_factory=dict)
    """Contract → tokens of running text."""
    kinds: list[str] = field(default_factory=list)
    """What each token of a row is made of, one letter a token (``rowkeys``); the same for every contract."""
    sketch: tuple[int, ...] = ()
    """Sample of tokens under the installation's key."""
    modulus: int = 1
    """One token in so many is in the sketch."""


class Fingerprinter:
    """Collects what the detection hands over. ``house`` is the installation's key."""

    def __init__(self, contracts: Sequence[Key], house: Key) -> None:
        self._contracts = contracts
        self._house = house
        self._older = any(key.older for key in contracts)
        self._rows: dict[str, list[tuple[int, ...]]] = {k.contract: [] for k in contracts}
        self._house_tokens = array("q")
        """Flat: nobody asks by row, and a list of a million rows has five million."""
        self._kinds: list[str] = []
        self._cards = Cards(self._row_of)
        self._texts, self._words = Shingles(), Shingles()
        self._rows_seen = 0

    def value(self, line: Line, entity: str, value: str, part: str = "") -> None:
        """A detected value; those of a row or line come one after the other. ``part``: which part of a name its column holds."""
        if entity in USED:
            self._cards.add(line, Value(entity, value, part))

    def text(self, text: str) -> None:
        """Running text, in order."""
        self._texts.add(text)

    def row(self, cells: Sequence[tuple[int, str]]) -> None:
        """A table row; its words are compared only where the rows identify nobody."""
        self._rows_seen += 1
        if self._rows_seen < _ROWS_LOOKED_AT or len(self._kinds) * 4 < self._rows_seen:
            self._words.add("\n".join([text for _, text in cells]))

    def finish(self) -> Prints:
        """All fingerprints; nothing else is kept."""
        self._cards.close()
        shingles = self._texts.digests()
        if len(self._kinds) * 4 < self._rows_seen or not self._kinds:
            shingles = shingles | self._words.digests()
        prints = Prints(len(self._kinds), self._rows, kinds=self._kinds)
        for key in self._contracts:
            prints.texts[key.contract] = {key.token("s:" + s.hex()) for s in shingles}
        modulus = 1
        while modulus < _MOST_SPARSE and len(self._kinds) > SKETCH_ROWS * modulus:
            modulus *= 2
        tokens = set(self._house_tokens)
        tokens |= {self._house.token("s:" + s.hex()) for s in sorted(shingles)[: 4 * SKETCH_ROWS]}
        prints.sketch = tuple(sorted(t for t in tokens if (t >> 1) % modulus == 0))
        prints.modulus = modulus
        return prints

    def _row_of(self, values: list[Value]) -> None:
        found = row_keys(values)
        older = first_keys(values) if self._older else []
        if not found and not older:
            return
        texts = [text for _, text in found]
        for key in self._contracts:
            tokens = [key.second(text) for text in texts]
            tokens += [key.token(text, weak=kind in WEAK) for kind, text in older]
            self._rows[key.contract].append(tuple(tokens))
        self._kinds.append(intern("".join([kind for kind, _ in (*found, *older)])))  # few different ones, many rows
        self._house_tokens.extend([self._house.second(text) for text in sketched(found)])
