"""Names that nothing but the lists gives away: a listed surname and a listed given name side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.interface import Check, Match, View
from detectors.names.foreign import LISTED_FAMILY
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.romaji import ENGLISH
from detectors.names.scripts import KANJI
from detectors.names.shape import latin, plausibility

_SOLID = re.compile(rf"[{KANJI}]{{3,}}")
_GAP = re.compile(rf" (?=[A-Z{KANJI}ぁ-んァ-ヶー])(?<=[A-Za-z,{KANJI}ぁ-んァ-ヶー] )")
"""One space between two words that may be the halves of a name."""
_HALVES = {
    "kanji": (
        re.compile(rf"[{KANJI}]{{1,5}}"),
        re.compile(rf" (?:[{KANJI}]{{1,3}}|[ぁ-ん]{{2,4}}|[ァ-ヶー]{{2,5}})(?![{KANJI}ぁ-んァ-ヶー])"),
    ),
    "katakana": (re.compile(r"[ァ-ヶーA-Za-z]{2,8}"), re.compile(r" [ァ-ヶー]{2,7}(?![ァ-ヶー])")),
    "hiragana": (re.compile(r"[ぁ-んー一-龥]{2,7}"), re.compile(r" [ぁ-ん]{2,6}(?![ぁ-んー])")),
    "latin": (
        re.compile(r",?[A-Za-z.@/_-]{3,13}"),
        re.compile(r" (?:[A-Z][a-z]{2,11}|[A-Z]{3,11})(?![A-Za-z@_/-]|\.[a-z])"),
    ),
}
"""Script → the word before the gap, spelt backwards and with what must not touch it, and the gap with the word behind."""
_ROMAJI_FIRST = re.compile(r"(?:[A-Z][a-z]{2,11}|[A-Z]{3,11}),?")


def lists(text: str, lexicon: Lexicon, start: int = 0, end: int | None = None) -> Iterator[Match]:
    """Pairs of a listed surname and a listed given name between ``start`` and ``end``, with a space between them or
    without."""
    end = len(text) if end is None else end
    for match in _SOLID.finditer(text, start, end):
        name = match.group()
        if len(name) <= 6 and lexicon.known_full(name) and plausibility(name, lexicon) > 0.9 and _not_place(name):
            yield Match("PERSON", *match.span(), 0.72, Check.NONE, "NAME_LIST", "surname and given name listed")
    for match in _GAP.finditer(text, start, end):
        yield from _spaced(text, match.start(), lexicon)


_HALF = rf"[{KANJI}ぁ-んァ-ヶー]{{1,6}}"
_LINE = rf" ?{_HALF} {_HALF}(?: {_HALF} {_HALF}){{0,9}} ?(?=\n|\Z)"
_ROSTER = re.compile(rf"\n{_LINE}(?:\n{_LINE})*")
"""Begins with a line end, to which the engine skips."""
_WORD = re.compile(r"[^ \n]+")
_LISTED, _PAIRS = 0.6, 3
"""Least share of the first words that are surnames and of the second that are given names, and fewest names."""


def rosters(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Lines of nothing but surnames and given names in turn: all of them are names, also those on no list."""
    text = "\n" + view.text
    for block in _ROSTER.finditer(text):
        words = [match.span() for match in _WORD.finditer(text, block.start(), block.end())]
        if len(words) < 2 * _PAIRS:
            continue
        texts = [to_katakana(text[a:b]) for a, b in words]
        families = sum(word in lexicon.surnames or word in lexicon.surname_kana for word in texts[::2])
        givens = sum(word in lexicon.given or word in lexicon.given_kana for word in texts[1::2])
        if min(families, givens) < _LISTED * len(words) / 2:
            continue
        for (start, _), (_, end) in zip(words[::2], words[1::2], strict=True):
            yield Match("PERSON", start - 1, end - 1, 0.95, Check.NONE, "NAME_LIST", "one of a line of names")


_TICKET = re.compile(r"/(?<=[A-Z]/)[A-Z]{2,14}(?![A-Za-z0-9/])(?P<title>(?= ?(?:MR|MRS|MS|MISS|MSTR|DR)(?![A-Za-z])))?")
_FAMILY = re.compile(r"[A-Z]{2,14}(?![A-Za-z0-9/])")


def tickets(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Names as on tickets and passports: ``TAKIZAWA/HIROMI MS``."""
    text = view.text
    for match in _TICKET.finditer(text):
        slash = match.start()
        family = _FAMILY.match(text[max(0, slash - 16) : slash][::-1])
        if family is None:
            continue
        pair = text[slash - family.end() : slash].lower(), text[slash + 1 : match.end()].lower()
        listed = pair[0] in lexicon.surname_romaji and pair[1] in lexicon.given_romaji
        if listed or match["title"] is not None:
            start = slash - family.end()
            yield Match("PERSON", start, match.end(), 0.8, Check.NONE, "NAME_LIST", "surname/given name")


_COMMA = re.compile(r", (?<=[A-Z], )[A-Z]{2,14}(?: [A-Z]{2,14})?(?= {2}| ?[\t;|(]|\r?\n|\Z)")
_LINE_BEGIN = re.compile(r"[A-Z]{2,14}(?= ?(?:\n|\Z))")


def comma_lines(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Lines of two or more that begin with ``TSUKIOKA, HARUHIKO``, where at least half of the surnames are listed."""
    lines: list[tuple[int, int]] = []
    for comma in _COMMA.finditer(view.text):
        family = _LINE_BEGIN.match(view.text[max(0, comma.start() - 16) : comma.start()][::-1])
        if family is not None:
            lines.append((comma.start() - family.end(), comma.end()))
    families = [view.text[start:end].partition(",")[0].lower() for start, end in lines]
    listed = sum(family in lexicon.surname_romaji or family in LISTED_FAMILY for family in families)
    if len(lines) > 1 and listed * 2 >= len(lines):
        for start, end in lines:
            yield Match("PERSON", start, end, 0.8, Check.NONE, "NAME_LIST", "one of lines of surname, given name")


def _spaced(text: str, gap: int, lexicon: Lexicon) -> Iterator[Match]:
    """A listed surname and a listed given name with the space at ``gap`` between them."""
    script = _script(text[gap - 1])
    before, behind = _HALVES[script]
    first = before.match(text[max(0, gap - 14) : gap][::-1])
    second = behind.match(text, gap)
    if first is None or second is None:
        return
    start, end = gap - first.end(), second.end()
    family, name = text[start:gap], text[start:end]
    if script == "kanji":
        if len(family) <= 4 and family in lexicon.surnames and text[gap + 1 : end] in lexicon.given:
            if plausibility(name, lexicon) > 0.8:
                yield Match("PERSON", start, end, 0.85, Check.NONE, "NAME_LIST", "surname and given name listed")
    elif script == "latin":
        english = not ENGLISH.isdisjoint(name.lower().replace(",", "").split())
        if not english and _ROMAJI_FIRST.fullmatch(family) and latin(name, lexicon) >= 0.9:
            yield Match("PERSON", start, end, 0.7, Check.NONE, "NAME_LIST", "romaji listed")
    elif _KANA_HALF[script].fullmatch(family):
        least, score = (0.95, 0.8) if script == "katakana" else (0.79, 0.75)
        if plausibility(name, lexicon) >= least:
            yield Match("PERSON", start, end, score, Check.NONE, "NAME_LIST", "both readings listed")


_KANA_HALF = {"katakana": re.compile(r"[ァ-ヶー]{2,7}"), "hiragana": re.compile(r"[ぁ-ん]{2,6}")}


def _script(char: str) -> str:
    if char.isascii():
        return "latin"
    if "ぁ" <= char <= "ん":
        return "hiragana"
    return "katakana" if "ァ" <= char <= "ヵ" or char == "ー" else "kanji"


_PLACE = re.compile(r"[都道府県市区町村駅港川山島寺]$|大学|空港|公園|神社")


def _not_place(name: str) -> bool:
    return not _PLACE.search(name)
