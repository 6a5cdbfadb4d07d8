"""Opening the inventory for writing: made where it is missing, brought to the current schema, never touched where it is newer."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from scanner.inventory import elsewhere, migrations
from scanner.inventory.errors import InventoryError, translate
from scanner.inventory.wal import write_ahead

PATIENCE = 10
"""Seconds that one process waits for another."""


def opened(path: Path, *, durable: bool = False) -> sqlite3.Connection:
    """A connection that leaves transactions to its user, and to several threads if they take turns; raises ``InventoryError``.

    Args:
        path: of the database.
        durable: a commit is on the disk before it returns; else a power cut may take the last ones, never the database.
    """
    _there(path)
    db: sqlite3.Connection | None = None
    try:
        address = elsewhere.address_of(path)
        db = elsewhere.connected(address, path, PATIENCE) if address else _file(path)
        missing, unknown = migrations.pending(db)
        if unknown:
            raise InventoryError("database_newer", path, ", ".join(unknown))
        if missing and address:
            db.close()
            db = _brought_up(path, address)
            missing = False
        write_ahead(db, PATIENCE)
        db.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
        if missing:
            migrations.bring_up(db, path)
        db.execute("pragma foreign_keys = on")
    except sqlite3.Error as error:
        _close(db)
        raise translate(error, path) from None
    except BaseException:
        _close(db)
        raise
    return db


def read_only(path: Path, patience: float = PATIENCE) -> sqlite3.Connection:
    """A connection for who only reads, of an inventory that is there; raises ``InventoryError`` or ``sqlite3.Error``."""
    address = elsewhere.address_of(path)
    if address:
        return elsewhere.connected(address, path, patience, write=False)
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=patience)


def _brought_up(path: Path, address: str) -> sqlite3.Connection:
    from scanner.inventory import moved  # it opens inventories too

    moved.bring_up(path)
    return elsewhere.connected(address, path, PATIENCE)


def _file(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)


def _there(path: Path) -> None:
    """Make the file, for its owner alone. One that is there is not opened beside SQLite: closing it again would take the locks of
    every other connection of this process (POSIX locks are the process's), and with them what another process spares."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK):
            raise InventoryError("database_read_only", path) from None
    except OSError:
        raise InventoryError("database_read_only", path) from None


def _close(db: sqlite3.Connection | None) -> None:
    if db is not None:
        db.close()
