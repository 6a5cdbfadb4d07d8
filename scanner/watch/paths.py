"""Single paths through the pipeline, for the watch: what is there is examined, what is gone is entered as gone."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable
from pathlib import Path

from scanner import __version__
from scanner.acts.gate import from_outbox
from scanner.custody import families
from scanner.custody.arithmetic import CODES
from scanner.custody.session import Custody
from scanner.duties import registry
from scanner.inventory.home import Home, installation_key
from scanner.inventory.store import Run, Store
from scanner.model import FileRef, Outcome
from scanner.pipeline import scan_file
from scanner.policy.verdict import Judge
from scanner.scan.adapters import LocalTools
from scanner.scan.lane import Lane
from scanner.scan.local import rule_set, settle
from scanner.sources.walk import is_placeholder


class PathSession:
    """One run of the watch: opened for a burst of work, closed when it is idle."""

    def __init__(self, home: Home, judge: Judge, depth: str, policy: str = "", policy_sha256: str = "") -> None:
        self._store = Store(home.database)
        self._judge, self._home = judge, home
        self._base = Path(policy).resolve().parent if policy else None
        key = installation_key(home)
        custody = Custody(self._store.connection, home.keys)
        run = Run(__version__, rule_set(depth), depth, ("(watch)",), policy, policy_sha256, custody.generation)
        self._store.begin(run)
        self._store.note_policy(policy, policy_sha256)
        self._lane = Lane(depth, key, custody.keys, prints=True)
        self._tools = LocalTools(self._lane, key, judge, self._store, self._store.known, custody)
        self._looked = False
        self._own = os.path.realpath(os.fsencode(home.path)) + b"/"

    def look(self, paths: Iterable[bytes]) -> tuple[list[Outcome], int]:
        """Examine ``paths``; those that do not exist any more come last, because a rename shows its new name first.

        Returns the outcomes and how many files are gone.
        """
        outcomes: list[Outcome] = []
        missing: list[bytes] = []
        for path in paths:
            if path.startswith(self._own):
                continue
            try:
                status = os.lstat(path)
            except (FileNotFoundError, NotADirectoryError):
                missing.append(path)
                continue
            except OSError:
                continue  # unreadable now: the next walk will name it
            if not stat.S_ISREG(status.st_mode) or is_placeholder(status):
                continue
            stat_at = time.time_ns()
            ref = FileRef(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)
            outcome = scan_file(ref, self._tools)
            self._store.put(outcome, stat_at)
            outcomes.append(outcome)
        gone = sum(self._store.vanish(path) for path in missing if not os.path.lexists(path))
        self._store.commit()
        if gone or any(o.contents.copies for o in outcomes):
            found = families.load(self._store.connection, self._judge.policy, self._judge.today)
            self._store.settle(registry.facts(self._store.connection, None, found, self._judge.today), CODES)
        if self._judge.policy is not None and self._judge.policy.gate.outbox:
            for outcome in outcomes:
                from_outbox(self._home, self._judge.policy, self._base, outcome)
        self._looked = True
        return outcomes, gone

    def close(self) -> None:
        """End the run and its lane. The duties are asked once a burst: they look at everything."""
        self._lane.close()
        if self._looked:
            settle(self._store, self._judge)
        self._store.end_watch()
        self._store.close()
