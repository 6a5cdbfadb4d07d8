"""Hours of the day in which a scan may work."""

from __future__ import annotations

from datetime import datetime

from scanner import clock


def within(hours: str, moment: datetime) -> bool:
    """Whether ``moment`` lies in ``08:30-17:15``; a span may go over midnight, and one that ends as it begins
    is the whole day."""
    first, _, last = hours.partition("-")
    now = clock.time_of_day(moment)
    return first <= now < last if first < last else now >= first or now < last


def length(hours: str) -> int:
    """Seconds of such a span a day; the whole day where it is empty or ends as it begins."""
    first, _, last = hours.partition("-")
    minutes = [int(one[:2]) * 60 + int(one[3:]) for one in (first, last) if one]
    return 60 * (((minutes[1] - minutes[0]) % 1440) or 1440) if len(minutes) == 2 else 86_400
