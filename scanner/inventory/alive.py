"""Which runs are going on: each holds a lock of the system on a file beside the inventory, which ends with the process however it
ends. A scan beside another, or beside the watch, must not take that one for broken off.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scanner import clock

_AGAIN = 0.02
"""Seconds after which a lock that another holds is asked for again."""


class Alive:
    """The lock of one run at a time, until ``release`` or the end of the process."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._held: tuple[int, Path] | None = None

    def hold(self, run: int) -> int:
        """A run begins, inside the transaction that enters it; the one before is over. Returns its number."""
        self.release()
        path = _file(self._database, run)
        descriptor = _locked(path)
        self._held = (descriptor, path) if descriptor is not None else None
        return run

    def release(self) -> None:
        """The run is over."""
        if self._held:
            descriptor, path = self._held
            self._held = None
            _unlocked(descriptor, path)


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Whether this process has the lock of a file for the block; it ends with the process however it ends."""
    descriptor = _locked(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def in_turn(path: Path, seconds: float) -> Iterator[bool]:
    """Whether this thread got the lock of a file for the block, having waited for others at most so long."""
    until = clock.monotonic() + seconds
    while (descriptor := _locked(path)) is None and clock.monotonic() < until:
        clock.sleep(_AGAIN)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


def interrupt(db: sqlite3.Connection, database: Path) -> None:
    """Runs that nobody holds any more were broken off. Inside the caller's transaction."""
    for (run,) in db.execute("select id from runs where state = 'running'").fetchall():
        path = _file(database, run)
        descriptor = _locked(path)
        if descriptor is None:
            continue
        _unlocked(descriptor, path)
        db.execute("update runs set state = 'interrupted', ended = coalesce(ended, started) where id = ?", (run,))


def scanning(db: sqlite3.Connection, database: Path) -> bool:
    """Whether a scan is going on now; the watch, which takes in single files beside any scan, is none."""
    rows = db.execute("select id from runs where state = 'running' and roots not like '%(watch)%'").fetchall()
    for (run,) in map(tuple, rows):
        path = _file(database, run)
        if path.exists():
            descriptor = _locked(path)
            if descriptor is None:
                return True
            os.close(descriptor)
    return False


def _file(database: Path, run: int) -> Path:
    return database.with_name(f".{database.name}.run-{run}")


def _unlocked(descriptor: int, path: Path) -> None:
    os.close(descriptor)
    with suppress(OSError):
        path.unlink()


def _locked(path: Path) -> int | None:
    """The descriptor of a file that is locked now; ``None`` where another has it, or it cannot be made."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
