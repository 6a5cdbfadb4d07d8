"""The one writer of the inventory.

Outcomes wait here and are written together: what a transaction holds are whole files, and none is open between two calls, so
that nothing is locked while a file is read. A kill, or any exception, loses at most the files that wait.
"""

from __future__ import annotations

import json
import os
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.inventory import contents, coverage, files, handling, leaving, ledger, point_lists, points, recall, rejudge
from scanner.inventory.alive import Alive, interrupt
from scanner.inventory.errors import now, translate
from scanner.inventory.opening import opened
from scanner.inventory.reader import contents_of, serving
from scanner.inventory.record.ending import seal
from scanner.inventory.scope import Scope, Used, depth_of, scope_of, scope_without
from scanner.inventory.transaction import reading, transaction
from scanner.model import Contents, FileRef, Known, Outcome, OutcomeKind, VerdictKind

_BATCH_FILES = 200
_BATCH_SECONDS = 1.0
_BATCH_TOUCHED = 5_000
_BATCH_GONE = 500
WATCH = "(watch)"
"""The root of a run that takes in single files."""


@dataclass(frozen=True, slots=True)
class Run:
    """One scan as it is begun."""

    tool: str
    rule_set: str
    depth: str
    roots: tuple[str, ...]
    """Real paths, as ``os.fsdecode`` gives them."""
    policy: str = ""
    policy_sha256: str = ""
    custody: str = ""
    """Which originals files are compared with in this scan."""
    replaces: bool = False
    """Whether what is found takes the place of what was kept of the same bytes under the same rules."""
    used: Used | None = None
    """The policy, for what the run may judge."""
    today: date | None = None


class Store:
    """Open for writing. As a context manager: leaving it commits, an exception drops what is not committed yet.

    Every method raises ``InventoryError`` where the database cannot be read or written; nothing is half-written then.
    """

    def __init__(self, path: Path, *, only_notes: bool = False) -> None:
        """``only_notes``: opened beside a running scan for an entry of the record; that scan is not taken for a broken one."""
        self.path = path
        self._durable = only_notes
        self._db = opened(path, durable=only_notes)  # what people do is on the disk before anything follows from it
        try:
            if not only_notes:
                with self.transaction() as db:
                    interrupt(db, path)
        except BaseException:
            self._db.close()
            raise
        self._run = 0
        self._alive = Alive(path)
        self._rule_set = ""
        self._custody = ""
        self._started = ""
        self._scope: Scope | None = None
        self._roots: tuple[bytes, ...] = ()
        self._ahead: dict[bytes, recall.Row | None] = {}
        self._waiting: list[tuple[Outcome, int]] = []
        self._unwritten: dict[bytes, Contents] = {}
        self._touched: list[int] = []
        self._replaces = False
        self._fresh = array("q")
        self._since = clock.monotonic()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            if error is None:
                self.commit()
                self.seal()
        finally:
            self.close()
        if isinstance(error, sqlite3.Error):  # of a statement that was given to the connection itself
            raise translate(error, self.path) from None

    def close(self) -> None:
        """Close. What was not committed is dropped."""
        self._db.close()
        self._alive.release()

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """One change of several tables and the record: all of it or nothing."""
        return transaction(self._db, self.path)

    def seal(self, run: int = 0) -> None:
        """End a run, or an act of a person: commit to what was observed and sign; see ``record.ending``."""
        seal(self._db, self.path, run, durable=self._durable)

    def begin(self, run: Run) -> int:
        """Record the start of a scan; returns its number."""
        self._rule_set, self._custody, self._started = run.rule_set, run.custody, now()
        self._replaces = run.replaces
        self._ahead.clear()
        self._fresh = array("q")
        shown = json.dumps([_shown(root) for root in run.roots], ensure_ascii=False)
        with self.transaction() as db:
            cursor = db.execute(
                "insert into runs (started, state, tool, rule_set, depth, policy, policy_sha256, roots) values (?, 'running', ?, ?, ?, ?, ?, ?)",
                (now(), run.tool, run.rule_set, run.depth, run.policy, run.policy_sha256, shown),
            )
            self._run = self._alive.hold(int(cursor.lastrowid or 0))
            self._roots = tuple(os.fsencode(root) for root in run.roots if root != WATCH)
            coverage.begun(db, self._roots, self._run, self._started)
            self._scope = scope_of(db, self._run, run.used, run.today, run.depth)
        return self._run

    def expect(self, paths: Sequence[bytes]) -> None:
        """Look up files that ``known`` will be asked for soon, up to ``recall.LOOKED_FOR`` together."""
        try:
            found = recall.rows(self._db, paths)
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
        self._ahead.update((path, found.get(path)) for path in paths)

    def known(self, ref: FileRef) -> Known | None:
        """What is known of a file that has not changed since it was examined under the same rule set; ``None`` if it must be
        examined. Its row goes back to ``put`` with the outcome."""
        if ref.path not in self._ahead:
            self.expect([ref.path])
        row = self._ahead.pop(ref.path)
        try:
            found = recall.met(row, ref, self._db, self._rule_set, self._custody) if row else None
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
        return Known(found.contents, found.key, found.outcome, found) if found else None

    def known_content(self, key: bytes) -> Contents | None:
        """What this or an earlier scan under the same rule set found in the same bytes."""
        found = self._unwritten.get(key)
        if found is None:
            try:
                rules = contents.answering(self._db, key, self._rule_set)
                found = contents_of(self._db, "c.key = ? and c.rule_set = ?", (key, rules))[1]
            except LookupError:
                return None
            except sqlite3.Error as error:
                raise translate(error, self.path) from None
        return serving(found, self._custody)

    def put(self, outcome: Outcome, stat_at_ns: int) -> frozenset[str]:
        """Record the end of one file; commits from time to time. Returns the points of its place that stand."""
        if not self._waiting and not self._touched:
            self._since = clock.monotonic()
        known = outcome.row if isinstance(outcome.row, recall.Met) else None
        if outcome.points or known is None or not known.quiet:
            depth = depth_of(known.rule_set if known else self._rule_set)
            stands = self._standing(outcome, depth)
        else:
            stands = frozenset()
        if known and known.same(outcome):
            self._touched.append(known.file_id)  # nothing about it is new: one number to write, with many others
        else:
            self._waiting.append((outcome, stat_at_ns))
            if outcome.content_key is not None and outcome.kind is not OutcomeKind.UNCHANGED and not outcome.told_by:
                self._unwritten[outcome.content_key] = outcome.contents._replace(sketch=())
        many = len(self._waiting) >= _BATCH_FILES or len(self._touched) >= _BATCH_TOUCHED
        if many or clock.monotonic() - self._since > _BATCH_SECONDS:
            self.commit()
        return stands

    def _standing(self, outcome: Outcome, depth: str) -> frozenset[str]:
        with reading(self._db):
            return points.standing(self._db, outcome, self.scope, depth)

    def commit(self) -> None:
        """Make what was put so far durable: all of it, or nothing and an ``InventoryError``."""
        if not self._waiting and not self._touched:
            return
        waiting, touched, fresh = self._waiting, self._touched, array("q")
        self._waiting, self._touched, self._unwritten = [], [], {}
        with self.transaction() as db:
            recall.touch(db, touched, self._run, now())
            for outcome, stat_at_ns in waiting:
                content = self._enter(db, outcome, stat_at_ns)
                if content is not None and outcome.kind is not OutcomeKind.UNCHANGED and outcome.contents.sketch:
                    fresh.append(content)
        self._fresh.extend(fresh)

    def _enter(self, db: sqlite3.Connection, outcome: Outcome, stat_at_ns: int) -> int | None:
        moment = now()
        key = outcome.content_key
        fresh = outcome.kind is not OutcomeKind.UNCHANGED
        if fresh:
            contents.renew(db, outcome.ref, key)
        rules, content = self._rule_set, None
        if isinstance(outcome.row, recall.Met) and not fresh:
            rules, content = outcome.row.rule_set, outcome.row.content
        elif key is not None and outcome.told_by:
            told = contents.rules_of(rules, outcome.told_by)
            content = contents.enter(db, key, outcome.contents, told, replace=self._replaces)
        elif key is not None:
            rules = rules if self._replaces else contents.answering(db, key, rules)
            content = contents.enter(db, key, outcome.contents, rules, replace=self._replaces)
        if outcome.kind is not OutcomeKind.UNCHANGED:
            handling.seen(db, outcome, content)
        file_id = files.enter(db, outcome, content, rules, self.scope, stat_at_ns, moment)
        in_place = outcome.verdict.kind is VerdictKind.IN_PLACE
        points.of_verdict(db, file_id, outcome.points, self.scope, moment, in_place=in_place, read=key is not None)
        return content

    def sweep_gone(self, roots: Iterable[bytes], unseen: Iterable[bytes], left_out: leaving.LeftOut = ()) -> int:
        """After a complete walk: files below ``roots`` that were not met are gone and their points closed, except
        below folders that could not be read or were ``left_out``. Returns how many."""
        self.commit()
        blocked, gone = list(unseen), 0
        with self.transaction() as db:
            leaving.left_out(db, left_out)
        for root in roots:
            with reading(self._db):
                lost = leaving.not_met(self._db, root, self._run, blocked)
            gone += len(lost)
            for at in range(0, len(lost), _BATCH_GONE):
                with self.transaction() as db:
                    leaving.gone(db, lost[at : at + _BATCH_GONE], self._started)
        return gone

    def vanish(self, path: bytes) -> int:
        """A path is no longer there: the file, or all files of the folder it was. Returns how many."""
        self.commit()
        with self.transaction() as db:
            lost = leaving.below(db, path)
            leaving.gone(db, lost, self._started)
        return len(lost)

    def end_watch(self) -> None:
        """The run of a burst of the watch is over; its sums are those of its files."""
        self.commit()
        rows = self._rows("select outcome, count(*) from files where run_id = ? group by outcome", (self._run,))
        if rows:
            self.finish("watch", Counter(dict(rows)), Counter(), 0, 0.0)
            self.seal(self._run)
            return
        with self.transaction() as db:
            db.execute(
                "delete from runs where id = ? and not exists (select 1 from files where run_id = ?)",
                (self._run, self._run),
            )
        self._alive.release()

    @property
    def scope(self) -> Scope:
        """What the present run may judge; without a run, nothing."""
        return self._scope or scope_without(self._run)

    def judging(self, used: Used | None, today: date) -> None:
        """Judge without a scan, as deep as the last one looked."""
        row = self._db.execute("select depth from runs order by id desc limit 1").fetchone()
        with self.transaction() as db:
            self._scope = scope_of(db, self._run, used, today, depth_of(f"/{row[0]}") if row else "")

    def judge_again(self, verdict: rejudge.Judging, codes: rejudge.Codes) -> list[rejudge.Again]:
        """Places and points that were judged without the policy in force; nothing without one."""
        self.commit()
        if self.scope.policy is None:
            return []
        with self.transaction() as db:
            rejudge.places(db, self.scope, verdict, codes, now())
            return rejudge.closed_blindly(db, self.scope, codes, now())

    def settle(self, facts: Iterable[points.Fact], codes: Iterable[str]) -> None:
        """Bring the points with ``codes`` to the facts of the day; see ``points.settle``."""
        self.commit()
        with reading(self._db):
            found = list(facts)  # read before the writing begins
        with self.transaction() as db:
            points.settle(db, found, codes, self.scope, now())

    def note(self, kind: str, *, contract: str = "", family: str = "", **details: Any) -> None:
        """An entry of the handling record, inside the open transaction or in one of its own."""
        if self._db.in_transaction:
            ledger.append(self._db, kind, contract=contract, family=family, **details)
            return
        with self.transaction() as db:
            ledger.append(db, kind, contract=contract, family=family, **details)

    def note_policy(self, path: str, digest: str) -> None:
        """Every policy that is used for the first time, or again after another one, is an entry with its hash."""
        with self.transaction() as db:
            enter_policy(db, path, digest)

    def note_terminal(self, facts: Mapping[str, str]) -> None:
        """The state of this machine, where it is another than the last time."""
        text = json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)
        with self.transaction() as db:
            row = db.execute("select facts from terminals where host = '' order by id desc limit 1").fetchone()
            if row is None or row[0] != text:
                db.execute("insert into terminals (host, at, facts) values ('', ?, ?)", (now(), text))

    def open_points(self, codes: Iterable[str]) -> list[point_lists.OpenPoint]:
        """Open points with these codes."""
        with reading(self._db):
            return point_lists.open_points(self._db, codes)

    def put_alike(self, pairs: Iterable[tuple[int, int, int, float, float]]) -> None:
        """Contents that are alike (content, other, rows, share of each)."""
        with reading(self._db):
            found = list(pairs)
        if found:
            with self.transaction() as db:
                db.executemany("insert or replace into alike values (?, ?, ?, ?, ?)", found)

    @property
    def run(self) -> int:
        """Number of the run that was begun last; 0 before the first."""
        return self._run

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection, to read; what is written goes through ``transaction``."""
        return self._db

    def contents_of_run(self) -> list[int]:
        """Contents that were examined in this scan, have a sketch, and are copies of no original."""
        return [
            c
            for c in sorted(set(self._fresh))
            if not self._rows("select 1 from copies where content_id = ? and weak = 0 limit 1", (c,))
        ]

    def finish(
        self,
        state: str,
        counts: Counter[str],
        reasons: Counter[str],
        size: int,
        seconds: float,
        walked: Iterable[bytes] = (),
        systems: Iterable[tuple[bytes, str]] = (),
    ) -> None:
        """Record the end of the scan: ``complete``, ``interrupted`` or ``watch``. ``walked`` and ``systems``: what a complete
        walk went through, by the names that the walk gave it, and what it passed by."""
        self.commit()
        with self.transaction() as db:
            moment = now()
            if state == "complete":
                coverage.ended(db, self._run, moment, walked, systems)
            db.execute(
                "update runs set ended=?, state=?, walked=?, examined=?, unchanged=?, partial=?, not_examined=?, reasons=?, bytes=?, seconds=?,"
                " gaps=? where id=?",
                (
                    moment,
                    state,
                    sum(counts.values()),
                    counts["examined"],
                    counts["unchanged"],
                    counts["partial"],
                    counts["not_examined"],
                    json.dumps(reasons),
                    size,
                    seconds,
                    coverage.of(db, self._roots).gaps if self._roots else None,
                    self._run,
                ),
            )

    def _rows(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        with reading(self._db):
            return self._db.execute(statement, values).fetchall()


def _shown(root: str) -> str:
    """A root for people and JSON: bytes that are not UTF-8 as ``\\xNN``."""
    return os.fsencode(root).decode("utf-8", "backslashreplace")


def enter_policy(db: sqlite3.Connection, path: str, digest: str) -> None:
    """The entry of a policy that was not the last one used; inside a transaction."""
    row = db.execute("select details from ledger where kind = 'policy_loaded' order by seq desc limit 1").fetchone()
    if digest and (row is None or json.loads(row[0]).get("sha256") != digest):
        ledger.append(db, "policy_loaded", sha256=digest, file=path)
