"""What may go wrong with the database, as codes of the message catalogue; and the clock of the record."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from scanner import clock
from scanner.errors import EXIT_USAGE, StoreFault

_FOR_PEOPLE = frozenset(
    {"no_inventory", "no_runs", "database_newer", "database_older", "home_not_writable", "database_read_only"}
)
"""What whoever runs the program can put right without anything being broken."""
_ROOM = 1 << 20
"""Bytes; a disk with less room than this is full."""


class InventoryError(StoreFault):
    """The database cannot be used; ``code`` names the message."""

    def __init__(self, code: str, path: Path, detail: str = "") -> None:
        super().__init__(code, path=path, detail=detail)
        self.path = path
        self.detail = detail
        if code in _FOR_PEOPLE:
            self.exit_code = EXIT_USAGE


def translate(error: sqlite3.Error, path: Path) -> InventoryError:
    """An SQLite error as one of ours. Its text holds no values: statements are written with parameters."""
    text = str(error)
    number = getattr(error, "sqlite_errorcode", None)  # errors of the module itself have none
    kind = number & 0xFF if number is not None else _by_text(text)
    if kind == sqlite3.SQLITE_IOERR:
        kind = sqlite3.SQLITE_FULL if _full(path) else kind
    code = _CODES.get(kind)
    return InventoryError(code, path) if code else InventoryError("database_error", path, text)


_CODES = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_IOERR: "disk_fault",
    sqlite3.SQLITE_BUSY: "database_busy",
    sqlite3.SQLITE_LOCKED: "database_busy",
    sqlite3.SQLITE_READONLY: "database_read_only",
    sqlite3.SQLITE_PERM: "database_read_only",
    sqlite3.SQLITE_CANTOPEN: "database_read_only",
    sqlite3.SQLITE_CORRUPT: "database_damaged",
    sqlite3.SQLITE_NOTADB: "database_damaged",
    sqlite3.SQLITE_PROTOCOL: "database_away",
}


def _by_text(text: str) -> int:
    for part, kind in (
        ("full", sqlite3.SQLITE_FULL),
        ("disk I/O", sqlite3.SQLITE_IOERR),
        ("locked", sqlite3.SQLITE_BUSY),
        ("busy", sqlite3.SQLITE_BUSY),
        ("readonly", sqlite3.SQLITE_READONLY),
        ("unable to open", sqlite3.SQLITE_CANTOPEN),
        ("malformed", sqlite3.SQLITE_CORRUPT),
        ("not a database", sqlite3.SQLITE_NOTADB),
    ):
        if part in text:
            return kind
    return sqlite3.SQLITE_ERROR


def _full(path: Path) -> bool:
    """Whether an I/O error is one of room: SQLite says so too where it cannot make its shared memory larger."""
    try:
        return shutil.disk_usage(path.parent).free < _ROOM
    except OSError:
        return False


def now() -> str:
    """The present moment for the record, UTC, seconds."""
    return clock.stamp()
