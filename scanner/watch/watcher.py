"""The watcher process: ``python -m scanner.watch.watcher HOME ROOT…``. Events in, rows of the journal out.

It has no model in it and does one dictionary write an event, so that bursts do not outrun it; what is lost all the same
becomes a walk. It ends with its parent.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

from scanner.inventory.journal import Journal
from scanner.sources.watching import observe

FLUSH_SECONDS = 0.3
SETTLE_SECONDS = 2.0
CAP_SECONDS = 30.0
HALF_WRITTEN_SECONDS = 600.0
"""A download or a temporary file that is still there after so long is looked at: it is a hiding place."""

IGNORED = re.compile(rb"/(?:~\$[^/]*|~WRL\d+\.tmp|\.~lock\.[^/]*#|[^/]*\.sw[opx]|\.#[^/]*|4913)$")
_HALF_WRITTEN = re.compile(rb"(?:\.tmp|\.crdownload|\.part|\.partial|\.download|~)$", re.IGNORECASE)


class Watcher:
    """Collects events and enters them into the journal."""

    def __init__(self, journal: Journal, roots: list[bytes], canary: bytes, own: bytes) -> None:
        self._journal = journal
        self._roots = roots
        self._canary = canary
        self._own = own + b"/"
        self._lock = threading.Lock()
        self._paths: dict[bytes, float] = {}
        self._walks: dict[bytes, str] = {}
        self._seen_canary = False

    def changed(self, path: bytes, folder: bool) -> None:
        """An event, in the observer's thread."""
        if path == self._canary:
            self._seen_canary = True
            return
        if path.startswith(self._own) or IGNORED.search(path):
            return
        wait = HALF_WRITTEN_SECONDS if _HALF_WRITTEN.search(path) else SETTLE_SECONDS
        with self._lock:
            if folder:
                self._walks[path] = "new folder"
            else:
                self._paths[path] = time.time() + wait

    def lost(self, root: bytes, what: str) -> None:
        """Events were lost below a root; the folder of our own canary is no root."""
        if (root + b"/").startswith(self._own):
            return
        with self._lock:
            self._walks[root] = what

    def run(self) -> None:
        """Observe and flush until the parent is gone."""
        observer = observe([*self._roots, os.path.dirname(self._canary)], self.changed, self.lost)
        parent = os.getppid()
        self._journal.note("watcher", os.getpid())
        try:
            while os.getppid() == parent and observer.is_alive():
                time.sleep(FLUSH_SECONDS)
                self._flush()
        finally:
            observer.stop()

    def _flush(self) -> None:
        with self._lock:
            paths, self._paths = self._paths, {}
            walks, self._walks = self._walks, {}
        if paths:
            self._journal.touch(paths, CAP_SECONDS)
        for root, why in walks.items():
            self._journal.rescan(root, why)
            if why in ("overflow", "watch limit"):
                self._journal.note(
                    f"last_{why.replace(' ', '_')}", os.fsdecode(root).encode("utf-8", "replace").decode()
                )
        if self._seen_canary:
            self._seen_canary = False
            self._journal.note("canary_seen", "")


def main() -> None:
    """Entry point of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("watchdog").addHandler(logging.NullHandler())  # what it would say is in the journal
    logging.getLogger("watchdog").propagate = False
    home = Path(sys.argv[1])
    roots = [os.fsencode(r) for r in sys.argv[2:]]
    canary = home / "canary" / "canary"
    own = os.path.realpath(os.fsencode(home))
    Watcher(Journal(home / "journal.db"), roots, os.fsencode(canary), own).run()


if __name__ == "__main__":
    main()
