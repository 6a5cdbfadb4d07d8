"""The table of batches that are out, in the coordinator's own SQLite file: what a broken scan had not finished is seen in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from scanner.model import FileRef

LEAST, MOST = 20, 100
"""Paths of a lease."""
_LAST = 4
MOST_BYTES = 512 << 10
"""Bytes at which a lease of ``LEAST`` paths and more is closed: an Office file of that size takes seconds."""


class Jobs:
    """Leases of paths."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = off")  # disposable: the inventory alone says what is done
        self._db.execute("drop table if exists jobs")
        self._db.execute(
            "create table jobs (id integer primary key, paths integer, bytes integer, tries integer, state text, why text)"
        )

    def lease(self, refs: list[FileRef], tries: int = 0) -> int:
        """Enter a batch; returns its number."""
        cursor = self._db.execute(
            "insert into jobs (paths, bytes, tries, state) values (?, ?, ?, 'leased')",
            (len(refs), sum(r.size for r in refs), tries),
        )
        return int(cursor.lastrowid or 0)

    def done(self, number: int) -> None:
        """A batch has been committed."""
        self._db.execute("update jobs set state = 'done' where id = ?", (number,))

    def lost(self, number: int, why: str) -> None:
        """A batch came back without results: its worker died, or the connection broke."""
        self._db.execute("update jobs set state = 'lost', why = ? where id = ?", (why, number))

    def close(self) -> None:
        """Close."""
        self._db.close()


def batches(refs: list[FileRef], left: int | None, workers: int) -> bool:
    """Whether so many refs make a batch: many small files, or fewer where some are large. ``left``: files still to come;
    towards the end the batches grow smaller, so that no worker waits long for the last of another."""
    least = LEAST if left is None else min(LEAST, max(_LAST, (left + len(refs)) // (4 * workers)))
    return len(refs) >= MOST or (len(refs) >= least and (least < LEAST or sum(r.size for r in refs) >= MOST_BYTES))
