"""The bounds of times of quiet, for the hub that asks for them and the terminal that takes them: so that nobody silences a terminal for ever, one is at
most twelve hours, begins within a week, and all of any seven days together are at most a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

LONGEST = timedelta(hours=12)
AHEAD = WEEK = timedelta(days=7)
OF_A_WEEK = timedelta(hours=24)
Time = tuple[datetime, datetime]
"""When it begins and ends, both aware."""


def problem(time: Time, known: Iterable[Time], now: datetime) -> str:
    """Why a time cannot be: ``over``, ``long``, ``far``, ``crowded`` (with those that are ``known``); empty where it can."""
    begins, ends = time
    if ends <= now or ends <= begins:
        return "over"
    if ends - begins > LONGEST:
        return "long"
    if begins - now > AHEAD:
        return "far"
    return "crowded" if _crowded([*(k for k in known if k[1] > begins - WEEK), time]) else ""


def _crowded(times: list[Time]) -> bool:
    """Whether any seven days hold more than a day of quiet, whether it is over or to come. Times that overlap count twice: the hub need not
    ask for the same hours again."""
    return any(
        sum((max(timedelta(), min(b, start + WEEK) - max(a, start)) for a, b in times), timedelta()) > OF_A_WEEK
        for start, _ in times
    )
