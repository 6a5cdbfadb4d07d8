"""The worker process: ``python -m scanner.watch.worker HOME POLICY DEPTH``. Takes settled paths and walks from the
journal, examines them and commits; ends when it has been idle, so that its models cost no memory.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from pathlib import Path

from scanner.inventory.home import Home
from scanner.inventory.journal import Dirty, Journal
from scanner.model import Outcome, Reason
from scanner.policy.load import PolicyError, load
from scanner.policy.verdict import Judge
from scanner.scan.local import Options, scan
from scanner.scan.priority import lower_priority
from scanner.sources.volumes import volume_of
from scanner.watch import alerts, budget
from scanner.watch.paths import PathSession

IDLE_SECONDS = 30.0
_TRIES = 6


class Worker:
    """Works until the journal has been empty for a while."""

    def __init__(self, home: Home, policy_path: str, depth: str) -> None:
        self._home, self._depth, self._policy_path = home, depth, policy_path
        self._journal = Journal(home.path / "journal.db")
        policy = load(Path(policy_path)) if policy_path else None
        self._digest = hashlib.sha256(Path(policy_path).read_bytes()).hexdigest() if policy_path else ""
        base = Path(policy_path).resolve().parent if policy_path else None
        self._judge = Judge(policy, base=base, volume=volume_of)
        self._budget = budget.Budget(policy.watch.budget if policy else None)
        self._alerts = alerts.Alerts(home, policy.watch.alerts if policy else None)
        self._session: PathSession | None = None

    def run(self) -> None:
        """Walks first, then settled paths; ends with its parent or after ``IDLE_SECONDS`` without work."""
        lower_priority()
        self._journal.note("worker", os.getpid())
        parent, idle_since = os.getppid(), time.monotonic()
        try:
            while (
                os.getppid() == parent
                and time.monotonic() - idle_since < IDLE_SECONDS
                and budget.memory_mb() < self._budget.rules.memory_mb
            ):
                self._journal.collapse()
                if self._walk() or self._paths():
                    idle_since = time.monotonic()
                else:
                    self._close()
                    time.sleep(0.5)
        finally:
            self._close()

    def _walk(self) -> bool:
        wishes = self._journal.rescans()
        if not wishes:
            return False
        root, why, at = wishes[0]
        self._close()
        if os.path.lexists(root):
            options = Options((root,), depth=self._depth, policy_path=self._policy_path, policy_sha256=self._digest)
            scan(options, self._home, self._judge, self._seen)
        else:
            self._journal.note("unreachable", os.fsdecode(root).encode("utf-8", "replace").decode())
            if not any(root == r for r in self._roots()):
                self._look([Dirty(root, 0, 0)])  # a folder inside a root is gone: so are its files
        self._journal.rescanned(root, at)
        self._journal.note("last_walk", why)
        self._alerts.send()
        return True

    def _roots(self) -> list[bytes]:
        value = self._journal.health().get("roots", ("", 0.0))[0]
        return [os.fsencode(r) for r in value.split("\0") if r]

    def _paths(self) -> bool:
        items = self._journal.due()
        if not items:
            return False  # what settles later brings the worker back: the supervisor knows when
        self._look(items)
        self._alerts.send()
        return True

    def _look(self, items: list[Dirty]) -> None:
        if self._session is None:
            self._session = PathSession(self._home, self._judge, self._depth, self._policy_path, self._digest)
        outcomes, _ = self._session.look([i.path for i in items])
        unstable = {o.ref.path for o in outcomes if o.contents.reason is Reason.CHANGED}
        for outcome in outcomes:
            self._seen(outcome)
        for item in items:
            if item.path in unstable and item.tries < _TRIES:
                self._journal.again(item)
        self._journal.done(i for i in items if i.path not in unstable or i.tries >= _TRIES)

    def _seen(self, outcome: Outcome) -> None:
        self._budget.spend(outcome.ref.size)

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def main() -> None:
    """Entry point of the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    home, policy, depth = sys.argv[1:4]
    journal = Journal(Path(home) / "journal.db")
    try:
        worker = Worker(Home(Path(home)), policy, depth)
    except PolicyError as error:
        journal.note("policy_error", len(error.problems))
        sys.exit(2)  # the supervisor tries again, each time later; ``status`` says why
    journal.note("policy_error", 0)
    worker.run()


if __name__ == "__main__":
    main()
