"""Where an inventory lies: in its file, or in PostgreSQL, whose address the file holds then in place of the tables.

Whoever opens such a file as one of SQLite, an earlier version of the program too, is told that it is none.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, cast

from scanner.inventory.errors import InventoryError
from scanner.inventory.secretfile import place

if TYPE_CHECKING:
    from scanner.inventory.postgres.connection import Connection

_SMALLEST = 512
"""Bytes of the smallest database of SQLite that has anything: one page. A file that may be one is never opened beside SQLite, which
would lose its locks by that."""
_BEGINNINGS = ("postgresql://", "postgres://")


def address_of(path: Path) -> str:
    """The address in PostgreSQL; empty where the inventory is a file of SQLite, or not there."""
    try:
        if not 0 < path.stat().st_size < _SMALLEST:
            return ""
        text = path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
    return text if text.startswith(_BEGINNINGS) else ""


def checked(path: Path, address: str) -> None:
    """Raises ``InventoryError`` where an address cannot stand in a file in place of the tables, or is too long to be told from them."""
    if not address.startswith(_BEGINNINGS) or len(address.encode()) >= _SMALLEST - 2:
        raise InventoryError("database_address", path)


def put(path: Path, address: str) -> None:
    """The inventory of ``path`` lies at ``address``; raises ``InventoryError`` as ``checked`` does."""
    checked(path, address)
    place(path, f"{address}\n".encode(), over=True)


def connected(address: str, path: Path, patience: float, *, write: bool = True) -> sqlite3.Connection:
    """A connection that answers like one of SQLite. It is none, which only those functions know that ask ``session``: to name both in
    every signature would say the same at each of 315 places.

    Raises:
        InventoryError: the extra ``hub`` is not installed.
        sqlite3.Error: it cannot be reached.
    """
    try:
        from scanner.inventory.postgres.connection import Connection
    except ImportError:
        raise InventoryError("database_extra", path) from None
    return cast("sqlite3.Connection", Connection(address, path, patience, write=write))


def session(db: sqlite3.Connection) -> Connection | None:
    """The connection of PostgreSQL that ``db`` is; ``None`` where it is one of SQLite."""
    return None if isinstance(db, sqlite3.Connection) else cast("Connection", db)
