"""What the heading of a column announces, by its words alone: ``config/rules/columns.toml``."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from detectors.resources import rules
from detectors.tables.headings import FAMILY, GIVEN, part_of_name
from detectors.tables.keys import meaning
from detectors.tables.keys import words as plain


class ColumnKind(StrEnum):
    """What stands under a heading."""

    PERSON = "person"
    FAMILY = "family"
    GIVEN = "given"
    KANA = "kana"
    """Readings (kana or Latin letters) of persons, whole or in parts."""
    PARTY = "party"
    """Persons or organisations, each cell for itself: 営業者名."""
    ORGANISATION = "organisation"
    FACILITY = "facility"
    PLACE = "place"
    THING = "thing"
    ADDRESS = "address"
    POSTAL = "postal"
    BIRTH = "birth"
    DATE = "date"
    PHONE = "phone"
    MAIL = "mail"
    NUMBER = "number"
    """Numbers, codes, counts and amounts; which identifier they are, the label index knows."""
    FACT = "fact"
    UNKNOWN = "unknown"


OF_PERSONS = frozenset({ColumnKind.PERSON, ColumnKind.FAMILY, ColumnKind.GIVEN, ColumnKind.KANA})
"""Kinds under which persons are named."""
OF_OTHERS = frozenset({ColumnKind.ORGANISATION, ColumnKind.FACILITY, ColumnKind.PLACE, ColumnKind.THING})
"""Kinds under which something else has a name."""


class Announced(NamedTuple):
    """``sure``: 0 to 1, how far the words decide what stands under them."""

    kind: ColumnKind
    sure: float
    reading: bool = False
    """Whether the heading announces how something is read."""
    alone: bool = False
    """Whether it says nothing else: カナ belongs to the column at its left."""


NOTHING = Announced(ColumnKind.UNKNOWN, 0.0)
_NAMED = 0.92
"""How sure 監督名 is of a person, where 監督 may be a count or a mark."""
_WEAK = 0.5
"""What ``name`` and keys that end so announce of a person: shops and files have names too."""

_CALLED = Announced(ColumnKind.THING, 0.7)
"""The name of what no list has (船名, 花名): the names of persons are called by few words, and those are listed."""


class _Words(NamedTuple):
    whole: dict[str, Announced]
    ends: dict[str, Announced]
    last: frozenset[str]
    """Letters that the ends end with."""
    longest: int
    readings: tuple[str, ...]
    """In small letters, long ones first."""


@lru_cache(maxsize=1)
def _words() -> _Words:
    whole: dict[str, Announced] = {}
    ends: dict[str, Announced] = {}
    for group in rules("columns")["kind"]:
        kind = ColumnKind(group["kind"])
        said = Announced(kind, group["sure"], kind is ColumnKind.KANA)
        whole |= dict.fromkeys(group.get("whole", ()), said)
        ends |= dict.fromkeys(group.get("ends", ()), said)
    readings = sorted(rules("columns")["reading"]["words"], key=len, reverse=True)
    last = frozenset(word[-1] for word in ends)
    return _Words(whole, ends, last, max(map(len, ends)), tuple(word.lower() for word in readings))


_NUMBERED = re.compile(r"(?<=[^0-9\W])[_ ]?[0-9]{1,2}$|[①-⑳]$")
_BEHIND = re.compile(r"\((?P<inner>[^()]*)\)$")
_POLITE = re.compile(r"^[お御ご](?=[^客父母子])")


@lru_cache(maxsize=8192)
def announced(header: str) -> Announced:
    """What a folded heading announces.

    >>> announced("届出者名").kind, announced("品名").kind, announced("施設名フリガナ").kind, announced("birth_ymd").kind
    (<ColumnKind.PERSON: 'person'>, <ColumnKind.THING: 'thing'>, <ColumnKind.FACILITY: 'facility'>, <ColumnKind.BIRTH: 'birth'>)
    """
    text = meaning(header.strip()).lower()
    words = _words()
    reading = False
    while ")" in text and (qualifier := _BEHIND.search(text)) is not None and qualifier.start():
        inner = qualifier["inner"]
        if inner in ("姓", "名", "氏", "セイ", "メイ"):
            text = inner
            break
        reading = reading or any(word in inner for word in words.readings)
        text = text[: qualifier.start()]
    if part := part_of_name(text):
        kana = reading or any("ぁ" <= char <= "ー" for char in text)
        return Announced({FAMILY: ColumnKind.FAMILY, GIVEN: ColumnKind.GIVEN}[part], 0.95, kana)
    if not (said := words.whole.get(text)):
        text, read = _without_reading(_NUMBERED.sub("", text), words.readings)
        reading = reading or read
        if reading and not text:
            return Announced(ColumnKind.KANA, 0.9, True, True)
        said = words.whole.get(text) or words.whole.get(_POLITE.sub("", text)) or _of_whom(text) or _by_end(text, words)
    if reading and said.kind in (ColumnKind.PERSON, ColumnKind.PARTY):
        return Announced(ColumnKind.KANA, said.sure, True)
    return said._replace(reading=reading or said.reading)


def _without_reading(text: str, readings: tuple[str, ...]) -> tuple[str, bool]:
    if not text.startswith(readings) and not text.endswith(readings):
        return text, False  # nearly always
    for word in readings:
        if text.endswith(word):
            return text[: -len(word)].rstrip("_ ・の/"), True
        if text.startswith(word):
            return text[len(word) :].lstrip("_ ・の/"), True
    return text, False


_NAME_OF = re.compile(r"(?P<whose>.{1,12})の[お御]?(?:名前|名称|なまえ)$")


def _of_whom(text: str) -> Announced | None:
    """What the name of something or of somebody (商品の名前, 申込者の名前) announces; ``None`` where it is no such heading."""
    named = _NAME_OF.match(text)
    if named is None:
        return None
    said = announced(named["whose"])
    if said.kind in OF_PERSONS:
        return said._replace(kind=ColumnKind.PERSON, sure=max(said.sure, _NAMED))
    return said if said.kind in OF_OTHERS or said.kind is ColumnKind.PARTY else Announced(ColumnKind.PERSON, _WEAK)


def _by_end(text: str, words: _Words) -> Announced:
    """What the last word announces, the longest that is known; with 名 behind it, it says the same (of persons: surer)."""
    if text.isascii():
        return Announced(ColumnKind.PERSON, _WEAK) if plain(text).split("_")[-1] == "name" else NOTHING
    said, length = _longest(text, words)
    if text.endswith("名") and len(text) > 1:
        whole = words.whole.get(text[:-1])
        other, longer = (whole, len(text) - 1) if whole is not None else _longest(text[:-1], words)
        if longer and longer >= length:
            named = other.kind is ColumnKind.PERSON and other.sure < _NAMED
            return other._replace(sure=_NAMED) if named else other
        if not length and not text[-2].isdigit():
            return _CALLED
    return said


def _longest(text: str, words: _Words) -> tuple[Announced, int]:
    if text[-1:] not in words.last:
        return NOTHING, 0
    for at in range(max(0, len(text) - words.longest), len(text)):
        if (said := words.ends.get(text[at:])) is not None:
            return said, len(text) - at
    return NOTHING, 0
