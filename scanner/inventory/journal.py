"""The journal of the watch: paths that may have changed, folders to walk again, and how the parts are.

Disposable: events are hints, and every start walks everything again. A row is deleted only if no newer event came while
it was worked on (its generation is unchanged), so nothing that happens during the work is lost.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scanner.inventory.wal import write_ahead

_SCHEMA = """
create table if not exists dirty (path blob primary key, first real not null, last real not null, gen integer not null,
                                  due real not null, tries integer not null default 0) without rowid;
create table if not exists rescans (root blob primary key, why text not null, at real not null) without rowid;
create table if not exists health (name text primary key, value text not null, at real not null) without rowid;
"""
_PATIENCE = 30
"""Seconds that one process waits for another."""
MANY_CHILDREN = 128
"""So many dirty files of one folder become one walk of the folder."""


@dataclass(frozen=True, slots=True)
class Dirty:
    """A path to look at."""

    path: bytes
    gen: int
    tries: int


class Journal:
    """One connection a process; WAL lets them work side by side."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        write_ahead(self._db, _PATIENCE)
        self._db.execute(
            "pragma synchronous = off"
        )  # disposable: a crash of the machine means a walk at the next start
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def touch(self, paths: dict[bytes, float], cap: float) -> None:
        """Enter events: path → moment from which it counts as settled. ``cap``: seconds after the first event at which it is
        looked at even if it is never quiet."""
        now = time.time()
        self._db.execute("begin immediate")
        self._db.executemany(
            "insert into dirty (path, first, last, gen, due) values (?1, ?2, ?2, 1, ?3) on conflict (path) do update"
            " set last = ?2, gen = gen + 1, due = min(max(due, ?3), first + ?4)",
            ((path, now, due, max(cap, due - now)) for path, due in paths.items()),
        )
        self._db.execute("commit")

    def rescan(self, root: bytes, why: str) -> None:
        """Ask for a walk of ``root``; several wishes for one root are one, but a wish during its walk asks for another."""
        self._db.execute(
            "insert into rescans values (?, ?, ?) on conflict (root) do update set at = excluded.at",
            (root, why, time.time()),
        )

    def due(self, limit: int = 200) -> list[Dirty]:
        """Settled paths, the oldest first."""
        rows = self._db.execute(
            "select path, gen, tries from dirty where due <= ? order by due limit ?", (time.time(), limit)
        )
        return [Dirty(*row) for row in rows]

    def collapse(self) -> int:
        """Turn folders with many dirty files into one walk each; returns how many."""
        folders: dict[bytes, int] = {}
        for (path,) in self._db.execute("select path from dirty"):
            folder = path.rpartition(b"/")[0]
            folders[folder] = folders.get(folder, 0) + 1
        crowded = [folder for folder, count in folders.items() if count > MANY_CHILDREN and folder]
        for folder in crowded:
            self._db.execute("begin immediate")
            self.rescan(folder, "many changes")
            self._db.execute("delete from dirty where path >= ? and path < ?", (folder + b"/", folder + b"0"))
            self._db.execute("commit")
        return len(crowded)

    def done(self, items: Iterable[Dirty]) -> None:
        """Forget what was looked at, unless something happened to it meanwhile."""
        self._db.executemany("delete from dirty where path = ? and gen = ?", ((i.path, i.gen) for i in items))

    def again(self, item: Dirty) -> None:
        """A file that changed while it was read is looked at later, each time twice as late."""
        wait = min(600.0, 2.0 * 2**item.tries)
        self._db.execute(
            "update dirty set tries = tries + 1, due = ? where path = ? and gen = ?",
            (time.time() + wait, item.path, item.gen),
        )

    def rescans(self) -> list[tuple[bytes, str, float]]:
        """Walks that are asked for."""
        return self._db.execute("select root, why, at from rescans order by at").fetchall()

    def rescanned(self, root: bytes, at: float) -> None:
        """A walk asked for at ``at`` is done; a later wish stays."""
        self._db.execute("delete from rescans where root = ? and at = ?", (root, at))

    def pending(self) -> tuple[int, int]:
        """(dirty paths, walks)."""
        row = self._db.execute("select (select count(*) from dirty), (select count(*) from rescans)").fetchone()
        return int(row[0]), int(row[1])

    def next_due(self) -> float | None:
        """When the next path settles."""
        row = self._db.execute("select min(due) from dirty").fetchone()
        return None if row[0] is None else float(row[0])

    def note(self, name: str, value: object) -> None:
        """State of a part, for ``status`` and ``doctor``."""
        self._db.execute("insert or replace into health values (?, ?, ?)", (name, str(value), time.time()))

    def health(self) -> dict[str, tuple[str, float]]:
        """Name → (value, when)."""
        return {n: (v, at) for n, v, at in self._db.execute("select name, value, at from health")}
