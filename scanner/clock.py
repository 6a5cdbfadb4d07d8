"""The one clock: every moment and every day that the program uses comes from here, so that a test can say what time it is.

What is stored, and what programs read, is UTC. What people read, as a day or as a moment, is in one time zone: that of the
contract (``time_zone`` of the policy; Asia/Tokyo unless it says otherwise). 08:00 there is still the day before in UTC, and a
due date would be missed by one. No other module turns a moment into text or into a day. No setting and no variable of the environment moves this
clock: the record's times are evidence. A test puts another ``source`` in its place inside its own process.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

JAPAN = timezone(timedelta(hours=9), "JST")
"""Without summer time, so no time-zone database is needed."""
DEFAULT_ZONE = "Asia/Tokyo"
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
    return _written(now())


def stamp_of(ns: int) -> str:
    """A stamp of a file (nanoseconds since 1970) as a moment of the record; what no calendar holds becomes its nearest day."""
    return stamp_at(min(max(ns // 1_000_000_000, 0), 253_402_000_000))


def stamp_at(seconds: float) -> str:
    """Seconds since 1970 as a moment of the record."""
    return _written(datetime.fromtimestamp(seconds, UTC))


def stamp_in(later: timedelta) -> str:
    """A moment of the record that is still to come."""
    return _written(now() + later)


def stamp_of_text(text: str, form: str, zone: tzinfo) -> str:
    """A moment of the record out of a text that others wrote (``strptime``), in ``zone`` where it names none. Raises ``ValueError``."""
    found = datetime.strptime(text, form)  # noqa: DTZ007  # the zone is given in the next line
    return _written(found if found.tzinfo else found.replace(tzinfo=zone))


def readable(form: str) -> bool:
    """Whether ``stamp_of_text`` can read what such a form says."""
    try:
        datetime.strptime(datetime(2026, 11, 24, 10, tzinfo=UTC).strftime(form), form)  # noqa: DTZ007  # only tried
    except (ValueError, re.error):  # two of one kind are the latter
        return False
    return True


def _written(moment: datetime) -> str:
    """As the record has it. Not by ``strftime``, which writes the year 800 with three digits on some systems."""
    return _moved(moment, UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _moved(moment: datetime, zone: tzinfo) -> datetime:
    """In another zone; what falls off the calendar there becomes its nearest end."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return datetime(1, 1, 1, tzinfo=zone) if moment.year == 1 else datetime(9999, 12, 31, 23, 59, 59, tzinfo=zone)


def like(moment: datetime, other: datetime) -> datetime:
    """A moment in the zone of another one."""
    return moment.astimezone(other.tzinfo)


def moment_of(stamped: str) -> datetime:
    """A moment of the record in the zone of people. Raises ``ValueError``."""
    return _moved(datetime.fromisoformat(stamped), _zone)


def moment_given(text: str) -> datetime:
    """A moment as a person writes it: in the zone of people unless it names one, wherever the machine stands. Raises ``ValueError``."""
    found = datetime.fromisoformat(text)
    return _moved(found, _zone) if found.tzinfo else found.replace(tzinfo=_zone)


def local() -> datetime:
    """The present moment in the zone of people, for hours of work."""
    return now().astimezone(_zone)


def today(zone: tzinfo | None = None) -> date:
    """The calendar day of people, unless another zone is given."""
    return now().astimezone(zone or _zone).date()


def day_of(stamped: str, zone: tzinfo | None = None) -> date:
    """The calendar day of people on which a moment of the record (as ``stamp`` writes it) lay."""
    return _moved(datetime.fromisoformat(stamped), zone or _zone).date()


def begin_of(day: date, zone: tzinfo | None = None) -> str:
    """The moment, as the record writes it, at which a day of people begins."""
    return _written(datetime(day.year, day.month, day.day, tzinfo=zone or _zone))


def shown(stamped: str | None) -> str:
    """A moment of the record for people: ``2026-04-01 09:00``; empty for none."""
    return moment_of(stamped).replace(tzinfo=None).isoformat(" ", "minutes") if stamped else ""


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
