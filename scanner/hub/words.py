"""Words of a terminal that this version of the hub knows: those of a newer one are entered as the most careful that it knows, so that hub and
terminals are upgraded in any order. The batch keeps what was said."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from scanner.inventory.scope import DEPTHS
from scanner.model import Ground, OutcomeKind, Reason, VerdictKind

_STAGES = ("new", "review", "correcting", "proposed")
_CLOSED = ("accepted", "false_alarm", "suppressed", "gone", "settled", "verdict")
_RUNS = ("complete", "interrupted", "watch")
_WORDS: dict[str, dict[str, tuple[Collection[str], str]]] = {
    "contents": {"reason": (frozenset(r.value for r in Reason), Reason.UNREADABLE.value)},
    "files": {
        "outcome": (frozenset(o.value for o in OutcomeKind), OutcomeKind.NOT_EXAMINED.value),
        "reason": (frozenset(r.value for r in Reason), Reason.UNREADABLE.value),
        "verdict": (frozenset(v.value for v in VerdictKind), VerdictKind.NO_POLICY.value),
        "ground": (frozenset(g.value for g in Ground), Ground.FIXED.value),
    },
    "points": {"stage": (_STAGES, "new"), "closed_why": (_CLOSED, "settled"), "depth": (DEPTHS, "")},
    "runs": {"state": (_RUNS, "interrupted")},
    "coverage": {
        "outcome": (("examined", "unchanged", "partial", "not_examined"), "not_examined"),
        "reason": (frozenset({"", *(r.value for r in Reason)}), Reason.UNREADABLE.value),
    },
}
"""Table → column → (known words, what stands for others)."""


def known(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row in words that this version knows; what is not told stays so."""
    for column, (words, other) in _WORDS.get(table, {}).items():
        if row.get(column) is not None and row[column] not in words:
            row[column] = other
    return row
