"""Names that stand as others do: at the begin of a line, between the marks that part others.

What the tagger was not sure of is a name where its neighbours are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from detectors.interface import REPORTED, Check, Match, View
from detectors.names.foreign import LISTED_FAMILY
from detectors.names.lexicon import Lexicon
from detectors.names.scripts import KANJI, KANJI_ONLY
from detectors.names.shape import SEVERAL, bare, not_a_name, plausibility

# What parts words, what parts cells, and the marks before the items of a list; a place is told by the kinds of characters.
_PARTS = " \t\n・、,/|│┃()[]:;-→>○×△◎●☆★■□◆◇※"
_CELLS = "\t,"
_MARKS = "○×△◎●☆★■□◆◇"
_WORD = rf"(?P<n>[{KANJI}ぁ-んァ-ヶー]{{1,7}}(?: [{KANJI}ぁ-んァ-ヶー]{{1,6}})?|[A-Z][a-z]{{1,11}})"
_CLASSES = {"0": "[0-9]", "○": f"[{_MARKS}]", "あ": f"[^0-9{re.escape(_PARTS)}]"}
_NEAR = 3
"""So many lines from a name of the same place its neighbours are looked for."""
_FEW, _MOSTLY = 2, 0.5
"""Names that must be found in a place before others are believed there, and their least share of it."""
_STRANGE = 6
"""With three names found, so many words that may be names for one that cannot be any."""
_SPREAD = 400
"""Most characters a name of a list."""
_PLACES = 6
"""So many kinds of places are looked at, those with most names first: each costs a pass over the text."""
_HALF = 0.3
"""Least probability of the tagger for words of which their form alone says too little."""


def alike(view: View, found: list[Match], named: npt.NDArray[np.float32], lexicon: Lexicon) -> list[Match]:
    """Names in the places of the names ``found`` that are not among them. ``named``: probability per character."""
    text = view.text
    places: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for match in found:
        if match.score >= REPORTED and match.recognizer != "NAME_COLUMN":
            place = _place(text, match.start, match.end)
            if place is not None:
                places[place].append(match)
    taken = {match.start for match in found}
    result: list[Match] = []
    for (before, behind), names in sorted(places.items(), key=lambda p: -len(p[1]))[:_PLACES]:
        if behind == " " and "あ" not in before:
            names = names + places.get((before, "\n"), [])  # the last of a line of names
        if len(names) < _FEW:
            continue
        alone = "あ" not in before or (len(names) > _FEW and len({text[m.start - 2] for m in names}) == 1)
        for start, end in _others(text, before, behind, names, taken, lexicon, named, alone):
            taken.add(start)
            start, end = bare(text, start, end, " ")
            if end > start:
                result.append(Match("PERSON", start, end, 0.6, Check.NONE, "NAME_ALIKE", "stands as other names do"))
    return result


def _place(text: str, start: int, end: int) -> tuple[str, str] | None:
    """What stands before and behind a name, digits as 0, marks as ○, letters as あ; ``None`` inside a sentence."""
    behind = text[end : end + 1] or "\n"
    before = text[max(0, start - 2) : start] or "\n"
    if behind not in _PARTS or before[-1] not in _PARTS or (behind in _CELLS and before[-1] in _CELLS):
        return None  # a cell of a table is judged by its column
    return "".join(map(_kind, before)), behind


def _kind(char: str) -> str:
    if char in _PARTS:
        return "○" if char in _MARKS else char
    return "0" if "0" <= char <= "9" else "あ"


@lru_cache(maxsize=256)
def _pattern(before: str, behind: str) -> re.Pattern[str]:
    left = "".join(_CLASSES.get(c) or re.escape(c) for c in before)
    right = r"(?=\n|\Z)" if behind == "\n" else f"(?={re.escape(behind)})"
    return re.compile(left + _WORD + right)


def _others(
    text: str,
    before: str,
    behind: str,
    names: list[Match],
    taken: set[int],
    lexicon: Lexicon,
    named: npt.NDArray[np.float32],
    alone: bool,
) -> Iterator[tuple[int, int]]:
    """Spans in the same place near the names, where at least half of what stands there are names, or hardly anything
    cannot be one."""
    low, high = _around(text, min(m.start for m in names), max(m.end for m in names))
    if high - low > _SPREAD * len(names):
        return  # here and there in a long text: no list
    maybe: list[tuple[int, int]] = []
    strange = 0
    for match in _pattern(before, behind).finditer(text, low, high):
        start, end = match.span("n")
        if start in taken:
            continue
        if _possible(text, start, end, named, lexicon, alone):
            maybe.append((start, end))
        else:
            strange += 1
    count = len(names) + len(maybe)
    if len(names) >= _MOSTLY * (count + strange) or (alone and len(names) > _FEW and strange * _STRANGE <= count):
        yield from maybe


def _around(text: str, low: int, high: int) -> tuple[int, int]:
    for _ in range(_NEAR):
        low = max(0, text.rfind("\n", 0, max(0, low - 1)))
        next_line = text.find("\n", high + 1)
        high = next_line + 1 if next_line >= 0 else len(text)
    return low, high


def _possible(text: str, start: int, end: int, named: npt.NDArray[np.float32], lexicon: Lexicon, alone: bool) -> bool:
    """Whether a word may be a name if its neighbours are. ``alone``: no word stands right before its place that says what
    it is; only then a surname of the lists counts that the tagger gives nothing for."""
    name = text[start:end]
    if not_a_name(name) or (len(name) == 1 and name not in lexicon.surnames and not lexicon.rare(name)):
        return False
    if name.isascii():
        return alone and (name.lower() in LISTED_FAMILY or name.lower() in lexicon.surname_romaji)
    rating = plausibility(name, lexicon)
    mean = float(named[start:end].mean())
    if mean < _HALF:
        return alone and KANJI_ONLY.fullmatch(name) is not None and rating >= SEVERAL and not lexicon.noun(name)
    return rating >= 0.4
