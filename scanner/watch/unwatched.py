"""Folders for which the system has no watch left (its limit is reached): asked for the time of their last change, some at each
turn. A change of the folder itself (a file came, went or was renamed) shows there; what is written into a file that lies there
already is found by the walk, which comes more often then.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable

SLICE = 0.03
"""CPU seconds of one turn; at three turns a second this is a tenth of a core, and 50,000 folders take some seconds."""
_SLACK_NS = 2_000_000_000
_BETWEEN_LOOKS = 64


_HOT = 2_000
"""So many of the folders that came or changed last are looked at in every turn: where something happens, more happens."""
_FRESH_NS = 60_000_000_000
"""A folder that changed so lately when it was found without a watch is listed: what came into it made no event."""


class Unwatched:
    """``watch`` tries to set a watch after all; ``changed`` gets what is new (path, whether it is a folder)."""

    def __init__(
        self,
        watch: Callable[[bytes], bool],
        changed: Callable[[bytes, bool], None],
        clock: Callable[[], float] = time.thread_time,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._watch, self._changed, self._clock, self._wall_ns = watch, changed, clock, wall_ns
        self._seen: dict[bytes, tuple[int, int]] = {}
        """Folder → (its time of change, the moment of the look)."""
        self._round: deque[bytes] = deque()
        self._hot: deque[bytes] = deque(maxlen=_HOT)

    def __len__(self) -> int:
        return len(self._seen)

    def add(self, folder: bytes) -> None:
        """A folder could not be watched. What has lain in it for long is the business of a walk."""
        if folder in self._seen:
            return
        moment = self._wall_ns()
        try:
            changed = os.stat(folder, follow_symlinks=False).st_mtime_ns
        except OSError:
            return  # gone again
        self._seen[folder] = (changed, moment)
        self._round.append(folder)
        self._hot.append(folder)
        if changed > moment - _FRESH_NS:
            self._list(folder, moment - _FRESH_NS)

    def turn(self, seconds: float = SLICE) -> None:
        """Look at those where something happened last, and at as many others as the time allows, each in its turn."""
        while self._round and (self._round[0] not in self._seen or self._freed(self._round[0])):
            self._round.popleft()
        for folder in dict.fromkeys(self._hot):
            self._look(folder)
        until = self._clock() + seconds
        for number in range(len(self._round)):
            if number % _BETWEEN_LOOKS == 0 and number and self._clock() > until:
                return
            folder = self._round.popleft()
            if self._look(folder):
                self._round.append(folder)

    def _freed(self, folder: bytes) -> bool:
        """Whether there is a watch for it now, because other folders went."""
        if not self._watch(folder):
            return False
        self._look(folder)  # what came into it before the watch
        self._seen.pop(folder, None)
        return True

    def _look(self, folder: bytes) -> bool:
        """Tell what is new in a folder; whether it is still there and without a watch."""
        if folder not in self._seen:
            return False
        moment = self._wall_ns()
        try:
            changed = os.stat(folder, follow_symlinks=False).st_mtime_ns
        except OSError:
            self._changed(folder, False)
            del self._seen[folder]
            return False
        before, looked = self._seen[folder]
        if changed != before:
            self._seen[folder] = (changed, moment)
            self._list(folder, looked - _SLACK_NS)
            self._hot.append(folder)
        return True

    def _list(self, folder: bytes, since: int) -> None:
        folders = []
        try:
            with os.scandir(folder) as listing:
                for entry in listing:
                    try:
                        if entry.stat(follow_symlinks=False).st_ctime_ns < since:
                            continue
                        is_folder = entry.is_dir(follow_symlinks=False)
                    except OSError:
                        continue  # gone again
                    if not is_folder:
                        self._changed(entry.path, False)
                    elif entry.path not in self._seen:
                        self._changed(entry.path, True)
                        folders.append(entry.path)
        except OSError:
            return  # gone, or unreadable: the walk names it
        for path in folders:
            self._adopt(path)

    def _adopt(self, folder: bytes) -> None:
        """A new folder in one without a watch, with what is below it: none of them made an event."""
        pending = [folder]
        while pending:
            path = pending.pop()
            if path in self._seen:
                continue
            watched = self._watch(path)
            try:
                with os.scandir(path) as listing:
                    for entry in listing:
                        if entry.is_dir(follow_symlinks=False):
                            pending.append(entry.path)
                        else:
                            self._changed(entry.path, False)
            except OSError:
                continue
            if not watched:
                self._enter(path)

    def _enter(self, folder: bytes) -> None:
        moment = self._wall_ns()
        try:
            # a moment back: what came between the listing and this look shows as a change of the next look
            self._seen[folder] = (os.stat(folder, follow_symlinks=False).st_mtime_ns - 1, moment)
        except OSError:
            return
        self._round.append(folder)
        self._hot.append(folder)
