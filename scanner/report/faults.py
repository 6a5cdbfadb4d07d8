"""What went wrong, as a sentence for people: the one place where an error of ours meets the catalogue of messages."""

from __future__ import annotations

from scanner.errors import Part, SekishoError
from scanner.messages import t
from scanner.model import Reason


def sentence(error: SekishoError) -> str:
    """The message of an error; where it stands for several things, a line each below."""
    return "\n".join([_told(f"{error.section}.{error.code}", error.details), *(f"  {one(p)}" for p in error.parts())])


def one(part: Part) -> str:
    """One of several things: its place, what is wrong, what would be right."""
    text = _told(part.message, part.details)
    return f"{part.place}: {text}" if part.place else text


def _told(name: str, details: dict[str, object]) -> str:
    return t(name, **{k: _word(v) for k, v in details.items()})


def _word(value: object) -> object:
    if isinstance(value, Reason):
        from scanner.report import wording

        return wording.reason(value.value)
    return value
