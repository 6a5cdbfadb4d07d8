"""What the watch may cost the user of the terminal: a share of a core, megabytes a second, quiet hours, less on a busy machine.

Nothing sleeps here. After each helping of work the cost is entered (``spend``), and whoever works asks how long to wait
(``wait``) and whether to work at all now (``mode``). Files pay for files only; a walk waits until everything is paid. So a
settled file never stands behind what a walk has cost.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scanner import processes
from scanner.policy.models import Budget as Rules
from scanner.scan.priority import within

_LONGEST_DEBT = 10.0
"""Seconds that one helping may make others wait, however dear it was."""
_LOOK_SECONDS = 5.0
"""So often the state of the machine is looked at."""

Used = tuple[float, float]
"""CPU seconds so far: (main thread and children, other threads)."""


@dataclass(frozen=True, slots=True)
class Mode:
    """How the watch works now."""

    kind: str = "full"
    """``full``, ``reduced`` (a smaller share) or ``paused``."""
    why: str = ""
    """``quiet_hours``, ``battery`` or ``busy``."""
    since: float = 0.0
    until: float = 0.0
    """When it ends at the latest, wall clock; 0: when the reason does."""


class Budget:
    """Keeps account. The clocks and the looks at the machine are given by tests."""

    def __init__(
        self,
        rules: Rules | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        used: Callable[[], Used] | None = None,
        busy: Callable[[], bool] | None = None,
        battery: Callable[[], bool] | None = None,
        moment: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.rules = rules or Rules()
        self._clock, self._cpu, self._moment = clock, used or cpu_seconds, moment
        self._busy, self._battery = busy or processes.machine_is_busy, battery or processes.on_battery
        self._used = self._cpu()
        self._at = clock()
        self._free = {False: 0.0, True: 0.0}
        self._since: dict[str, tuple[float, float]] = {}
        """Reason → since when it holds, by the steady and by the wall clock."""
        self._mode, self._looked = Mode(), float("-inf")

    # cost

    def begin(self) -> None:
        """A helping of work begins."""
        self._at = self._clock()

    def spend(self, size: int = 0, *, walking: bool = False) -> None:
        """It is done, and ``size`` bytes were read."""
        now, used = self._clock(), self._cpu()
        took = now - self._at
        cost = used[0] - self._used[0] + (used[1] - self._used[1] if walking else 0.0)
        self._used = used if walking else (used[0], self._used[1])
        wait = cost * 100 / self._share() - took
        if self.rules.mb_per_second:
            wait = max(wait, size / (self.rules.mb_per_second * 1e6) - took)
        account = self._free[walking]
        self._free[walking] = min(now + _LONGEST_DEBT, max(account, now) + max(0.0, wait))
        self._at = now

    def wait(self, *, walking: bool = False) -> float:
        """Seconds until the next helping may begin."""
        free = max(self._free.values()) if walking else self._free[False]
        return max(0.0, free - self._clock())

    def _share(self) -> int:
        share = self.rules.cpu_percent
        return min(share, self.rules.reduced_percent) if self.mode().kind == "reduced" else share

    # whether to work at all

    def mode(self) -> Mode:
        """Full, reduced or paused, as the rules and the machine have it; a look every few seconds."""
        now = self._clock()
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            self._mode = self._look(now)
        return self._mode

    def _look(self, now: float) -> Mode:
        moment = self._moment()
        if self.rules.quiet_hours and within(self.rules.quiet_hours, moment):
            return Mode(
                "paused", "quiet_hours", self._began("quiet_hours", now)[1], _end_of(self.rules.quiet_hours, moment)
            )
        self._since.pop("quiet_hours", None)
        ceiling = self.rules.pause_minutes * 60.0
        if self.rules.pause_on_battery and self._battery():
            steady, wall = self._began("battery", now)
            if now - steady < ceiling:
                return Mode("paused", "battery", wall, wall + ceiling)
            return Mode("reduced", "battery", wall)
        self._since.pop("battery", None)
        if self.rules.pause_when_busy and self._busy():
            steady, wall = self._began("busy", now)
            if now - steady < ceiling:
                return Mode("reduced", "busy", wall, wall + ceiling)
            return Mode()
        self._since.pop("busy", None)
        return Mode()

    def _began(self, why: str, now: float) -> tuple[float, float]:
        return self._since.setdefault(why, (now, self._moment().timestamp()))


def _end_of(hours: str, moment: datetime) -> float:
    """When a span of the day that holds now is over."""
    hour, _, minute = hours.partition("-")[2].partition(":")
    end = moment.replace(hour=int(hour) % 24, minute=int(minute), second=0, microsecond=0)
    return (end if end > moment else end + timedelta(days=1)).timestamp()


def cpu_seconds() -> Used:
    """CPU seconds of this process and of its children that live, and of those of its threads that are not the main one."""
    main = time.thread_time()
    return main + processes.seconds_of_children(), max(0.0, time.process_time() - main)
