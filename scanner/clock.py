"""The one clock: every moment and every day that the program uses comes from here, so that a test can say what time it is.

What is stored is UTC; what people read as a day is a day in Japan, where the contract is carried out: 08:00 there is still
the day before in UTC, and a due date would be missed by one. No setting and no variable of the environment moves this
clock: the record's times are evidence. A test puts another ``source`` in its place inside its own process.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Protocol

JAPAN = timezone(timedelta(hours=9), "JST")
"""Without summer time, so no time-zone database is needed (a bare Windows has none)."""


class Source(Protocol):
    """Where time comes from."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...

    def stat_ns(self) -> int:
        """The present moment as the stamps of the local file system count it: nanoseconds since 1970."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment; never runs backwards."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class System:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def stat_ns(self) -> int:
        return time.time_ns()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


source: Source = System()


def now() -> datetime:
    """The present moment, aware, UTC."""
    return source.now()


def stamp() -> str:
    """The present moment for the record: ``2026-04-01T00:00:00Z``, UTC, whole seconds."""
    return now().strftime("%Y-%m-%dT%H:%M:%SZ")


def local() -> datetime:
    """The present moment in the zone of this machine, for hours of work and names of files."""
    return now().astimezone()


def today(zone: tzinfo = JAPAN) -> date:
    """The calendar day of people; that of Japan unless another zone is given."""
    return now().astimezone(zone).date()


def day_of(stamped: str, zone: tzinfo = JAPAN) -> date:
    """The calendar day of people on which a moment of the record (as ``stamp`` writes it) lay."""
    return datetime.fromisoformat(stamped).astimezone(zone).date()


def begin_of(day: date, zone: tzinfo = JAPAN) -> str:
    """The moment, as the record writes it, at which a day of people begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp_of(ns: int) -> str:
    """A stamp of a file (nanoseconds since 1970) as a moment of the record; what no calendar holds becomes its nearest day."""
    seconds = min(max(ns // 1_000_000_000, 0), 253_402_000_000)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stat_ns() -> int:
    """Nanoseconds since 1970, to be compared with the stamps of files."""
    return source.stat_ns()


def monotonic() -> float:
    """Seconds since some moment, for how long something took and when to give up."""
    return source.monotonic()


def sleep(seconds: float) -> None:
    """Wait."""
    source.sleep(seconds)
