"""GiNZA (ja_ginza) as the last rung: loaded only when a line needs it, fed in chunks under Sudachi's limit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

CHUNK_CHARS = 12_000
"""Sudachi takes at most 49,149 bytes a call; a character has at most four bytes in UTF-8."""

_PERSON_LABELS = frozenset({"Person", "Name_Other_Person", "PERSON"})


@lru_cache(maxsize=1)
def load() -> Any:
    """The ja_ginza pipeline with the parts that names need. Costs about three seconds and 500 MB."""
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import warnings

    import spacy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # version notes of the model's packagers are not for the user
        return spacy.load(
            "ja_ginza",
            exclude=["parser", "morphologizer", "attribute_ruler", "compound_splitter", "bunsetu_recognizer"],
        )


def chunks(text: str, limit: int = CHUNK_CHARS) -> Iterator[tuple[int, str]]:
    """(offset, piece) of at most ``limit`` characters, cut at line ends where there are any."""
    at = 0
    while at < len(text):
        end = min(len(text), at + limit)
        if end < len(text):
            newline = text.rfind("\n", at, end)
            end = newline + 1 if newline > at else end
        yield at, text[at:end]
        at = end


def persons(text: str) -> Iterator[tuple[int, int]]:
    """Spans that GiNZA labels as a person, trimmed of spaces. Raises what the library raises."""
    nlp = load()
    for offset, piece in chunks(text):
        for entity in nlp(piece).ents:
            if entity.label_ in _PERSON_LABELS:
                start, end = entity.start_char, entity.end_char
                while start < end and piece[start].isspace():
                    start += 1
                while end > start and piece[end - 1].isspace():
                    end -= 1
                if end > start:
                    yield offset + start, offset + end
