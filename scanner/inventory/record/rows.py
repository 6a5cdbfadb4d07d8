"""Which tables are sealed, and what a row of them is as bytes.

Every table is sealed unless it stands in ``UNSEALED`` with its reason, also one that a later version adds. A row's digest is the
RFC 6962 leaf hash of the JSON array ``[table, number, values…]``; bytes are ``{"bytes": hex}``, floating numbers
``{"float": hex of the eight bytes}``. Numbers are rowids. Tables without one are sealed in groups of rows.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from scanner.tlog.hashing import leaf_hash

UNSEALED = {
    "ledger": "the record itself: its entries are the leaves of the tree",
    "log_state": "where the tree stands; checked against the tree and the key",
    "log_tiles": "hashes of the tree; verification makes them again from the entries",
    "checkpoints": "signed heads of the tree: each carries its own signature",
    "seals": "the digests of rows; verification makes them again",
    "seal_buckets": "the digests of rows; verification makes them again",
    "seal_pending": "what changed since the last commitment, each row under the key's code",
    "seal_tables": "roots of the last commitment, which the record has",
    "sketches": "an index of contents.sketch, which is sealed; verification compares the two",
    "point_sums": "sums of the points, which are sealed; the database itself keeps them",
    "hub_link": "how far the sending to a hub is; the hub countersigns the record itself",
    "hub_sent": "what a hub was told, which it is told anew as a whole every week",
    "hub_outbox": "batches for a hub, each signed and naming the one before",
    "hub_applied": "how far a hub's inventory is; made again from the batches",
    "hub_rows": "numbers of rows there and here; made again from the batches",
    "_sqlite_migrations": "which version made the tables: a restored older one is found by its rows",
}
"""Tables that are not sealed, and why."""
GROUPS = {"tokens": "original"}
"""Tables without rowid and the column whose value names the group of rows that is sealed as one."""
TOUCHED = {name: frozenset({"run_id", "last_seen"}) for name in ("files", "points")}
"""Columns that a rescan of what has not changed writes: committed per run, in ``sightings``, not per row."""
_FRACTIONS = ("REAL", "FLOA", "DOUB", "NUME", "DECI")


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of one table are read."""

    name: str
    columns: tuple[str, ...]
    group: str | None
    """The column (or constant) that names a group; ``None`` where every row has a number."""
    fractions: tuple[int, ...] = ()
    """Places of columns that may hold floating numbers."""

    @property
    def form(self) -> str:
        """As it is kept with the seals: JSON."""
        return orjson.dumps([self.columns, self.group, self.fractions]).decode()

    @property
    def number(self) -> str:
        """What a row or group is numbered by."""
        return "rowid" if self.group is None else self.group

    @property
    def listed(self) -> str:
        """The columns for a statement."""
        return ", ".join(f't."{c}"' for c in self.columns)

    def row(self, number: int, values: Sequence[Any]) -> bytes:
        """Digest of one row."""
        row = [self.name, number, *values]
        for at in self.fractions:
            if isinstance(row[at + 2], float):
                row[at + 2] = {"float": struct.pack(">d", row[at + 2]).hex()}
        return leaf_hash(orjson.dumps(row, default=_blob))

    def rows(self, number: int, rows: Iterable[Sequence[Any]]) -> bytes:
        """Digest of a group, whose rows come in order."""
        return leaf_hash(orjson.dumps([self.name, number, *map(list, rows)], default=_blob))


def _blob(value: object) -> dict[str, str]:
    if not isinstance(value, bytes):
        raise TypeError(type(value).__name__)
    return {"bytes": value.hex()}


def schema(db: sqlite3.Connection) -> str:
    """Digest of every table, index, trigger and view as it was made, as hexadecimal digits: a trigger of somebody else would have the
    program itself write what it says."""
    made = db.execute(
        "select type, name, tbl_name, sql from main.sqlite_master where sql is not null and substr(name, 1, 7) <> 'sqlite_'"
        " order by type, name"
    ).fetchall()
    return sha256(orjson.dumps([list(map(str, row)) for row in made])).hexdigest()


def names(db: sqlite3.Connection) -> list[str]:
    """Tables that are sealed."""
    found = db.execute("select name from main.sqlite_master where type = 'table' order by name").fetchall()
    return [name for (name,) in map(tuple, found) if name not in UNSEALED and not name.startswith("sqlite_")]


@lru_cache(maxsize=256)
def formed(name: str, form: str) -> Table:
    """A table by what is kept of its form."""
    columns, group, fractions = orjson.loads(form)
    return Table(name, tuple(columns), group, tuple(fractions))


def described(db: sqlite3.Connection, name: str) -> Table:
    """A table as it is now."""
    facts = [tuple(row) for row in db.execute(f'pragma main.table_info("{name}")').fetchall()]
    left_out = TOUCHED.get(name, frozenset())
    kept = [(str(f[1]), str(f[2]).upper()) for f in facts if f[1] not in left_out]
    fractions = tuple(n for n, (_, kind) in enumerate(kept) if kind.startswith(_FRACTIONS))
    group = GROUPS.get(name)
    if group is None and not _numbered(db, name):
        group = "0"
    return Table(name, tuple(c for c, _ in kept), group, fractions)


def _numbered(db: sqlite3.Connection, name: str) -> bool:
    text = db.execute("select sql from main.sqlite_master where type = 'table' and name = ?", (name,)).fetchone()[0]
    return "without rowid" not in " ".join(str(text).lower().split())
