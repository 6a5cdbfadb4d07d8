"""The worker process: ``python -m scanner.watch.worker PARENT HOME POLICY DEPTH``. Takes settled paths and walks from the
journal, examines them and commits; ends when it has been idle, so that its models cost no memory.

One small step at a time, and before each step the most urgent is chosen anew: a settled file comes before new folders, and
these before the walk of a root.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

from scanner import clock, processes
from scanner.errors import SandboxFault, StoreFault
from scanner.inventory.errors import InventoryError
from scanner.inventory.home import Home
from scanner.inventory.journal import Aside, Dirty, Journal
from scanner.model import OutcomeKind, Reason, display
from scanner.paths import system
from scanner.policy.load import PolicyError, load
from scanner.policy.verdict import Judge
from scanner.processes import end_with
from scanner.sources.volumes import volume_of
from scanner.watch import EXIT_FULL, alerts, budget
from scanner.watch.guard import TRIES, Guard
from scanner.watch.paths import PathSession
from scanner.watch.walks import FOLDERS, IN_USE_SECONDS, FolderWalk, WholeWalk

IDLE_SECONDS = 30.0
LOOK_SECONDS = 1.0
"""After so long the files that were looked at are committed and told, and the most urgent is chosen anew."""
STARVING_SECONDS = 10.0
"""Where settled files never end, a walk gets one small step in so long: else its truth would never come."""
_NAP = 0.2
_TRIES = 6
"""A file that changes while it is read is taken as it is after so many times."""


class Worker:
    """Works until the journal has been empty for a while."""

    def __init__(
        self,
        home: Home,
        policy_path: str,
        depth: str,
        journal: Journal | None = None,
        spending: budget.Budget | None = None,
    ) -> None:
        self._home, self._depth, self._policy_path = home, depth, policy_path
        self._journal = journal or Journal(home.path / "journal.db")
        policy = load(Path(policy_path)) if policy_path else None
        if policy is not None:
            clock.choose(policy.time_zone)
        self._digest = hashlib.sha256(Path(policy_path).read_bytes()).hexdigest() if policy_path else ""
        base = Path(policy_path).resolve().parent if policy_path else None
        self._judge = Judge(policy, base=base, volume=volume_of, path=policy_path, digest=self._digest)
        self._budget = spending or budget.Budget(policy.watch.budget if policy else None)
        self._alerts = alerts.Alerts(home, policy.watch.alerts if policy else None, self._journal)
        self._guard = Guard(self._journal, home.path / "watch.at")
        self._skip = frozenset({system.real(os.fsencode(home.path))})
        self._session: PathSession | None = None
        self._folders: FolderWalk | None = None
        self._whole: WholeWalk | None = None
        self._named: set[bytes] = set()
        self._mode = budget.Mode()
        self._sent = 0.0
        self._walked = time.monotonic()
        self._starving = False
        self._stopping = False

    def run(self, parent: int) -> None:
        """Until nothing has been to do for ``IDLE_SECONDS``, it is told to stop, or its parent is gone."""
        processes.lower_priority()
        signal.signal(signal.SIGTERM, self._stop)
        self._journal.note("worker", os.getpid())
        self.recover()
        idle_since = time.monotonic()
        while (
            not self._stopping
            and processes.lives(parent)
            and time.monotonic() - idle_since < IDLE_SECONDS
            and processes.memory_mb() < self._budget.rules.memory_mb
        ):
            if self.turn():
                idle_since = time.monotonic()
            else:
                self._sleep(0.5)
        self.close()

    def recover(self) -> None:
        """What an earlier worker left: folders that it had taken, the path at which it died, alerts it did not send."""
        self._journal.untake()
        died = self._guard.recover()
        if died is not None:
            self._set_aside(died)
        self._alerts.send()

    def turn(self) -> bool:
        """One step of what is most urgent; false if nothing is to do. Waits where the budget says so."""
        mode = self._budget.mode()
        self._say(mode)
        if mode.kind == "paused":
            self._put_down()
            self._sleep(1.0)
            return self._journal.pending() != (0, 0)
        self._journal.collapse()
        items = self._journal.due()
        self._starving = bool(items) and time.monotonic() - self._walked > STARVING_SECONDS
        if items and not (self._starving and self._walk()):
            return self._nap() or self._look(items)
        if items:
            return True
        if self._session is not None:
            self._session.rest()
        if self._walk():
            return True
        self._put_down()
        return self._alerts.send() > 0

    # the kinds of steps, from the most urgent

    def _look(self, items: list[Dirty]) -> bool:
        session = self._open()
        until = time.monotonic() + LOOK_SECONDS
        self._budget.begin()
        looked = session.look((i.path for i in items), lambda: time.monotonic() > until)
        self._budget.spend(sum(o.ref.size for o in looked.outcomes if o.kind is not OutcomeKind.UNCHANGED))
        unstable = {o.ref.path for o in looked.outcomes if o.contents.reason is Reason.CHANGED}
        in_use = {o.ref.path for o in looked.outcomes if o.contents.reason is Reason.IN_USE}
        held = {a.path: a for a in looked.held}
        for item in items:
            if item.path in held:
                aside = held[item.path]
                self._journal.again(item, max(1.0, aside.until - time.time()))
                self._set_aside(aside, retry=False)
            elif item.path in in_use:
                self._journal.again(item, min(IN_USE_SECONDS, 2.0 * 2 ** min(item.tries, 10)))
            elif item.path in unstable and item.tries < _TRIES:
                self._journal.again(item)
        again = {i.path for i in items if i.path in unstable and i.tries < _TRIES} | in_use
        self._journal.done(i for i in items if i.path in looked.done and i.path not in again)
        for outcome in looked.outcomes:
            if outcome.contents.reason is Reason.CRASHED:
                self._name(outcome.ref.path)
        self._alerts.send()
        return True

    def _walk(self) -> bool:
        """A step of a walk, if there is one to do."""
        if self._walk_folders() or self._walk_root():
            return True
        self._walked = time.monotonic()
        return False

    def _walk_folders(self) -> bool:
        if self._folders is None:
            taken = self._journal.take_folders(FOLDERS)
            if not taken:
                return False
            session = self._open()
            session.vanish(path for path in taken if not system.exists(path))
            self._folders = FolderWalk(session, self._journal, taken, self._skip)
        if self._step(self._folders):
            self._folders = None
        return True

    def _walk_root(self) -> bool:
        if self._whole is None:
            wish = next(iter(self._journal.rescans()), None)
            if wish is None:
                return False
            if not system.exists(wish[0]):
                self._unreachable(wish[0], wish[2])
                return True
            self._whole = WholeWalk(self._open(), self._journal, wish, self._skip)
        if self._step(self._whole):
            self._whole = None
        return True

    def _step(self, walk: FolderWalk | WholeWalk) -> bool:
        if self._nap(walking=not self._starving):
            return False
        self._walked = time.monotonic()
        self._budget.begin()
        over = walk.step(0.05)
        self._budget.spend(walk.read, walking=True)
        if over or time.monotonic() - self._sent > LOOK_SECONDS:
            self._alerts.send()
            self._sent = time.monotonic()
        return over

    def _unreachable(self, root: bytes, gen: int) -> None:
        """A root that is not there is unreachable; its files are not taken for deleted."""
        self._journal.note("unreachable", display(root))
        if root not in self._journal.roots():
            self._open().look([root])
        self._journal.rescanned(root, gen)
        self._journal.note("last_walk", "unreachable")

    # what fails

    def _set_aside(self, aside: Aside, *, retry: bool = True) -> None:
        if aside.tries >= TRIES:
            self._name(aside.path)
        if retry:  # also one that is named: its next look enters it as not examined
            wait = 0.0 if aside.tries >= TRIES else aside.until - aside.at
            self._journal.touch({aside.path: time.monotonic() + wait}, wait)

    def _name(self, path: bytes) -> None:
        """Say once that a path is set aside."""
        found = next((a for a in self._journal.aside() if a.path == path and a.tries >= TRIES), None)
        if found is not None and path not in self._named:
            self._named.add(path)
            self._alerts.log("set_aside", path=display(path), why=found.why, tries=found.tries)
            self._journal.tell("aside", found.why, path)

    # waiting

    def _say(self, mode: budget.Mode) -> None:
        if mode == self._mode:
            return
        self._mode = mode
        text = "" if mode.kind == "full" else json.dumps([mode.kind, mode.why, mode.since, mode.until])
        self._journal.note("pause", text)
        self._journal.tell("pause", f"{mode.kind}:{mode.why}:{mode.until:.0f}")

    def _nap(self, *, walking: bool = False) -> bool:
        """A little of the waiting that the budget wants; whether there was any. Not more at once: a file may settle."""
        wait = self._budget.wait(walking=walking)
        if wait < 0.005:
            return False
        if self._session is not None:
            self._session.rest()
        self._sleep(min(wait, _NAP))
        return True

    def _sleep(self, seconds: float) -> None:
        if not self._stopping:
            time.sleep(seconds)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    # the session

    def _open(self) -> PathSession:
        if self._session is None:
            self._session = PathSession(
                self._home,
                self._judge,
                self._depth,
                self._policy_path,
                self._digest,
                self._guard,
                self._journal.roots(),
            )
        return self._session

    def _put_down(self) -> None:
        """Nothing is to do: give back the children and the models. A walk that is not over begins again later."""
        for walk in (self._folders, self._whole):
            if walk is not None:
                walk.close()
        if self._folders is not None:
            self._journal.untake()
        self._folders = self._whole = None
        session, self._session = self._session, None
        if session is not None:
            session.close()
            self._alerts.send()

    def close(self) -> None:
        """End the session and say that no pause holds any more."""
        self._put_down()
        if self._mode.kind != "full":
            self._journal.note("pause", "")


def _full(error: Exception) -> bool:
    """Whether the disk of the state folder is full."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(error, "code", "") == "disk_full" or "full" in str(error) or "disk I/O" in str(error)


def main() -> None:
    """Entry point of the process."""
    parent = int(sys.argv[1])
    end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    home, policy, depth = sys.argv[2:5]
    try:
        journal = Journal(Path(home) / "journal.db")
        try:
            worker = Worker(Home(Path(home)), policy, depth, journal)
        except PolicyError as error:
            journal.note("policy_error", len(error.problems))
            sys.exit(2)  # the supervisor tries again, each time later; ``status`` says why
        journal.note("policy_error", 0)
        worker.run(parent)
        journal.note("worker_error", "")
    except SandboxFault as fault:
        journal.note("worker_error", fault.code)
        sys.exit(1)  # no fault of a file: tried again, each time later
    except (sqlite3.Error, StoreFault, InventoryError, OSError) as error:
        sys.exit(EXIT_FULL if _full(error) else 1)


if __name__ == "__main__":
    main()
