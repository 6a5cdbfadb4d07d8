"""A text under construction: pieces, some of which are labelled values of a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class Piece(NamedTuple):
    """A stretch of text. ``entity`` is empty for what is no personal value; ``person`` counts from 0 within the document."""

    text: str
    entity: str = ""
    person: int = -1


class Gold(NamedTuple):
    """A labelled value: whose it is, what it is, and where it stands (offsets into the text)."""

    entity: str
    start: int
    end: int
    person: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One document with the conditions it was made under."""

    number: int
    axes: dict[str, str]
    text: str
    gold: list[Gold] = field(default_factory=list)


def joined(pieces: Iterable[Piece]) -> tuple[str, list[Gold]]:
    """The text of the pieces and its labelled values, in order; a value that lost all its characters is none."""
    parts: list[str] = []
    gold: list[Gold] = []
    at = 0
    for piece in pieces:
        text = piece.text
        if piece.entity and text.strip():
            left = len(text) - len(text.lstrip())
            gold.append(Gold(piece.entity, at + left, at + len(text.rstrip()), piece.person))
        parts.append(text)
        at += len(text)
    return "".join(parts), gold
