"""The schedule of scans: when, what and how; which of its hours have passed without a scan.

It lies in the state folder (``schedule.toml``). The record has an entry for each scan of it that came to its end, and for each hour
that passed without one, so that silence shows. A machine that was off makes up for the last hour that passed, once.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import tomlkit
from pydantic import Field, ValidationError

from scanner import clock
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.policy.base import Strict

NAME = "schedule.toml"
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_BACK = timedelta(days=400)
"""Hours further back are not counted one by one: a machine that was off for longer is told by the silence of its record."""


class ScheduleError(SekishoError):
    """``none``, ``unreadable``, ``changed``."""

    section = "schedule"
    exit_code = EXIT_USAGE


class Schedule(Strict):
    """One schedule of this state folder."""

    paths: tuple[str, ...] = Field(min_length=1)
    at: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    days: tuple[Weekday, ...] = DAYS
    depth: Literal["quick", "balanced", "thorough"] = "balanced"
    window: str = ""
    max_rate: Annotated[float, Field(ge=0)] = 0.0
    exclude: tuple[str, ...] = ()
    policy: str = ""
    begins: datetime
    """From when on its hours count, with the time zone."""

    @property
    def hour(self) -> time:
        """Of the day, in the zone of the machine."""
        return time.fromisoformat(self.at)

    @property
    def settings(self) -> str:
        """What is scanned and how, as one text; hour, days and beginning count as the record has them."""
        return self.model_dump_json(exclude={"at", "days", "begins"})

    def hours(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Its hours in ``(after, until]``, in order; both with the zone of people."""
        after = max(after, clock.like(self.begins, until), until - MOST_BACK)
        day = clock.like(after, until).date()
        while day <= until.date():
            moment = datetime.combine(day, self.hour, tzinfo=until.tzinfo)
            if after < moment <= until and DAYS[day.weekday()] in self.days:
                yield moment
            day += timedelta(days=1)

    def next(self, after: datetime) -> datetime:
        """The first hour after a moment."""
        return next(self.hours(after, after + timedelta(days=8)))

    def last(self, until: datetime) -> datetime:
        """The last hour up to a moment, whenever it began."""
        week = self.model_copy(update={"begins": until - timedelta(days=8)})
        return list(week.hours(week.begins, until))[-1]


class Due(NamedTuple):
    """What is to be done now."""

    hour: datetime | None
    """The last hour that passed without a scan; ``None`` where none has."""
    missed: tuple[datetime, ...]
    """Hours before it that passed without one and are not told yet."""


def due(schedule: Schedule, ran: datetime | None, told: datetime | None, now: datetime) -> Due:
    """``ran``: the last hour whose scan came to its end; ``told``: the last one that the record has as missed."""
    passed = list(schedule.hours(ran or schedule.begins, now))
    if not passed:
        return Due(None, ())
    return Due(passed[-1], tuple(hour for hour in passed[:-1] if told is None or hour > told))


def weekdays(text: str) -> tuple[Weekday, ...]:
    """Days as people write them: names (mon, Monday, 月, 月曜日) apart, 月水金 in one, ranges (mon-fri, 土~月). Raises ``ValueError``."""
    found: list[Weekday] = []
    for word in filter(None, _APART.split(unicodedata.normalize("NFKC", text).lower())):
        found += _word(word)
    if not found:
        raise ValueError("no day of the week")
    return tuple(dict.fromkeys(found))


_KANJI = "月火水木金土日"
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES: dict[str, Weekday] = {
    name: day
    for day, long, kanji in zip(DAYS, _LONG, _KANJI, strict=True)
    for name in (day, long, kanji, f"{kanji}曜", f"{kanji}曜日")
}
_APART = re.compile(r"[,、・/\s]+")
_RANGE = re.compile(r"(.+?)(?:[-~〜ー‐-―−]|から)(.+?)(?:まで)?")
_RUN = re.compile(f"([{_KANJI}]+?)(?:曜日?)?")


def _word(word: str) -> Sequence[Weekday]:
    if word in _NAMES:
        return (_NAMES[word],)
    run = _RUN.fullmatch(word)
    if run is not None:
        return [_NAMES[letter] for letter in run[1]]
    ends = _RANGE.fullmatch(word)
    if ends is None or ends[1] not in _NAMES or ends[2] not in _NAMES:
        raise ValueError("no day of the week")
    first, last = (DAYS.index(_NAMES[end]) for end in ends.groups())
    return [DAYS[n % 7] for n in range(first, (last if last >= first else last + 7) + 1)]


def load(home: Path) -> Schedule:
    """Raises ``ScheduleError``."""
    try:
        return Schedule.model_validate(tomllib.loads((home / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ScheduleError("none") from None
    except (OSError, ValueError, ValidationError):
        raise ScheduleError("unreadable", path=home / NAME) from None


def save(home: Path, schedule: Schedule) -> None:
    """Replaced as a whole. Raises ``OSError``."""
    text = tomlkit.dumps(schedule.model_dump(mode="json"))
    made = home / f".{NAME}.new"
    made.write_bytes(text.encode("utf-8"))
    made.replace(home / NAME)
