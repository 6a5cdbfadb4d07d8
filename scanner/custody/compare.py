"""Prints against the tokens of all originals: how much of what was received stands in this file.

A token that occurs in several originals says little and counts for all of them; thresholds are below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from scanner.custody.prints import Prints
from scanner.model import Copy

ROWS_CERTAIN = 5
"""So many rows of an original in one file are an excerpt."""

ROWS_WEAK = 3
"""So many are reported as weak: to be looked at, without an open point."""

SHARE_OF_SINGLES = 0.2
"""Rows that agree in one key only (a telephone number, shared in a household or met by chance among millions) count as
the original's where they are so much of the file; rows that agree in two keys always do."""

NAMES_ALONE = 20
"""Rows that agree in full names only: a coincidence in large lists, so such a match stays weak."""

TEXT_CERTAIN = 12
TEXT_SHARE = 0.5
"""Shingles, and their share of the smaller text, that make a text a copy: an eighth of all shingles is kept, so twelve
are about a hundred characters in common."""

COMMON = 3
"""Text that stands in so many originals is a phrase of the office, not a sign of a copy."""

Lookup = Callable[[Iterable[int]], Mapping[int, tuple[int, ...]]]
"""Tokens → those that are known, with the originals that have them."""


def compare(prints: Prints, lookup: Lookup, sizes: Mapping[int, tuple[int, int]]) -> tuple[Copy, ...]:
    """Copies that a file is. ``sizes``: original → (rows, shingles) of it."""
    sure: Counter[int] = Counter()
    single: Counter[int] = Counter()
    names: Counter[int] = Counter()
    texts: Counter[int] = Counter()
    common = 0
    for contract, tokens in prints.by_key.items():
        known = lookup({token for row in tokens for token in row})
        if known:
            for row in tokens:
                _count(row, known, sure, single, names)
        for originals in lookup(prints.texts.get(contract, set())).values():
            if len(originals) < COMMON:
                texts.update(originals)
            else:
                common += 1
    shingles_here = max((len(s) for s in prints.texts.values()), default=0) - common
    found: list[Copy] = []
    for original in sorted(sure.keys() | single.keys() | names.keys() | texts.keys()):
        rows_there, shingles_there = sizes.get(original, (0, 0))
        rows, text = sure[original], texts[original]
        if rows + single[original] >= SHARE_OF_SINGLES * prints.rows:
            rows += single[original]
        with_names = rows + names[original]
        least = min(shingles_here, shingles_there)
        certain = rows >= min(ROWS_CERTAIN, max(ROWS_WEAK, rows_there)) or (
            text >= TEXT_CERTAIN and text >= TEXT_SHARE * least
        )
        by_name = with_names >= NAMES_ALONE and with_names >= 0.9 * prints.rows
        if certain or rows >= ROWS_WEAK or by_name:
            counted = rows if certain or rows >= ROWS_WEAK else with_names
            found.append(
                Copy(original, counted, prints.rows, rows_there, text, shingles_here, shingles_there, weak=not certain)
            )
    return tuple(found)


def _count(
    row: tuple[int, ...],
    known: Mapping[int, tuple[int, ...]],
    sure: Counter[int],
    single: Counter[int],
    names: Counter[int],
) -> None:
    """Enter one row: how many of its keys are those of one and the same original."""
    hits: Counter[int] = Counter()
    strong: set[int] = set()
    for token in row:
        for original in known.get(token, ()):
            hits[original] += 1
            if not token & 1:
                strong.add(original)
    for original, count in hits.items():
        if original not in strong:
            names[original] += 1
        elif count > 1:
            sure[original] += 1
        else:
            single[original] += 1
