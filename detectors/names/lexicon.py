"""Surnames and given names from the japanese-personal-name-dataset, in kanji, kana and romaji.

Loaded once a process and only when names are looked for; the sets stay in memory (about 15 MB).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from detectors.resources import rules

_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_HIRAGANA = {katakana: code for code, katakana in _KATAKANA.items()}


def to_katakana(text: str) -> str:
    """Hiragana as katakana; everything else unchanged."""
    return text.translate(_KATAKANA)


def to_hiragana(text: str) -> str:
    """Katakana as hiragana; everything else unchanged."""
    return text.translate(_HIRAGANA)


@dataclass(frozen=True)
class Lexicon:
    """Name lists. ``surnames`` maps the kanji of a surname to the number of its bearers."""

    surnames: dict[str, int]
    given: frozenset[str]
    surname_kana: frozenset[str]
    """Readings in katakana."""
    given_kana: frozenset[str]
    surname_romaji: frozenset[str]
    given_romaji: frozenset[str]

    @cached_property
    def _begins(self) -> frozenset[str]:
        return frozenset(surname[:2] for surname in self.surnames if len(surname) > 1)

    def may_begin(self, word: str) -> bool:
        """Whether ``word`` may begin with a listed surname, by its first two characters: nine words in ten do not."""
        return word[:2] in self._begins or word[:1] in self.surnames

    def noun(self, word: str) -> bool:
        """Whether the dictionary knows ``word`` as a common noun, and no list as a given name (撮影)."""
        from detectors.names.features import classes

        return word not in self.given and classes(word) & 0b0001_0000 != 0

    def split(self, name: str) -> tuple[str, str] | None:
        """(surname, given name) of an unspaced kanji name whose surname is listed, the longest surname first."""
        if not self.may_begin(name):
            return None
        for length in range(min(4, len(name) - 1), 0, -1):
            if name[:length] in self.surnames:
                rest = name[length:]
                if rest in self.given or 1 <= len(rest) <= 3:
                    return name[:length], rest
        return None

    def known_full(self, name: str) -> bool:
        """Whether surname and given name are both listed."""
        if not self.may_begin(name):
            return False
        for length in range(1, min(5, len(name))):
            if name[:length] in self.surnames and name[length:] in self.given:
                return True
        return False


_BORNE = 1000
"""Bearers that a surname in such a form is given."""


def _in_other_forms(surname: str) -> Iterator[str]:
    """A surname with older and other forms of its characters, which registers keep and lists do not have."""
    forms = rules("names")["forms"]
    for char in surname:
        for form in forms.get(char, ()):
            yield surname.replace(char, form)


_ROMAJI = (("shi", "si"), ("chi", "ti"), ("tsu", "tu"), ("fu", "hu"), ("ji", "zi"))


def _romaji_forms(kana_romaji: str) -> set[str]:
    """Spellings met in offices: satou, sato, satoh; shi/si."""
    word = kana_romaji.lower().strip()
    forms = {
        word,
        word.replace("ou", "o").replace("uu", "u").replace("oo", "o"),
        word.replace("ou", "oh").replace("oo", "oh"),
    }
    hepburn = word
    for new, old in _ROMAJI:
        hepburn = (
            hepburn.replace(new, "\0").replace(old, new).replace("\0", new)
            if old in hepburn and new not in hepburn
            else hepburn
        )
    forms |= {hepburn, hepburn.replace("ou", "o").replace("uu", "u"), hepburn.replace("nb", "mb").replace("np", "mp")}
    return {f for f in forms if len(f) > 1}


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lists of this process."""
    from japanese_personal_name_dataset import load_dataset

    men, women, last = load_dataset(kind="org", include_last_names=True)
    surnames = {name: int(entry["count"]) for name, entry in last.items()}
    common = [name for name, count in surnames.items() if count >= _BORNE]
    for form in [form for name in common for form in _in_other_forms(name)]:
        surnames.setdefault(form, _BORNE)
    given: set[str] = set()
    given_kana: set[str] = set()
    given_romaji: set[str] = set()
    for names in (men, women):
        for reading, entry in names.items():
            given.update(k for k in entry["kanji"] if k)
            given_kana.add(to_katakana(reading))
            given_romaji |= _romaji_forms(entry["en"])
    surname_kana = {to_katakana(entry["reading"]) for entry in last.values()}
    surname_romaji: set[str] = set()
    for entry in last.values():
        surname_romaji |= _romaji_forms(entry["en"])
    return Lexicon(
        surnames,
        frozenset(given),
        frozenset(surname_kana),
        frozenset(given_kana),
        frozenset(surname_romaji),
        frozenset(given_romaji),
    )
