"""The watcher process: ``python -m scanner.watch.watcher PARENT HOME ROOT…``. Events in, rows of the journal out.

It has no model in it and does one dictionary write an event, so that bursts do not outrun it; what is lost all the same
becomes a walk. What cannot be written at the moment (a full disk) is kept until it can. It ends with its parent.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from scanner import processes
from scanner.inventory.journal import MOST_DIRTY, Journal
from scanner.paths import names, system
from scanner.processes import end_with
from scanner.sources.watching import WATCH_LIMIT, observe
from scanner.watch.unwatched import Unwatched

FLUSH_SECONDS = 0.3
SETTLE_SECONDS = 2.0
CAP_SECONDS = 30.0
HALF_WRITTEN_SECONDS = 600.0
"""A download or a temporary file that is still there after so long is looked at: it is a hiding place."""
_TOLD_AGAIN = 60.0
"""A loss is told again after so many seconds only."""

IGNORED = re.compile(rb"~\$.*|~WRL\d+\.tmp|\.~lock\..*#|.*\.sw[opx]|\.#.*|4913", re.DOTALL)
"""Names of what editors keep beside a file that is open."""
_HALF_WRITTEN = re.compile(rb"(?:\.tmp|\.crdownload|\.part|\.partial|\.download|~)$", re.IGNORECASE)


class Watcher:
    """Collects events and enters them into the journal. ``clock``: the steady clock, given by tests."""

    def __init__(
        self,
        journal: Journal,
        roots: list[bytes],
        canary: bytes,
        own: bytes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal, self._clock = journal, clock
        self._roots = roots
        self._canary = canary
        self._own = own
        self._lock = threading.Lock()
        self._paths: dict[bytes, float] = {}
        self._folders: set[bytes] = set()
        self._walks: dict[bytes, str] = {}
        self._limit: set[bytes] = set()
        self._seen_canary = False
        self._told: dict[str, float] = {}
        self._unwatched = Unwatched(lambda _: False, self.changed)
        self._unwatched_told = 0

    def changed(self, path: bytes, folder: bool) -> None:
        """An event, in the observer's thread."""
        if path == self._canary:
            self._seen_canary = True
            return
        if names.inside(path, self._own) or IGNORED.fullmatch(names.name(path)):
            return
        wait = HALF_WRITTEN_SECONDS if _HALF_WRITTEN.search(path) else SETTLE_SECONDS
        with self._lock:
            if folder:
                self._folders.add(path)
            else:
                self._paths[path] = self._clock() + wait

    def lost(self, path: bytes, what: str) -> None:
        """Events were lost below a root, or a folder cannot be watched; the folder of our own canary is neither."""
        if names.within(path, self._own):
            return
        with self._lock:
            if what == WATCH_LIMIT:
                self._limit.add(path)
            else:
                self._walks[path] = what

    def run(self, parent: int) -> None:
        """Observe and flush until the parent is gone."""
        observer = observe([names.parent(self._canary), *self._roots], self.changed, self.lost)
        self._unwatched = Unwatched(observer.watch, self.changed)
        said = False
        try:
            while processes.lives(parent) and observer.is_alive():
                time.sleep(FLUSH_SECONDS)
                said = self.flush(begin=not said) or said
                observer.mend()
        finally:
            observer.stop()

    def flush(self, begin: bool = False) -> bool:
        """Enter what was collected; whether that was possible. ``begin``: also that this process watches now."""
        with self._lock:
            limit, self._limit = self._limit, set()
        for folder in limit:
            self._unwatched.add(folder)
        self._unwatched.turn()
        with self._lock:
            paths, self._paths = self._paths, {}
            folders, self._folders = self._folders, set()
            walks, self._walks = self._walks, {}
        try:
            self._enter(paths, folders, walks, begin)
        except sqlite3.OperationalError:  # a full disk, or another process that holds the journal for long
            self._keep(paths, folders, walks)
            return False
        return True

    def _enter(self, paths: dict[bytes, float], folders: set[bytes], walks: dict[bytes, str], begin: bool) -> None:
        if begin:
            self._journal.note("watcher", os.getpid())
        if paths:
            self._journal.touch(paths, CAP_SECONDS)
        if folders:
            self._journal.enter_folders(folders)
        for root, why in walks.items():
            self._journal.rescan(root, why)
            self._lost(why, root)
        if len(self._unwatched) != self._unwatched_told:
            self._journal.note("unwatched", len(self._unwatched))
            if not self._unwatched_told:
                self._lost(WATCH_LIMIT, self._roots[0] if self._roots else b"")
            self._unwatched_told = len(self._unwatched)
        if self._seen_canary:
            self._seen_canary = False
            self._journal.note("canary_seen", self._clock())

    def _lost(self, why: str, root: bytes) -> None:
        self._journal.note(f"last_{why.replace(' ', '_')}", "")
        now = self._clock()
        if now - self._told.get(why, float("-inf")) > _TOLD_AGAIN:
            self._told[why] = now
            self._journal.tell("lost", why.replace(" ", "_"), root)

    def _keep(self, paths: dict[bytes, float], folders: set[bytes], walks: dict[bytes, str]) -> None:
        """For the next time; where it is too much to keep, the roots are walked instead."""
        with self._lock:
            self._paths = {**paths, **self._paths}
            self._folders |= folders
            self._walks = {**walks, **self._walks}
            if len(self._paths) + len(self._folders) > MOST_DIRTY:
                self._paths.clear()
                self._folders.clear()
                self._walks.update(dict.fromkeys(self._roots, "overflow"))


def main() -> None:
    """Entry point of the process."""
    parent = int(sys.argv[1])
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("watchdog").addHandler(logging.NullHandler())  # what it would say is in the journal
    logging.getLogger("watchdog").propagate = False
    home = Path(sys.argv[2])
    roots = [os.fsencode(r) for r in sys.argv[3:]]
    canary = home / "canary" / "canary"
    own = system.real(os.fsencode(home))
    Watcher(Journal(home / "journal.db"), roots, os.fsencode(canary), own).run(parent)


if __name__ == "__main__":
    main()
