"""What the rest of a text says of the names found in it: readings behind them, other mentions, words that are names only
now and then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import ahocorasick_rs

from detectors.interface import REPORTED, Check, Match, View
from detectors.names.belief import ordinary
from detectors.names.lexicon import to_katakana
from detectors.names.scripts import KANJI_ONLY, KATAKANA_ONLY

_READING = re.compile(r" ?\((?P<kana>[ぁ-んー]{2,8} ?[ぁ-んー]{0,8}|[ァ-ヶー]{2,8} ?[ァ-ヶー]{0,8})(?: ?様)?\)")


def readings(text: str, found: list[Match]) -> list[Match]:
    """How a name is read, in brackets right behind it: 久保木 亘(くぼき わたる)."""
    taken = {m.start for m in found}
    result: list[Match] = []
    for match in found:
        reading = _READING.match(text, match.end)
        if reading is None or match.score < REPORTED or reading.start("kana") in taken:
            continue
        name, kana = text[match.start : match.end], reading["kana"].rstrip()
        if _reads(kana.replace(" ", ""), name):
            start = reading.start("kana")
            result.append(Match("PERSON", start, start + len(kana), 0.8, Check.NONE, "NAME_READING", "read so"))
            taken.add(start)
    return result


def _reads(kana: str, name: str) -> bool:
    """Whether the kana may be the reading of a name: one to three for each kanji, and its own kana where it has some."""
    kanji = sum("一" <= c <= "龥" or c in "々﨑髙" for c in name)
    own = "".join(c for c in name if "ぁ" <= c <= "ー")
    fits = kanji < len(kana) - len(own) <= 3 * kanji or (kanji == 1 and len(kana) - len(own) == 1)
    return kanji > 0 and fits and to_katakana(own) in to_katakana(kana)


def propagate(view: View, found: list[Match]) -> list[Match]:
    """Other mentions of a name that is certain: the same characters elsewhere, bounded by other scripts."""
    text = view.text
    certain: dict[str, float] = {}
    for match in found:
        if match.score >= 0.8:
            name = text[match.start : match.end]
            certain[name] = max(match.score, certain.get(name, 0.0))
    whole = {name.replace(" ", "") for name in certain if " " in name and "ぁ" <= name[-1]}
    certain = {name: score for name, score in certain.items() if _again(name, score)}
    certain.update({name: _WHOLE for name in whole if len(name) > 2})
    words = [name for name in certain if KATAKANA_ONLY.fullmatch(name)]
    if words:
        tagged, total = Counter(text[m.start : m.end] for m in found), _mentions(text, words)
        for name in words:
            if tagged[name] < _MOSTLY * total[name]:
                del certain[name]
    if not certain or len(certain) > 400:
        return []
    starts = {m.start for m in found}
    result: list[Match] = []
    search = ahocorasick_rs.AhoCorasick(sorted(certain), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    for _, at, end in search.find_matches_as_indexes(text):
        if text[at:end] in whole and (end - at > 3 or _bounded(text, at, end)):
            result.append(Match("PERSON", at, end, _WHOLE, Check.NONE, "NAME_AGAIN", "named elsewhere in the text"))
        elif at not in starts and _bounded(text, at, end):
            result.append(Match("PERSON", at, end, 0.75, Check.NONE, "NAME_AGAIN", "named elsewhere in the text"))
    return result


_NOW_AND_THEN, _MOSTLY, _WHOLE = 0.3, 0.5, 0.97
"""… and the score of a name that stands elsewhere with a space: surer than what else was made of a part of it."""


def _mentions(text: str, words: list[str]) -> Counter[str]:
    """How often the words stand in the text, counted in one pass."""
    search = ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return Counter(words[number] for number, _, _ in search.find_matches_as_indexes(text))


def steady(text: str, tagged: list[Match], placed: Sequence[Match] = ()) -> list[Match]:
    """Without katakana words that the tagger takes for a name only now and then (セマフォ, デーモン): a name is one nearly
    everywhere in a text."""
    names = Counter(text[m.start : m.end] for m in (*tagged, *placed))
    words = [name for name in names if KATAKANA_ONLY.fullmatch(name)]
    if not words:
        return tagged
    total = _mentions(text, words)
    dropped = {name for name in words if total[name] > 3 and names[name] < _NOW_AND_THEN * total[name]}
    return [m for m in tagged if text[m.start : m.end] not in dropped] if dropped else tagged


def _again(name: str, score: float) -> bool:
    """Whether a name is one wherever it stands: not a single word that also means a thing (シェル, 空白, May)."""
    if len(name) < 3 and not (len(name) == 2 and score >= 0.85 and KANJI_ONLY.fullmatch(name)):
        return False
    if " " in name or "・" in name:
        return True
    return bool(KATAKANA_ONLY.fullmatch(name) or KANJI_ONLY.fullmatch(name)) and not ordinary(name)


def _bounded(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (_same_script(before, text[start]) or _same_script(after, text[end - 1]))


def _same_script(a: str, b: str) -> bool:
    def script(char: str) -> str:
        if "一" <= char <= "龥" or char in "々﨑髙":
            return "kanji"
        if "ァ" <= char <= "ー":
            return "katakana"
        return "latin" if char.isascii() and char.isalpha() else char

    return script(a) == script(b)
