"""The schedule of scans as the record has it: whoever edits its file makes no hour disappear (scanner/service/schedule.py)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

from scanner.inventory.reader import Reader

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Scheduled(NamedTuple):
    """Hour of the day, weekdays and beginning of the schedule in force."""

    at: str
    days: tuple[str, ...]
    begins: datetime

    @property
    def longest_wait(self) -> int:
        """Days between two of its scans, at the most: 1 for one of every day, 7 for one of a week."""
        places = sorted(_WEEK.index(day) for day in self.days)
        return max(later - before for before, later in zip(places, [*places[1:], places[0] + 7], strict=True))


def in_force(reader: Reader) -> Scheduled | None:
    """The last one that was set; ``None`` where there is none, or it was removed."""
    found = reader.rows("select at, details from ledger where kind = 'schedule_set' order by seq desc limit 1")
    details = json.loads(found[0]["details"]) if found else {}
    if not details.get("hour"):
        return None
    return Scheduled(details["hour"], tuple(details["days"]), datetime.fromisoformat(found[0]["at"]))
