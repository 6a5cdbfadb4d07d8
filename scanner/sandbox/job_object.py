"""Windows: the reading child in a Job Object with limits of memory and processor time. Without it the wall-clock limit of the
pool still holds.

Structures as in ``winnt.h``: JOBOBJECT_BASIC_LIMIT_INFORMATION, IO_COUNTERS, JOBOBJECT_EXTENDED_LIMIT_INFORMATION.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from scanner.limits import Limits

_EXTENDED_LIMITS = 9
_PROCESS_TIME, _PROCESS_MEMORY, _DIE_ON_UNHANDLED, _KILL_ON_CLOSE = 0x2, 0x100, 0x400, 0x2000


class _Basic(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def wanted(bounds: Limits) -> _Extended:
    """The limits as Windows takes them; time counts in 100 ns and for the whole life of the child."""
    information = _Extended()
    basic = information.BasicLimitInformation
    basic.LimitFlags = _PROCESS_TIME | _PROCESS_MEMORY | _DIE_ON_UNHANDLED | _KILL_ON_CLOSE
    basic.PerProcessUserTimeLimit = bounds.cpu_seconds * bounds.files_per_worker * 10_000_000
    information.ProcessMemoryLimit = bounds.memory_bytes
    return information


def confine(child: Any, bounds: Limits) -> int:
    """Put ``child`` (a ``Popen``) into a job of its own; returns the job's handle, which must live as long as the child.

    Raises ``OSError`` where Windows refuses.
    """
    if sys.platform != "win32":
        raise OSError("Job Objects are a matter of Windows")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = kernel.CreateJobObjectW(None, None)
    information = wanted(bounds)
    size = ctypes.sizeof(information)
    done = job and kernel.SetInformationJobObject(
        ctypes.c_void_p(job), _EXTENDED_LIMITS, ctypes.byref(information), size
    )
    if not (done and kernel.AssignProcessToJobObject(ctypes.c_void_p(job), ctypes.c_void_p(int(child._handle)))):
        raise ctypes.WinError(ctypes.get_last_error())
    return int(job)


def release(job: int) -> None:
    """Close the handle of a job; what still runs in it ends."""
    if sys.platform == "win32":
        ctypes.WinDLL("kernel32").CloseHandle(ctypes.c_void_p(job))
