"""The one clock: every moment and every day that the program uses comes from here, so that a test can say what time it is.

What is stored, and what programs read, is UTC. What people read, as a day or as a moment, is in one time zone: that of the
contract (``time_zone`` of the policy; Asia/Tokyo unless it says otherwise). 08:00 there is still the day before in UTC, and a
due date would be missed by one. No other module turns a moment into text or into a day. No setting and no variable of the environment moves this
clock: the record's times are evidence. A test puts another ``source`` in its place inside its own process.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

JAPAN = timezone(timedelta(hours=9), "JST")
"""Without summer time, so no time-zone database is needed."""
DEFAULT_ZONE = "Asia/Tokyo"
_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_zone: tzinfo = JAPAN
_zone_name = DEFAULT_ZONE
_chosen = False


def zone_of(name: str) -> tzinfo:
    """A time zone by its name in the IANA database. Raises ``ValueError``."""
    if name == DEFAULT_ZONE:
        return JAPAN
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"no such time zone: {name!r}") from None


def choose(name: str) -> None:
    """From now on people read in this zone: that of a policy which was loaded."""
    global _zone, _zone_name, _chosen
    _zone, _zone_name, _chosen = zone_of(name), name, True


def assume(name: str) -> None:
    """The zone of the policy that was used last, for commands that load none."""
    if not _chosen:
        choose(name)
        _forget()


def _forget() -> None:
    global _chosen
    _chosen = False


def zone_name() -> str:
    """The zone that people read in, for a head line."""
    return _zone_name


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
    return now().strftime(_FORMAT)


def stamp_of(ns: int) -> str:
    """A stamp of a file (nanoseconds since 1970) as a moment of the record; what no calendar holds becomes its nearest day."""
    return stamp_at(min(max(ns // 1_000_000_000, 0), 253_402_000_000))


def stamp_at(seconds: float) -> str:
    """Seconds since 1970 as a moment of the record."""
    return datetime.fromtimestamp(seconds, UTC).strftime(_FORMAT)


def stamp_in(later: timedelta) -> str:
    """A moment of the record that is still to come."""
    return (now() + later).astimezone(UTC).strftime(_FORMAT)


def stamp_of_text(text: str, form: str, zone: tzinfo) -> str:
    """A moment of the record out of a text that others wrote (``strptime``), in ``zone`` where it names none. Raises ``ValueError``."""
    found = datetime.strptime(text, form)  # noqa: DTZ007  # the zone is given in the next line
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC).strftime(_FORMAT)


def like(moment: datetime, other: datetime) -> datetime:
    """A moment in the zone of another one."""
    return moment.astimezone(other.tzinfo)


def moment_of(stamped: str) -> datetime:
    """A moment of the record in the zone of people. Raises ``ValueError``."""
    return datetime.fromisoformat(stamped).astimezone(_zone)


def moment_given(text: str) -> datetime:
    """A moment as a person writes it: in the zone of people unless it names one, wherever the machine stands. Raises ``ValueError``."""
    found = datetime.fromisoformat(text)
    return found.astimezone(_zone) if found.tzinfo else found.replace(tzinfo=_zone)


def local() -> datetime:
    """The present moment in the zone of people, for hours of work."""
    return now().astimezone(_zone)


def today(zone: tzinfo | None = None) -> date:
    """The calendar day of people, unless another zone is given."""
    return now().astimezone(zone or _zone).date()


def day_of(stamped: str, zone: tzinfo | None = None) -> date:
    """The calendar day of people on which a moment of the record (as ``stamp`` writes it) lay."""
    return datetime.fromisoformat(stamped).astimezone(zone or _zone).date()


def begin_of(day: date, zone: tzinfo | None = None) -> str:
    """The moment, as the record writes it, at which a day of people begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone or _zone).astimezone(UTC).strftime(_FORMAT)


def shown(stamped: str | None) -> str:
    """A moment of the record for people: ``2026-04-01 09:00``; empty for none."""
    return moment_of(stamped).strftime("%Y-%m-%d %H:%M") if stamped else ""


def shown_at(seconds: float) -> str:
    """Seconds since 1970 for people: ``2026-04-01 09:00``."""
    return shown(stamp_at(seconds))


def time_of_day(moment: datetime | float, *, seconds: bool = False) -> str:
    """``09:00`` or ``09:00:30`` of a moment in the zone of people, or of seconds since 1970."""
    found = moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC).astimezone(_zone)
    return found.strftime("%H:%M:%S" if seconds else "%H:%M")


def for_a_name() -> str:
    """The present moment as part of the name of a file: ``20260401-090000``."""
    return local().strftime("%Y%m%d-%H%M%S")


def stat_ns() -> int:
    """Nanoseconds since 1970, to be compared with the stamps of files."""
    return source.stat_ns()


def monotonic() -> float:
    """Seconds since some moment, for how long something took and when to give up."""
    return source.monotonic()


def sleep(seconds: float) -> None:
    """Wait."""
    source.sleep(seconds)
