"""Words of a sentence as Sudachi segments it: what the dictionary reads as the name of a person in this place."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

_LOCAL = threading.local()
LONGEST = 12_000
"""Characters of one call: Sudachi takes at most 49,149 bytes."""


class Word(NamedTuple):
    """A word and where it stands in what was segmented."""

    start: int
    end: int
    speech: tuple[str, ...]
    """Part of speech in six steps: 名詞, 固有名詞, 人名, 姓 …"""


def words(text: str) -> list[Word]:
    """The shortest words of ``text``, at most ``LONGEST`` characters. The first call of a thread loads the dictionary (30 ms; 60 MB,
    most of them mapped from its file)."""
    from sudachipy import SplitMode

    return [
        Word(one.begin(), one.end(), one.part_of_speech()) for one in _tokenizer().tokenize(text[:LONGEST], SplitMode.A)
    ]


def _tokenizer() -> Any:
    if not hasattr(_LOCAL, "tokenizer"):
        from sudachipy import Dictionary

        _LOCAL.tokenizer = Dictionary(dict="core").create()
    return _LOCAL.tokenizer
