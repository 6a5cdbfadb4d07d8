"""What the watch meets through the pipeline: settled paths, new folders and whole roots, all in one session of one writer.

What is there is examined, what is gone is entered as gone. The run of a whole walk stays open while settled paths are taken in
between; they belong to it, so its sweep takes nothing for gone that was seen since it began.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from scanner import __version__
from scanner.acts.outbox import from_outbox
from scanner.custody import families
from scanner.custody.arithmetic import CODES
from scanner.custody.session import Custody
from scanner.duties import registry
from scanner.errors import SandboxFault, StoreFault
from scanner.inventory.errors import InventoryError
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.journal import Aside
from scanner.inventory.people import agreements
from scanner.inventory.store import WATCH, Run, Store
from scanner.model import Contents, FileRef, Outcome, OutcomeKind, Reason, display, file_of
from scanner.paths import names, system
from scanner.paths.entries import is_placeholder
from scanner.pipeline import conclude, scan_file
from scanner.policy.models import Policy
from scanner.policy.verdict import Judge
from scanner.ruleset.current import rule_set
from scanner.scan.adapters import LocalTools
from scanner.scan.exclusions import of_scan
from scanner.scan.lane import Lane
from scanner.scan.local import settle, used
from scanner.sources import terminal
from scanner.sources.excluding import Exclusions
from scanner.sources.walk import Unseen, WalkNotes
from scanner.watch.guard import TRIES, Guard

STALE_NS = 1_000_000_000
"""What was met so long ago is looked at again before it is examined."""
_SETTLE_SECONDS = 5.0
"""Copies are compared with consents at most so often during a burst."""
_NOT_OF_THE_FILE = (StoreFault, SandboxFault, InventoryError, sqlite3.Error)


class Looked(NamedTuple):
    """What came of some paths."""

    outcomes: list[Outcome]
    gone: int
    done: set[bytes]
    """Paths that need no further look; those that are missing here are left for the next time."""
    held: list[Aside]
    """Paths that are to be tried again later."""


class PathSession:
    """Opened for a burst of work, closed when the watch is idle."""

    def __init__(
        self,
        home: Home,
        judge: Judge,
        depth: str,
        policy: str = "",
        policy_sha256: str = "",
        guard: Guard | None = None,
        roots: Iterable[bytes] = (),
    ) -> None:
        """``roots``: folders that are watched, from which exclusions are asked inwards."""
        self.roots = tuple(roots)
        self._judge, self._home, self._depth, self._guard = judge, home, depth, guard
        self._base = Path(policy).resolve().parent if policy else None
        self._policy = (display(os.fsencode(policy)), policy_sha256)
        self._store = Store(home.database)
        key = installation_key(home)
        self._custody = Custody(self._store.connection, home.keys)
        self._rules = rule_set(depth, folder=home.path)
        self._lane = Lane(depth, key, self._custody.keys, prints=True)
        self._tools = LocalTools(self._lane, key, judge, self._store, self._store.known, self._custody)
        self._own = system.real(os.fsencode(home.path))
        self._agreed = agreements.patterns(self._store.connection, judge.today)
        self._exclusions = self.exclusions(self.roots)
        self._whole = False
        self._running = False
        self._looked = False
        self._unsettled = False
        self._settled_at = 0.0

    def exclusions(self, roots: Iterable[bytes]) -> Exclusions:
        """What walks below ``roots`` leave out."""
        return of_scan(roots, self._judge, agreed=self._agreed)

    def leaves_out(self, path: bytes, *, folder: bool = False) -> str:
        """By which exclusion a path is left out that no walk has come to; empty where it is to be looked at."""
        rule = self._exclusions.through(path, self.roots, folder=folder)
        return rule.text if rule is not None else ""

    # runs

    def _begin(self, roots: tuple[str, ...]) -> None:
        run = Run(
            __version__,
            self._rules,
            self._depth,
            roots,
            *self._policy,
            self._custody.generation,
            False,
            used(self._judge),
            self._judge.today,
        )
        self._store.begin(run)
        self._store.note_policy(*self._policy)
        self._running = True

    def _end_burst(self) -> None:
        if self._running:
            self._store.end_watch()
            self._running = False

    def _in_a_run(self) -> None:
        if not self._running:
            self._begin((WATCH,))

    def begin_whole(self, root: bytes) -> None:
        """The walk of a whole root begins: a run of its own, into which also goes what is looked at in between."""
        self._end_burst()
        self._begin((os.fsdecode(system.absolute(root)),))
        self._store.note("scan_begun", roots=1, rule_set=self._rules)
        self._whole = True

    def end_whole(
        self,
        notes: WalkNotes,
        unseen: Sequence[bytes],
        counts: Counter[str],
        seconds: float,
        left_out: Iterable[tuple[bytes, str]] = (),
    ) -> int:
        """The walk was complete: what was not met is gone, except below ``unseen``. Returns how many files that were."""
        gone = self._store.sweep_gone(notes.roots, unseen, left_out)
        self._store.note_terminal(terminal.state())
        settle(self._store, self._judge)
        self._looked = self._unsettled = self._whole = self._running = False
        self._store.finish("complete", counts, Counter(), 0, seconds, notes.roots, notes.systems)
        self._store.note("scan_ended", walked=sum(counts.values()), counts=dict(counts), points={})
        return gone

    # files

    def look(self, paths: Iterable[bytes], enough: Callable[[], bool] = lambda: False) -> Looked:
        """Examine ``paths`` until it is ``enough``. Those that do not exist any more come last, because a rename shows its new
        name first."""
        self._in_a_run()
        looked = Looked([], 0, set(), [])
        missing: list[bytes] = []
        for path in paths:
            if enough():
                break
            if names.within(path, self._own):
                looked.done.add(path)
                continue
            moment = time.time_ns()
            try:
                status = system.look(path)
            except (FileNotFoundError, NotADirectoryError):
                missing.append(path)
                continue
            except OSError:
                looked.done.add(path)  # unreadable now: the next walk will name it
                continue
            if not stat.S_ISREG(status.st_mode) or is_placeholder(status):
                looked.done.add(path)
                continue
            if left := self.leaves_out(path):
                looked.outcomes.append(self.name(Unseen(path, Reason.EXCLUDED, left), file_of(path, status)))
                looked.done.add(path)
                continue
            met = self.meet(file_of(path, status), moment)
            if isinstance(met, Aside):
                looked.held.append(met)
                continue
            looked.outcomes.append(met)
            looked.done.add(path)
        gone = self.vanish(missing)
        looked.done.update(missing)
        self._after(looked.outcomes, gone)
        return looked._replace(gone=gone)

    def meet(self, ref: FileRef, moment: int) -> Outcome | Aside:
        """Examine one file and enter it. A file at which the work fails is left alone for a while (``Aside``); after ``TRIES``
        failures it is entered as not examined."""
        self._in_a_run()
        if time.time_ns() - moment > STALE_NS:
            moment = time.time_ns()
            try:
                ref = file_of(ref.path, system.look(ref.path))
            except OSError:
                pass  # the pipeline names the reason
        failure = self._guard.refuses(ref.path, ref.size, ref.mtime_ns) if self._guard else None
        if failure is None:
            outcome = self._examine(ref)
            if not isinstance(outcome, Aside):
                self._store.put(outcome, moment)
                self._looked = True
                return outcome
            failure = outcome
        if failure.tries < TRIES:
            return failure
        return self.name(Unseen(ref.path, Reason.CRASHED), ref)

    def _examine(self, ref: FileRef) -> Outcome | Aside:
        if self._guard is None:
            return scan_file(ref, self._tools)
        with self._guard.working(ref.path):
            try:
                outcome = scan_file(ref, self._tools)
            except _NOT_OF_THE_FILE:
                raise
            except Exception as error:  # an edge: whatever one file does to us, the others go on
                return self._guard.failed(ref.path, type(error).__name__)
        self._guard.passed(ref.path)
        return outcome

    def name(self, unseen: Unseen, ref: FileRef | None = None) -> Outcome:
        """Enter what could not be looked at, with its reason."""
        self._in_a_run()
        contents = Contents("application/octet-stream", reason=unseen.reason, read=False)
        ref = ref or FileRef(unseen.path, 0, 0, 0, 0, 0)
        outcome = conclude(ref, self._tools, contents, None, OutcomeKind.NOT_EXAMINED)
        outcome = outcome._replace(left_out=unseen.left_out)
        self._store.put(outcome, time.time_ns())
        return outcome

    def expect(self, paths: list[bytes]) -> None:
        """Look up what will be met soon, together."""
        if paths:
            self._in_a_run()
            self._store.expect(paths)

    def below(self, folder: bytes) -> list[bytes]:
        """Files that the inventory has below a folder."""
        rows = self._store.connection.execute(
            "select path from files where gone is null and host = '' and path >= ? and path < ?",
            names.span(folder)[1:],
        )
        return [r[0] for r in rows]

    def vanish(self, paths: Iterable[bytes]) -> int:
        """Enter as gone what is not there; returns how many files that were. A path that cannot be asked for stays."""
        self._in_a_run()
        gone = 0
        for path in paths:
            if not system.exists(path):
                gone += self._store.vanish(path)
                if self._guard is not None:
                    self._guard.passed(path)
        if gone:
            self._unsettled = self._looked = True
        return gone

    def after(self, outcomes: list[Outcome]) -> None:
        """A helping of a walk is done: nothing stays open in the database while somebody waits."""
        self._after(outcomes, 0)

    def _after(self, outcomes: list[Outcome], gone: int) -> None:
        self._store.commit()
        self._unsettled = self._unsettled or gone > 0 or any(o.contents.copies for o in outcomes)
        if self._unsettled and time.monotonic() - self._settled_at > _SETTLE_SECONDS:
            self._settle_copies()
        if self._judge.policy is not None and self._judge.policy.gate.outbox:
            for outcome in outcomes:
                self._before_the_gate(self._judge.policy, outcome)

    def _before_the_gate(self, policy: Policy, outcome: Outcome) -> None:
        try:
            from_outbox(self._home, policy, self._base, outcome, self._depth)
        except _NOT_OF_THE_FILE:
            raise
        except Exception as error:  # an edge, as in ``_examine``
            if self._guard is None:
                raise
            self._guard.failed(outcome.ref.path, type(error).__name__)

    def _settle_copies(self) -> None:
        found = families.load(self._store.connection, self._judge.policy, self._judge.today)
        self._store.settle(registry.facts(self._store.connection, None, found, self._judge.today), CODES)
        self._unsettled = False
        self._settled_at = time.monotonic()

    def rest(self) -> None:
        """Nothing is due at the moment: what a burst has put off is done."""
        self._store.commit()
        if self._unsettled:
            self._settle_copies()

    def close(self) -> None:
        """End the run and the reading child. The duties are asked once a burst: they look at everything. A whole walk that was
        not ended is entered as interrupted."""
        self._lane.close()
        try:
            if self._looked:
                settle(self._store, self._judge)
            if self._whole:
                self._store.finish("interrupted", Counter(), Counter(), 0, 0.0)
            elif self._running:
                self._store.end_watch()
        finally:
            self._store.close()
