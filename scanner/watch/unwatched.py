"""Folders for which the system has no watch left (its limit is reached): asked for the time of their last change, some at each
turn. A change of the folder itself (a file came, went or was renamed) shows there; what is written into a file that lies there
already is found by the walk, which comes more often then.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable

SLICE = 0.015
"""Seconds of one turn; at three turns a second this is a twentieth of a core, and 50,000 folders take some seconds."""
_SLACK_NS = 2_000_000_000
_BETWEEN_LOOKS = 64


class Unwatched:
    """``watch`` tries to set a watch after all; ``changed`` gets what is new (path, whether it is a folder)."""

    def __init__(
        self,
        watch: Callable[[bytes], bool],
        changed: Callable[[bytes, bool], None],
        clock: Callable[[], float] = time.perf_counter,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._watch, self._changed, self._clock, self._wall_ns = watch, changed, clock, wall_ns
        self._seen: dict[bytes, tuple[int, int]] = {}
        """Folder → (its time of change, the moment of the look)."""
        self._round: deque[bytes] = deque()

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, folder: bytes) -> None:
        """A folder could not be watched. What lies in it is the business of the walk that its coming has caused."""
        if folder in self._seen:
            return
        moment = self._wall_ns()
        try:
            self._seen[folder] = (os.stat(folder, follow_symlinks=False).st_mtime_ns, moment)
        except OSError:
            return  # gone again
        self._round.append(folder)

    def turn(self, seconds: float = SLICE) -> None:
        """Look at as many folders as the time allows, each in its turn, none twice."""
        if not self._round:
            return
        while self._round and self._watch(self._round[0]):  # folders went, so there are watches again
            self._look(self._round[0])
            self._seen.pop(self._round.popleft(), None)
        until = self._clock() + seconds
        for number in range(len(self._round)):
            if number % _BETWEEN_LOOKS == 0 and number and self._clock() > until:
                return
            folder = self._round.popleft()
            if self._look(folder):
                self._round.append(folder)
            else:
                self._seen.pop(folder, None)

    def _look(self, folder: bytes) -> bool:
        """Tell what is new in a folder; whether it is still there."""
        moment = self._wall_ns()
        try:
            changed = os.stat(folder, follow_symlinks=False).st_mtime_ns
        except OSError:
            self._changed(folder, False)
            return False
        before, looked = self._seen[folder]
        if changed != before:
            self._list(folder, looked - _SLACK_NS)
            self._seen[folder] = (changed, moment)
        return True

    def _list(self, folder: bytes, since: int) -> None:
        try:
            with os.scandir(folder) as listing:
                for entry in listing:
                    try:
                        if entry.stat(follow_symlinks=False).st_ctime_ns < since:
                            continue
                        is_folder = entry.is_dir(follow_symlinks=False)
                    except OSError:
                        continue  # gone again
                    self._changed(entry.path, is_folder)
                    if is_folder:
                        self._adopt(entry.path)
        except OSError:
            return  # gone, or unreadable: the walk names it

    def _adopt(self, folder: bytes) -> None:
        for root, _, _ in os.walk(folder):
            if not self._watch(root):
                self.add(root)
