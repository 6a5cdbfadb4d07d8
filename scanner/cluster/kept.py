"""What of a worker's words about a finding may be kept: the forms that the coordinator's own reader and judge would use. Anything else
could be a value of the file."""

from __future__ import annotations

import re
from functools import lru_cache

from detectors.resources import rules
from scanner.model import BlockKind, Reason
from scanner.places import SafePlaces, domain, remark

_UNITS = "|".join(k.value for k in BlockKind)
_RANGE = re.compile(
    rf"(?:(?:{_UNITS}) [0-9]{{1,9}}(?:-[0-9]{{1,9}})?|[A-Z]{{1,3}}[0-9]{{1,9}}(?::[A-Z]{{1,3}}[0-9]{{1,9}})?|\+[0-9]{{1,12}})"
)
_REASONS = frozenset(Reason)
_COUNTED = re.compile(r"([a-z_]{1,40})(?::[A-Z][A-Za-z]{1,40})?: [0-9]{1,12}")
"""Text that the judge left unread: why, with the kind of the fault, and how often."""
_TOO_LONG = "text_too_long"
_JUDGED = re.compile(r"judged: [0-9]{1,15}/[0-9]{1,15}")
_SHAPE = re.compile(r"(?:(?:漢字|かな|カナ|数字|英字|文字)[0-9]{1,4}|\+)*|[N0 +./()-]*")


def shape(shape: str) -> str:
    """The form of a value."""
    return shape if _SHAPE.fullmatch(shape) else "…"


@lru_cache(maxsize=1)
def _categories() -> frozenset[str]:
    return frozenset(rules("sensitive")["category"])


def category(category: str) -> str:
    """The legal category of a fact."""
    return category if category in _categories() else ""


def place(place: str, safe: SafePlaces) -> str:
    """A place inside a file."""
    part, mark, last = place.rpartition("!")
    if _RANGE.fullmatch(last):
        return f"{safe.safe(part)}{mark}{last}" if mark else last
    return safe.safe(place, field=True)


def note(note: str, safe: SafePlaces) -> str:
    """A remark about a content."""
    head, _, rest = note.partition(": ")
    if head == "recipient_domain":
        return f"{head}: {domain(rest)}"
    counted = _COUNTED.fullmatch(note)
    if _JUDGED.fullmatch(note) or (counted and (counted[1] in _REASONS or counted[1] == _TOO_LONG)):
        return note
    if head in _REASONS:
        return f"{head}: {'…' if rest == '…' else safe.safe(rest)}"
    return remark(note)
