"""Which kind of point is looked at first, and the one thing to do about it.

The order is that of the annex: what may be an incident and must be told at once (第14の1: 直ちに) stands first, then data where
it must not be, then copies and deadlines, then what only the registers lack.
"""

from __future__ import annotations

from scanner.messages import t_or
from scanner.report import wording

_AT_ONCE = ("F07-WEBROOT", "F12-UNREGISTERED-PARTY", "F09-NO-INSTRUCTION", "F18-NOT-RECEIVED", "F06-OVERDUE")
_LEFT_THE_PLACE = (
    "F06-MEDIA",
    "F06-CLOUD",
    "F06-MAIL",
    "F07-SEND",
    "F08-CROSS",
    "F10-PUBLIC",
    "F18-PLAIN-MEDIUM",
    "F10-SILENT",
)
_NOT_AGREED = (
    "F02-EXWORKER", "F02-EXCESS", "F03-UNDECLARED-HOST", "F03-OUTSIDE", "F03-EXPIRED", "F04-LEAVER-HOLDS", "F05-MYNUMBER", "F07-UNDECLARED",
    "F07-EXCESS", "F07-EXPIRED", "F09-RESIDUE", "F09-RETENTION", "F13-NOT-RETURNED", "F16-OVERDUE", "F10-UNKNOWN-HOST", "F10-PLAIN",
)  # fmt: skip
_RANK = {code: rank for rank, codes in enumerate((_AT_ONCE, _LEFT_THE_PLACE, _NOT_AGREED)) for code in codes}
LEVELS = ("late", "now", "soon", "due", "register")
"""Names of the levels, most urgent first; ``late`` is any whose due date has passed."""


def urgency(code: str) -> int:
    """Rank of a code, 0 for what is told at once; the last for what only a register lacks, and for codes that nobody knows."""
    return _RANK.get(code, len(LEVELS) - 2)


def level(code: str, *, late: bool = False) -> str:
    """The name of its level."""
    return LEVELS[0 if late else urgency(code) + 1]


def todo(code: str) -> str:
    """What to do first, as one sentence; the meaning of the point where the catalogue has no advice."""
    return t_or(f"todo.{code}", wording.point(code))
