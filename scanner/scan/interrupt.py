"""Ctrl-C during a scan: the first one is a wish to stop, the second one breaks off."""

from __future__ import annotations

import signal
from collections.abc import Callable


class Interrupt:
    """Turns the first Ctrl-C into a wish to stop at once with what is finished; the second one breaks off everything."""

    def __init__(self) -> None:
        self.asked = False
        self._ends: list[Callable[[], None]] = []

    def ending(self, act: Callable[[], None]) -> None:
        """Have ``act`` called when the user stops: it ends what the program waits for."""
        self._ends.append(act)

    def stopped(self) -> bool:
        """Whether the user wants to stop."""
        return self.asked

    def __enter__(self) -> Interrupt:
        try:
            self._previous = signal.signal(signal.SIGINT, self._note)
        except ValueError:  # not in the main thread
            self._previous = None
        return self

    def _note(self, *_: object) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        for act in self._ends:
            act()

    def __exit__(self, *_: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
