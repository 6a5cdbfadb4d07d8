"""Which point is looked at first, and the one thing to do about it: as its code declares (``scanner.codes``)."""

from __future__ import annotations

from scanner import codes

LEVELS = ("late", *codes.LEVELS)
"""Names of the levels, most urgent first; ``late`` is any whose due date has passed."""


def urgency(code: str) -> int:
    """Rank of a code, 0 for what is told at once; the last for what only a register lacks, and for codes that nobody knows."""
    known = codes.codes().get(code)
    return codes.LEVELS.index(known.urgency) if known else len(codes.LEVELS) - 1


def level(code: str, *, late: bool = False) -> str:
    """The name of its level."""
    return LEVELS[0 if late else urgency(code) + 1]


def todo(code: str) -> str:
    """What to do first, as one sentence."""
    known = codes.codes().get(code)
    return known.told(known.todo) if known else code
