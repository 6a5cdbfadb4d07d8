"""Folders under ReadDirectoryChangesW: what the library loses in silence is told here.

A buffer that overflows comes back empty, and the library passes it by; a share or drive that goes ends its reading thread with
an exception that nobody hears; names may come in their short form (``MEIBO~1.CSV``). Of an event we need the path alone, so no
halves of renames are paired, and a new folder is walked once by us instead of once more by the library.
"""

from __future__ import annotations

import os
import queue
import re
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from scanner.paths import names, system

Changed = Callable[[bytes, bool], None]
Lost = Callable[[bytes, str], None]

OVERFLOW = "overflow"
AGAIN_SECONDS = 30.0
"""A root that went is tried again so often: a server may come back without a word."""
_SHORT = re.compile(rb"[^\\]{1,8}~[0-9]{1,6}(?:\.[^\\]{0,3})?\Z")


class Native(Protocol):
    """An event of the system: what happened to a path below the root."""

    src_path: str

    @property
    def is_added(self) -> bool: ...
    @property
    def is_renamed_new(self) -> bool: ...
    @property
    def is_removed_self(self) -> bool: ...


class Root:
    """One root. ``begin`` starts reading below it; it raises ``OSError`` where that is not possible."""

    def __init__(
        self,
        path: bytes,
        changed: Changed,
        lost: Lost,
        begin: Callable[[Root], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self._changed, self._lost, self._begin, self._clock = changed, lost, begin, clock
        self._broken, self._next = True, 0.0
        self._tried = False

    def mend(self) -> None:
        """Begin, or begin again where it broke; what happened meanwhile is for a walk. A root that went without a word is noticed."""
        if self._clock() < self._next:
            return
        self._next = self._clock() + AGAIN_SECONDS
        if not self._broken:
            if not system.is_folder(self.path):
                self.broke()
            return
        first, self._tried = not self._tried, True
        if not system.is_folder(self.path):
            return
        self._broken = False
        try:
            self._begin(self)
        except OSError:
            self._broken = True
            return
        if not first:
            self._lost(self.path, OVERFLOW)

    def broke(self) -> None:
        """Reading ended: the drive, the share or the folder has gone."""
        if not self._broken:
            self._broken = True
            self._lost(self.path, OVERFLOW)

    def overflowed(self) -> None:
        """Events were lost."""
        self._lost(self.path, OVERFLOW)

    def tell(self, events: Iterable[Native]) -> None:
        """A batch of events; each path once, in the order in which they came first. Whether a path is a folder is asked of new
        names alone: one call of the system for each event would let a burst outrun us."""
        new: dict[str, bool] = {}
        for event in events:
            if event.is_removed_self:
                self.broke()
            elif event.src_path:
                new[event.src_path] = new.get(event.src_path, False) or event.is_added or event.is_renamed_new
        for name, came in new.items():
            path = names.join(self.path, os.fsencode(name))
            if "~" in name and any(_SHORT.fullmatch(step) for step in names.below(path, self.path)):
                path = self._long(path)
            if path:
                self._changed(path, came and system.is_folder(path))

    def _long(self, path: bytes) -> bytes:
        """The long form of a short name; where nothing stands there any more, the folder above is walked instead."""
        if system.exists(path):
            return system.real(path)
        above = next((f for f in names.above(path) if system.is_folder(f)), self.path)
        self._changed(system.real(above), True)
        return b""


class Buffers(queue.Queue[Any]):
    """Between the reading thread and whoever takes: an empty buffer after the first is one that overflowed."""

    def __init__(self, overflowed: Callable[[], None]) -> None:
        super().__init__()
        self._overflowed, self._first = overflowed, True

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if not item[0] and not self._first:
            self._overflowed()
            return
        self._first = False
        super().put(item, block, timeout)


def begin(root: Root, observers: list[Any]) -> None:
    """Read below a root in threads of the library. Windows only."""
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers.api import BaseObserver
    from watchdog.observers.read_directory_changes import WindowsApiEmitter
    from watchdog.observers.winapi import DirectoryChangeReader

    class Reader(DirectoryChangeReader):
        """Tells of empty buffers and of its end."""

        def __init__(self, path: str, *, recursive: bool) -> None:
            super().__init__(path, recursive=recursive)
            self._buf_queue = Buffers(root.overflowed)

        def _run(self) -> None:
            try:
                super()._run()
            except OSError:
                root.broke()

    class Emitter(WindowsApiEmitter):
        """Hands native events to the root."""

        def on_thread_start(self) -> None:
            reader = Reader(os.fsdecode(system.openable(root.path)), recursive=True)
            self._reader = reader
            try:
                reader.start()
            except queue.Empty:  # it ended before it began
                root.broke()

        def queue_events(self, timeout: float) -> None:
            reader = self._reader
            if reader is not None:
                root.tell(reader.get_events(timeout))

    observer = BaseObserver(Emitter)
    observer.schedule(FileSystemEventHandler(), os.fsdecode(root.path), recursive=True)
    observer.start()
    observers.append(observer)
