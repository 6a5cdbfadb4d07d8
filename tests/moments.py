"""Clocks for tests: the calendar stands where the test says, so that no result depends on the day on which it is run.

``Moved`` is what every test has: the calendar starts at a fixed moment and runs on. ``Frozen`` moves only when told, and its
``sleep`` takes no time. Stamps of files come from the system, so ``stat_ns`` follows it too; ``ahead`` seconds make files look
settled that were written just now.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from scanner import clock

VARIABLE = "SEKISHO_TEST_CLOCK"
"""Read by ``tests/run_cli.py`` alone; the program itself knows no such variable."""
DEFAULT = "2026-11-24T10:00:00+09:00"


class Moved:
    """A clock that runs, with its calendar set: it was ``start`` when the system's clock stood at ``since``, so that all processes
    of a run agree and no record goes back in time."""

    def __init__(self, start: datetime, ahead: float = 0.0, since: float | None = None) -> None:
        self.start, self.ahead = start.astimezone(UTC), ahead
        self.since = time.time() if since is None else since

    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.time() - self.since)

    def stat_ns(self) -> int:
        return time.time_ns() + int(self.ahead * 1e9)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Frozen(Moved):
    """A clock that stands still until somebody waits."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.passed, self._zero = 0.0, time.monotonic()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed)

    def stat_ns(self) -> int:
        return time.time_ns() + int((self.ahead + self.passed) * 1e9)

    def monotonic(self) -> float:
        return self._zero + self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds


def spelled(moment: str, ahead: float = 0.0, since: float | None = None) -> str:
    """What ``VARIABLE`` holds: an ISO moment with its zone, by how many seconds files are older than they are, and when it was so."""
    return f"{moment} {ahead} {time.time() if since is None else since}"


def from_environment() -> Moved:
    """The clock that ``VARIABLE`` asks for; a moment alone is now."""
    moment, *rest = os.environ.get(VARIABLE, DEFAULT).split()
    return Moved(datetime.fromisoformat(moment), *map(float, rest))


@contextmanager
def at(moment: str) -> Iterator[Frozen]:
    """Inside it is ``moment`` and no time passes by itself."""
    before, frozen = clock.source, Frozen(datetime.fromisoformat(moment))
    clock.source = frozen
    try:
        yield frozen
    finally:
        clock.source = before
