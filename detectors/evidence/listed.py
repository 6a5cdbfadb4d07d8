"""What the name lists and the dictionary know of a candidate."""

from __future__ import annotations

from typing import Any

import numpy as np

from detectors.addresses.gazetteer import stems
from detectors.evidence.feature import Values, feature
from detectors.evidence.scene import Scene
from detectors.names.features import classes
from detectors.names.lexicon import Lexicon, to_hiragana, to_katakana
from detectors.names.vocabulary import english, foreign_family, foreign_given, nobody, one_kanji

NOUN, VERB = 0b0001_0000, 0b0010_0000
"""Bits of the word classes (``training/words.py``)."""


@feature(("«田中»", 6.1), ("«田中太郎»", 0.0), rises=1)
def surname(scene: Scene) -> Values:
    """Decimal logarithm of the bearers of the whole as a surname."""
    listed = scene.lexicon.surnames
    return scene.of_words(lambda name: _size(listed.get(name, 0)), of_unread=True)


def _size(bearers: int) -> float:
    return len(str(bearers)) - 1 + int(str(bearers)[0]) / 10 if bearers else 0.0


@feature(("«太郎»", 1), ("«田中»", 0))
def given(scene: Scene) -> Values:
    """Whether the whole is listed as a given name, in kanji or kana."""
    lex = scene.lexicon
    return scene.of_words(lambda name: name in lex.given or (is_kana(name) and to_katakana(name) in lex.given_kana))


@feature(("«田中太郎»", 3), ("«田中»", 0), rises=1)
def full(scene: Scene) -> Values:
    """Surname and given name: 3 where both are listed, 2 where one is and the dictionary knows the other, 1 where the surname
    is listed alone, 0 where neither is or there is but one word."""
    if "full" not in scene.memo:
        scene.memo["full"] = scene.of_words(lambda name: full_name(name, scene.lexicon), of_unread=True)
    found: Values = scene.memo["full"]
    return found


def full_name(name: str, lex: Lexicon) -> int:
    """The same of one name."""
    if name.isascii():
        return _in_latin(name, lex)
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


def is_kana(word: str) -> bool:
    """Whether a word begins in kana, so that it may be a reading."""
    return "ぁ" <= word[:1] <= "ヿ"


def in_katakana(word: str) -> bool:
    """Whether a word is written in katakana."""
    return all("ァ" <= c <= "ー" for c in word)


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


@feature(("«タナカ»", 1), ("«マスタ»", 0), rises=1)
def reading(scene: Scene) -> Values:
    """Whether the whole, in kana, is how a surname is read."""
    readings = scene.lexicon.surname_kana
    return scene.of_words(lambda name: is_kana(name) and to_katakana(name) in readings)


@feature(("«Tanaka»", 1), ("«Error»", 0), rises=1)
def romaji(scene: Scene) -> Values:
    """Share of its words in Latin letters that are listed as names."""
    lex = scene.lexicon
    listed = (lex.surname_romaji, lex.given_romaji, foreign_family(), foreign_given())
    return scene.of_words(lambda name: _share(name, lambda w: any(w in names for names in listed)))


@feature(("«Error Log»", 1), ("«Tanaka»", 0), rises=-1)
def programs(scene: Scene) -> Values:
    """Share of its words in Latin letters that are words of programs and forms."""
    return scene.of_words(lambda name: _share(name, english().__contains__))


def _share(name: str, known: Any) -> float:
    if not name[:1].isascii():
        return 0.0
    words = name.lower().replace(",", " ").replace(".", " ").replace("/", " ").split()
    return sum(map(known, words)) / len(words) if words else 0.0


def _classes(scene: Scene) -> Any:
    """Word-class bits of the candidates."""
    if "classes" not in scene.memo:
        scene.memo["classes"] = scene.of_words(classes).astype(np.int32)
    return scene.memo["classes"]


@feature(("«鮎川»", 1), ("«会議»", 0))
def dictionary_surname(scene: Scene) -> Any:
    """Whether the dictionary knows the whole as a surname."""
    return _classes(scene) & 1


@feature(("«翔太»", 1), ("«会議»", 0))
def dictionary_given(scene: Scene) -> Any:
    """Whether the dictionary knows the whole as a given name."""
    return _classes(scene) >> 1 & 1


@feature(("«東京»", 1), ("«会議»", 0))
def dictionary_place(scene: Scene) -> Any:
    """Whether the dictionary knows the whole as a place, or a municipality is called so."""
    return (_classes(scene) >> 3 & 1) | (scene.of_words(lambda name: name in stems()) > 0)


@feature(("«会議»", 1), ("«田中太郎»", 0))
def noun(scene: Scene) -> Values:
    """Whether the dictionary knows the whole as a common noun."""
    return scene.of_words(lambda name: share_of_words(name, NOUN))


@feature(("«走る»", 1), ("«田中太郎»", 0))
def verb(scene: Scene) -> Values:
    """Whether the dictionary knows the whole as a verb, adjective or adverb."""
    return scene.of_words(lambda name: share_of_words(name, VERB))


def share_of_words(name: str, bit: int) -> float:
    """1 for the whole, or the share of its words parted by spaces and dots. The dictionary is of Japanese words."""
    if name.isascii():
        return 0.0
    parts = name.replace("・", " ").replace("=", " ").split()
    if len(parts) == 1:
        return classes(parts[0]) & bit > 0
    return sum(classes(part) & bit > 0 for part in parts) / len(parts) if parts else 0.0


@feature(("«ソニー»", 1), ("«田中太郎»", 0))
def proper(scene: Scene) -> Any:
    """Whether the dictionary knows the whole as a name of anything else."""
    return _classes(scene) >> 6 & 1


@feature(("«シェル»", 1), ("«サトウ»", 0), rises=-1)
def loanword(scene: Scene) -> Values:
    """Share of its words that are common nouns in katakana and no listed reading of a name."""
    return scene.of_words(lambda name: _loanwords(name, scene.lexicon))


def _loanwords(name: str, lex: Lexicon) -> float:
    if not in_katakana(name[:2]):
        return 0.0
    parts = name.replace("・", " ").replace("=", " ").split()
    nouns = [
        part not in lex.surname_kana and part not in lex.given_kana and (classes(part) & NOUN > 0 or _compound(part))
        for part in parts
    ]
    return sum(nouns) / len(nouns) if nouns else 0.0


def _compound(word: str) -> bool:
    return any(
        classes(word[:at]) & NOUN and classes(word[at:]) & NOUN
        for at in range(3, len(word) - 1)
        if len(word) - at > 2 or at > 3
    )


@feature(("«担当者»", 1), ("«田中»", 0), rises=-1)
def placeholder(scene: Scene) -> Values:
    """Whether it is a word that stands where names stand (同上, 未定), by itself or as one of its parts."""
    return scene.of_words(holds_nobody)


def holds_nobody(name: str) -> bool:
    """Whether a word for nobody is the whole or one of its parts."""
    words = nobody()
    return name in words or (" " in name and any(part in words for part in name.split(" ")))
