"""A watch that cannot begin yet: no policy has been brought, it has faults, another watch has the folder. A service waits for that to
change, because what distributes programs and what distributes policies come in any order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

SECONDS = 10.0


class Watch(Protocol):
    """What runs in a service."""

    def run(self) -> None:
        """Run until ``stop``."""

    def stop(self) -> None:
        """Come to an end soon; from any thread."""


class Waiting:
    """Makes the watch as soon as it can be made, and runs it. ``reason`` says why an error of ``make`` can pass (each reason is told
    once by ``tell``), or nothing where it cannot: then it is raised."""

    def __init__(
        self,
        make: Callable[[], Watch],
        reason: Callable[[Exception], str],
        tell: Callable[[str], None],
        seconds: float = SECONDS,
    ) -> None:
        self._make, self._reason, self._tell, self._seconds = make, reason, tell, seconds
        self._watch: Watch | None = None
        self._ended = threading.Event()

    def run(self) -> None:
        """Until ``stop``. Raises what ``make`` raises and cannot pass, and what the watch raises."""
        told = ""
        while not self._ended.is_set():
            try:
                self._watch = self._make()
            except Exception as error:
                why = self._reason(error)
                if not why:
                    raise
                if why != told:
                    self._tell(why)
                told = why
                self._ended.wait(self._seconds)
                continue
            if not self._ended.is_set():
                self._watch.run()
            return

    def stop(self) -> None:
        """Come to an end soon; from any thread."""
        self._ended.set()
        if self._watch is not None:
            self._watch.stop()
