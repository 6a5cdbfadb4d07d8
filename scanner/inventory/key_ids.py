"""Which keys the inventory was made with: an identifier for each, so that another key is noticed before it is used.

The name of a contract's key is the contract; the installation's key has the empty name. Not a secret, and nothing but the key
itself can be checked with it.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class Stated(NamedTuple):
    """What the inventory says of a key."""

    id: str
    destroyed: bool
    """Whether its end is in the record; the file may still be there after a crash."""


def stated(db: sqlite3.Connection, name: str) -> Stated | None:
    """``None`` where the inventory does not know the key."""
    row = db.execute("select id, state from key_ids where name = ?", (name,)).fetchone()
    return Stated(row[0], row[1] == "destroyed") if row else None


def state(db: sqlite3.Connection, name: str, identifier: str, *, destroyed: bool = False) -> None:
    """Enter a key, or its end, inside the caller's transaction: together with the entry of the record."""
    if not db.in_transaction:
        raise RuntimeError("a key is entered inside a transaction only")
    db.execute(
        "insert or replace into key_ids (name, id, state) values (?, ?, ?)",
        (name, identifier, "destroyed" if destroyed else "held"),
    )
