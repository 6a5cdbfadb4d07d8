"""Hours of the day in which a scan may work."""

from __future__ import annotations

from datetime import datetime

from scanner import clock


def within(hours: str, moment: datetime) -> bool:
    """Whether ``moment`` lies in ``08:30-17:15``; a span may go over midnight."""
    first, _, last = hours.partition("-")
    now = clock.time_of_day(moment)
    return first <= now < last if first <= last else now >= first or now < last
