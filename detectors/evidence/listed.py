"""What the name lists and the dictionary know of a candidate."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

from detectors.addresses.gazetteer import stems
from detectors.evidence.feature import Values, feature
from detectors.evidence.scene import Scene, shared
from detectors.names.features import classes
from detectors.names.lexicon import Lexicon, to_hiragana, to_katakana
from detectors.names.vocabulary import foreign_family, foreign_given, nobody, one_kanji

NOUN = 0b0001_0000
"""Bit of the word classes (``training/words.py``)."""


@feature(("«田中»", 6.1), ("«鮎川»", 0.5), ("«田中太郎»", 0.0), rises=1)
@shared
def surname(scene: Scene) -> Values:
    """Decimal logarithm of the bearers of the whole as a surname; one half where the dictionary alone knows it as one, or where it is how
    one is read."""
    return scene.of_words(lambda name: _borne(name, scene.lexicon), of_unread=True)


def _borne(name: str, lex: Lexicon) -> float:
    bearers = lex.surnames.get(name, 0)
    if bearers:
        return len(str(bearers)) - 1 + int(str(bearers)[0]) / 10
    return 0.5 if classes(name) & 1 or (is_kana(name) and to_katakana(name) in lex.surname_kana) else 0.0


@feature(("«太郎»", 2), ("«市役所»", 0), rises=1)
def given(scene: Scene) -> Values:
    """Whether the whole is listed as a given name, in kanji or kana (2), or the dictionary knows it as one (1)."""
    return scene.of_words(lambda name: _called(name, scene.lexicon))


def _called(name: str, lex: Lexicon) -> int:
    if name in lex.given or (is_kana(name) and to_katakana(name) in lex.given_kana):
        return 2
    return classes(name) >> 1 & 1


@feature(("«田中太郎»", 3), ("«田中»", 0), rises=1)
@shared
def full(scene: Scene) -> Values:
    """Surname and given name: 3 where both are listed, 2 where one is and the dictionary knows the other, 1 where the surname
    is listed alone, 0 where neither is or there is but one word."""
    return scene.of_words(lambda name: full_name(name, scene.lexicon), of_unread=True)


def full_name(name: str, lex: Lexicon) -> int:
    """The same of one name."""
    if name[0] < _AFTER_LATIN and (plain := without_marks(name)).isascii():
        return _in_latin(plain, lex)
    if name in lex.surnames:
        return 0  # 田中 is hardly ever 田 and 中
    for mark in " ・=":
        if mark in name:
            family, _, rest = name.partition(mark)
            if mark == " " or not in_katakana(family):
                return _pair(family, rest, lex)
            return max(_pair(family, rest, lex), _pair(rest, family, lex))
    if not lex.may_begin(name) and not ("ァ" <= name[0] <= "ー" or "ぁ" <= name[0] <= "ん"):
        return max((_pair(name[:n], name[n:], lex) for n in (2,) if n < len(name) and classes(name[:n]) & 1), default=0)
    return max((_pair(name[:n], name[n:], lex) for n in range(1, min(6, len(name)))), default=0)


_AFTER_LATIN = "\u0250"
_OTHERS = str.maketrans("đĐøØłŁ", "dDoOlL")
"""Letters that are not made of a letter and a mark."""


def without_marks(name: str) -> str:
    """Latin letters without their marks, as the lists have them: Nguyễn Văn An → Nguyen Van An."""
    if name.isascii():
        return name
    apart = normalize("NFD", name.translate(_OTHERS))
    return "".join(char for char in apart if not combining(char))


def is_kana(word: str) -> bool:
    """Whether a word begins in kana, so that it may be a reading."""
    return "ぁ" <= word[:1] <= "ヿ"


def in_katakana(word: str) -> bool:
    """Whether a word is written in katakana."""
    return _KATAKANA.fullmatch(word) is not None


_KATAKANA = re.compile("[ァ-ー]*")
_FIRST_KATAKANA = re.compile("[ァ-ー]")


def called_in_katakana(name: str, lex: Lexicon) -> bool:
    """Whether it is a listed surname in kanji with a given name in katakana that need not be listed and is no loanword: 山本トメ, but
    not 山本ガス. Loanwords are nouns that the dictionary knows in katakana alone; names of two letters (とめ, くま) are often words."""
    family, rest = lex.split(name.replace(" ", "")) or ("", "")
    if not family or len(rest) < 2 or not in_katakana(rest):
        return False
    return not lex.noun(rest) or (len(rest) == 2 and classes(to_hiragana(rest)) != 0)


def _pair(family: str, rest: str, lex: Lexicon) -> int:
    listed = family in lex.surnames or family in one_kanji()
    listed = listed or (len(family) > 1 and is_kana(family) and to_katakana(family) in lex.surname_kana)
    known = listed or classes(family) & 1
    called = rest in lex.given or (len(rest) > 1 and is_kana(rest) and to_katakana(rest) in lex.given_kana)
    if listed and called:
        return 3
    if (known and called) or (listed and classes(rest) & 2):
        return 2
    return 1 if listed and 0 < len(rest) < 4 else 0


def _in_latin(name: str, lex: Lexicon) -> int:
    words = [word for word in name.lower().replace(",", " ").replace("/", " ").replace(".", " ").split() if word]
    if len(words) < 2:
        return 0
    japanese = [word in lex.surname_romaji or word in lex.given_romaji for word in words]
    abroad = [word in foreign_family() or word in foreign_given() for word in words]
    listed = sum(map(max, japanese, abroad))
    return 3 if listed == len(words) else 2 if listed and len(words) > 2 else listed


@feature(("«会議»", 1), ("«田中タクシー»", 1), ("«田中太郎»", 0), rises=-1)
@shared
def noun(scene: Scene) -> Values:
    """Whether the dictionary knows the whole as a common noun, or what follows a surname as one in katakana (a firm)."""
    return scene.of_words(lambda name: share_of_nouns(name) or _surname_with_loanword(name, scene.lexicon))


def _surname_with_loanword(name: str, lex: Lexicon) -> bool:
    first = _FIRST_KATAKANA.search(name)
    if first is None or not first.start():
        return False
    family, rest = name[: first.start()], name[first.start() :]
    return len(rest) > 2 and family in lex.surnames and in_katakana(rest) and lex.noun(rest)


def share_of_nouns(name: str) -> float:
    """1 for the whole, or the share of its words parted by spaces and dots. The dictionary is of Japanese words."""
    if name.isascii():
        return 0.0
    parts = name.replace("・", " ").replace("=", " ").split()
    if len(parts) == 1:
        return classes(parts[0]) & NOUN > 0
    return sum(classes(part) & NOUN > 0 for part in parts) / len(parts) if parts else 0.0


PLACE, VERB = 0b0000_1000, 0b0010_0000


@feature(("«品川»", 3), ("«鈴木»", 2), ("«走る»", 1), ("«田中太郎»", 0))
def other_word(scene: Scene) -> Values:
    """Whether the dictionary knows the whole as a verb, adjective or adverb (1), or as a place (2), or a municipality is called so (3): of
    those who bear a listed surname 95 in 100 are called like some place of the dictionary, 26 like a municipality."""
    return scene.of_words(lambda name: 3 if name in stems() else 2 if is_place(name) else classes(name) & VERB > 0)


def is_place(name: str) -> bool:
    """Whether the dictionary knows a word as a place, or a municipality is called so."""
    return classes(name) & PLACE > 0 or name in stems()


@feature(("«担当者»", 1), ("«田中»", 0), rises=-1)
def placeholder(scene: Scene) -> Values:
    """Whether it is a word that stands where names stand (同上, 未定), by itself or as one of its parts."""
    return scene.of_words(holds_nobody)


def holds_nobody(name: str) -> bool:
    """Whether a word for nobody is the whole or one of its parts."""
    words = nobody()
    return name in words or (" " in name and not words.isdisjoint(name.split(" ")))
