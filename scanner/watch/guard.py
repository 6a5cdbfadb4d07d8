"""Paths at which the work fails: each has a count of its tries, is left alone for longer each time, and is named when it has
failed too often. The rest goes on.

Which path is being worked on stands in a small file, because a process that is killed can say nothing any more: the next
one finds it there.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scanner.inventory.journal import Aside, Journal
from scanner.paths import system

TRIES = 3
"""After so many failures a path counts as examined in vain and is named."""
_WAITS = (15.0, 60.0)
LONG = 24 * 3600.0
"""Seconds that a path is set aside after that, unless the file changes."""
_SIZE = 8192
_LENGTH = struct.Struct(">I")


def patience(tries: int) -> float:
    """Seconds to wait after so many failures."""
    return _WAITS[tries - 1] if tries < TRIES else LONG


class Guard:
    """Knows what failed. ``clock``: the wall clock, given by tests."""

    def __init__(self, journal: Journal, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._journal, self._clock = journal, clock
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        if os.fstat(self._descriptor).st_size < _SIZE:
            self._write(b"\0" * _SIZE)  # room that a full disk cannot take away later
        self._known = {a.path: a for a in journal.aside()}

    def recover(self) -> Aside | None:
        """The path at which an earlier process died, entered as a failure of it."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        head = os.read(self._descriptor, _SIZE)
        length = _LENGTH.unpack_from(head)[0]
        self._clear()
        if not 0 < length <= _SIZE - _LENGTH.size:
            return None
        return self.failed(head[_LENGTH.size : _LENGTH.size + length], "worker_died")

    @contextmanager
    def working(self, path: bytes) -> Iterator[None]:
        """Around the work on one path."""
        record = _LENGTH.pack(len(path)) + path
        self._write(record if len(record) <= _SIZE else b"\0" * _LENGTH.size)
        try:
            yield
        finally:
            self._clear()

    def _clear(self) -> None:
        self._write(b"\0" * _LENGTH.size)

    def _write(self, record: bytes) -> None:
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, record)

    def failed(self, path: bytes, why: str) -> Aside:
        """Enter a failure; ``why`` is a code or the kind of an exception, never its text."""
        found = self._journal.failed(path, why, patience, *_state(path))
        self._known[path] = found
        return found

    def passed(self, path: bytes) -> None:
        """The work on a path succeeded."""
        if self._known.pop(path, None) is not None:
            self._journal.passed(path)

    def refuses(self, path: bytes, size: int, mtime_ns: int) -> Aside | None:
        """The failure for which a path is left alone now; ``None`` if it may be tried. Another file under the name may, and so
        may every path after the clock was set back behind the failure."""
        found = self._known.get(path)
        if found is None or (found.size, found.mtime_ns) != (size, mtime_ns):
            return None
        return found if found.at <= self._clock() < found.until else None

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def _state(path: bytes) -> tuple[int, int]:
    try:
        status = system.look(path)
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns
