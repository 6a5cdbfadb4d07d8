"""The ladder of cost: rules everywhere, the tagger wherever letters of names stand, GiNZA on everything at ``thorough``.

``quick`` stops after the rules, ``balanced`` after the tagger. A trained gate once stood before the tagger; since the
tagger multiplies bytes the gate cost as much as it saved, and it held one name in fourteen back. The tagger finds more names than GiNZA (strict F1 .72
against .58 on open prose) at hundreds of times its speed; one line in 500 given to GiNZA would cost as much as all the
rest, so ``balanced`` asks it nothing. At ``thorough`` it reads every line besides.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

import ahocorasick_rs

from detectors.interface import REPORTED, Check, Depth, Match, View
from detectors.layout import HEADER_WORD
from detectors.names import rules
from detectors.names.lexicon import Lexicon, lexicon
from detectors.names.shape import HONORIFIC, not_a_name, plausibility
from detectors.person_labels import EXACT_HEADERS

if TYPE_CHECKING:
    from detectors.names.tagger import Seen

FAILED_REASON = "name_model_failed"

_TITLE_BEHIND = re.compile(
    r" ?(?:様|さま|さん|氏|殿|先生|くん|君|ちゃん|部長|課長|係長|主任|委員|議員|教授|医師|社長|会長|副|市長|町長|村長|知事|大臣|首相|大統領|容疑者|被告|選手|監督|弁護士|博士|理事|室長|局長|次長|園長|校長|教諭|技師|主査|主事|所長|店長|専務|常務|代表|両|夫妻|家|宅|君|嬢|女史|看護師|薬剤師|准教授|助教|研究員|記者|巡査|警部|班長|支店長|工場長|隊長|団長|書記|議長|幹事|監事|顧問|相談役|取締役|執行役)"
)
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

            seen = tagger.read(view.text, leave=_without_names(view, known))
            found.extend(self._tagged(view, seen, [m for m in found if m.recognizer in _BY_PLACE]))
        if self.depth is Depth.THOROUGH:
            found.extend(self._by_ginza(view, found, unread))
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
            if end <= start or not self._believable(view, start, end, probability):
                continue
            score = round(0.5 + 0.9 * (probability - 0.5), 3)
            result.append(Match("PERSON", start, end, score, Check.NONE, "TAGGER", "name model"))
        return result

    def _believable(self, view: View, start: int, end: int, probability: float) -> bool:
        """Whether a span of the model may be a name by its form and its borders."""
        assert self._lexicon is not None
        name = view.text[start:end]
        if not_a_name(_MONARCH.sub("", name)):
            return False
        if (
            len(name) == 1
            and probability < (0.6 if name in self._lexicon.surnames else 0.85)
            and not _TITLE_BEHIND.match(view.text, end)
        ):
            return False
        if name.isascii() and not self._romaji(name, probability):
            return False
        if not _writable(name) or not _kana_bounded(view.text, start, end, probability):
            return False
        if not self._well_bounded(view.text, start, end, probability):
            return False
        if probability < 0.75 and plausibility(name, self._lexicon) < 0.3:
            return False
        return True

    def _well_bounded(self, text: str, start: int, end: int, probability: float) -> bool:
        """A name in kanji that is cut out of a longer run of kanji, or is an ordinary word or on no list, must be surer."""
        assert self._lexicon is not None
        name = text[start:end]
        if not _KANJI.fullmatch(name):
            return True
        full = self._lexicon.known_full(name)
        surname = name in self._lexicon.surnames
        listed = full or surname or name in self._lexicon.given or self._lexicon.split(name) is not None
        cut = (end < len(text) and _KANJI.match(text[end]) is not None and not _TITLE_BEHIND.match(text, end)) or (
            start > 0 and _KANJI.match(text[start - 1]) is not None
        )
        if cut and probability < (0.75 if listed else 0.93):
            return False
        if full:
            return True
        from detectors.names.features import classes

        if classes(name) & 0b0011_0000 and not _TITLE_BEHIND.match(text, end):
            return probability >= (0.7 if surname else 0.9)
        return listed or probability >= 0.68 or _TITLE_BEHIND.match(text, end) is not None

    def _romaji(self, name: str, probability: float) -> bool:
        """Latin letters are a name only with capitals, and a single word only if it is listed."""
        assert self._lexicon is not None
        words = re.findall(r"[A-Za-z'\-]+", name)
        if not words or not all(w[0].isupper() for w in words):
            return False
        listed = sum(
            w.lower() in self._lexicon.surname_romaji or w.lower() in self._lexicon.given_romaji for w in words
        )
        return probability >= 0.95 and listed > 0 if len(words) == 1 else listed > 0 or probability >= 0.85

    def _by_ginza(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        assert self._lexicon is not None
        from detectors.names import ginza

        taken = [(m.start, m.end) for m in known]
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
                ):
                    found.append(Match("PERSON", a, b, 0.6, Check.NONE, "GINZA", "GiNZA"))
        return found


_MONARCH = re.compile(r"(?<=[ァ-ヶー])[0-9]{1,2}世$")
"""エリザベス2世: the only digits that stand in a name."""


def _writable(name: str) -> bool:
    """Whether Japanese character sets have all characters: what they lack is binary data read as text."""
    try:
        name.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return False
    return True


_HIRAGANA = re.compile(r"[ぁ-ん]+(?:[ 　][ぁ-ん]+)?")
_KATAKANA = re.compile(r"[ァ-ヴー]+(?:[ 　・=][ァ-ヴー]+)*")


def _kana_bounded(text: str, start: int, end: int, probability: float) -> bool:
    """Kana names must be whole words, and no ordinary ones (マスタ, タイトル)."""
    name = text[start:end]
    if not "ぁ" <= name[0] <= "ー":
        return True
    if _HIRAGANA.fullmatch(name):
        joined = (start > 0 and "ぁ" <= text[start - 1] <= "ん") or (end < len(text) and "ぁ" <= text[end] <= "ん")
        titled = _TITLE_BEHIND.match(text, end) is not None
        return len(name) > 1 and (titled or not joined or probability >= 0.95)
    if _KATAKANA.fullmatch(name):
        from detectors.names.features import classes

        parts = re.split("[ 　・=]", name)
        ordinary = all(classes(part) & 0b0001_0000 for part in parts)
        return not ordinary or probability >= 0.95 or _TITLE_BEHIND.match(text, end) is not None
    return True


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


def _propagate(view: View, found: list[Match]) -> list[Match]:
    """Other mentions of a name that is certain: the same characters elsewhere, bounded by other scripts."""
    certain = {view.text[m.start : m.end] for m in found if m.score >= 0.8 and m.end - m.start >= 3}
    certain |= {
        n for m in found if m.score >= 0.85 and _KANJI.fullmatch(n := view.text[m.start : m.end]) and len(n) == 2
    }
    if not certain or len(certain) > 400:
        return []
    starts = {m.start for m in found}
    result: list[Match] = []
    search = ahocorasick_rs.AhoCorasick(sorted(certain), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    for _, at, end in search.find_matches_as_indexes(view.text):
        if at not in starts and _bounded(view.text, at, end):
            result.append(Match("PERSON", at, end, 0.75, Check.NONE, "NAME_AGAIN", "named elsewhere in the text"))
    return result


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
