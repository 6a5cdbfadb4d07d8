"""Calls of the system that may never come back: a dead share, a file system in user space whose server stands still.

A process that waits inside such a call cannot even be interrupted; so the call is made by a thread that can be left behind.
"""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar, cast

from scanner.errors import FileFault
from scanner.model import Reason

A = TypeVar("A")
T = TypeVar("T")

SECONDS = 20.0
"""A call that takes longer hangs on a medium that does not answer."""
_LEFT_BEHIND = 3
"""Threads that may wait at one medium."""
AGAIN_SECONDS = 1.0
"""So long is waited for a medium that did not answer the last time: a folder of ten thousand files must not cost two days."""


def answered(medium: object, act: Callable[[A], T], argument: A, too_late: Callable[[T], None] | None = None) -> T:
    """``act(argument)``; raises what it raises, and ``FileFault`` (``time_limit``) where it does not come back.

    ``medium``: what stands still if it does not (the number of a device). ``too_late`` gets a result that comes after all.
    """
    return _hands.run(medium, act, argument, too_late)


class _Hands:
    """Threads for calls that may never come back; one that does not is left behind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Hand] = []
        self._silent: set[object] = set()
        """Media that did not answer the last time."""
        self._hanging: Counter[object] = Counter()
        """Threads that are left behind at each medium."""

    def run(self, medium: object, act: Callable[[A], T], argument: A, too_late: Callable[[T], None] | None) -> T:
        with self._lock:
            if self._hanging[medium] >= _LEFT_BEHIND:
                raise FileFault(Reason.TIME_LIMIT)  # until one of those that wait there comes back
            hand = self._idle.pop() if self._idle else _Hand()
            seconds = AGAIN_SECONDS if medium in self._silent else SECONDS
        result = hand.run(act, argument, too_late, seconds, lambda: self._back(medium))
        with self._lock:
            if result is None:
                self._silent.add(medium)
                self._hanging[medium] += 1
            else:
                self._silent.discard(medium)
                self._idle.append(hand)
        if result is None:
            raise FileFault(Reason.TIME_LIMIT)
        value, error = result
        if error is not None:
            raise error
        return cast("T", value)

    def _back(self, medium: object) -> None:
        with self._lock:
            self._hanging[medium] -= 1


class _Hand:
    """One thread that makes one call after the other."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[tuple[Callable[[Any], Any], Any, Callable[[Any], None] | None]] = (
            queue.SimpleQueue()
        )
        self._results: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()
        self._given_up = False
        self._back: Callable[[], None] = lambda: None
        threading.Thread(target=self._work, daemon=True).start()

    def run(
        self,
        act: Callable[[Any], Any],
        argument: Any,
        too_late: Callable[[Any], None] | None,
        seconds: float,
        back: Callable[[], None],
    ) -> tuple[Any, Exception | None] | None:
        """Result or error, or ``None`` where there is no answer in time: then this hand is lost."""
        self._calls.put((act, argument, too_late))
        try:
            return self._results.get(timeout=seconds)
        except queue.Empty:
            self._back = back
            self._given_up = True
            return None

    def _work(self) -> None:
        while not self._given_up:
            act, argument, too_late = self._calls.get()
            try:
                result: tuple[Any, Exception | None] = act(argument), None
            except Exception as error:  # told by the thread that asked
                result = None, error
            if self._given_up:
                if too_late is not None and result[1] is None:
                    too_late(result[0])
                self._back()
                return
            self._results.put(result)


_hands = _Hands()
