"""Keeping out of the way of whoever uses the machine: priority and hours of the day."""

from __future__ import annotations

import os
import platform
import sys
from datetime import datetime

from scanner import clock


def lower_priority() -> None:
    """Below everything that the user does, as far as the system lets us."""
    if sys.platform == "win32":
        return
    try:
        os.nice(10)
    except OSError:
        pass  # not allowed to go lower: the share still holds
    if sys.platform == "linux" and platform.machine() == "x86_64":
        import ctypes

        ctypes.CDLL(None).syscall(251, 1, 0, 3 << 13)  # ioprio_set(process, self, idle)


def within(hours: str, moment: datetime) -> bool:
    """Whether ``moment`` lies in ``08:30-17:15``; a span may go over midnight."""
    first, _, last = hours.partition("-")
    now = clock.time_of_day(moment)
    return first <= now < last if first <= last else now >= first or now < last
