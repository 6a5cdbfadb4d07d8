"""Where names may stand: what the tagger does not rule out, cells under headers of persons, what stands behind labels for
persons and before titles, and pairs that both lists know. Nothing is decided here; too many cost time only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np

from detectors.interface import View
from detectors.labels import LabelIndex
from detectors.names.columns import of_persons
from detectors.names.features import Floats, classes
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.vocabulary import titles

LEAST = 0.04
"""What the tagger must give the begin, the end and every character of a name. On documents that no network had seen the gold
spans among the candidates were 95.1 % at .2, 96.5 at .1, 98.2 at .05 and 98.9 at .02, for 1.07, 1.13, 1.26 and 1.54
candidates a name."""
LONGEST = 30
"""Characters of a name."""
Span = tuple[int, int]
KANJI = r"一-龥々ヶ﨑髙㐂"
"""What names are written in, inside a class of a regular expression. ヶ stands in surnames (城ヶ崎)."""


def spans(
    view: View, tags: Floats | None, lexicon: Lexicon, more: Iterable[Span] = (), leave: frozenset[Span] = frozenset()
) -> list[Span]:
    """All candidates, in order, each once. ``leave``: cells that need not be looked at."""
    found = set(tagged(tags)) if tags is not None else set(_listed(view.text, lexicon))
    found.update(more)
    found.update(_under_headers(view, leave))
    found.update(_behind_labels(view))
    found.update(found_in.span("name") for found_in in _INTRODUCED.finditer(view.text))
    found.update(_before_titles(view.text, lexicon))
    return sorted(_trimmed(view, found) | set(_over_lines(view, lexicon)))


def tagged(tags: Floats) -> Iterator[Span]:
    """Spans between what may begin a name and what may end it."""
    begins = (tags[:, 1] + tags[:, 4]) >= LEAST
    named = 1.0 - tags[:, 0]
    ends = ((tags[:, 3] + tags[:, 4]) >= LEAST) & (named >= LEAST)
    stops = (named < LEAST).nonzero()[0]
    last = np.concatenate((stops, [len(named)]))
    starts = (begins & (named >= LEAST)).nonzero()[0]
    closing = ends.nonzero()[0]
    limits = np.minimum(last[last.searchsorted(starts)], starts + LONGEST)
    lows, highs = closing.searchsorted(starts), closing.searchsorted(limits)
    at = closing.tolist()
    for start, low, high in zip(starts.tolist(), lows.tolist(), highs.tolist(), strict=True):
        for end in at[low : min(high, low + _MOST_ENDS)]:
            yield start, end + 1


_MOST_ENDS = 6
"""Ends that one beginning is tried with. Of 1,710 beginnings in 400 documents by hand none has more than three; in a run of rare signs each
sign may be one, and every candidate costs a hundred features."""
_AROUND = " 　\t\r\n・、,:;|()（）「」<>\"'*※†"


_KEY_BEFORE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,40}[=:]")
"""The key of a value: hinmei=."""


def _trimmed(view: View, found: set[Span]) -> set[Span]:
    """The spans without what no name begins or ends with: marks, spaces, the key or the label of the value."""
    text = view.text
    labels = {view.labels.starts[hit]: view.labels.ends[hit] for hit in view.labels.of("PERSON")}
    result = set()
    for start, end in found:
        if (key := _KEY_BEFORE.match(text, start, end)) is not None:
            start = key.end()
        elif start in labels and text.startswith(_JOINTS, labels[start]):
            start = min(end, labels[start])
        while start < end and text[start] in _AROUND:
            start += 1
        while end > start and text[end - 1] in _AROUND:
            end -= 1
        if start < end <= start + LONGEST and "\n" not in text[start:end] and not _key(text, start, end):
            result.add((start, end))
    return result


_JOINTS = (" ", ":", "=", "　")
"""What parts a label and its value."""
_KEY_ENDS = ('":', "':", '" :', '" =', " =>", "=", ">", "_")


def _key(text: str, start: int, end: int) -> bool:
    """Whether Latin letters are a key, a tag or a part of an identifier of a machine file: what stands there names nobody."""
    word = text[start:end]
    if not word.isascii():
        return False
    if word.isalpha() and word.isupper() and text.startswith(":", end):
        return True
    return "_" in text[max(0, start - 1) : end] or text.startswith(_KEY_ENDS, end)


_BETWEEN = re.compile(r" ?[・/、&,;\n] ?| {2,}|\(|\)| (?=[0-9〒])")
"""What stands between the names of one cell, and before what is told of one of them."""
_BEHIND = re.compile(
    r"[\n\r\t,、。;|/()（）「」\[\]【】<>\"'*:=~→]|  +|(?<=[一-龥々ァ-ヶーA-Za-z])(?:が|は|を|に|と|の|より|から|まで|です)| ?[0-9]"
)
"""Where what stands behind a label ends; particles only behind kanji and katakana, so that はなこ stays whole."""
_JOINT = re.compile(r"(?:\([^)\n]{1,8}\))?[ 　]?[)\]】」』>]?[ 　]?[:=|(\t]?[ 　\t]{0,6}(?:\([株有]\))?")


def _under_headers(view: View, leave: frozenset[Span]) -> Iterator[Span]:
    """Cells of columns of persons, and the parts of those in which several stand."""
    for number, table in enumerate(view.layout.tables):
        for place, column in view.columns(number).items():
            if of_persons(column) > 0:
                for cell in table.below(place):
                    if cell[:2] not in leave:
                        yield from _parts(view.text, cell.start, cell.end)


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    if end - start <= LONGEST + 6:
        yield start, _without_title(text, start, end)
        yield start, end
    at = start
    for gap in _BETWEEN.finditer(text, start, min(end, start + 200)):
        yield at, _without_title(text, at, gap.start())
        at = gap.end()
    if at > start:
        yield at, _without_title(text, at, end)


def _without_title(text: str, start: int, end: int) -> int:
    """Where a name ends whose title is no part of it."""
    known = titles()
    for length in range(5, 0, -1):
        if start < end - length and text[end - length : end] in known:
            end -= length
            break
    while end > start and text[end - 1] == " ":
        end -= 1
    return end


def _behind_labels(view: View) -> Iterator[Span]:
    """What stands behind a label for persons, up to the first mark, and the first words of it."""
    text, labels = view.text, view.labels
    for hit in labels.of("PERSON"):
        at = labels.ends[hit]
        joint = _JOINT.match(text, at)
        start = joint.end() if joint else at
        if start == at:
            continue
        if text[start : start + 1] == "\n":
            start += 1
        yield from _first_words(text, start)


def _first_words(text: str, start: int) -> Iterator[Span]:
    limit = min(len(text), start + LONGEST)
    mark = _BEHIND.search(text, start, limit)
    end = mark.start() if mark else limit
    words = 0
    at = start
    while at < end and words < 4:
        at = text.find(" ", at + 1, end)
        at = end if at < 0 else at
        words += 1
        yield start, _without_title(text, start, at)
        if words > 1:
            yield text.rfind(" ", start, at - 1) + 1 or start, _without_title(text, start, at)


_INTRODUCED = re.compile(rf"の(?P<name>[{KANJI}]{{1,4}}|[ァ-ヶー]{{2,8}})(?:でござ|と申)")
"""Who says of what firm or office he is."""
_SOLID = re.compile(rf"[{KANJI}]{{1,6}}$")
_HALVES = re.compile(rf"[{KANJI}ぁ-んァ-ヶー]{{1,5}} [{KANJI}ぁ-んァ-ヶー]{{1,5}}$")
_KANA = re.compile(r"[ァ-ヶー]{1,12}$|[ぁ-ん]{2,6}$|[A-Z][A-Za-z]{1,14}$")


@lru_cache(maxsize=1)
def _titles_index() -> LabelIndex:
    return LabelIndex({"TITLE": titles()})


def _before_titles(text: str, lexicon: Lexicon) -> Iterator[Span]:
    """The word before a title, and the ends of it that the lists know."""
    for at in _titles_index().search(text).starts:
        end = at - 1 if at and text[at - 1] == " " else at
        if not end or text[end - 1].isspace():
            continue
        for pattern in (_SOLID, _HALVES, _KANA):
            match = pattern.search(text, max(0, end - 14), end)
            if match is None:
                continue
            start = match.start()
            yield start, end
            if pattern is _SOLID:
                for low in range(start + 1, end):
                    if text[low:end] in lexicon.surnames or lexicon.known_full(text[low:end]):
                        yield low, end


_BREAK = re.compile(
    rf"(?P<family>[{KANJI}]{{1,4}}) ?\n[ 　]{{0,8}}(?P<given>[{KANJI}]{{1,3}}|[ぁ-ん]{{2,4}}(?![ぁ-ん])|[ァ-ヶー]{{2,4}}(?![ァ-ヶー]))"
)


def _over_lines(view: View, lexicon: Lexicon) -> Iterator[Span]:
    """A listed surname at the end of a line with a listed given name at the beginning of the next, but not of the next cell."""
    text, layout = view.text, view.layout
    for found in _BREAK.finditer(text):
        before, behind = found["family"], found["given"]
        family = next((n for n in range(len(before), 0, -1) if before[-n:] in lexicon.surnames), 0)
        given = next((n for n in range(len(behind), 0, -1) if _called(behind[:n], lexicon)), 0)
        if not family or not given or min(len(before), len(behind)) > 1 == min(family, given):
            continue
        start, end = found.end("family") - family, found.start("given") + given
        if layout.at(start) == layout.at(end - 1):
            yield start, end


def _called(name: str, lexicon: Lexicon) -> bool:
    return name in lexicon.given or to_katakana(name) in lexicon.given_kana


_RUN = re.compile(rf"[{KANJI}]{{1,6}}")
_READ = re.compile(r"[ァ-ヶー]{2,9}(?:・[ァ-ヶー]{2,9})?")
_SOFT = re.compile(rf"(?<![{KANJI}ぁ-んァ-ヶーA-Za-z0-9])[ぁ-ん]{{2,6}}(?![{KANJI}ぁ-んァ-ヶーA-Za-z0-9])")
"""Hiragana by itself: inside a sentence it is hardly ever a name."""
_GAP = re.compile(rf"(?<=[{KANJI}ぁ-んァ-ヶーA-Za-z]) (?=[{KANJI}ぁ-んァ-ヶーA-Z])")
_WORD_BEFORE = re.compile(rf"[{KANJI}]{{1,5}}$|[ァ-ヶー]{{2,7}}$|[ぁ-ん]{{2,6}}$|[A-Z][A-Za-z]{{1,13}}$")
_WORD_BEHIND = re.compile(rf"[{KANJI}]{{1,4}}|[ァ-ヶー]{{2,7}}|[ぁ-ん]{{2,6}}|[A-Z][A-Za-z]{{1,13}}")
_JAPANESE, _PERSONS, _NOUN = 0b0000_0011, 0b0000_0111, 0b0001_0000
"""Bits of the word classes (``training/words.py``): surnames and given names; those and names of persons of any country; common nouns."""


def _listed(text: str, lexicon: Lexicon) -> Iterator[Span]:
    """What lists and dictionary know, between other characters: surnames, names in full, given names, readings, and two words side by
    side."""
    for match in _RUN.finditer(text):
        word = match.group()
        if word in lexicon.surnames or _surname(text, match) or lexicon.known_full(word):
            yield match.span()
        elif word in lexicon.given and (len(word) > 1 or _by_itself(text, match)):
            yield match.span()
    for match in _READ.finditer(text):
        words = match.group().split("・")
        if any(word in lexicon.surname_kana or word in lexicon.given_kana or _known(word, _PERSONS) for word in words):
            yield match.span()
    for match in _SOFT.finditer(text):
        if to_katakana(match.group()) in lexicon.given_kana:
            yield match.span()
    for gap in _GAP.finditer(text):
        before = _WORD_BEFORE.search(text, max(0, gap.start() - 14), gap.start())
        behind = _WORD_BEHIND.match(text, gap.end())
        if before is not None and behind is not None:
            yield before.start(), behind.end()


_LONG = 3
"""Kanji of a surname that only the dictionary knows. Its table is hashed: of 60,000 strings of three to five kanji put together at random from
words of offices 2 in 100 count as surnames there, and longer surnames stand in the lists."""
_TAIL = re.compile(r"[ぁ-ん]{0,2}")


def _surname(text: str, match: re.Match[str]) -> bool:
    """Whether kanji are a surname that only the dictionary knows, and no noun begins with them that ends in kana (打合せ)."""
    word = match.group()
    if len(word) > _LONG or not _known(word, _JAPANESE):
        return False
    tail = _TAIL.match(text, match.end())
    ends = tail.group() if tail else ""
    return not any(classes(word + ends[:k]) & _NOUN for k in range(1, len(ends) + 1))


def _known(word: str, kinds: int) -> bool:
    """Whether the dictionary knows a word as a name of these kinds and as no noun (戸叶, but not 会議)."""
    return len(word) > 1 and bool((found := classes(word)) & kinds) and not found & _NOUN


def _by_itself(text: str, match: re.Match[str]) -> bool:
    """Whether neither a letter nor a digit touches a word."""
    low, high = match.span()
    return not text[low - 1 : low].isalnum() and not text[high : high + 1].isalnum()
