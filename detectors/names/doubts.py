"""Where the tagger is in doubt, the lists decide: a listed surname and a listed given name are a name there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from detectors.interface import Check, Match, View
from detectors.names.belief import of_firm
from detectors.names.borders import of_school
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.scripts import KANJI, KANJI_ONLY
from detectors.names.shape import not_a_name, plausibility

_DOUBT, _LIKELY, _HALF = 0.15, 0.3, 0.1
"""Least probability of the characters that are looked at, of a name without a space, and of a half of a name that stands elsewhere whole."""
_BEFORE = re.compile(rf"(?:[{KANJI}]{{1,3}}(?: (?=[{KANJI}]))?)?[{KANJI}]{{0,4}}")
_BEHIND = re.compile(rf"[{KANJI}]{{0,5}}(?: [{KANJI}]{{1,3}})?(?![{KANJI}])")
_SOLID = re.compile(rf"[{KANJI}]{{3,6}}")
_SPACED = re.compile(rf"[{KANJI}]{{1,4}} [{KANJI}]{{1,3}}")


def settled(view: View, found: list[Match], named: npt.NDArray[np.float32], lexicon: Lexicon) -> Iterator[Match]:
    """Names around the characters that the tagger gave some probability and ``found`` does not cover."""
    text = view.text
    open_ = named >= _DOUBT
    for match in found:
        open_[match.start : match.end] = False
    edges = np.flatnonzero(np.diff(np.concatenate(([False], open_, [False])).astype(np.int8)))
    done = -1
    for start in edges[::2].tolist():
        if start < done or not "一" <= text[start] <= "龥":
            continue
        low, high = _whole(text, start)
        done = high
        name = text[low:high]
        spaced = _SPACED.fullmatch(name) is not None
        if not (spaced or _SOLID.fullmatch(name)) or not_a_name(name) or plausibility(name, lexicon) < 0.9:
            continue
        if not spaced and (float(named[low:high].mean()) < _LIKELY or of_school(text, low, high)):
            continue
        if of_firm(text, low, high):
            continue
        family, _, given = name.partition(" ")
        if spaced and not (family in lexicon.surnames and given in lexicon.given):
            continue
        yield Match("PERSON", low, high, 0.6, Check.NONE, "NAME_LIST", "surname and given name listed")


def _whole(text: str, at: int) -> tuple[int, int]:
    """The kanji around ``at``, with one space between them where kanji stand on both its sides."""
    before = _BEFORE.match(text[max(0, at - 9) : at][::-1])
    behind = _BEHIND.match(text, at)
    return at - (before.end() if before else 0), behind.end() if behind else at + 1


def halves(view: View, found: list[Match], named: npt.NDArray[np.float32], lexicon: Lexicon) -> Iterator[Match]:
    """Surnames and given names by themselves of persons who are named in full (藤巻 陸 … 陸は) or behind a label
    (代理人:能勢 … 能勢、東), where the tagger does not speak against them."""
    text = view.text
    parts = {
        part
        for match in found
        if match.score >= _SURE
        and (" " in (name := text[match.start : match.end]) or (match.recognizer == "NAME_LABEL" and len(name) > 1))
        for part in name.split(" ")
        if KANJI_ONLY.fullmatch(part)
    }
    if not parts or len(parts) > _MANY:
        return
    starts = {match.start for match in found}
    search = ahocorasick_rs.AhoCorasick(sorted(parts), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    for _, start, end in search.find_matches_as_indexes(text):
        if start in starts or KANJI_ONLY.match(text[start - 1 : start]) or KANJI_ONLY.match(text, end):
            continue
        if text[start - 1 : start] == " " and KANJI_ONLY.match(text[max(0, start - 2) : start - 1]):
            continue  # a half of another name
        if float(named[start:end].mean()) >= _HALF:
            given = GIVEN_BEHIND.match(text, end)
            if given is not None and to_katakana(given[1]) in lexicon.given_kana:
                end = given.end()  # 灘 太一郎 … 灘 さつき
            yield Match("PERSON", start, end, 0.6, Check.NONE, "NAME_AGAIN", "named in full elsewhere in the text")


GIVEN_BEHIND = re.compile(r" ([ぁ-んァ-ヶー]{2,5})(?![ぁ-んァ-ヶー])")
_SURE, _MANY = 0.8, 400
