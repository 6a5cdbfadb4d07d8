"""The walk of a watch as something that can be put down and taken up again: what it meets comes in small helpings.

A thread runs ahead by some files and then waits. So a folder that takes long to list, or a share whose server does not answer,
holds nobody who has something else to do.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator

from scanner.model import FileRef
from scanner.sources.excluding import Exclusions
from scanner.sources.walk import Unseen, WalkNotes, walk

AHEAD = 256
"""Files that are met before somebody asks for them."""

Met = tuple[int, FileRef | Unseen]
"""(moment before it was looked at, in nanoseconds of the wall clock; what was met)."""


class Walker:
    """Everything below ``roots``, once, by ``take``. ``notes`` is whole when ``finished``."""

    def __init__(
        self,
        roots: Iterable[bytes],
        skip: frozenset[bytes] = frozenset(),
        exclusions: Exclusions | None = None,
        ahead: int = AHEAD,
    ) -> None:
        self.roots = tuple(roots)
        self._exclusions = exclusions
        self.notes = WalkNotes()
        self.finished = False
        self._queue: queue.Queue[Met | None] = queue.Queue(ahead)
        self._back: deque[Met] = deque()
        self._stopped = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(skip,), daemon=True)
        self._thread.start()

    def take(self, most: int, wait: float = 0.0) -> Iterator[Met]:
        """What has been met, at most ``most``; waits up to ``wait`` seconds for the first. Raises what the walk raised."""
        for _ in range(most):
            if self._back:
                yield self._back.popleft()
                wait = 0.0
                continue
            try:
                item = self._queue.get(timeout=wait) if wait else self._queue.get_nowait()
            except queue.Empty:
                return
            wait = 0.0
            if item is None:
                if self._error is not None:
                    raise self._error
                self.finished = True
                return
            yield item

    def put_back(self, items: Iterable[Met]) -> None:
        """What was taken and not used comes first the next time; the walk is not finished then."""
        self._back.extendleft(reversed(list(items)))
        if self.finished:
            self.finished = False
            self._queue.put(None)

    def close(self) -> None:
        """Give the walk up."""
        self._stopped.set()

    def _run(self, skip: frozenset[bytes]) -> None:
        try:
            met = walk(self.roots, self.notes, skip, exclusions=self._exclusions)
            moment, folders = time.time_ns(), 0
            while not self._stopped.is_set():
                before = time.time_ns()
                item = next(met, None)
                if item is None:
                    break
                if (
                    self.notes.folders != folders
                ):  # a folder is looked at as a whole before the first of its files is told
                    moment, folders = before, self.notes.folders
                self._put((moment, item))
        except Exception as error:  # told to whoever takes, in whose hands the walk is
            self._error = error
        self._put(None)

    def _put(self, item: Met | None) -> None:
        while not self._stopped.is_set():
            try:
                self._queue.put(item, timeout=0.5)
            except queue.Full:
                continue
            return
