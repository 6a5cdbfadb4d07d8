"""Databases that several processes open at once."""

from __future__ import annotations

import sqlite3
import time

_STEP = 0.02


def write_ahead(db: sqlite3.Connection, patience: float) -> None:
    """Switch ``db`` to a write-ahead log, trying for ``patience`` seconds.

    SQLite gives up at once, whatever the timeout of the connection, when another one switches the same new file just
    then; the parts of the watch start together and do so.

    Raises:
        sqlite3.OperationalError: the file stayed locked.
    """
    until = time.monotonic() + patience
    while True:
        try:
            db.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_STEP)
