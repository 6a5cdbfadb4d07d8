"""The schedule against the record: who edits its file makes no hour disappear, and has nothing else scanned in its place."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from scanner import clock
from scanner.acts.hiding import hidden
from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.inventory.scheduled import History, Scheduled, history, in_force
from scanner.inventory.store import Store
from scanner.service.schedule import Due, Schedule, ScheduleError, due


class Stand(NamedTuple):
    """How a schedule stands now."""

    schedule: Schedule
    history: History
    due: Due
    ahead: str
    """The last moment of the record that is still to come; empty where all have passed."""


def coded(home: Home, schedule: Schedule) -> str:
    """What the record keeps of its settings: paths and patterns do not go there in clear."""
    return hidden(home, "schedule", schedule.settings)[:32]


def standing(made: Schedule, home: Home) -> Stand:
    """As the record has it. Raises ``ScheduleError`` where its file says other things than were set."""
    known = _of_record(home)
    if known and known.settings and not hmac.compare_digest(known.settings, coded(home, made)):
        raise ScheduleError("changed")
    return _standing(made, known, home)


def lost(home: Home) -> list[datetime]:
    """Hours that the schedule in force has left without a scan until now, but for those that are told. What its file says, or whether
    it can be read, does not matter."""
    known = _of_record(home)
    if known is None:
        return []
    some = Schedule.model_validate({"paths": ("-",), "at": known.at, "days": known.days, "begins": known.begins})
    stand = _standing(some, known, home)
    told = stand.history.told
    hours = [*stand.due.missed, *filter(None, (stand.due.hour,))]
    return [hour for hour in hours if told is None or hour > told]


def tell_missed(store: Store, hours: Sequence[datetime]) -> None:
    """Enter hours that passed without a scan."""
    if hours:
        first, last = iso(hours[0]), iso(hours[-1])
        store.note("schedule_missed", count=len(hours), first=first, last=last, hour=last)


def iso(moment: datetime | None) -> str:
    """As the record and JSON have an hour."""
    return moment.isoformat(timespec="minutes") if moment is not None else ""


def _of_record(home: Home) -> Scheduled | None:
    with Reader(home.database) as reader:
        return in_force(reader, clock.now())


def _standing(made: Schedule, known: Scheduled | None, home: Home) -> Stand:
    now = clock.local()
    if known is not None:
        made = made.model_copy(update={"at": known.at, "days": known.days, "begins": known.begins})
    if (
        made.begins > now
    ):  # set while the clock ran ahead: the last hour is due, and with its scan the record knows the time again
        made = made.model_copy(update={"begins": made.last(now) - timedelta(minutes=1)})
    with Reader(home.database) as reader:
        found = history(reader, now)
        return Stand(made, found, due(made, found.ran, found.told, now), ledger.ahead(reader.db))
