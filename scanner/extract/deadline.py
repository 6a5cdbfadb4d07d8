"""The time that reading one file may take: a reader ends by itself with what it has, before it is ended.

Two clocks: CPU seconds of this process, and seconds on the wall less those in which blocks wait for the other side. Where
the system has interval timers, they interrupt whatever Python code runs, a regular expression too; code of a library that
does not come back is ended by the limits of the process. Elsewhere the clock is looked at where blocks are put.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from scanner.model import Reason

_LOOK = 0.5
"""CPU seconds between two looks at the clock; one that went astray (in a destructor, say) is repeated."""
_HAND_OVER = 1.0
_NEVER = float("inf")
_TIMER = hasattr(signal, "setitimer") and hasattr(signal, "SIGPROF")


class Exhausted(BaseException):
    """What the whole file may cost is used up. Not an ``Exception``: a reader or a library that catches everything a
    damaged member can raise must not catch this and go on."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Deadline:
    """Counts from ``running``; before that, and with no CPU seconds, it never strikes."""

    def __init__(self, cpu_seconds: float, wall_seconds: float) -> None:
        self._cpu_seconds, self._wall_seconds = cpu_seconds, wall_seconds
        self._until = self._wall_until = _NEVER
        self._handed = 0.0
        self._holds = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Start to count; nested use changes nothing."""
        if self._until != _NEVER or not self._cpu_seconds:
            yield
            return
        self._handed = time.process_time()
        self._until = self._handed + self._cpu_seconds
        self._wall_until = time.monotonic() + self._wall_seconds
        armed = _arm(self)
        try:
            yield
        finally:
            self._until = self._wall_until = _NEVER
            if armed:
                _disarm()

    @contextmanager
    def held(self) -> Iterator[None]:
        """No interruption inside, and no time on the wall; the next ``check`` makes up for it."""
        self._holds += 1
        began = time.monotonic()
        try:
            yield
        finally:
            self._wall_until += time.monotonic() - began
            self._holds -= 1

    def strike(self) -> None:
        """The timer went off."""
        if not self._holds:
            self.check()

    def check(self) -> None:
        """Raises ``Exhausted`` when the time is over."""
        if not self._holds and self.over():
            raise Exhausted(Reason.TIME_LIMIT)

    def over(self) -> bool:
        """Whether the time is over, for callbacks from which nothing can be raised."""
        return time.process_time() >= self._until or time.monotonic() >= self._wall_until

    def due(self) -> bool:
        """Whether a second has passed since this was last true."""
        now = time.process_time()
        if now - self._handed < _HAND_OVER:
            return False
        self._handed = now
        return True


_running: list[Deadline] = []


def _arm(deadline: Deadline) -> bool:
    if sys.platform == "win32" or not _TIMER or threading.current_thread() is not threading.main_thread():
        return False
    try:
        if signal.getsignal(signal.SIGPROF) is not _struck:
            signal.signal(signal.SIGPROF, _struck)  # stays: a late signal must not meet the default, which kills
        _running[:] = [deadline]
        signal.setitimer(signal.ITIMER_PROF, _LOOK, _LOOK)
    except (OSError, ValueError):  # forbidden by the confinement: the checks in the sink remain
        _running.clear()
        return False
    return True


def _disarm() -> None:
    _running.clear()
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, 0)


def _struck(_: int, __: FrameType | None) -> None:
    if _running:
        _running[0].strike()
