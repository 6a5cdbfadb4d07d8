"""Prints against the tokens of all originals: how much of what was received stands in this file.

A token that occurs in several originals says little and counts for all of them; thresholds are below.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.custody.prints import Prints
from scanner.custody.rowkeys import EVIDENCE, NAMED, READINGS, WEAK, WRITTEN
from scanner.model import Copy

ROWS_CERTAIN = 5
"""So many rows of an original in one file, or in all files together, are an excerpt."""

ROWS_WEAK = 3
"""So many are reported as weak: to be looked at, without an open point; fewer only where they agree in more than a number."""

SHARE_OF_SINGLES = 0.2
"""Rows that agree in one piece of evidence only (a telephone number, shared in a household or met by chance among millions)
count as the original's where they are so much of the file; rows that agree in two always do."""

NAMES_ALONE = 20
"""Rows that agree in full names only: a coincidence in large lists, so such a match stays weak."""

TEXT_CERTAIN = 12
TEXT_SHARE = 0.5
"""Shingles, and their share of the smaller text, that make a text a copy: an eighth of all shingles is kept, so twelve
are about a hundred characters in common."""

COMMON = 3
"""Text that stands in so many originals is a phrase of the office, not a sign of a copy."""

SEVERAL = -1
"""In place of a row: the token stands in several rows of the original, or was stored without its row."""

MOST_NAMED = 64
"""Rows of the original that are kept by number for a match below the threshold; more are not needed to reach it."""


class Size(NamedTuple):
    """How much an original has. ``named``: rows in which a name is written; -1 where it is not known."""

    rows: int
    texts: int
    named: int = -1


Known = Mapping[int, tuple[tuple[int, int], ...]]
"""Token → (original, row) where it is known."""
Lookup = Callable[[Iterable[int]], Known]


def certain_rows(rows_there: int) -> int:
    """How many rows of an original of this size are an excerpt."""
    return min(ROWS_CERTAIN, max(ROWS_WEAK, rows_there))


@dataclass(slots=True)
class _Met:
    """Rows of the file at hand that are rows of one original, by what they agree in."""

    sure: int = 0
    single: int = 0
    names: int = 0
    solid: int = 0
    """Rows that agree in more than a number alone."""
    rows: set[int] = field(default_factory=set)
    """Rows of the original that agree in anything; a token stands for a row that is not known."""
    sure_rows: set[int] = field(default_factory=set)
    solid_rows: set[int] = field(default_factory=set)


def compare(prints: Prints, lookup: Lookup, sizes: Mapping[int, Size]) -> tuple[Copy, ...]:
    """Copies that a file is. ``sizes``: original → how much it has."""
    met: dict[int, _Met] = defaultdict(_Met)
    texts: Counter[int] = Counter()
    common = 0
    for contract, tokens in prints.by_key.items():
        known = lookup({token for row in tokens for token in row})
        if known:
            for row, kinds in zip(tokens, prints.kinds, strict=True):
                _count(row, kinds, known, met, sizes)
        for standing in lookup(prints.texts.get(contract, set())).values():
            if len(standing) < COMMON:
                texts.update(original for original, _ in standing)
            else:
                common += 1
    shingles_here = max((len(s) for s in prints.texts.values()), default=0) - common
    found = [
        _copy(original, met[original], prints.rows, texts[original], shingles_here, sizes.get(original, Size(0, 0)))
        for original in sorted(met.keys() | texts.keys())
    ]
    return tuple(copy for copy in found if copy is not None)


def _copy(original: int, met: _Met, rows_here: int, text: int, shingles_here: int, there: Size) -> Copy | None:
    rows, needed = met.sure, certain_rows(there.rows)
    if rows + met.single >= SHARE_OF_SINGLES * rows_here and len(met.rows) >= ROWS_WEAK:
        rows += met.single
    with_names = rows + met.names
    least = min(shingles_here, there.texts)
    certain = rows >= needed or (text >= TEXT_CERTAIN and text >= TEXT_SHARE * least)
    by_name = with_names >= NAMES_ALONE and with_names >= 0.9 * rows_here
    if certain or rows >= ROWS_WEAK:
        counted = rows
    elif by_name:
        counted = with_names
    elif met.solid:
        counted = met.solid
    else:
        return None
    # a row met by chance in a long list is told, and does not count as a piece of the original
    pieces = met.solid_rows if met.solid >= SHARE_OF_SINGLES * rows_here else met.sure_rows
    matched = () if certain else tuple(sorted(pieces)[:MOST_NAMED])
    return Copy(
        original,
        counted,
        rows_here,
        there.rows,
        text,
        shingles_here,
        there.texts,
        weak=not certain,
        matched=matched,
    )


def _count(row: tuple[int, ...], kinds: str, known: Known, met: dict[int, _Met], sizes: Mapping[int, Size]) -> None:
    """Enter one row of the file: what it has in common with one and the same row of an original."""
    by_original: dict[int, dict[int, list[tuple[str, int]]]] = {}
    for token, kind in zip(row, kinds, strict=True):
        for original, there in known.get(token, ()):
            by_original.setdefault(original, {}).setdefault(there, []).append((kind, token))
    for original, rows in by_original.items():
        anywhere = rows.pop(SEVERAL, [])
        names_count = "N" in kinds and _names_people(sizes.get(original))
        candidates = [_Row(number, own + anywhere, own, names_count) for number, own in (rows or {SEVERAL: []}).items()]
        best = max(candidates, key=lambda found: (found.sure, found.solid, len(found.strong)))
        here = met[original]
        if not any(found.strong for found in candidates):
            here.names += any(found.named for found in candidates)
            continue
        if best.sure:
            here.sure += 1
        elif best.solid or not names_count or any(found.named for found in candidates):
            here.single += 1
        else:
            continue  # other people at the same telephone number
        here.rows.add(best.identity)
        if best.sure:
            here.sure_rows.add(best.identity)
        if best.solid:
            here.solid += 1
            here.solid_rows.add(best.identity)


class _Row:
    """What one row of the file and one row of an original have in common."""

    __slots__ = ("identity", "named", "solid", "strong", "sure")

    def __init__(self, number: int, both: list[tuple[str, int]], own: list[tuple[str, int]], names_count: bool) -> None:
        """``both``: what agrees; ``own``: that part of it that stands in no other row of the original; ``names_count``: whether
        names are written here and there."""
        if names_count and all(kind not in WRITTEN for kind, _ in both):  # read alike, written otherwise
            both, own = ([pair for pair in pairs if pair[0] not in READINGS] for pairs in (both, own))
        self.strong = {kind for kind, _ in both if kind not in WEAK}
        self.named = any(kind in WEAK or kind in NAMED for kind, _ in both)
        evidence: set[str] = set()
        for kind in self.strong:
            evidence |= EVIDENCE[kind]
        of_this_row = {kind for kind, _ in own}
        # the name itself counts only beside a number that this row of the original has and no other
        name_and_number = not of_this_row.isdisjoint("NR") and not of_this_row.isdisjoint("pe")
        self.sure = (len(self.strong) > 1 and len(evidence) > 1) or name_and_number
        self.solid = self.sure or not self.strong.isdisjoint(NAMED)
        self.identity = number if number != SEVERAL else min((t for k, t in both if k not in WEAK), default=SEVERAL)


def _names_people(size: Size | None) -> bool:
    """Whether names are written in most rows of an original. Where that is not known, they are: few lists have none."""
    return size is None or size.named < 0 or size.named * 2 >= size.rows
