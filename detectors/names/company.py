"""Whether an unsure name has company: words that merely look like names stand alone in texts about nobody.

Catalogues, price lists and guides name plants, places, wares and colours that are surnames (有田, 如月, 立山). The tagger is less
sure of them than of most people, but so it is of some people; what tells them apart is the text around: where one person
is, there is a label, a number, a second person, or a name that cannot be anything else.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from detectors.interface import REPORTED, Check, Match, View
from detectors.names import romaji
from detectors.names.belief import conceivable, score_of
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.scripts import KANJI_ONLY
from detectors.names.title_words import LEADING, RANKS, TITLES
from detectors.names.titles import title_at

if TYPE_CHECKING:
    from detectors.names.decoding import Span

_SURE, _FAIR = 0.93, 0.8
"""Scores of a name that needs no company, and of two different names that are company for each other."""
_NEAR = 2000
"""Characters on both sides in which company counts."""
_OF_MACHINES = frozenset({"IP_ADDRESS", "JP_SENSITIVE"})
"""What stands in texts about nobody too."""
_UNSURE = frozenset({"TAGGER", "NAME_ALIKE", "GINZA"})
_SUBJECT = re.compile(r"[はがも](?=[ぁ-ん一-龥、])")
_WORD_OF_SENTENCE = re.compile(r"[はがもをの、と](?=[ぁ-ん一-龥、])")


class Company:
    """Where a text speaks of people: by ``names`` that are certain or called something, by ``others``, their numbers, and by
    a crowd of what the tagger has ``seen``: several words of which it is fairly sure, whatever else they mean."""

    def __init__(self, text: str, names: Iterable[Match], others: Iterable[Match], seen: Iterable[Span]) -> None:
        self._names = sorted(
            (m.start, text[m.start : m.end])
            for m in names
            if m.score >= (_SURE if m.recognizer in _UNSURE else REPORTED) or _called(text, m)
        )
        self._crowd = sorted((start, text[start:end]) for start, end, probability in seen if probability >= _IN_CROWD)
        numbers = [m.start for m in others if m.score >= REPORTED and not m.evidence and m.entity not in _OF_MACHINES]
        self._all = sorted([*(start for start, _ in self._names), *numbers])

    def near(self, at: int) -> bool:
        """Whether a person is named or numbered near."""
        return _any_near(self._all, at) or self._crowded(at)

    def many(self, at: int) -> bool:
        """Whether several persons are named near."""
        return _different(self._names, at, _NEAR) >= _SEVERAL or self._crowded(at)

    def _crowded(self, at: int) -> bool:
        return _different(self._crowd, at, _CLOSE) >= _CROWD


def _different(names: list[tuple[int, str]], at: int, reach: int) -> int:
    """How many different names stand at most ``reach`` characters from ``at``."""
    low, high = (bisect_left(names, (place, "")) for place in (at - reach, at + reach))
    return len({name for _, name in names[low : min(high, low + _LOOKED_AT)]})


_IN_CROWD, _CROWD, _CLOSE = 0.9, 3, 100
"""Least probability of the names that make a crowd, how many different ones it takes, and how close they stand."""
_SEVERAL, _LOOKED_AT, _AMONG = 2, 60, 0.7
"""Different names that make a text speak of people; so many are looked at; the most that a doubted name scores among them."""


def among_people(
    view: View,
    names: list[Match],
    others: list[Match],
    doubted: list[Span],
    lexicon: Lexicon,
    seen: Sequence[Span],
) -> Iterator[Match]:
    """Those of the tagger's ``doubted`` names that count among several others."""
    if not doubted:
        return
    company = Company(view.text, names, others, seen)
    for start, end, probability in doubted:
        if company.many(start) and conceivable(view.text, start, end, probability, lexicon):
            score = min(score_of(probability), _AMONG)
            yield Match("PERSON", start, end, score, Check.NONE, "NAME_AMONG", "name model; among people")


def in_company(
    text: str, names: list[Match], others: list[Match], lexicon: Lexicon, seen: Sequence[Span] = ()
) -> list[Match]:
    """``names`` without unsure ones near which nothing of ``others`` and no other name says that people are meant.

    Subjects of sentences need no company, of prose the tagger knows enough; nor do names in full (渡辺信夫, ジョン・レノン).
    """
    unsure = [m for m in names if m.recognizer in _UNSURE and REPORTED <= m.score < _SURE]
    if not unsure:
        return names
    company = Company(text, names, others, seen)
    fair = _runs(text, sorted((m.start, m.end) for m in unsure if m.score >= _FAIR or m.recognizer == "NAME_ALIKE"))
    alone = {
        (m.start, m.end)
        for m in unsure
        if not company.near(m.start) and not _two(m.start, fair) and not _spoken_of(text, m, lexicon)
    }
    return [m for m in names if m.recognizer not in _UNSURE or (m.start, m.end) not in alone]


def _called(text: str, match: Match) -> bool:
    return (
        text.endswith(LEADING, max(0, match.start - 3), match.start)
        or title_at(text, match.end)
        or _TITLED.search(text, max(0, match.start - 8), match.start) is not None
    )


_TITLED = re.compile(rf"(?:{'|'.join((*TITLES, *RANKS, '士長', '署長', '総括', '補佐'))}) $")
"""署長 渡嘉敷."""


def _spoken_of(text: str, match: Match, lexicon: Lexicon) -> bool:
    name = text[match.start : match.end]
    if "・" in name or (_in_full(name, lexicon) and (len(name) > 3 or match.score >= _FAIR)):
        return True
    return (_WORD_OF_SENTENCE if len(name) > 3 else _SUBJECT).match(text, match.end) is not None


def _in_full(name: str, lexicon: Lexicon) -> bool:
    """Whether a name is a surname and a given name: both listed, or of four and more kanji, the surname listed."""
    if name.isascii():
        return romaji.in_full(name, lexicon)
    if " " in name:
        family, _, given = name.partition(" ")
        return lexicon.surname_too(family) and _given(given, lexicon)
    if len(name) > 3 and KANJI_ONLY.fullmatch(name):
        return lexicon.split(name) is not None
    return any(name[:cut] in lexicon.surnames and _given(name[cut:], lexicon) for cut in range(1, min(4, len(name))))


def _given(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.given or to_katakana(word) in lexicon.given_kana


def _any_near(starts: list[int], at: int) -> bool:
    i = bisect_left(starts, at - _NEAR)
    return i < len(starts) and starts[i] <= at + _NEAR


class _Run(NamedTuple):
    """Mentions of one name with no other between them."""

    name: str
    places: list[int]


def _runs(text: str, spans: list[tuple[int, int]]) -> list[_Run]:
    """The mentions, in order, as runs."""
    runs: list[_Run] = []
    for start, end in spans:
        name = text[start:end]
        if runs and runs[-1].name == name:
            runs[-1].places.append(start)
        else:
            runs.append(_Run(name, [start]))
    return runs


def _two(at: int, fair: list[_Run]) -> bool:
    """Whether two different names of ``fair`` stand near ``at``, one of them perhaps there."""
    first = ""
    low = bisect_left(fair, at - _NEAR, key=_last)
    for run in fair[low : low + _LOOKED_AT]:
        if run.places[bisect_left(run.places, at - _NEAR)] > at + _NEAR:
            break
        if first and run.name not in first and first not in run.name:
            return True
        first = first or run.name
    return False


def _last(run: _Run) -> int:
    return run.places[-1]
