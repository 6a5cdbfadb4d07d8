"""A child process of the supervisor that is kept alive."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from scanner import processes

_BACKOFF_MOST = 60.0


class Part:
    """A child process that is restarted, each time after a longer wait, until it has lived for a minute. Its first argument
    is the process that it must not outlive."""

    def __init__(self, name: str, module: str, arguments: list[str]) -> None:
        self.name, self._command = name, ["-m", module, str(os.getpid()), *arguments]
        self._child: subprocess.Popen[bytes] | None = None
        self._wait, self._not_before, self._since = 1.0, 0.0, 0.0
        self.restarts = 0

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """Number of the process; 0 while it does not run."""
        return self._child.pid if self._child is not None and self.alive else 0

    @property
    def code(self) -> int:
        """How it ended; 0 while it runs or has never run."""
        return 0 if self._child is None or self._child.poll() is None else self._child.returncode

    def ensure(self) -> bool:
        """Start it if it does not run and its wait is over; whether it was started now."""
        if self.alive:
            if time.monotonic() - self._since > _BACKOFF_MOST:
                self._wait = 1.0
            return False
        if time.monotonic() < self._not_before:
            return False
        if self._child is not None and self._child.returncode:
            self.restarts += 1
            self._wait = min(_BACKOFF_MOST, self._wait * 2)
        self._child = subprocess.Popen(
            [sys.executable, *self._command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            creationflags=processes.QUIET,
        )
        processes.end_with_us(self._child)
        self._since = time.monotonic()
        self._not_before = self._since + self._wait
        return True

    def forget(self) -> None:
        """How it ended has been taken notice of."""
        if not self.alive:
            self._child = None

    def stop(self, seconds: float = 10.0) -> None:
        """End it: politely first."""
        if self._child is None or self._child.poll() is not None:
            return
        self._child.terminate()
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once: it no longer answers."""
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait()
