"""What a child process gives up before it sees the first byte: memory, files, network, other programs, its own life
after its parent's."""

from __future__ import annotations

import ctypes
import os
import signal
import site
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detectors.plugins import places
from detectors.resources import config_dir
from scanner.sandbox import landlock, seccomp


@dataclass(frozen=True, slots=True)
class Powers:
    """What the system takes away from a child; ``doctor`` tells what it cannot."""

    memory: bool
    files: bool
    calls: bool


def confine(memory_bytes: int, most: int = 0, *, address_space: bool = True) -> Powers:
    """Take away what is not needed. ``most``: memory that ``allow`` may give to one file later. ``address_space``: count all
    that is mapped, else private memory only.

    Windows has no rlimits; the parent puts the child into a Job Object there.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    die_with_parent()
    forbid_network()
    if sys.platform == "win32":
        return Powers(memory=True, files=False, calls=False)
    import resource

    counted = resource.RLIMIT_AS if address_space else resource.RLIMIT_DATA
    resource.setrlimit(counted, (memory_bytes, max(memory_bytes, most)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(128, hard), min(128, hard)))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    calls = seccomp.restrict()  # also sets "no new privileges", which Landlock asks for
    files = landlock.restrict(readable())
    return Powers(memory=True, files=files, calls=calls)


def readable() -> list[str]:
    """What the interpreter and its libraries read while they run: code, rules, models, a few tables of the system."""
    import scanner

    here = Path(scanner.__file__).parent
    paths = [str(here), str(here.parent / "detectors"), str(config_dir()), sys.prefix, sys.base_prefix]
    paths += site.getsitepackages() + [p for p in sys.path if p.rstrip("/").endswith(("-packages", "lib-dynload"))]
    paths += ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/usr/share/zoneinfo"]
    paths += ["/usr/share/fonts", "/usr/local/share/fonts"]  # letters of a PDF whose font is not in it
    paths += ["/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"]
    return list(dict.fromkeys(paths + places()))


def die_with_parent() -> None:
    """End when the parent does, whatever it dies of."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)  # it died before the signal was ordered
    elif sys.platform != "win32":  # on Windows the Job Object does it

        def watch() -> None:
            while os.getppid() == parent:
                time.sleep(1.0)
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()


def allow(seconds: int, memory_bytes: int = 0, private_bytes: int = 0) -> None:
    """So much processor time from now on; then the process is ended by SIGXCPU. And so much memory, where it was counted
    by address space, or so much private memory, where more may be given."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if private_bytes:
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        if most != resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_DATA, (min(private_bytes, most), most))
    if memory_bytes and hard != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_AS, (min(memory_bytes, hard), hard))


def forbid_network() -> None:
    """No library that reads a file may open a connection (telemetry, linked pictures); also where the system has no
    filter for it."""
    import socket

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError("no network in this process")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.create_connection = refuse  # type: ignore[assignment]
    socket.getaddrinfo = refuse  # type: ignore[assignment]
