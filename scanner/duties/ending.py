"""When a contract's registers say that an original is no longer held: entries of disposal (第9) and of return (第13).

An entry that names the original is about it. One without a scope is about everything that was held on its day: what is received
later is no longer held only by a later entry.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from scanner.duties.interface import covers
from scanner.inventory.custody import Original
from scanner.policy.models import Contract


class Ending(NamedTuple):
    """One entry, in the order of days."""

    day: date
    kind: str
    """``disposal`` or ``handover``."""
    number: str


def endings(contract: Contract, original: Original, today: date) -> list[Ending]:
    """Entries by which the original should be gone today, the first of them first."""
    entries = [
        *((d.executed_on, "disposal", d.id, d.scope) for d in contract.disposal),
        *((h.date, "handover", h.id, h.scope) for h in contract.handover),
    ]
    return sorted(
        Ending(day, kind, number)
        for day, kind, number, scope in entries
        if day is not None and day <= today and _about(scope, original, day)
    )


def _about(scope: tuple[str, ...], original: Original, day: date) -> bool:
    return covers(scope, original.family) and (bool(scope) or original.received <= day.isoformat())
