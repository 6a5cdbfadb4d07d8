"""Due dates of reports on incidents (個人情報保護法施行規則8条, 番号利用法規則3条 and the guideline).

Day 1 is the day on which it was known. The first report is due at once, by custom within three to five days; the final one
on day 30, or 60 where a wrongful purpose is suspected. Holidays are counted; a last day on which public bodies are closed
(Saturday, Sunday, holiday, 29 December to 3 January) moves to the next open day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scanner.policy import law

THRESHOLD = {name: law.provision(f"threshold_{name}").persons for name in ("public", "private", "number")}
"""More persons than this make a report due by number alone: 行政機関等, private bodies, My Number."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The dates that follow from the day on which it was known."""

    known: date
    first_from: date
    first_until: date
    final_day: date
    """Day 30 (60) as counted."""
    final_due: date
    """The same, moved to an open day."""


def clock(known: date, *, wrongful: bool = False) -> Clock:
    """The dates for an incident known on ``known``."""
    early, late = law.provision("report_first").days
    usual, longer = law.provision("report_final").days
    final = known + timedelta(days=(longer if wrongful else usual) - 1)
    first_from, first_until = (known + timedelta(days=n - 1) for n in (early, late))
    return Clock(known, first_from, first_until, final, next_open(final))


def next_open(day: date) -> date:
    """``day``, or the next day on which public bodies are open."""
    import holidays

    closed = holidays.country_holidays("JP", years=(day.year, day.year + 1))
    while day.weekday() >= 5 or day in closed or (day.month, day.day) in _YEAR_END:
        day += timedelta(days=1)
    return day


_YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
"""行政機関の休日に関する法律1条."""
