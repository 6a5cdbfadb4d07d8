"""The tree over the entries, as the inventory keeps it: the leaf hash in the row of each entry, the root of every whole tile of
256 in ``log_tiles``. Appending writes one hash, and one more at the end of a tile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from scanner.tlog import tiles, tree

SCHEMA = """
create table log_state (id integer primary key check (id = 1), origin text not null, base integer not null,
  committed integer not null, head integer not null, hash blob, mac blob);
create table log_tiles (level integer not null, number integer not null, hash blob not null, primary key (level, number)) without rowid;
create table checkpoints (size integer primary key, at text not null, note text not null,
  cosigned integer not null default 0);
create index checkpoints_cosigned on checkpoints (size) where cosigned = 1;
"""
"""``base``: entries of the chain of earlier versions, which the first leaf stands for. ``committed``: number of the entry with the
last commitment. ``head``, ``hash``, ``mac``: the last entry that this program wrote, under the key of the record."""


def base(db: sqlite3.Connection) -> int:
    """Entries before the tree."""
    return int(db.execute("select base from log_state").fetchone()[0])


def size(db: sqlite3.Connection) -> int:
    """Leaves of the tree."""
    last = db.execute("select max(seq) from ledger").fetchone()[0] or 0
    return max(0, int(last) - base(db))


def hashes(db: sqlite3.Connection) -> tree.Hashes:
    """Subtrees out of the inventory."""
    read = _tiles(db)
    kept: dict[tuple[int, int], Sequence[bytes]] = {}

    def once(level: int, number: int) -> Sequence[bytes]:
        if (level, number) not in kept:
            kept[level, number] = read(level, number)
        return kept[level, number]

    return tiles.from_tiles(once)


def root(db: sqlite3.Connection, leaves: int) -> bytes:
    """Root of the first ``leaves`` entries of the tree; ``LookupError`` where there are fewer."""
    return tree.root(leaves, hashes(db))


def close_tiles(db: sqlite3.Connection, leaves: int) -> None:
    """After an entry made the tree ``leaves`` large: keep the roots of tiles that are whole now."""
    level = 0
    while leaves and leaves % tiles.WIDTH == 0:
        leaves //= tiles.WIDTH
        node = tiles.tile_root(_tiles(db)(level, leaves - 1))
        level += 1
        db.execute("insert into log_tiles values (?, ?, ?)", (level, leaves - 1, node))


def _tiles(db: sqlite3.Connection) -> tiles.Tiles:
    first = base(db) + 1

    def read(level: int, number: int) -> Sequence[bytes]:
        at = number * tiles.WIDTH
        if level == 0:
            found = db.execute(
                "select hash from ledger where seq >= ? and seq < ? order by seq",
                (first + at, first + at + tiles.WIDTH),
            )
        else:
            found = db.execute(
                "select hash from log_tiles where level = ? and number >= ? and number < ? order by number",
                (level, at, at + tiles.WIDTH),
            )
        return [bytes(row[0]) for row in found.fetchall()]

    return read
