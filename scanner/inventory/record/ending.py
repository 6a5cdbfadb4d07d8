"""The end of a run or an act: a commitment over what was observed and a signed head, also outside the database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from scanner.inventory.record import commitment, heads
from scanner.inventory.record.key import beside
from scanner.inventory.transaction import reading, transaction


def seal(db: sqlite3.Connection, path: Path, run: int, *, durable: bool) -> None:
    """Nothing is done where nothing was written since the last one.

    Args:
        path: of the inventory.
        run: number of the scan or burst; 0 for an act of a person.
        durable: whether the connection's commits are on the disk anyway. Here they must be: a copy outside that is ahead of what
            a power cut leaves would speak against the record.
    """
    folder = beside(path)
    with reading(db):
        if not commitment.due(db):
            return
        db.execute("pragma synchronous = full")
    with transaction(db, path):
        heads.compare(db, folder)
        commitment.commit(db, folder, run)
        copies = heads.sign(db, folder)
    heads.write(copies)
    if not durable:
        with reading(db):
            db.execute("pragma synchronous = normal")
