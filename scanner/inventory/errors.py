"""What may go wrong with the database, as codes of the message catalogue; and the clock of the record."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from scanner import clock


class InventoryError(Exception):
    """The database cannot be used; ``code`` names the message."""

    def __init__(self, code: str, path: Path, detail: str = "") -> None:
        super().__init__(f"{code}: {path} {detail}".rstrip())
        self.code = code
        self.path = path
        self.detail = detail


def translate(error: sqlite3.Error, path: Path) -> InventoryError:
    """An SQLite error as one of ours. Its text holds no values: statements are written with parameters."""
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return InventoryError("disk_full", path)
    if "locked" in text or "busy" in text:
        return InventoryError("database_busy", path)
    if "readonly" in text or "unable to open" in text:
        return InventoryError("home_not_writable", path)
    if isinstance(error, sqlite3.DatabaseError) and ("malformed" in text or "not a database" in text):
        return InventoryError("database_damaged", path)
    return InventoryError("database_error", path, text)


def now() -> str:
    """The present moment for the record, UTC, seconds."""
    return clock.stamp()
