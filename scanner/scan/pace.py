"""How a one-off scan keeps out of the way: bytes a second, hours of the day, priority."""

from __future__ import annotations

from collections.abc import Callable

from scanner import clock, processes
from scanner.scan.priority import within


class Pace:
    """Waits between files."""

    def __init__(self, mb_per_second: float = 0.0, window: str = "") -> None:
        """``window``: ``19:00-07:00``, examined in that time only; empty for always. ``mb_per_second``: 0 for no limit."""
        self._rate, self._window = mb_per_second * 1e6, window
        self._free_at = clock.monotonic()

    def spend(self, size: int) -> None:
        """A file of ``size`` bytes has been read: later files wait until the average is kept."""
        if self._rate:
            self._free_at = max(self._free_at, clock.monotonic() - 1.0) + size / self._rate

    def wait(self, stopped: Callable[[], bool]) -> None:
        """Until the next file may be read, or until the scan is ``stopped``."""
        while not stopped():
            if self._window and not within(self._window, clock.local()):
                clock.sleep(1.0)
            elif self._free_at > clock.monotonic():
                clock.sleep(min(1.0, self._free_at - clock.monotonic()))
            else:
                return

    @staticmethod
    def lower_priority() -> None:
        """Below everything that the user does."""
        processes.lower_priority()
