"""The sums of one scan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.custody.arithmetic import Family
from scanner.inventory.baseline import Compared
from scanner.inventory.coverage import Excluded
from scanner.inventory.point_lists import OpenPoint
from scanner.inventory.rejudge import Again
from scanner.model import Outcome, Reason


class NotApplied(NamedTuple):
    """A pattern that did not count."""

    source: str
    pattern: str
    """Empty for a ``.sekishoignore`` as a whole."""
    why: str
    number: int
    """How many entries it would have left out, or how many such files there are."""


@dataclass(slots=True)
class Summary:
    """Sums of one scan; ``walked`` equals the sum of the four outcomes."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    """Exclusion (``Rule.text``) → files and folders of this scan that it left out."""
    points: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    seconds: float = 0.0
    gone: int = 0
    interrupted: bool = False
    families: list[Family] = field(default_factory=list)
    """Registered originals with their copies, settled at the end."""
    judged_again: list[Again] = field(default_factory=list)
    """Points that an earlier version had closed without knowing their place, judged again in this scan."""
    open: list[OpenPoint] = field(default_factory=list)
    """Open points that no file alone gives, as they were settled at the end."""
    keys_missing: tuple[str, ...] = ()
    """Contracts whose originals could not be compared with, for lack of their key."""
    symlinks: int = 0
    special: int = 0
    """Sockets, devices and pipes, which have no contents."""
    systems: list[tuple[str, str]] = field(default_factory=list)
    """File systems without files of anybody (``proc``) that were met and not walked: where, and their types."""
    excluded: list[Excluded] = field(default_factory=list)
    """What patterns left out below the roots, as the inventory has it now; where nothing is stored, as this scan met it."""
    baseline: Compared | None = None
    """The open points against the baselines; ``None`` where none is in force or was tampered with."""
    refused: list[NotApplied] = field(default_factory=list)
    """Patterns that did not count, and why."""
    again: list[str] = field(default_factory=list)
    """Second names of folders that were walked under another one; both as people read them."""

    @property
    def walked(self) -> int:
        """All files met."""
        return sum(self.counts.values())

    @property
    def gaps(self) -> int:
        """Files not wholly examined, whenever that was found out; without what was left out because somebody said so."""
        return sum(n for reason, n in self.reasons.items() if reason not in (Reason.EMPTY.value, Reason.EXCLUDED.value))

    def add(self, outcome: Outcome) -> None:
        """Count one file."""
        self.counts[outcome.kind.value] += 1
        if outcome.contents.reason is not None:
            self.reasons[outcome.contents.reason.value] += 1
        if outcome.left_out:
            self.left_out[outcome.left_out] += 1
        for code in outcome.points:
            self.points[code] += 1
        self.bytes += max(0, outcome.ref.size)
