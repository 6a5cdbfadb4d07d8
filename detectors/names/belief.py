"""Whether what the tagger takes for a name may be one: by its script, its borders and the word lists.

The tagger reads manuals and programs as if they were prose about people; what a name cannot look like is held back here.
"""

from __future__ import annotations

import re

from detectors.names import romaji
from detectors.names.foreign import ONE_KANJI
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.scripts import KANJI, KANJI_ONLY, KATAKANA, KATAKANA_ONLY
from detectors.names.shape import SITE, not_a_name, plausibility
from detectors.names.title_words import LEADING, NOT_BEFORE, POLITE, RANKS, SUPPORTS, TITLES

_TITLE_BEHIND = re.compile(
    " ?(?:"
    + "|".join(
        f"{word}(?![{NOT_BEFORE[word]}])" if word in NOT_BEFORE else word
        for word in (*POLITE, *TITLES, *RANKS, *SUPPORTS)
    )
    + ")"
)
_HIRAGANA = re.compile(r"[ぁ-んー]+(?:[ 　][ぁ-んー]+)?")
_KATAKANA = re.compile(f"[{KATAKANA}]+(?:[ 　・=][{KATAKANA}]+)*")
_KANJI_HIRAGANA = re.compile(f"(?P<family>[{KANJI}]+)[ 　]?(?P<given>[ぁ-ん]+)")
_HIRAGANA_KANJI = re.compile(r"[ぁ-ん]{2,}[子美代江枝恵香奈也斗]")
_LETTER = re.compile(r"[A-Za-z]")
_INITIAL = re.compile(r"(?:^|(?<=[・= .]))[A-Z](?=$|[・=. ])")
_COMPANY_BEFORE = re.compile(
    r"(?:株式|有限|合同|合資|相互)会社$|[㈱㈲]$|\([株有合資同財社医福学宗]\)$|(?:^|[^ァ-ヶー])(?:カ|ユ|メ|シ|ド|イ|シャ|ザイ|ガク|フク)\)$"
)
_COMPANY_BEHIND = re.compile(
    rf"[{KATAKANA}]{{2,12}}(?:[㈱㈲]|\\([株有]\\)|株式会社)|・[一-龥]{{1,5}}(?:法律|会計|税理士|特許)事務所"
)
_DIRECTIONS = re.compile(r"[上下左右前後東西南北][ 　][上下左右前後東西南北]")
_ONE_KANA = re.compile(f"[{KATAKANA}ぁ-ん][ 　]")
_MONARCH = re.compile(r"(?<=[ァ-ヶー])[0-9]{1,2}世$")
"""エリザベス2世: the only digits that stand in a name."""

SINGLE, SURE, UNLISTED, FOREIGN, ORDINARY, WARES = 0.85, 0.93, 0.95, 0.65, 0.97, 0.96
"""Least probabilities: of one character, of kanji cut out of a longer run, of four and more unlisted kanji, of an unlisted
katakana word, of a word that also means a thing, of several katakana words most of which mean things."""


_NO_GIVEN = SITE | frozenset("商農飴")
"""What stands behind a surname and is no given name: a place, a school, a ware."""
_COUNTED = frozenset("日月年週時分秒回個名人")
"""Behind a number they count."""


def score_of(probability: float) -> float:
    """Score of a name to which the tagger gives ``probability``."""
    return round(0.5 + 0.9 * (probability - 0.5), 3)


def believable(text: str, start: int, end: int, probability: float, lexicon: Lexicon) -> bool:
    """Whether ``text[start:end]`` may be a name that the tagger gives ``probability``."""
    name = _MONARCH.sub("", text[start:end])
    if not_a_name(name):
        return False
    titled = _TITLE_BEHIND.match(text, end) is not None
    if name.isascii():
        return romaji.believable(text, start, end, probability, titled, lexicon)
    listed = name in lexicon.surnames or name in ONE_KANJI
    if len(name) == 1 and not titled and (not listed or probability < SINGLE):
        return False
    if len(name) == 1 and start and KANJI_ONLY.match(text[start - 1]):
        return False
    if len(name) < 3 and any(ordinary(text[start : end + more]) for more in (1, 2)) and titled:
        return False  # 文様, いかさま
    if name == "貴" and text.startswith("殿", end):
        return False
    if name[1:2] in (" ", "\u3000") and _ONE_KANA.match(name) and not titled:
        return False  # 背ラベル サ
    if len(name) == 3 and _DIRECTIONS.fullmatch(name):
        return False
    if of_firm(text, start, end):
        return False
    if not _writable(name) or _LETTER.search(_INITIAL.sub("", name)):
        return False
    if KANJI_ONLY.fullmatch(name):
        known = _kanji(text, start, end, probability, titled, lexicon)
    elif _KATAKANA.fullmatch(name):
        known = _katakana(name, probability, titled or len(name) < end - start, lexicon)
    else:
        known = _hiragana(text, start, end, probability, titled, lexicon)
    return known and (probability >= 0.75 or plausibility(name, lexicon) >= 0.3)


def conceivable(text: str, start: int, end: int, probability: float, lexicon: Lexicon) -> bool:
    """Whether ``text[start:end]`` may be a name where the text speaks of people: what it means elsewhere counts less there
    (曹, 栄, ハサン), what it looks like as much as ever."""
    name = text[start:end]
    if (not_a_name(name) and name not in _ALSO_SURNAMES) or of_firm(text, start, end) or not _writable(name):
        return False
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    joined = any(
        pattern.match(a) is not None and pattern.match(b) is not None
        for pattern in (KANJI_ONLY, KATAKANA_ONLY, _KANA_ONLY, _LETTER)
        for a, b in ((before, name[0]), (name[-1], after))
        if a and b
    )
    if joined and _TITLE_BEHIND.match(text, end) is None:
        return False
    if name.isascii():
        return romaji.formed(text, start, end)
    if len(name) == 1 and not KANJI_ONLY.match(name):
        return False
    parts = re.split("[ ・=]", name)
    if _KATAKANA.fullmatch(name):
        return probability >= AMONG_LOANS or not all(ordinary(part) or _compound(part) for part in parts)
    return probability >= AMONG_WORDS or not all(map(ordinary, parts))


AMONG_WORDS, AMONG_LOANS = 0.6, 0.9
"""Least probabilities, among people, of a word that means a thing too, and of one in katakana."""
_ALSO_SURNAMES = frozenset("東西南北新金")
_KANA_ONLY = re.compile("[ぁ-ん]+")


def of_firm(text: str, start: int, end: int) -> bool:
    """Whether a word begins the name of a firm: (有)北川土木, 伊藤忠エネクス㈱, 小林・中村法律事務所."""
    return bool(_COMPANY_BEFORE.search(text, max(0, start - 5), start) or _COMPANY_BEHIND.match(text, end))


def ordinary(word: str) -> bool:
    """Whether a word stands in the dictionary as a common noun, verb or the like."""
    from detectors.names.features import classes  # the arrays are loaded with the first name that is looked at

    return " " not in word and bool(classes(word) & 0b0011_0000)


def _kanji(text: str, start: int, end: int, probability: float, titled: bool, lexicon: Lexicon) -> bool:
    """A name that is cut out of a longer run, or is an ordinary word or on no list, must be surer."""
    name = text[start:end]
    full = lexicon.known_full(name)
    surname = name in lexicon.surnames
    if not surname and len(name) > 2 and name[-1] in _NO_GIVEN and name[:-1] in lexicon.surnames:
        return False
    if not full and not surname and name[0] in _COUNTED and text[max(0, start - 2) : start].strip()[-1:].isdigit():
        return False  # 14 日前
    listed = full or surname or name in lexicon.given or lexicon.split(name) is not None or lexicon.rare(name)
    cut = (end < len(text) and KANJI_ONLY.match(text[end]) is not None and not titled) or (
        start > 0
        and KANJI_ONLY.match(text[start - 1]) is not None
        and not text.endswith(LEADING, max(0, start - 3), start)
    )
    if cut and probability < (0.75 if full or surname or lexicon.rare(name) else SURE):
        return False
    if titled or (full and len(name) > 2):
        return full or surname or probability >= ORDINARY or not lexicon.noun(name)  # not 旦那さん
    if ordinary(name):
        return probability >= (0.7 if surname else 0.9 if name in lexicon.given else ORDINARY)
    if full:
        return True
    return listed or probability >= (0.68 if len(name) < 4 else UNLISTED)


def _katakana(name: str, probability: float, titled: bool, lexicon: Lexicon) -> bool:
    """Whole words, and no ordinary ones (マスタ, タイトル)."""
    parts = re.split("[ 　・=]", name)
    listed = any(part in lexicon.surname_kana or part in lexicon.given_kana for part in parts)
    if titled or probability >= 0.995:
        return True
    if not listed and len(parts) < 3 and all(ordinary(part) or _compound(part) for part in parts):
        return False
    if not listed and "・" not in name and probability < WARES and sum(map(ordinary, parts)) * 2 > len(parts) > 1:
        return False  # ヤマボウシ ハナミズキ ナナカマド
    if len(parts) > 1 and probability >= (0.9 if len(parts) < 3 else 0.75):
        return True
    if all(ordinary(part) for part in parts):
        return False
    return listed or len(parts) > 1 or probability >= FOREIGN


def _compound(word: str) -> bool:
    """Whether two words of the dictionary stand together in katakana: チェックボックス, キャッシュミス."""
    return any(
        ordinary(word[:at]) and ordinary(word[at:]) for at in range(3, len(word) - 1) if len(word) - at > 2 or at > 3
    )


def _hiragana(text: str, start: int, end: int, probability: float, titled: bool, lexicon: Lexicon) -> bool:
    """Hiragana are names where a reading is listed or a title follows; with kanji, where the surname is."""
    name = text[start:end]
    mixed = _KANJI_HIRAGANA.fullmatch(name)
    if mixed:
        family = mixed["family"]
        if (
            " " in name
            and probability >= SURE
            and (lexicon.surname_too(family) or not lexicon.noun(family))
            and len(mixed["given"]) > 1
        ):
            return True  # 檜垣 まどか
        return (family in lexicon.surnames or lexicon.rare(family)) and len(mixed["given"]) > 1 and not ordinary(name)
    if not _HIRAGANA.fullmatch(name):
        return probability >= 0.75 and (titled or _mixed(name, lexicon))
    if len(name) < 3 and start and "ァ" <= text[start - 1] <= "ー":
        return False  # クレヨンしんちゃん
    joined = (start > 0 and "ぁ" <= text[start - 1] <= "ん") or (end < len(text) and "ぁ" <= text[end] <= "ん")
    if len(name) == 1 or (joined and not titled and probability < UNLISTED):
        return False
    words = [to_katakana(word) for word in re.split("[ 　]", name)]
    listed = all(word in lexicon.surname_kana or word in lexicon.given_kana for word in words)
    return titled or (listed and (probability >= UNLISTED or not ordinary(name)))


def _mixed(name: str, lexicon: Lexicon) -> bool:
    """Several scripts: words with a space between them, a surname before katakana or みち子, or みち子 alone."""
    if _HIRAGANA_KANJI.fullmatch(name) or " " in name or "　" in name or "・" in name:
        return True
    return any(
        name[:n] in lexicon.surnames
        and (_HIRAGANA_KANJI.fullmatch(name[n:]) or (_KATAKANA.fullmatch(name[n:]) and not ordinary(name[n:])))
        for n in range(1, 4)
    )


def _writable(name: str) -> bool:
    """Whether Japanese offices write all characters: what they lack is binary data read as text."""
    try:
        name.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return all(map(_written_in_japan, name))
    return True


_OF_NAMES = frozenset("𠮷𣘺𡈽𣑊𥔎𦚰𨉷𩗏")
"""Characters of surnames that no older Japanese character set has."""


def _written_in_japan(char: str) -> bool:
    for encoding in ("euc_jis_2004", "cp932"):  # 髙 stands in the second only
        try:
            char.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return char in _OF_NAMES
