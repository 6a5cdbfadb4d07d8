"""Words of a sentence as Sudachi segments it: what the dictionary reads as the name of a person in this place."""

from __future__ import annotations

import threading
from enum import IntEnum
from typing import Any, NamedTuple

_LOCAL = threading.local()
LONGEST = 12_000
"""Characters of one call: Sudachi takes at most 49,149 bytes."""


class Kind(IntEnum):
    """What a word is, as far as names are concerned."""

    OTHER, PERSON, NOUN = range(3)


class Words(NamedTuple):
    """The words of what was segmented, in order, and where each starts and ends in it."""

    starts: list[int]
    ends: list[int]
    found: list[Any]
    """Words of Sudachi; ``kind_of`` tells what one is."""


def words(text: str) -> Words:
    """The shortest words of ``text``, at most ``LONGEST`` characters. The first call of a thread loads the dictionary (30 ms; 60 MB,
    most of them mapped from its file)."""
    found = list(_tokenizer().tokenize(text[:LONGEST]))
    ends = [one.end() for one in found]
    return Words([0, *ends[:-1]], ends, found)


def kind_of(word: Any) -> Kind:
    """What a word of Sudachi is."""
    number = word.part_of_speech_id()
    kind = _KINDS.get(number)
    if kind is None:
        speech = word.part_of_speech()  # in six steps: 名詞, 固有名詞, 人名, 姓 …
        kind = Kind.PERSON if speech[2] == "人名" else Kind.NOUN if speech[1] == "普通名詞" else Kind.OTHER
        _KINDS[number] = kind
    return kind


_KINDS: dict[int, Kind] = {}
"""By the dictionary's number of a part of speech; there are a few hundred, and to make the words of one for every word costs most."""


def _tokenizer() -> Any:
    if not hasattr(_LOCAL, "tokenizer"):
        from sudachipy import Dictionary, SplitMode

        # the fields that are not asked for take a fifth of the time
        _LOCAL.tokenizer = Dictionary(dict="core").create(mode=SplitMode.A, fields={"pos"})
    return _LOCAL.tokenizer
