"""Where exactly a name that the tagger found begins and ends."""

from __future__ import annotations

import re
from bisect import bisect_right

import numpy as np
import numpy.typing as npt

from detectors.addresses.gazetteer import stems
from detectors.interface import REPORTED, Match, View
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.scripts import KANJI, KANJI_ONLY
from detectors.names.shape import SEVERAL, bare, plausibility
from detectors.names.title_words import CHILDREN, RANKS
from detectors.names.titles import title_at

Spans = list[tuple[int, int, float]]


def _given_apart(text: str, spans: Spans, lexicon: Lexicon) -> Spans:
    """Two given names in one span are two persons where several spans are so (晴翔 悠人: one may be a rare surname), and
    where a word stands first in one and second in another (あおい なつき, なつき タクミ)."""
    pairs = [_given_pair(text, start, end, lexicon) for start, end, _ in spans]
    known = [pair for pair in pairs if pair is not None]
    if len(known) < _MOSTLY * sum(" " in text[start:end].strip(" ") for start, end, _ in spans):
        return spans  # a list of full names, some of whose surnames are given names too
    clear = sum(KANJI_ONLY.fullmatch(a + b) is not None and not any(map(lexicon.surname_too, (a, b))) for a, b in known)
    if clear < _SEVERAL_PAIRS and {a for a, _ in known}.isdisjoint(b for _, b in known):
        return spans
    result: Spans = []
    for (start, end, probability), pair in zip(spans, pairs, strict=True):
        if pair is None:
            result.append((start, end, probability))
            continue
        first, second = pair
        end = start + len(text[start:end].rstrip(" "))
        start = end - len(second) - 1 - len(first)
        result += [(start, start + len(first), probability), (end - len(second), end, probability)]
    return result


_SEVERAL_PAIRS, _MOSTLY = 2, 0.8
_WEEKDAY = re.compile(r"[月火水木金土日] (?=[^ ]+ [^ ]+$)")


def _given_pair(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[str, str] | None:
    """The words of a span, if it is of two given names that nobody on the list has as a surname; the day of a rota
    before them is no part of them."""
    name = _WEEKDAY.sub("", text[start:end].strip(" "))
    first, gap, second = name.partition(" ")
    return (first, second) if gap and only_given(first, lexicon) and only_given(second, lexicon) else None


def only_given(word: str, lexicon: Lexicon) -> bool:
    """Whether a word is listed as a given name and not as a surname; in kana, whether it is listed as a given name."""
    if _KANA_WORD.fullmatch(word):
        return to_katakana(word) in lexicon.given_kana
    return word in lexicon.given and word not in lexicon.surnames


_KANA_WORD = re.compile(r"[ぁ-んァ-ヶー]+")


def halves_joined(text: str, spans: Spans, lexicon: Lexicon) -> Spans:
    """A surname and a given name with one space between them are one name; two surnames or given names are two persons."""
    result: Spans = []
    parted = _given_apart(text, spans, lexicon)
    apart = {span[:2] for span in parted} - {span[:2] for span in spans} if parted is not spans else set()
    for start, end, probability in parted:
        while start < end and text[start] in " 　":
            start += 1  # a gap that the tagger gave to the second half
        if start == end:
            continue
        if result and start - result[-1][1] == 1 and text[start - 1] in " 　":
            a, b, p = result[-1]
            family, given = text[a:b], text[start:end]
            solid = (start, end) not in apart and KANJI_ONLY.fullmatch(family) and len(family) <= 4 and len(given) <= 4
            if solid and (given in lexicon.given or given not in lexicon.surnames) and not lexicon.known_full(family):
                result[-1] = (a, end, (p + probability) / 2)
                continue
        elif result and start == result[-1][1] and _HIRAGANA.fullmatch(text, start, end):
            a, b, p = result[-1]
            if text[a:b] in lexicon.surnames and to_katakana(text[start:end]) in lexicon.given_kana:
                result[-1] = (a, end, (p + probability) / 2)  # 板倉さくら
                continue
        result.append((start, end, probability))
    return result


_HIRAGANA = re.compile(r"[ぁ-ん]{3,4}")


def behind_label(view: View, start: int, end: int) -> int:
    """Where a name begins of which the tagger took the end of its label too (対象|児 颯真)."""
    labels = view.labels
    hit = bisect_right(labels.starts, start) - 1
    if (
        hit < 0
        or not labels.starts[hit] <= start < labels.ends[hit] < end
        or labels.ends[hit] - labels.starts[hit] < 2
        or view.text[labels.ends[hit]] != " "
    ):
        return start
    start = labels.ends[hit]
    while start < end and view.text[start] == " ":
        start += 1
    return start


_FIRST_LETTER = re.compile(r"(?<=[^ -~]) [A-Z](?=[A-Za-z/])")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces, brackets and honorifics at the ends, and without the first letter of a word behind (ディスク I/O)."""
    if end - start > 2 and _FIRST_LETTER.match(text, end - 2):
        end -= 2
    return bare(text, start, end, " 　\t\r\n・、,:|()（）「」<>\"'*※†")


_INITIAL = re.compile(r"(?<![A-Za-z.])[A-Z]\. ?$")


def with_initial(text: str, start: int, end: int) -> tuple[int, int]:
    """A surname in Latin letters with the initial before it (R. Fernandez)."""
    if not "A" <= text[start : start + 1] <= "Z" or end - start < 3:
        return start, end
    initial = _INITIAL.search(text, max(0, start - 4), start)
    return (initial.start(), end) if initial is not None else (start, end)


_KIN = re.compile("|".join((*CHILDREN, "故", "同", "[妻夫父母兄弟姉妹孫娘](?=.{2})")))


def without_kin(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """Without what somebody is to another, which the tagger took for his surname (長女結衣)."""
    kin = _KIN.match(text, start, end)
    if kin is None or lexicon.known_full(text[start:end].replace(" ", "")):
        return start, end
    rest = text[kin.end() : end].strip()
    named = rest in lexicon.given or (len(rest) > 2 and lexicon.known_full(rest.replace(" ", "")))
    return (end - len(rest), end) if named else (start, end)


def without_noun(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """The surname of two words of which the other is a thing (香典 清武家, 実習生 辺見)."""
    form = _FORM.match(text, start, end)
    if form is not None:
        return form.end(), end
    first, gap, second = text[start:end].partition(" ")
    if not gap or first in lexicon.surnames or lexicon.surname_too(first) or second in lexicon.given:
        return start, end
    return (end - len(second), end) if lexicon.noun(first) and lexicon.surname_too(second) else (start, end)


_FORM = re.compile(r"[小中高][一二三四五六1-6] (?=[^ ])")
"""The form of a pupil: 小五 牧 ひなた."""


def of_school(text: str, start: int, end: int) -> bool:
    """Whether the word in brackets behind a name is a school (永野(西中), 城戸崎(九大))."""
    return start > 1 and end < len(text) and text[start - 1] == "(" and text[end] == ")" and text[end - 1] in "中小高大"


def without_homes(text: str, found: list[Match]) -> list[Match]:
    """Without the place in brackets behind the full name of who lives there (笛木 静江(中津川))."""
    full = {match.end for match in found if match.end - match.start > 2}
    return [
        match
        for match in found
        if not (
            text[match.start - 1 : match.start] == "("
            and text[match.end : match.end + 1] == ")"
            and {match.start - 1, match.start - 2} & full
            and text[match.start : match.end] in stems()
        )
    ]


_HIRAGANA_PAIR = re.compile(r"[ぁ-ん]{1,6}[ 　][ぁ-ん]{1,6}")


def whole_hiragana(text: str, start: int, end: int) -> tuple[int, int]:
    """Surname and given name in hiragana with a space: both words are taken whole."""
    if end <= start or not _HIRAGANA_PAIR.fullmatch(text, start, end):
        return start, end
    low, high = start, end
    while low > 0 and "ぁ" <= text[low - 1] <= "ん" and start - low < 3:
        low -= 1
    while high < len(text) and "ぁ" <= text[high] <= "ん" and high - end < 3:
        high += 1
    clear = (low == 0 or not "ぁ" <= text[low - 1] <= "ん") and (high == len(text) or not "ぁ" <= text[high] <= "ん")
    return (low, high) if clear else (start, end)


_KANJI_BEFORE, _KANJI_BEHIND = re.compile(f"[{KANJI}]{{1,3}}"), re.compile(r"[一-龥々]{1,6}")


def whole_surname(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """A surname of which the tagger took a part only: the kanji from the last other character to the end of the name or
    to a title (日野原 for 原, 奥寺支店長 for 奥寺支)."""
    if end - start > 3 or not KANJI_ONLY.fullmatch(text, start, end):
        return start, end
    before = _KANJI_BEFORE.match(text[max(0, start - 4) : start][::-1])
    low = start - before.end() if before else start
    if low and KANJI_ONLY.match(text[low - 1]):
        low = start  # a long run of kanji
    behind = _KANJI_BEHIND.match(text, end)
    for high in (end, end - 1):
        titled = behind is None if high == end else title_at(text, high)
        whole = text[low:high]
        if titled and (low, high) != (start, end) and len(whole) > 1 and plausibility(whole, lexicon) >= SEVERAL:
            return low, high
    return start, end


def whole_given(text: str, start: int, end: int, named: npt.NDArray[np.float32]) -> tuple[int, int]:
    """A given name behind a space of which the tagger, in doubt, left the last kanji out (王 思雨)."""
    if end >= len(text) or named[end] < _DOUBT:
        return start, end
    gap = text.find(" ", start, end)
    if gap < 0 or end - gap > 3 or not KANJI_ONLY.fullmatch(text, gap + 1, end) or title_at(text, end):
        return start, end
    last = KANJI_ONLY.match(text, end) is not None and KANJI_ONLY.match(text, end + 1) is None
    return (start, end + 1) if last else (start, end)


def without_rank(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """A surname without the rank or the number of others that the tagger joined to it (越智助教, 権藤|本部長, 百瀬他2名)."""
    if end - start > 1 and (_AND_OTHERS.match(text, end - 1) or (text[end - 1] == "本" and title_at(text, end - 1))):
        end -= 1
    for cut in range(start + 1, end - 1) if end - start > 2 else ():
        if text[cut:end] in _RANKS and text[start:cut] in lexicon.surnames:
            return start, cut
    return start, end


_RANKS = frozenset(RANKS)
_AND_OTHERS = re.compile(r"[他外] ?[0-9]{1,4} ?[名人]")
_INTERJECTIONS = frozenset("ええ はい いえ いや うん そう では まあ へえ ああ".split())
_SPEAKS = re.compile(r"[^\n]{0,400}?[。?!]")


def speaker(text: str, start: int, end: int) -> tuple[int, int]:
    """Who speaks at the beginning of a line, without the words after the space that the tagger joined to him
    (玉置 うちの店も…。)."""
    gap = text.find(" ", start, end)
    if (
        gap < 0
        or (start and text[start - 1] != "\n")
        or (
            text[end : end + 1] in ("", " ", "\n", "(", "\t", ",", ":", "、")
            and text[gap + 1 : end] not in _INTERJECTIONS
        )
    ):
        return start, end
    other = ("ァ" <= text[start] <= "ヶ") != ("ァ" <= text[gap + 1] <= "ヶ")  # two scripts are two persons
    if text[gap + 1 : end] in _INTERJECTIONS:
        return start, gap
    return (start, gap) if _SPEAKS.match(text, end) and (other or not title_at(text, end)) else (start, end)


_DOUBT = 0.3
"""Probability of a character from which on the tagger is in doubt."""

_JOINT = 12
"""So far before a name its label ends."""
_LINE_END = re.compile(r"[ \t]*\r?\n[ \t]{0,16}")


def over_lines(view: View, found: list[Match], lexicon: Lexicon) -> list[Match]:
    """Surnames right behind a label whose given name stands alone on the line below, as one name each: the lines of forms
    and of texts from PDF break anywhere."""
    text = view.text
    if view.layout.cells or not (labels := view.labels.of("PERSON")):
        return []
    beside = {view.labels.ends[hit] for hit in labels}
    by_start = {match.start: match for match in found if match.score >= REPORTED}
    result: list[Match] = []
    for match in list(by_start.values()):
        gap = _LINE_END.match(text, match.end)
        below = by_start.get(gap.end()) if gap is not None else None
        if below is None or (_LINE_END.match(text, below.end) is None and below.end < len(text)):
            continue
        before = text[max(0, match.start - _JOINT) : match.start]
        label = match.start - len(before) + len(before.rstrip(" \t:"))
        family, given = text[match.start : match.end], text[below.start : below.end]
        if label in beside and given in lexicon.given and (family in lexicon.surnames or given not in lexicon.surnames):
            score = max(match.score, below.score) + 0.01
            result.append(match._replace(end=below.end, score=score, reason="a name over two lines"))
    return result
