"""The walk in a thread of its own, some batches ahead: a medium that does not answer holds up the walk and not the program,
and the inventory can look the files up together."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from scanner import clock
from scanner.errors import SekishoError

T = TypeVar("T")
_BATCHES = 4
_SECONDS = 0.2
"""A batch is handed over after so long, however small it is."""
_LOOKS = 0.2
STALL_SECONDS = 120.0
"""A walk that neither meets nor lists anything for so long stands before a medium that does not answer."""


class Stalled(SekishoError):
    """The walk came to no end; what it has met until then has been handed over."""

    section = "scan"


class Ahead(Generic[T]):
    """Batches of ``items`` of up to ``most``, until they end or ``stopped``. ``pulse`` changes while the walk goes on without
    meeting an item. Raises ``Stalled`` when it stands still."""

    def __init__(
        self, items: Iterator[T], most: int, stopped: Callable[[], bool], pulse: Callable[[], int] = lambda: 0
    ) -> None:
        self._items, self._most, self._stopped, self._pulse = items, most, stopped, pulse
        self._batches: queue.Queue[list[T] | BaseException | None] = queue.Queue(_BATCHES)
        self._left = False

    def __iter__(self) -> Iterator[list[T]]:
        threading.Thread(target=self._run, daemon=True).start()
        alive, since = self._pulse(), clock.monotonic()
        try:
            while not self._stopped():
                try:
                    batch = self._batches.get(timeout=_LOOKS)
                except queue.Empty:
                    if self._pulse() != alive:
                        alive, since = self._pulse(), clock.monotonic()
                    elif clock.monotonic() - since > STALL_SECONDS:
                        raise Stalled("no_answer", path="") from None
                    continue
                if batch is None:
                    return
                if isinstance(batch, BaseException):
                    raise batch
                yield batch
                since = clock.monotonic()
        finally:
            self._left = True

    def _run(self) -> None:
        try:
            batch: list[T] = []
            since = clock.monotonic()
            for item in self._items:
                batch.append(item)
                if len(batch) >= self._most or clock.monotonic() - since > _SECONDS:
                    if not self._hand_over(batch):
                        return
                    batch, since = [], clock.monotonic()
            if batch and not self._hand_over(batch):
                return
            self._hand_over(None)
        except BaseException as error:  # told by the thread that asked
            self._hand_over(error)

    def _hand_over(self, batch: list[T] | BaseException | None) -> bool:
        while not (self._left or self._stopped()):
            try:
                self._batches.put(batch, timeout=_LOOKS)
                return True
            except queue.Full:
                continue
        return False
