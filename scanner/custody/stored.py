"""What is stored of an original: its tokens of the second key set, each with the row that it stands in."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.custody.compare import SEVERAL
from scanner.custody.prints import Prints
from scanner.custody.rowkeys import SECOND_SET


@dataclass(frozen=True, slots=True)
class Fingerprinted:
    """Tokens of one original, and of how much they are."""

    tokens: dict[int, int]
    """Token → row (from 0), or ``SEVERAL``."""
    rows: int
    texts: int
    named: int


def fingerprinted(prints: Prints, contract: str) -> Fingerprinted:
    """The tokens of a file under a contract's key, as an original has them."""
    tokens: dict[int, int] = {}
    rows, texts = prints.by_key[contract], prints.texts[contract]
    named = 0
    for number, (row, kinds) in enumerate(zip(rows, prints.kinds, strict=True)):
        named += "N" in kinds
        for token, kind in zip(row, kinds, strict=True):
            if kind in SECOND_SET and tokens.setdefault(token, number) != number:
                tokens[token] = SEVERAL
    tokens.update(dict.fromkeys(texts, SEVERAL))
    return Fingerprinted(tokens, len(rows), len(texts), named)
