"""The days that a report is about: a month, a business year of the public bodies (April to March), or since a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scanner import clock
from scanner.report.forms.interface import Context, FormRefused, wareki


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` to ``last``, both included; ``title`` goes into brackets behind that of the form, where it has one."""

    first: date
    last: date
    title: str = ""

    @property
    def begin(self) -> str:
        """The moment (UTC, as the record writes it) at which it begins."""
        return clock.begin_of(self.first)

    @property
    def end(self) -> str:
        """The first moment after it."""
        return clock.begin_of(self.last + timedelta(days=1))

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.first <= day <= self.last

    def shown(self) -> str:
        """令和8年11月1日 から 令和8年11月30日."""
        return f"{wareki(self.first)} から {wareki(self.last)}"


def month_of(first: date) -> Period:
    """The month that begins on ``first``."""
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return Period(first, after - timedelta(days=1), f"{wareki(first).rpartition('月')[0]}月分")


def year_of(year: int) -> Period:
    """The business year that begins in April of ``year``."""
    first = date(year, 4, 1)
    return Period(first, date(year + 1, 3, 31), f"{wareki(first).partition('年')[0]}年度")


def reported(context: Context) -> Period:
    """What form 3 is about: ``--month``, else since ``--since``, else since the first day of last month; never beyond today. Raises
    ``FormRefused`` for what has not begun."""
    today = context.today
    month: date | None = context.asked.get("month")
    if month:
        whole = month_of(month)
        found = Period(whole.first, min(whole.last, today), whole.title)
    else:
        last_month = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
        found = Period(context.asked.get("since") or last_month, today)
    return _begun(found, today)


def checked(context: Context) -> Period:
    """The business year of a self-check: ``--year``, else the present one. Raises ``FormRefused`` for what has not begun."""
    today = context.today
    year = context.asked.get("year") or today.year - (today.month < 4)
    whole = year_of(year)
    return _begun(Period(whole.first, min(whole.last, today), whole.title), today)


def _begun(period: Period, today: date) -> Period:
    if period.first > today:
        raise FormRefused("period_ahead", first=wareki(period.first), today=wareki(today))
    return period
