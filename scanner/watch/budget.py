"""What the watch may cost the user of the terminal: priority, a share of a core, megabytes a second, quiet hours."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from scanner.policy.models import Budget as Rules
from scanner.scan.priority import within


class Budget:
    """Keeps to the rules by sleeping between files. ``clock`` and ``sleep`` are given by tests."""

    def __init__(
        self,
        rules: Rules | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
        sleep: Callable[[float], None] = time.sleep,
        busy: Callable[[], bool] | None = None,
    ) -> None:
        self.rules = rules or Rules()
        self._clock, self._cpu, self._sleep = clock, cpu, sleep
        self._busy = busy or machine_is_busy
        self._at, self._used = clock(), cpu()
        self._debt = 0.0

    def spend(self, size: int) -> None:
        """After a file of ``size`` bytes: wait as long as the rules want."""
        now, used = self._clock(), self._cpu()
        wanted = (used - self._used) * 100 / max(1, self.rules.cpu_percent) - (now - self._at)
        if self.rules.mb_per_second:
            wanted = max(wanted, size / (self.rules.mb_per_second * 1e6) - (now - self._at))
        self._debt = min(10.0, max(0.0, self._debt + wanted))
        if self._debt > 0.01:
            self._sleep(self._debt)
            self._debt = 0.0
        while self.paused():
            self._sleep(30.0)
        for _ in range(_BUSY_TIMES):
            if not (self.rules.pause_when_busy and self._busy()):
                break
            self._sleep(5.0)
        self._at, self._used = self._clock(), self._cpu()

    def paused(self, moment: datetime | None = None) -> bool:
        """In quiet hours, or on battery where the rules say so."""
        if self.rules.quiet_hours and within(self.rules.quiet_hours, moment or datetime.now()):
            return True
        return self.rules.pause_on_battery and on_battery()


_BUSY_TIMES = 12
"""At most a minute of waiting a file: on a machine that is always busy the work still goes on."""


def machine_is_busy() -> bool:
    """Whether more processes want a core than there are cores (the last minute, ourselves not counted)."""
    try:
        return os.getloadavg()[0] - 1.0 > (os.cpu_count() or 1)
    except (AttributeError, OSError):
        return False  # Windows does not tell


def memory_mb() -> float:
    """Most memory that this process has had, in MB; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1024)


def on_battery(folder: Path = Path("/sys/class/power_supply")) -> bool:
    """Whether the machine runs on its battery; no where the system does not tell."""
    try:
        return any((p / "status").read_text(encoding="ascii").strip() == "Discharging" for p in folder.glob("BAT*"))
    except OSError:
        return False
