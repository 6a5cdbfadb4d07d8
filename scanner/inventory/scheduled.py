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
    settings: str = ""
    """Code of what else was set (``service/recorded.py``); empty in entries of earlier versions."""

    @property
    def longest_wait(self) -> int:
        """Days between two of its scans, at the most: 1 for one of every day, 7 for one of a week."""
        places = sorted(_WEEK.index(day) for day in self.days)
        return max(later - before for before, later in zip(places, [*places[1:], places[0] + 7], strict=True))


class History(NamedTuple):
    """What became of the hours of schedules."""

    ran: datetime | None
    """The last one whose scan came to its end."""
    told: datetime | None
    """The last one that the record has as missed."""
    missed: int
    """How many were."""


def in_force(reader: Reader, now: datetime) -> Scheduled | None:
    """The last one that was set; ``None`` where there is none, or it was removed.

    One that was set while the clock ran ahead begins with the next entry at which the clock was right again; where there is none yet,
    it begins after ``now``.
    """
    found = reader.rows("select seq, at, details from ledger where kind = 'schedule_set' order by seq desc limit 1")
    details = json.loads(found[0]["details"]) if found else {}
    if not details.get("hour"):
        return None
    begins = datetime.fromisoformat(found[0]["at"])
    if begins > now:
        later = reader.rows(
            "select at from ledger where kind = 'clock_jump' and seq > ? order by seq", (found[0]["seq"],)
        )
        moments = (datetime.fromisoformat(row["at"]) for row in later)
        begins = next((moment for moment in moments if moment <= now), begins)
    return Scheduled(details["hour"], tuple(details["days"]), begins, details.get("settings", ""))


def history(reader: Reader, now: datetime) -> History:
    """Of hours that are still to come nothing counts: an entry that has one was made while the clock ran ahead."""
    ran = told = None
    missed = 0
    for row in reader.rows(
        "select kind, details from ledger where kind in ('schedule_ran', 'schedule_missed') order by seq"
    ):
        details = json.loads(row["details"])
        hour = datetime.fromisoformat(details["hour"])
        if hour > now:
            continue
        if row["kind"] == "schedule_ran":
            ran = max(ran or hour, hour)
        else:
            told, missed = max(told or hour, hour), missed + int(details["count"])
    return History(ran, told, missed)
