"""Processes of ours: which are alive, which end with which, and what they may cost. The same questions on every system.

Windows has no parent that goes over to another one when it dies and no signal for it: there a child is put into a job that the
system ends together with its last handle, which is ours.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil

QUIET = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""For ``creationflags``: no console window opens, and Ctrl-C on the user's console is not for the child."""
_STILL_RUNS = 0x102
_SYNCHRONIZE = 0x00100000
_PR_SET_PDEATHSIG = 1


def alive(number: int) -> bool:
    """Whether a process of this number runs."""
    return bool(psutil.pid_exists(number))


def lives(parent: int) -> bool:
    """Whether the process that started this one, and said its number, still runs."""
    if sys.platform == "win32":
        handle = _handle_of(parent)
        import win32event

        return handle is not None and win32event.WaitForSingleObject(handle, 0) == _STILL_RUNS
    return os.getppid() == parent


def end_with(parent: int) -> None:
    """Have the system end this process together with process ``parent``, which started it. On Windows the parent has put it into a
    job that ends with it (``end_with_us``); elsewhere the loops that ask ``lives`` do it at their next turn."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if sys.platform != "win32" and os.getppid() != parent:
        os._exit(0)  # it died before the system was told


@lru_cache(maxsize=1)
def _handle_of(number: int) -> Any:
    """A handle to a process, kept: as long as it is, the number is given to no other. ``None`` where it has ended already."""
    if sys.platform != "win32":
        return None
    import pywintypes
    import win32api

    try:
        return win32api.OpenProcess(_SYNCHRONIZE, False, number)
    except pywintypes.error:
        return None


def end_with_us(child: subprocess.Popen[bytes]) -> None:
    """Have the system end ``child`` when this process ends, whatever it ends of. Raises ``OSError`` where it refuses.

    Elsewhere than on Windows the child sees to it itself (``end_with``)."""
    if sys.platform == "win32":
        import pywintypes
        import win32job

        try:
            started: Any = child
            win32job.AssignProcessToJobObject(_job(), int(started._handle))
        except pywintypes.error as error:
            if child.poll() is None:  # one that has ended already needs no job
                raise OSError(0, "the system takes no process into a job", None, error.winerror) from None


@lru_cache(maxsize=1)
def _job() -> Any:
    """One job for all children, which are ended when its handle is closed: at the end of this process."""
    if sys.platform != "win32":
        return None
    import win32job

    job = win32job.CreateJobObject(None, "")
    limits = win32job.QueryInformationJobObject(job, win32job.JobObjectExtendedLimitInformation)
    limits["BasicLimitInformation"]["LimitFlags"] |= win32job.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
    win32job.SetInformationJobObject(job, win32job.JobObjectExtendedLimitInformation, limits)
    return job


def answer_of(command: Sequence[str], seconds: float, *, errors: bool = True) -> tuple[int, bytes]:
    """Run a program without input: how it ended, and what it said, with ``errors`` also on its standard error. Raises ``OSError`` where it cannot be started, and
    ``subprocess.TimeoutExpired`` after ``seconds``, when it is ended.

    It writes to a file, not to a pipe: what a program leaves running holds the pipe open, and its reader waits beyond any limit."""
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT if errors else subprocess.DEVNULL,
            check=False,
            timeout=seconds,
            creationflags=QUIET,
        )
        said.seek(0)
        return done.returncode, said.read()


def lower_priority() -> None:
    """Below everything that the user does, as far as the system lets us."""
    process = psutil.Process()
    try:
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
            process.ionice(psutil.IOPRIO_VERYLOW)
        else:
            os.nice(10)
            if sys.platform == "linux":
                process.ionice(psutil.IOPRIO_CLASS_IDLE)
    except (OSError, psutil.Error):
        pass  # not allowed to go lower: the share still holds


def seconds_of_children() -> float:
    """CPU seconds of the children that live."""
    if sys.platform == "linux":
        return sum(map(_seconds_of, _children()))
    total = 0.0
    for child in psutil.Process().children():
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue  # it has ended
        total += times.user + times.system + getattr(times, "children_user", 0) + getattr(times, "children_system", 0)
    return total


def _children() -> list[str]:
    """Numbers of the children by the kernel's own list: asking every process of the machine for its parent costs milliseconds."""
    found: list[str] = []
    for thread in os.listdir("/proc/self/task"):
        try:
            found += Path(f"/proc/self/task/{thread}/children").read_text(encoding="ascii").split()
        except OSError:
            continue  # the kernel does not list them, or the thread has ended
    return found


def _seconds_of(child: str) -> float:
    if sys.platform == "win32":
        return 0.0
    try:
        fields = Path(f"/proc/{child}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def memory_mb() -> float:
    """Most memory that this process has had, in MB."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / (1 << 20)
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1024)


def on_battery() -> bool:
    """Whether the machine runs on its battery; no where there is none or the system does not tell."""
    try:
        found = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError):  # no such call on this system, or no such table
        return False
    return found is not None and found.power_plugged is False


def machine_is_busy() -> bool:
    """Whether more processes want a core than there are cores (the last minute, ourselves not counted)."""
    try:
        return bool(psutil.getloadavg()[0] - 1.0 > (os.cpu_count() or 1))
    except OSError:
        return False
