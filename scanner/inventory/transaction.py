"""One change of the inventory: everything in it, or nothing of it.

Every writing goes through here. The lock is taken at the beginning (``begin immediate``), so that what is read inside, such
as the last number of the record, is still true when it is written; another process waits meanwhile, up to its patience.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scanner.inventory.errors import translate
from scanner.inventory.record import key, seals


@contextmanager
def transaction(
    db: sqlite3.Connection, path: Path | None = None, *, sealed: bool = True
) -> Iterator[sqlite3.Connection]:
    """Begin, then commit, or roll back whatever exception leaves the block. Not to be nested. What it wrote is sealed in it.

    Args:
        db: a connection that leaves transactions to its user (``isolation_level=None``).
        path: of the database, for the message; asked of ``db`` where it is not given.
        sealed: off while the tables change their form; the caller seals them anew.

    Raises:
        InventoryError: an SQLite error inside, translated: busy, full, damaged, read-only.
    """
    if db.in_transaction:
        raise RuntimeError("a transaction is open already")
    try:
        watched = sealed and seals.watched(db)
        db.execute("begin immediate")
        yield db
        if watched:
            seals.settle(db, key.beside(path) if path else key.folder_of(db))
        db.execute("commit")
    except sqlite3.Error as error:
        _roll_back(db)
        raise translate(error, path or path_of(db)) from None
    except BaseException:
        _roll_back(db)
        raise


@contextmanager
def reading(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Translate what SQLite says while rows are read into ``InventoryError``."""
    try:
        yield db
    except sqlite3.Error as error:
        raise translate(error, path_of(db)) from None


def _roll_back(db: sqlite3.Connection) -> None:
    """SQLite may have rolled back by itself. Where it cannot even do that, the first error is the one to tell; closing the
    connection, or the next one that opens the file, does what is left."""
    if db.in_transaction:
        with suppress(sqlite3.Error):
            db.execute("rollback")


def path_of(db: sqlite3.Connection) -> Path:
    """The file of a connection."""
    try:
        return Path(db.execute("pragma database_list").fetchone()[2])
    except sqlite3.Error:
        return Path("inventory.db")
