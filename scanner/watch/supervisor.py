"""The supervisor: keeps the watcher alive, starts the worker when there is work, asks for walks. No model in it.

Events are hints and the walk is the truth: every root is walked at the start, after lost events, after a restart of the
watcher, when a volume comes or goes, after the machine slept, and every hour more or less a quarter.
"""

from __future__ import annotations

import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from scanner.inventory.home import Home
from scanner.inventory.journal import Journal
from scanner.inventory.store import Store
from scanner.model import Ground
from scanner.sources import ground

CANARY_SECONDS = 60.0
CANARY_LATE = 30.0
JUMP_SECONDS = 60.0
_BACKOFF_MOST = 60.0
_NETWORK_WALKS = 6
"""So many walks of a network share for one of a local folder."""


class Part:
    """A child process that is restarted, each time after a longer wait, until it has lived for a minute."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self._command = name, command
        self._child: subprocess.Popen[bytes] | None = None
        self._wait, self._not_before, self._since = 1.0, 0.0, 0.0
        self.restarts = 0

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """Number of the process; 0 while it does not run."""
        return self._child.pid if self._child is not None and self.alive else 0

    def ensure(self) -> bool:
        """Start it if it does not run and its wait is over; whether it was started now."""
        if self.alive:
            if time.monotonic() - self._since > _BACKOFF_MOST:
                self._wait = 1.0
            return False
        if time.monotonic() < self._not_before:
            return False
        if self._child is not None and self._child.returncode:
            self.restarts += 1
            self._wait = min(_BACKOFF_MOST, self._wait * 2)
        self._child = subprocess.Popen(
            [sys.executable, "-m", *self._command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self._since = time.monotonic()
        self._not_before = self._since + self._wait
        return True

    def stop(self, seconds: float = 10.0) -> None:
        """End it: politely first."""
        if self._child is None or self._child.poll() is not None:
            return
        self._child.terminate()
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def kill(self) -> None:
        """End it at once: it no longer answers."""
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            self._child.wait()


class MountEvents:
    """Whether anything was mounted or unmounted since the last time it was asked, also if it was taken back at once.

    The kernel marks ``/proc/self/mountinfo`` as exceptional after every change of the table.
    """

    def __init__(self, path: str = "/proc/self/mountinfo") -> None:
        self._file = open(path, "rb") if sys.platform == "linux" and os.path.exists(path) else None
        if self._file is not None:
            self._file.read()
            self._poll = select.poll()
            self._poll.register(self._file, select.POLLERR | select.POLLPRI)

    @property
    def told(self) -> bool:
        """Whether the system tells of changes at all."""
        return self._file is not None

    def any(self) -> bool:
        """True once for any number of changes; always true where the system does not tell."""
        if self._file is None:
            return True
        changed = any(event & (select.POLLERR | select.POLLPRI) for _, event in self._poll.poll(0))
        if changed:
            self._file.seek(0)
            self._file.read()
        return changed

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


class Supervisor:
    """Runs until it is told to stop."""

    def __init__(self, home: Home, roots: list[bytes], policy_path: str, depth: str, walk_minutes: int = 60) -> None:
        self._home, self._roots = home, roots
        self._journal = Journal(home.path / "journal.db")
        self._walk_seconds = walk_minutes * 60.0
        names = [os.fsdecode(r) for r in roots]
        self._watcher = Part("watcher", ["scanner.watch.watcher", str(home.path), *names])
        self._worker = Part("worker", ["scanner.watch.worker", str(home.path), policy_path, depth])
        self._canary = home.path / "canary" / "canary"
        self._stopping = False
        self._next_walk = 0.0
        self._network = [r for r in roots if ground.ground_of(r + b"/x") is Ground.NETWORK]
        self._next_network_walk = 0.0
        self._canary_written = time.time()
        self._mount_events = MountEvents()
        self._mounts: tuple[tuple[str, str, str], ...] = ()
        self._clock = (time.time(), time.monotonic())

    def run(self) -> None:
        """The loop: one look a second, next to nothing when nothing happens."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._canary.parent.mkdir(exist_ok=True, mode=0o700)
        self._journal.note("roots", "\0".join(os.fsdecode(r).encode("utf-8", "replace").decode() for r in self._roots))
        self._journal.note("supervisor", os.getpid())
        self._record("agent_on", roots=len(self._roots))
        self._mounts = _mounts_now()
        _notify("READY=1")
        try:
            while not self._stopping:
                self.tick()
                time.sleep(1.0)
        finally:
            _notify("STOPPING=1")
            self._worker.stop()
            self._watcher.stop()
            self._record("agent_off")
            self._mount_events.close()
            self._journal.close()

    def tick(self) -> None:
        """One look at everything."""
        if self._watcher.ensure():
            self._walk_all("start" if self._watcher.restarts == 0 else "watcher restarted")
            self._canary_written = 0.0
        self._watch_the_clock()
        self._watch_the_mounts()
        self._watch_the_canary()
        if time.monotonic() >= self._next_walk:
            self._walk_all("hourly")
        if self._network and time.monotonic() >= self._next_network_walk:
            for root in self._network:  # what others do on a share makes no event here
                self._journal.rescan(root, "network")
            self._next_network_walk = time.monotonic() + self._walk_seconds / _NETWORK_WALKS
        dirty, walks = self._journal.pending()
        due = self._journal.next_due()
        if walks or (dirty and due is not None and due <= time.time() + 1.0):
            self._worker.ensure()
        _notify("WATCHDOG=1")

    def _walk_all(self, why: str) -> None:
        for root in self._roots:
            self._journal.rescan(root, why)
        spread = random.uniform(0.75, 1.25)  # noqa: S311  # so that many terminals do not walk one share at once
        self._next_walk = time.monotonic() + self._walk_seconds * spread

    def _watch_the_clock(self) -> None:
        wall, steady = time.time(), time.monotonic()
        jump = (wall - self._clock[0]) - (steady - self._clock[1])
        self._clock = (wall, steady)
        if abs(jump) > JUMP_SECONDS:  # asleep, or somebody set the clock
            self._record("clock_jump", seconds=round(jump))
            self._walk_all("clock jump")

    def _watch_the_mounts(self) -> None:
        if not self._mount_events.any():
            return
        current = _mounts_now()
        changed = set(current) ^ set(self._mounts)
        self._mounts = current
        if not changed and self._mount_events.told:  # a volume came and went between two looks: what was seen is gone
            for root in self._roots:
                self._journal.rescan(root, "mount")
        for root in self._roots:
            text = os.fsdecode(root)
            if any(
                m[0].startswith(text.rstrip("/") + "/") or text.startswith(m[0].rstrip("/") + "/") or m[0] == text
                for m in changed
            ):
                self._journal.rescan(root, "mount")
                self._watcher.kill()  # its watches are of the old volume; it comes back with a walk

    def _watch_the_canary(self) -> None:
        """A file of ours is written every minute and must come back as an event; else the watcher is deaf."""
        now = time.time()
        health = self._journal.health()
        if health.get("watcher", ("", 0.0))[0] != str(self._watcher.pid):
            return  # it is still setting its watches
        seen = health.get("canary_seen", ("", 0.0))[1]
        if self._canary_written and now - self._canary_written > CANARY_LATE and seen < self._canary_written:
            self._journal.note("canary_late", round(now - self._canary_written))
            self._watcher.kill()
            return
        if now - self._canary_written > CANARY_SECONDS:
            self._canary.write_text(str(now), encoding="ascii")
            self._canary_written = now

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _record(self, kind: str, **details: Any) -> None:
        with Store(self._home.database, only_notes=True) as store:
            store.note(kind, **details)


def _mounts_now() -> tuple[tuple[str, str, str], ...]:
    ground.mounts.cache_clear()
    return ground.mounts()


def _notify(text: str) -> None:
    """Tell systemd, where it asked to be told (``NOTIFY_SOCKET``)."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(text.encode("ascii"), address.replace("@", "\0", 1) if address[0] == "@" else address)


def roots_of(policy_roots: tuple[str, ...], places: list[str], given: tuple[str, ...], base: Path) -> list[bytes]:
    """Folders to watch: those on the command line, else ``[watch] roots``, else all places of the policy."""
    chosen = given or policy_roots or tuple(places)
    return list(dict.fromkeys(os.path.realpath(os.fsencode(base / os.path.expanduser(c))) for c in chosen))
