"""The one writer of the inventory. Outcomes are committed in batches; a kill loses at most the open batch, never
the database."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scanner.inventory import custody, files, handling, ledger, migrations, points, recall
from scanner.inventory.errors import InventoryError, now, translate
from scanner.inventory.reader import contents_of
from scanner.inventory.wal import write_ahead
from scanner.model import Contents, FileRef, Outcome, OutcomeKind

_BATCH_FILES = 200
_BATCH_SECONDS = 1.0
_BATCH_TOUCHED = 5_000
_PATIENCE = 10
"""Seconds that one process waits for another."""


@dataclass(frozen=True, slots=True)
class Run:
    """One scan as it is begun."""

    tool: str
    rule_set: str
    depth: str
    roots: tuple[str, ...]
    policy: str = ""
    policy_sha256: str = ""
    custody: str = ""
    """Which originals files are compared with in this scan."""


class Store:
    """Open for writing. Use as a context manager; leaving it commits."""

    def __init__(self, path: Path, *, only_notes: bool = False) -> None:
        """``only_notes``: opened beside a running scan for an entry of the record; that scan is not taken for a broken one."""
        self.path = path
        try:
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            missing, unknown = migrations.pending(self._db)
            if unknown:
                self._db.close()
                raise InventoryError("database_newer", path, ", ".join(unknown))
            write_ahead(self._db, _PATIENCE)
            self._db.execute("pragma synchronous = normal")
            if missing:
                self._db.close()
                migrations.apply(str(path))
                self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            self._db.execute("pragma foreign_keys = on")
            if not only_notes:
                self._db.execute(
                    "update runs set state = 'interrupted', ended = coalesce(ended, started) where state = 'running'"
                )
        except sqlite3.Error as error:
            raise translate(error, path) from None
        self._run = 0
        self._rule_set = ""
        self._custody = ""
        self._started = ""
        self._open = 0
        self._met: recall.Met | None = None
        self._ahead: dict[bytes, recall.Row | None] = {}
        self._touched: list[int] = []
        self._fresh = array("q")
        self._since = time.monotonic()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Commit what is open and close."""
        try:
            self.commit()
        finally:
            self._db.close()

    def begin(self, run: Run) -> int:
        """Record the start of a scan; returns its number."""
        self._rule_set, self._custody, self._started = run.rule_set, run.custody, now()
        self._ahead.clear()
        cursor = self._execute(
            "insert into runs (started, state, tool, rule_set, depth, policy, policy_sha256, roots) values (?, 'running', ?, ?, ?, ?, ?, ?)",
            (
                now(),
                run.tool,
                run.rule_set,
                run.depth,
                run.policy,
                run.policy_sha256,
                json.dumps(run.roots, ensure_ascii=False),
            ),
        )
        self._run = int(cursor.lastrowid or 0)
        return self._run

    def expect(self, paths: Sequence[bytes]) -> None:
        """Look up files that ``known`` will be asked for soon, up to ``recall.LOOKED_FOR`` together."""
        try:
            found = recall.rows(self._db, paths)
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
        self._ahead.update((path, found.get(path)) for path in paths)

    def known(self, ref: FileRef) -> tuple[Contents, bytes | None, OutcomeKind] | None:
        """Contents, content key and former outcome of a file that has not changed since it was examined under the
        same rule set; ``None`` if it must be examined."""
        self._met = None
        if ref.path not in self._ahead:
            self.expect([ref.path])
        row = self._ahead.pop(ref.path)
        found = recall.met(row, ref, self._db, self._rule_set, self._custody) if row else None
        if found is None:
            return None
        self._met = found
        return found.contents, found.key, found.outcome

    def known_content(self, key: bytes) -> Contents | None:
        """What an earlier scan under the same rule set found in the same bytes."""
        try:
            found = contents_of(self._db, "c.key = ? and c.rule_set = ?", (key, self._rule_set))[1]
        except LookupError:
            return None
        return found if found.custody == self._custody else None

    def put(self, outcome: Outcome, stat_at_ns: int) -> frozenset[str]:
        """Record the end of one file; commits from time to time. Returns the points of its place that people have decided on."""
        if not self._open:
            self._execute("begin immediate")
            self._since = time.monotonic()
        self._open += 1
        if self._met is not None and self._met.same(outcome):
            self._touched.append(self._met.file_id)  # nothing about it is new: one number to write, with many others
            self._flush()
            return frozenset()
        content = self._content(outcome)
        moment = now()
        if outcome.kind is not OutcomeKind.UNCHANGED:
            if content is not None and outcome.contents.sketch:
                self._fresh.append(content)
            try:
                handling.seen(self._db, outcome, content)
            except sqlite3.Error as error:
                raise translate(error, self.path) from None
        try:
            file_id = files.enter(self._db, outcome, content, self._rule_set, self._run, stat_at_ns, moment)
            quiet = points.of_verdict(self._db, file_id, outcome.points, self._run, moment)
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
        self._flush()
        return quiet

    def _flush(self) -> None:
        due = self._open >= _BATCH_FILES and len(self._touched) < self._open
        if due or self._open >= _BATCH_TOUCHED or time.monotonic() - self._since > _BATCH_SECONDS:
            self.commit()

    def _content(self, outcome: Outcome) -> int | None:
        if outcome.content_key is None:
            return None
        row = self._execute(
            "select id, coalesce(custody, '') from contents where key = ? and rule_set = ?",
            (outcome.content_key, self._rule_set),
        ).fetchone()
        c = outcome.contents
        if row is not None:
            if row[1] != c.custody:
                self._prints(int(row[0]), c)
            return int(row[0])
        cursor = self._execute(
            "insert into contents (key, rule_set, media_type, reason, read, notes, persons_min, persons_max, examined) values (?,?,?,?,?,?,?,?,?)",
            (
                outcome.content_key,
                self._rule_set,
                c.media_type,
                c.reason.value if c.reason else None,
                int(c.read),
                json.dumps(c.notes),
                c.persons_min,
                c.persons_max,
                now(),
            ),
        )
        content = int(cursor.lastrowid or 0)
        try:
            self._db.executemany(
                'insert into findings (content_id, entity, count, score, "check", places, shape, category) values (?,?,?,?,?,?,?,?)',
                [
                    (
                        content,
                        f.entity,
                        f.count,
                        f.score,
                        f.check,
                        json.dumps(f.where, ensure_ascii=False),
                        f.shape,
                        f.category,
                    )
                    for f in c.findings
                ],
            )
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
        self._prints(content, c)
        return content

    def _prints(self, content: int, contents: Contents) -> None:
        try:
            custody.put_prints(self._db, content, contents)
        except sqlite3.Error as error:
            raise translate(error, self.path) from None

    def sweep_gone(self, roots: Iterable[bytes], unseen: Iterable[bytes]) -> int:
        """After a complete walk: files below ``roots`` that were not met are gone and their points closed, except
        below folders that could not be read. Returns how many."""
        self.commit()
        blocked = [p.rstrip(b"/") + b"/" for p in unseen]
        gone = 0
        for root in roots:
            prefix = root.rstrip(b"/") + b"/"
            rows = self._execute(
                "select id, path, run_id from files where gone is null and (run_id <> ? or reason = 'vanished')"
                " and (path = ? or (path >= ? and path < ?))",
                (self._run, root, prefix, prefix[:-1] + b"0"),
            ).fetchall()
            for file_id, path, run in rows:
                if run == self._run:  # it went while it was looked at
                    if os.path.lexists(path):
                        continue
                elif any(path.startswith(b) or path == b[:-1] for b in blocked):
                    continue
                gone += 1
                self._gone(file_id, path)
        return gone

    def _gone(self, file_id: int, path: bytes) -> None:
        moment = now()
        try:
            handling.gone(self._db, file_id, path, self._started)
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
        self._execute("update files set gone = ? where id = ?", (moment, file_id))
        try:
            points.file_gone(self._db, file_id, moment)
        except sqlite3.Error as error:
            raise translate(error, self.path) from None

    def vanish(self, path: bytes) -> int:
        """A path is no longer there: the file, or all files of the folder it was. Returns how many."""
        self.commit()
        self._execute("begin immediate")
        self._open = 1
        prefix = path.rstrip(b"/") + b"/"
        rows = self._execute(
            "select id, path from files where gone is null and (path = ? or (path >= ? and path < ?))",
            (path, prefix, prefix[:-1] + b"0"),
        ).fetchall()
        for file_id, found in rows:
            self._gone(file_id, found)
        self.commit()
        return len(rows)

    def end_watch(self) -> None:
        """The run of a burst of the watch is over; its sums are those of its files."""
        self.commit()
        rows = self._execute(
            "select outcome, count(*) from files where run_id = ? group by outcome", (self._run,)
        ).fetchall()
        if rows:
            self.finish("watch", Counter(dict(rows)), Counter(), 0, 0.0)
        else:
            self._execute(
                "delete from runs where id = ? and not exists (select 1 from files where run_id = ?)",
                (self._run, self._run),
            )

    def settle(
        self, facts: Iterable[points.Fact], codes: Iterable[str], today: date | None = None, due_days: int = 14
    ) -> None:
        """Bring the points with ``codes`` to the facts of the day; see ``points.settle``."""
        self.commit()
        found = list(facts)  # read before the writing begins
        self._execute("begin immediate")
        try:
            points.settle(self._db, found, codes, self._run, now(), today, due_days)
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
        self._execute("commit")

    def note(self, kind: str, *, contract: str = "", family: str = "", **details: Any) -> None:
        """An entry of the handling record, inside the open batch or by itself."""
        ledger.append(self._db, kind, contract=contract, family=family, **details)

    def note_policy(self, path: str, digest: str) -> None:
        """Every policy that is used for the first time, or again after another one, is an entry with its hash."""
        row = self._execute(
            "select details from ledger where kind = 'policy_loaded' order by seq desc limit 1"
        ).fetchone()
        if digest and (row is None or json.loads(row[0]).get("sha256") != digest):
            self.note("policy_loaded", sha256=digest, file=path)

    def note_terminal(self, facts: Mapping[str, str]) -> None:
        """The state of this machine, where it is another than the last time."""
        text = json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)
        row = self._execute("select facts from terminals where host = '' order by id desc limit 1").fetchone()
        if row is None or row[0] != text:
            self._execute("insert into terminals (host, at, facts) values ('', ?, ?)", (now(), text))

    def open_codes(self, codes: Iterable[str]) -> Counter[str]:
        """Open points by code, of these codes."""
        wanted = set(codes)
        rows = self._execute("select code, count(*) from points where state = 'open' group by code").fetchall()
        return Counter({code: n for code, n in rows if code in wanted})

    def put_alike(self, pairs: Iterable[tuple[int, int, int, float, float]]) -> None:
        """Contents that are alike (content, other, rows, share of each)."""
        self._db.executemany("insert or replace into alike values (?, ?, ?, ?, ?)", pairs)

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection, for the registers that are written with the store."""
        return self._db

    def contents_of_run(self) -> list[int]:
        """Contents that were examined in this scan, have a sketch, and are copies of no original."""
        fresh = sorted(set(self._fresh))
        return [
            c
            for c in fresh
            if not self._execute("select 1 from copies where content_id = ? and weak = 0", (c,)).fetchone()
        ]

    def finish(self, state: str, counts: Counter[str], reasons: Counter[str], size: int, seconds: float) -> None:
        """Record the end of the scan: ``complete`` or ``interrupted``."""
        self.commit()
        self._execute(
            "update runs set ended=?, state=?, walked=?, examined=?, unchanged=?, partial=?, not_examined=?, reasons=?, bytes=?, seconds=? where id=?",
            (
                now(),
                state,
                sum(counts.values()),
                counts["examined"],
                counts["unchanged"],
                counts["partial"],
                counts["not_examined"],
                json.dumps(reasons),
                size,
                seconds,
                self._run,
            ),
        )

    def commit(self) -> None:
        """Make what was put so far durable."""
        if self._touched:
            touched, self._touched = self._touched, []
            try:
                recall.touch(self._db, touched, self._run, now())
            except sqlite3.Error as error:
                raise translate(error, self.path) from None
        if self._open:
            self._execute("commit")
            self._open = 0

    def _execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
