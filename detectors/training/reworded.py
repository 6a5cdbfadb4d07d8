"""The same document with other words: what surrounds its names is exchanged for any nouns, places and wares of the dictionary.

The tagger has learnt the documents written by hand by heart, and with other persons in them it still knows every line. With other
words it is as unsure as about a document of the next office that is laid out alike; who is named in it stays known.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from detectors.training.marked import Text

SHARES = (0.1, 0.15, 0.2, 0.35)
"""Shares of the nouns that are exchanged, one a document."""
_LONGEST = 4000
"""Characters of a line that is cut into words."""
_COMMON, _PROPER = ("loan", "deed", "noun", "noun"), ("town", "ware")


def reworded(text: Text, things: Mapping[str, Sequence[str]], chance: random.Random) -> Text:
    """The document with some nouns exchanged that no name touches. ``things``: words by kind (``words.nouns``, ``words.proper``)."""
    share = chance.choice(SHARES)
    out: list[str] = []
    moved: dict[int, int] = {}
    taken = sorted(text.spans)
    at = new = 0
    for line in text.text.splitlines(keepends=True):
        for word, speech in _words(line):
            end = at + len(word)
            inside = any(start <= end and at <= stop for start, stop in taken)
            for place in range(at, end):
                moved[place] = new + place - at
            if not inside and speech is not None and chance.random() < share:
                kinds = _PROPER if speech == "固有名詞" or chance.random() < 0.2 else _COMMON
                word = chance.choice(things[chance.choice(kinds)])
            out.append(word)
            at, new = end, new + len(word)
    return Text("".join(out), tuple((moved[start], moved[stop - 1] + 1) for start, stop in text.spans))


def _words(line: str) -> list[tuple[str, str | None]]:
    """The words of a line, and of nouns what kind they are of."""
    if len(line) > _LONGEST:
        return [(line, None)]
    found = []
    for one in _tokenizer().tokenize(line):
        speech = one.part_of_speech()
        word = one.raw_surface()
        noun = len(word) > 1 and speech[0] == "名詞" and speech[1] in ("普通名詞", "固有名詞")
        found.append((word, speech[1] if noun else None))
    return found


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from sudachipy import Dictionary, SplitMode

    return Dictionary(dict="core").create(mode=SplitMode.B)
