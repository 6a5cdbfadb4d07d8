"""The journal of the watch: paths that may have changed, folders to walk, roots to walk wholly, and how the parts are.

Disposable: events are hints, and every start walks everything again. A row is deleted only if no newer event came while
it was worked on, so nothing that happens during the work is lost.

Moments that decide when something is done are of the steady clock, which all processes of one start of the machine share
and nobody can set back; those that are shown to people are of the wall clock.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scanner.inventory.wal import write_ahead
from scanner.paths.names import above as _above
from scanner.paths.names import span

_VERSION = 2
_SCHEMA = """
create table if not exists dirty (path blob primary key, first real not null, last real not null, gen integer not null,
                                  due real not null, tries integer not null default 0) without rowid;
create table if not exists folders (path blob primary key, at real not null, taken integer not null default 0) without rowid;
create table if not exists rescans (root blob primary key, why text not null, at real not null, gen integer not null) without rowid;
create table if not exists aside (path blob primary key, tries integer not null, why text not null, at real not null,
                                  until real not null, size integer not null, mtime_ns integer not null) without rowid;
create table if not exists told (seq integer primary key autoincrement, at real not null, kind text not null, code text not null, path blob);
create table if not exists marks (channel text primary key, last integer not null, tries integer not null, at real not null,
                                  retry real not null, why text not null) without rowid;
create table if not exists roots (path blob primary key) without rowid;
create table if not exists health (name text primary key, value text not null, at real not null) without rowid;
"""
_TABLES = ("dirty", "folders", "rescans", "aside", "told", "marks", "roots", "health")
_PATIENCE = 30
"""Seconds that one process waits for another."""
MOST_DIRTY = 200_000
"""More paths than this are not kept: their roots are walked instead."""
_TOLD = 1_000
"""So many of the latest events are kept for the foreground."""


@dataclass(frozen=True, slots=True)
class Dirty:
    """A path to look at."""

    path: bytes
    gen: int
    tries: int


@dataclass(frozen=True, slots=True)
class Aside:
    """A path whose examination failed: how often, why, and until when (wall clock) it is left alone as it is."""

    path: bytes
    tries: int
    why: str
    at: float
    until: float
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the foreground prints: ``alert``, ``pause``, ``lost``, ``aside`` …"""

    seq: int
    at: float
    kind: str
    code: str
    path: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a channel of alerts has come: the last point told, and its failures since."""

    last: int
    tries: int = 0
    at: float = 0.0
    """Since when it fails."""
    retry: float = 0.0
    why: str = ""


class Journal:
    """One connection a process; WAL lets them work side by side."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._clock, self._wall = clock, wall
        self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            self._prepare()
        except BaseException:
            self._db.close()  # a file that is open cannot be thrown away on Windows
            raise

    def _prepare(self) -> None:
        write_ahead(self._db, _PATIENCE)
        # disposable: a crash of the machine means a walk at the next start
        self._db.execute("pragma synchronous = off")
        if self._version() != _VERSION:
            with self._writing():
                if self._version() != _VERSION:
                    for name in _TABLES:
                        self._db.execute(f"drop table if exists {name}")
                    for statement in _SCHEMA.split(";"):
                        self._db.execute(statement)
                    self._db.execute(f"pragma user_version = {_VERSION}")

    def _version(self) -> int:
        return int(self._db.execute("pragma user_version").fetchone()[0])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it or, where the disk is full, nothing of it."""
        self._db.execute("begin immediate")
        try:
            yield
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("rollback")
            raise

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def started(self, roots: Iterable[bytes]) -> None:
        """A supervisor has begun: its roots, and nothing of an earlier start of the machine has to wait for its clock."""
        with self._writing():
            self._db.execute("delete from roots")
            self._db.executemany("insert or ignore into roots values (?)", ((r,) for r in roots))
            self._db.execute("update dirty set due = 0, first = 0, last = 0")
            self._db.execute("delete from health where name in ('pause', 'unwatched', 'worker_error')")

    def roots(self) -> list[bytes]:
        """The roots of the running watch."""
        return [r[0] for r in self._db.execute("select path from roots")]

    # files

    def touch(self, paths: Mapping[bytes, float], cap: float) -> None:
        """Enter events: path → moment of the steady clock from which it counts as settled. ``cap``: seconds after the first
        event at which it is looked at even if it is never quiet."""
        now = self._clock()
        with self._writing():
            self._db.executemany(
                "insert into dirty (path, first, last, gen, due) values (?1, ?2, ?2, 1, ?3) on conflict (path) do update"
                " set last = ?2, gen = gen + 1, due = min(max(due, ?3), first + ?4)",
                ((path, now, due, max(cap, due - now)) for path, due in paths.items()),
            )

    def due(self, limit: int = 200) -> list[Dirty]:
        """Settled paths, the oldest first."""
        rows = self._db.execute(
            "select path, gen, tries from dirty where due <= ? order by due limit ?", (self._clock(), limit)
        )
        return [Dirty(*row) for row in rows]

    def done(self, items: Iterable[Dirty]) -> None:
        """Forget what was looked at, unless something happened to it meanwhile."""
        with self._writing():
            self._db.executemany("delete from dirty where path = ? and gen = ?", ((i.path, i.gen) for i in items))

    def again(self, item: Dirty, wait: float | None = None) -> None:
        """A file that changed while it was read is looked at later, each time twice as late; or after ``wait`` seconds."""
        seconds = min(600.0, 2.0 * 2**item.tries) if wait is None else wait
        self._db.execute(
            "update dirty set tries = tries + 1, due = ? where path = ? and gen = ?",
            (self._clock() + seconds, item.path, item.gen),
        )

    def collapse(self) -> bool:
        """Where more paths wait than ``MOST_DIRTY``, forget them and have the roots walked; whether that was so."""
        if self._db.execute("select count(*) from dirty").fetchone()[0] <= MOST_DIRTY:
            return False
        with self._writing():
            for root in self.roots():
                self._rescan(root, "many changes")
            self._db.execute("delete from dirty")
        return True

    # folders

    def enter_folders(self, paths: Iterable[bytes]) -> None:
        """New folders to walk with all that is below them. What lies in a folder that waits already is in it; what waits below
        a new one is taken in."""
        outermost: set[bytes] = set()
        for path in sorted(set(paths)):
            if not any(above in outermost for above in _above(path)):
                outermost.add(path)
        if not outermost:
            return
        now = self._clock()
        with self._writing():
            known: dict[bytes, bool] = {}
            entered = []
            for path in sorted(outermost):
                for above in _above(path):
                    if above not in known:
                        known[above] = bool(
                            self._db.execute("select 1 from folders where path = ? and taken = 0", (above,)).fetchone()
                        )
                if not any(known[above] for above in _above(path)):
                    entered.append(path)
            self._db.executemany(
                "delete from folders where taken = 0 and path > ? and path < ?", (span(p)[1:] for p in entered)
            )
            self._db.executemany(
                "insert into folders (path, at) values (?, ?) on conflict (path) do update set taken = 0",
                ((p, now) for p in entered),
            )

    def take_folders(self, limit: int) -> list[bytes]:
        """The folders that have waited longest, for one walk; they stay until ``walked``."""
        with self._writing():
            rows = self._db.execute(
                "select path from folders where taken = 0 order by at, path limit ?", (limit,)
            ).fetchall()
            self._db.executemany("update folders set taken = 1 where path = ?", rows)
        return [r[0] for r in rows]

    def walked(self, paths: Iterable[bytes]) -> None:
        """Folders were walked; one that was entered anew meanwhile stays."""
        with self._writing():
            self._db.executemany("delete from folders where path = ? and taken = 1", ((p,) for p in paths))

    def untake(self) -> None:
        """A worker begins: what another had taken and not finished waits again."""
        self._db.execute("update folders set taken = 0")

    # whole roots

    def rescan(self, root: bytes, why: str) -> None:
        """Ask for a walk of ``root``; several wishes for one root are one, but a wish during its walk asks for another."""
        with self._writing():
            self._rescan(root, why)

    def _rescan(self, root: bytes, why: str) -> None:
        self._db.execute(
            "insert into rescans values (?, ?, ?, 1) on conflict (root) do update set gen = gen + 1",
            (root, why, self._clock()),
        )

    def rescans(self) -> list[tuple[bytes, str, int]]:
        """Walks that are asked for: (root, why, number of the wish)."""
        return self._db.execute("select root, why, gen from rescans order by at").fetchall()

    def rescanned(self, root: bytes, gen: int) -> None:
        """The walk of wish ``gen`` is done; a later wish stays, behind those of other roots."""
        with self._writing():
            self._db.execute("delete from rescans where root = ? and gen = ?", (root, gen))
            self._db.execute("update rescans set at = ? where root = ?", (self._clock(), root))

    def pending(self) -> tuple[int, int]:
        """(dirty paths, walks)."""
        row = self._db.execute(
            "select (select count(*) from dirty), (select count(*) from rescans) + (select count(*) from folders)"
        ).fetchone()
        return int(row[0]), int(row[1])

    def next_due(self) -> float | None:
        """When the next path settles, by the steady clock."""
        row = self._db.execute("select min(due) from dirty").fetchone()
        return None if row[0] is None else float(row[0])

    # paths that fail

    def failed(self, path: bytes, why: str, wait: Callable[[int], float], size: int, mtime_ns: int) -> Aside:
        """The examination of ``path`` failed once more; ``wait`` gives the seconds of patience after so many tries. A file that
        is another now begins anew."""
        before = self._db.execute("select tries, size, mtime_ns from aside where path = ?", (path,)).fetchone()
        tries = int(before[0]) + 1 if before and (before[1], before[2]) == (size, mtime_ns) else 1
        now = self._wall()
        found = Aside(path, tries, why, now, now + wait(tries), size, mtime_ns)
        self._db.execute(
            "insert or replace into aside values (?,?,?,?,?,?,?)",
            (path, tries, why, now, found.until, size, mtime_ns),
        )
        return found

    def passed(self, path: bytes) -> None:
        """The path was examined after all, or is gone."""
        self._db.execute("delete from aside where path = ?", (path,))

    def aside(self) -> list[Aside]:
        """All paths that failed."""
        return [Aside(*row) for row in self._db.execute("select * from aside order by path")]

    # what is told

    def tell(self, kind: str, code: str = "", path: bytes = b"") -> None:
        """Something for the foreground to print."""
        with self._writing():
            row = self._db.execute(
                "insert into told (at, kind, code, path) values (?,?,?,?) returning seq",
                (self._wall(), kind, code, path),
            ).fetchone()
            self._db.execute("delete from told where seq <= ?", (int(row[0]) - _TOLD,))

    def told(self, after: int) -> list[Told]:
        """What was told after number ``after``."""
        return [
            Told(seq, at, kind, code, path or b"")
            for seq, at, kind, code, path in self._db.execute(
                "select seq, at, kind, code, path from told where seq > ? order by seq", (after,)
            )
        ]

    def last_told(self) -> int:
        """Number of the latest."""
        row = self._db.execute("select max(seq) from told").fetchone()
        return int(row[0] or 0)

    def marks(self) -> dict[str, Mark]:
        """Channel of alerts → how far it has come."""
        rows = self._db.execute("select channel, last, tries, at, retry, why from marks")
        return {channel: Mark(*rest) for channel, *rest in rows}

    def mark(self, channel: str, mark: Mark) -> None:
        """Keep how far a channel has come."""
        self._db.execute(
            "insert or replace into marks values (?,?,?,?,?,?)",
            (channel, mark.last, mark.tries, mark.at, mark.retry, mark.why),
        )

    # how the parts are

    def note(self, name: str, value: object) -> None:
        """State of a part, for ``status`` and ``doctor``."""
        self._db.execute("insert or replace into health values (?, ?, ?)", (name, str(value), self._wall()))

    def health(self) -> dict[str, tuple[str, float]]:
        """Name → (value, when)."""
        return {n: (v, at) for n, v, at in self._db.execute("select name, value, at from health")}
