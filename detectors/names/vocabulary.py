"""Words around names and foreign names, from ``config/rules``."""

from __future__ import annotations

import re
from functools import lru_cache

from detectors.labels import LabelIndex
from detectors.resources import rules


@lru_cache(maxsize=1)
def titles() -> dict[str, str]:
    """What may stand behind a name → ``polite``, ``posts``, ``public`` or ``groups``."""
    return {word: kind for kind, words in rules("names")["titles"].items() for word in words}


@lru_cache(maxsize=1)
def leading() -> dict[str, str]:
    """What may stand right before a name → ``kin``, ``roles`` or ``things``."""
    return {word: kind for kind, words in rules("names")["before"].items() for word in words}


@lru_cache(maxsize=1)
def done() -> dict[str, bool]:
    """What is done at a place, or with somebody → whether it is the latter."""
    known = rules("names")["done"]
    return {word: kind == "somebody" for kind in ("somewhere", "somebody") for word in known[kind]}


@lru_cache(maxsize=1)
def samples() -> re.Pattern[str]:
    """Finds what says that an example follows: its words, and 例 behind a mark or at the beginning of a line (条例 is none)."""
    words = "|".join(map(re.escape, rules("names")["samples"]["words"]))
    return re.compile(rf"{words}|(?:^|(?<=[(\[【<※*]))例(?![ぁ-ん一-龥])", re.MULTILINE)


@lru_cache(maxsize=1)
def sample_names() -> frozenset[str]:
    """What is called so is an example itself."""
    return frozenset(rules("names")["samples"]["names"])


@lru_cache(maxsize=1)
def nobody() -> frozenset[str]:
    """Values that are no names though they stand where names stand."""
    return frozenset(rules("names")["nobody"]["words"])


@lru_cache(maxsize=1)
def organisations() -> LabelIndex:
    """Finds parts of the names of firms, offices and houses."""
    return LabelIndex({"ORGANISATION": rules("names")["organisations"]["words"]})


@lru_cache(maxsize=1)
def foreign_given() -> frozenset[str]:
    """Given names of other countries in Latin letters, small."""
    return frozenset(name.lower() for name in rules("foreign_names")["given"])


@lru_cache(maxsize=1)
def foreign_family() -> frozenset[str]:
    """Surnames of other countries in Latin letters, small."""
    return frozenset(name.lower() for name in rules("foreign_names")["family"])


@lru_cache(maxsize=1)
def one_kanji() -> frozenset[str]:
    """Surnames of one kanji from China, Korea and Vietnam, many of them on no Japanese list."""
    return frozenset(rules("foreign_names")["one_kanji"])


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Words of programs, forms and sentences in Latin letters."""
    return frozenset(rules("foreign_names")["english"])
