"""The supervisor: keeps the watcher alive, starts the worker when there is work, asks for walks. No model in it.

Events are hints and the walk is the truth: every root is walked at the start, after lost events, after a restart of the
watcher, when a volume comes or goes, after the machine slept, and every hour more or less a quarter.

A state folder that cannot be written (a full disk) ends nothing: it is said, waited for, and entered in the record as a gap
once there is room again.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.errors import StoreFault
from scanner.inventory.errors import InventoryError
from scanner.inventory.home import Home
from scanner.inventory.journal import Journal, Told
from scanner.inventory.store import Store
from scanner.model import Ground
from scanner.paths import names, system
from scanner.sources import ground
from scanner.watch import EXIT_FULL, eventlog
from scanner.watch.alerts import to_syslog
from scanner.watch.lock import Lock
from scanner.watch.mounts import MountEvents, mounts_now, touches
from scanner.watch.part import Part
from scanner.watch.telling import Telling

CANARY_SECONDS = 60.0
CANARY_LATE = 30.0
JUMP_SECONDS = 60.0
_OFTEN = 6
"""So many walks of a network share, or of a root with folders that cannot be watched, for one of another."""
LITTLE, ROOM = 1_000_000, 8_000_000
"""Bytes: with less the disk counts as full before a write has failed; with more work goes on."""
_TROUBLE_MOST = 30.0
_GAP = 60.0
"""Seconds after which any trouble of the state folder is a gap of the record; a full disk always is."""


class Supervisor:
    """Runs until it is told to stop. ``hear`` gets what the foreground prints; clocks are given by tests.

    Raises ``Taken`` where another watch has the state folder.
    """

    def __init__(
        self,
        home: Home,
        roots: list[bytes],
        policy_path: str,
        depth: str,
        walk_minutes: int = 60,
        *,
        hear: Callable[[Told], None] = lambda _: None,
        syslog: bool = False,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home, self._roots, self._hear, self._syslog = home, roots, hear, syslog
        self._wall, self._steady = wall, steady
        self._lock = Lock(home.path)
        self._journal: Journal | None = None
        self._walk_seconds = walk_minutes * 60.0
        self._watcher = Part("watcher", "scanner.watch.watcher", [str(home.path), *(os.fsdecode(r) for r in roots)])
        self._worker = Part("worker", "scanner.watch.worker", [str(home.path), policy_path, depth])
        self._telling = Telling(home.path, policy_path)
        self._canary = home.path / "canary" / "canary"
        self._stopping = False
        self._next_walk = self._next_often = 0.0
        self._network = [r for r in roots if ground.ground_of(names.join(r, b"x")) is Ground.NETWORK]
        self._canary_written = 0.0
        self._mount_events = MountEvents()
        self._mounts = mounts_now()
        self._clock = (wall(), steady())
        self._heard = 0
        self._trouble: tuple[str, float] | None = None
        self._trouble_wait, self._try_again = 1.0, 0.0

    def run(self) -> None:
        """The loop: one look a second, next to nothing when nothing happens."""
        if threading.current_thread() is threading.main_thread():  # in a service of Windows its manager stops it
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self.stop)
        _notify("READY=1")
        try:
            while not self._stopping:
                self.turn()
                time.sleep(1.0)
        finally:
            _notify("STOPPING=1")
            self._worker.stop()
            self._telling.stop()
            self._watcher.stop()
            self._end()

    def turn(self) -> None:
        """One look, whatever state the state folder is in."""
        try:
            if self._trouble is None or self._over():
                if self._journal is None:
                    self._begin()
                self.tick()
        except (sqlite3.Error, StoreFault, InventoryError, OSError) as error:
            self._meet(_code(error))
        _notify("WATCHDOG=1")

    def _begin(self) -> None:
        self._canary.parent.mkdir(exist_ok=True, mode=0o700)
        journal = _opened(self._home.path / "journal.db")
        journal.started(self._roots)
        journal.note("supervisor", os.getpid())
        self._heard = journal.last_told()
        self._record("agent_on", roots=len(self._roots))
        self._journal = journal

    def _end(self) -> None:
        try:
            if self._journal is not None:
                self._print()
                self._record("agent_off")
                self._journal.close()
        except (sqlite3.Error, StoreFault, InventoryError, OSError) as error:
            self._tell(Told(0, self._wall(), "trouble", _code(error), b""))
        self._mount_events.close()
        self._lock.release()

    def tick(self) -> None:
        """One look at everything."""
        journal = self._open_journal
        if shutil.disk_usage(self._home.path).free < LITTLE:
            raise OSError(errno.ENOSPC, "little room")
        if self._watcher.ensure():
            self._walk_all("start" if self._watcher.restarts == 0 else "watcher restarted")
            self._canary_written = 0.0
        self._watch_the_clock()
        self._watch_the_mounts()
        self._watch_the_canary()
        now = self._steady()
        if now >= self._next_walk:
            self._walk_all("hourly")
        if now >= self._next_often:
            often = journal.roots() if self._unwatched() else self._network
            for root in often if self._next_often else []:  # others' doings on a share make no event here
                journal.rescan(root, "network" if root in self._network else "unwatched")
            self._next_often = now + self._walk_seconds / _OFTEN
        if self._worker.code == EXIT_FULL:
            self._worker.forget()
            self._meet("disk_full")
        elif self._is_work(now):
            self._worker.ensure()
        self._print()
        self._telling.look(self._heard, now)

    @property
    def _open_journal(self) -> Journal:
        assert self._journal is not None
        return self._journal

    def _is_work(self, now: float) -> bool:
        _, walks = self._open_journal.pending()
        due = self._open_journal.next_due()
        if walks or (due is not None and due <= now + 1.0):
            return True
        return any(m.tries and m.retry <= self._wall() for m in self._open_journal.marks().values())

    def _unwatched(self) -> bool:
        return self._open_journal.health().get("unwatched", ("0", 0.0))[0] != "0"

    def _print(self) -> None:
        for told in self._open_journal.told(self._heard):
            self._heard = told.seq
            self._hear(told)

    def _walk_all(self, why: str) -> None:
        for root in self._roots:
            self._open_journal.rescan(root, why)
        spread = random.uniform(0.75, 1.25)  # noqa: S311  # so that many terminals do not walk one share at once
        self._next_walk = self._steady() + self._walk_seconds * spread

    # trouble with the state folder

    def _meet(self, code: str) -> None:
        """The state folder cannot be used: said once, tried again later each time."""
        if self._trouble is None:
            self._trouble, self._trouble_wait = (code, self._wall()), 1.0
            self._lock.say(trouble=code, since=self._trouble[1])
            self._tell(Told(0, self._trouble[1], "trouble", code, b""))
        self._trouble_wait = min(_TROUBLE_MOST, self._trouble_wait * 2)
        self._try_again = self._steady() + self._trouble_wait

    def _over(self) -> bool:
        """Whether work can go on: there is room, and the gap stands in the record."""
        assert self._trouble is not None
        code, since = self._trouble
        if self._steady() < self._try_again:
            return False
        if code == "disk_full" and shutil.disk_usage(self._home.path).free < ROOM:
            self._meet(code)
            return False
        if self._journal is not None and (code == "disk_full" or self._wall() - since > _GAP):
            self._record("agent_off", at=_moment(since), why=code)
            self._record("agent_on", why=code, roots=len(self._roots))
        if self._journal is not None:
            self._walk_all(code)
        if not self._worker.alive:
            self._worker.forget()  # it ended of the same trouble
        self._trouble = None
        self._lock.say()
        self._tell(Told(0, self._wall(), "trouble_over", code, b""))
        return True

    def _tell(self, told: Told) -> None:
        self._hear(told)
        if self._syslog:
            to_syslog(f"{told.kind}: {told.code}", eventlog.FAULT)

    # what may be wrong with the events

    def _watch_the_clock(self) -> None:
        wall, steady = self._wall(), self._steady()
        jump = (wall - self._clock[0]) - (steady - self._clock[1])
        if abs(jump) > JUMP_SECONDS:  # asleep, or somebody set the clock
            self._record("clock_jump", seconds=round(jump))
            self._open_journal.tell("clock", f"{round(jump):+d}")
            self._walk_all("clock jump")
        self._clock = (wall, steady)

    def _watch_the_mounts(self) -> None:
        if not self._mount_events.any():
            return
        current = mounts_now()
        changed = set(current) ^ set(self._mounts)
        if not changed and self._mount_events.told:  # a volume came and went between two looks: what was seen is gone
            for root in self._roots:
                self._open_journal.rescan(root, "mount")
        for root in self._roots:
            if any(touches(root, mount[0]) for mount in changed):
                self._open_journal.rescan(root, "mount")
                self._watcher.kill()  # its watches are of the old volume; it comes back with a walk
        self._mounts = current

    def _watch_the_canary(self) -> None:
        """A file of ours is written every minute and must come back as an event; else the watcher is deaf."""
        now = self._steady()
        health = self._open_journal.health()
        if health.get("watcher", ("", 0.0))[0] != str(self._watcher.pid):
            return  # it is still setting its watches
        seen = float(health.get("canary_seen", ("0", 0.0))[0] or 0)
        if self._canary_written and now - self._canary_written > CANARY_LATE and seen < self._canary_written:
            self._open_journal.note("canary_late", round(now - self._canary_written))
            self._open_journal.tell("lost", "deaf")
            self._watcher.kill()
            return
        if not self._canary_written or now - self._canary_written > CANARY_SECONDS:
            self._canary.write_text(str(now), encoding="ascii")
            self._canary_written = now

    def stop(self, *_: object) -> None:
        """Come to an end at the next look; from any thread, and as a handler of signals."""
        self._stopping = True

    def _record(self, kind: str, **details: Any) -> None:
        with Store(self._home.database, only_notes=True) as store:
            store.note(kind, **details)


def _opened(path: Path) -> Journal:
    """The journal; one that is damaged is thrown away, because a walk makes good for it."""
    try:
        return Journal(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        for name in (path.name, path.name + "-wal", path.name + "-shm"):
            path.with_name(name).unlink(missing_ok=True)
        return Journal(path)


def _code(error: Exception) -> str:
    """``disk_full``, or that the state folder cannot be used for another reason."""
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    else:
        full = getattr(error, "code", "") == "disk_full" or "full" in str(error) or "disk I/O" in str(error)
    return "disk_full" if full else "state_unusable"


def _moment(wall: float) -> str:
    return clock.stamp_at(wall)


def _notify(text: str) -> None:
    """Tell systemd, where it asked to be told (``NOTIFY_SOCKET``)."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address or sys.platform == "win32":
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(text.encode("ascii"), address.replace("@", "\0", 1) if address[0] == "@" else address)


def roots_of(policy_roots: tuple[str, ...], places: list[str], given: tuple[str, ...], base: Path) -> list[bytes]:
    """Folders to watch: those on the command line, else ``[watch] roots``, else all places of the policy."""
    chosen = given or policy_roots or tuple(places)
    return list(dict.fromkeys(system.real(os.fsencode(base / os.path.expanduser(c))) for c in chosen))
