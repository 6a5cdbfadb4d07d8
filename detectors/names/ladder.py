"""The ladder of cost: rules everywhere, the tagger wherever letters of names stand, GiNZA on everything at ``thorough``.

``quick`` stops after the rules, ``balanced`` after the tagger. A trained gate once stood before the tagger; since the
tagger multiplies bytes the gate cost as much as it saved, and it held one name in fourteen back. The tagger finds more names than GiNZA (strict F1 .72
against .58 on open prose) at hundreds of times its speed; one line in 500 given to GiNZA would cost as much as all the
rest, so ``balanced`` asks it nothing. At ``thorough`` it reads every line besides.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

import ahocorasick_rs

from detectors.interface import REPORTED, Check, Depth, Match, View
from detectors.layout import HEADER_WORD
from detectors.names import rules
from detectors.names.belief import believable, ordinary
from detectors.names.lexicon import Lexicon, lexicon, to_katakana
from detectors.names.shape import HONORIFIC, plausibility
from detectors.person_labels import EXACT_HEADERS

if TYPE_CHECKING:
    from detectors.names.tagger import Seen

FAILED_REASON = "name_model_failed"

_KATAKANA = re.compile(r"[ァ-ヴー]+")
_KANJI = re.compile(r"[一-龥々ヶ﨑髙]+")
_PERSON_HEADER = re.compile(r"氏名|名前|担当|者$|人$|備考|摘要|内容|記事|メモ|コメント|件名|宛|連絡|対応|経過|記録")


class Ladder:
    """Finds names as far down as the depth allows."""

    def __init__(self, depth: Depth) -> None:
        self.depth = depth
        self._lexicon: Lexicon | None = None

    def find(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        """PERSON matches; what a model failed to read is added to ``unread``."""
        if self._lexicon is None:
            self._lexicon = lexicon()
        found = list(rules.find(view, self._lexicon, lists=self.depth is Depth.QUICK))
        if self.depth is not Depth.QUICK:
            from detectors.names import tagger

            leave = _without_names(view, known)
            seen = tagger.read(view.text, leave=leave)
            found.extend(self._tagged(view, seen, [m for m in found if m.recognizer in _BY_PLACE]))
            if self.depth is Depth.THOROUGH:
                found.extend(self._by_ginza(view, [*((m.start, m.end) for m in found), *leave], unread))
        found = [m for m in found if not _SAMPLE.search(view.text, max(0, m.start - 12), m.start)]
        found += _readings(view.text, found)
        return [*found, *_propagate(view, found)]

    def _tagged(self, view: View, seen: Seen, placed: list[Match]) -> list[Match]:
        assert self._lexicon is not None
        result: list[Match] = []
        placed.sort(key=lambda m: m.start)
        starts, ends = [m.start for m in placed], [m.end for m in placed]
        for start, end, probability in _halves_joined(view.text, seen.spans, self._lexicon):
            start, end = _whole_hiragana(view.text, *_trimmed(view.text, start, end))
            at = bisect_right(starts, start) - 1
            if at >= 0 and end < ends[at]:
                continue  # a part of a name that its label or column already gives whole
            if end <= start or not believable(view.text, start, end, probability, self._lexicon):
                continue
            score = round(0.5 + 0.9 * (probability - 0.5), 3)
            result.append(Match("PERSON", start, end, score, Check.NONE, "TAGGER", "name model"))
        return _steady(view.text, result)

    def _by_ginza(self, view: View, taken: list[tuple[int, int]], unread: dict[str, int]) -> list[Match]:
        """Names that GiNZA finds outside of what is taken: names already found, and what holds none."""
        assert self._lexicon is not None
        from detectors.names import ginza

        found: list[Match] = []
        for offset, piece in ginza.chunks(view.text):
            try:
                spans = list(ginza.persons(piece))
            except Exception as error:  # any failure of the model costs this piece and is counted, never the scan
                key = f"{FAILED_REASON}:{type(error).__name__}"
                unread[key] = unread.get(key, 0) + len(piece)
                continue
            for a, b in spans:
                a, b = a + offset, b + offset
                name = view.text[a:b]
                if (
                    not any(s < b and a < e for s, e in taken)
                    and len(name) > 1
                    and plausibility(name, self._lexicon) >= 0.5
                    and believable(view.text, a, b, _GINZA_SURE, self._lexicon)
                ):
                    found.append(Match("PERSON", a, b, 0.6, Check.NONE, "GINZA", "GiNZA"))
        return found


_BY_PLACE = frozenset({"NAME_COLUMN", "NAME_LABEL"})
_NEVER_NAMES = frozenset({"JP_ADDRESS", "EMAIL_ADDRESS", "PHONE_NUMBER", "JP_POSTAL_CODE", "DATE_OF_BIRTH"})


def _without_names(view: View, known: list[Match]) -> list[tuple[int, int]]:
    """Spans that the tagger need not read: what is known as something else, and cells of columns of other things."""
    spans = [(m.start, m.end) for m in known if m.entity in _NEVER_NAMES and m.score >= REPORTED]
    for table in view.layout.tables:
        for column, header in table.headers.items():
            if _of_things(view, header):
                spans += [(cell.start, cell.end) for cell in table.below(column)]
    return spans


def _of_things(view: View, header: str) -> bool:
    """Whether a header announces something that is no person (住所, 品名)."""
    if not HEADER_WORD.search(header) or _PERSON_HEADER.search(header) or header.strip() in EXACT_HEADERS:
        return False
    return not any("PERSON" in owners for owners in view.labels.index.header(header).all_owners())


def _halves_joined(text: str, spans: list[tuple[int, int, float]], lexicon: Lexicon) -> list[tuple[int, int, float]]:
    """A surname and a given name with one space between them are one name; two surnames are two persons."""
    result: list[tuple[int, int, float]] = []
    for start, end, probability in spans:
        if result and start - result[-1][1] == 1 and text[start - 1] in " 　":
            a, b, p = result[-1]
            family, given = text[a:b], text[start:end]
            solid = _KANJI.fullmatch(family) and len(family) <= 4 and len(given) <= 4
            if solid and (given in lexicon.given or given not in lexicon.surnames) and not lexicon.known_full(family):
                result[-1] = (a, end, (p + probability) / 2)
                continue
        result.append((start, end, probability))
    return result


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces, brackets and honorifics at the ends."""
    while start < end and text[start] in " 　\t\r\n・、,:|()（）「」<>\"'":
        start += 1
    while end > start and text[end - 1] in " 　\t\r\n・、,:|()（）「」<>\"'":
        end -= 1
    honorific = HONORIFIC.search(text[start:end])
    return start, start + honorific.start() if honorific else end


_HIRAGANA_PAIR = re.compile(r"[ぁ-ん]{1,6}[ 　][ぁ-ん]{1,6}")


def _whole_hiragana(text: str, start: int, end: int) -> tuple[int, int]:
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


_SAMPLE = re.compile(r"(?:^|[^一-龥々])(?:記入|入力|記載)?例(?:えば)?[:)）】\]>]? ?[「『(\"']?$")
"""What stands before the name of nobody: 例:山田 太郎, (記入例) 山田."""
_READING = re.compile(r" ?\((?P<kana>[ぁ-んー]{2,8} ?[ぁ-んー]{0,8}|[ァ-ヶー]{2,8} ?[ァ-ヶー]{0,8})(?: ?様)?\)")


def _readings(text: str, found: list[Match]) -> list[Match]:
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


def _propagate(view: View, found: list[Match]) -> list[Match]:
    """Other mentions of a name that is certain: the same characters elsewhere, bounded by other scripts."""
    text = view.text
    certain: dict[str, float] = {}
    for match in found:
        if match.score >= 0.8:
            name = text[match.start : match.end]
            certain[name] = max(match.score, certain.get(name, 0.0))
    certain = {name: score for name, score in certain.items() if _again(name, score)}
    words = [name for name in certain if _KATAKANA.fullmatch(name)]
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
        if at not in starts and _bounded(text, at, end):
            result.append(Match("PERSON", at, end, 0.75, Check.NONE, "NAME_AGAIN", "named elsewhere in the text"))
    return result


_GINZA_SURE = 0.8
"""GiNZA gives no probability; it is held to what the tagger would be at this one."""

_NOW_AND_THEN, _MOSTLY = 0.3, 0.5


def _mentions(text: str, words: list[str]) -> Counter[str]:
    """How often the words stand in the text, counted in one pass."""
    search = ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return Counter(words[number] for number, _, _ in search.find_matches_as_indexes(text))


def _steady(text: str, tagged: list[Match]) -> list[Match]:
    """Without katakana words that the tagger takes for a name only now and then (セマフォ, デーモン): a name is one nearly
    everywhere in a text."""
    names = Counter(text[m.start : m.end] for m in tagged)
    words = [name for name in names if _KATAKANA.fullmatch(name)]
    if not words:
        return tagged
    total = _mentions(text, words)
    dropped = {name for name in words if total[name] > 3 and names[name] < _NOW_AND_THEN * total[name]}
    return [m for m in tagged if text[m.start : m.end] not in dropped] if dropped else tagged


def _again(name: str, score: float) -> bool:
    """Whether a name is one wherever it stands: not a single word that also means a thing (シェル, 空白, May)."""
    if len(name) < 3 and not (len(name) == 2 and score >= 0.85 and _KANJI.fullmatch(name)):
        return False
    if " " in name or "・" in name:
        return True
    return bool(_KATAKANA.fullmatch(name) or _KANJI.fullmatch(name)) and not ordinary(name)


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
