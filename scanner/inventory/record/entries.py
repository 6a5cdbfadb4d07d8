"""Verification of the entries: every leaf, the tiles over them, numbers, times, and the chain of earlier versions."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from scanner.inventory.record import tree
from scanner.inventory.record.encoding import ENTRY, SALTED, START, VERSION, chained
from scanner.tlog import tiles
from scanner.tlog.hashing import level_up

_AT_ONCE = tiles.WIDTH * 16


@dataclass(frozen=True, slots=True)
class Break:
    """Where the record does not hold: the entry, and what is wrong.

    ``hash`` (contents), ``gap`` (missing), ``tail`` (the anchored entry is missing), ``anchor``, ``time`` (earlier than the one
    before), ``tile`` (a kept hash of the tree), ``begun`` (the first leaf does not tell the chain before it), ``missing``
    (no such table).
    """

    seq: int
    what: str


def verify(db: sqlite3.Connection, anchor: tuple[int, str] | None = None) -> Iterator[Break]:
    """Every place where the entries do not hold together. ``anchor``: (entry, first hexadecimal digits of the root of the tree
    up to it) as given to the entruster; of entries of earlier versions the digits of the entry's own hash."""
    try:
        base = tree.base(db)
        last = db.execute("select max(seq) from ledger").fetchone()[0] or 0
    except (sqlite3.OperationalError, TypeError):
        yield Break(0, "missing")
        return
    head = START
    for found in _chain(db, base):
        if isinstance(found, bytes):
            head = found
        else:
            yield found
    yield from _leaves(db, base, head)
    if anchor is not None:
        yield from _anchored(db, base, int(last), anchor)


def _anchored(db: sqlite3.Connection, base: int, last: int, anchor: tuple[int, str]) -> Iterator[Break]:
    seq, digits = anchor
    if seq > last:
        yield Break(seq, "tail")
        return
    try:
        if seq > base:
            said = tree.root(db, seq - base).hex()
        else:
            said = bytes(db.execute("select hash from ledger where seq = ?", (seq,)).fetchone()[0]).hex()
    except (LookupError, TypeError):
        yield Break(seq, "tail")
        return
    if not said.startswith(digits):
        yield Break(seq, "anchor")


def _rows(db: sqlite3.Connection, where: str, value: int) -> Iterator[tuple[Any, ...]]:
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor.execute(f"select {ENTRY}, hash from ledger where {where} order by seq", (value,))


def _chain(db: sqlite3.Connection, base: int) -> Iterator[Break | bytes]:
    """The entries of earlier versions, each over the one before; last the head of their chain."""
    previous, expected = START, 1
    for *fields, digest in _rows(db, "seq <= ?", base):
        if fields[0] != expected:
            yield Break(expected, "gap")
        if chained(previous, tuple(fields)) != digest:
            yield Break(fields[0], "hash")
        previous, expected = digest, fields[0] + 1
    if expected != base + 1:
        yield Break(expected, "gap")
    yield previous


def _leaves(db: sqlite3.Connection, base: int, head: bytes) -> Iterator[Break]:
    expected, latest = base + 1, ""
    rows = _rows(db, "seq > ?", base)
    sha, dumps = hashlib.sha256, orjson.dumps
    tile, leaves = 0, []
    while batch := list(islice(rows, _AT_ONCE)):
        # in one loop without calls of ours: millions of entries are verified in one go
        for seq, at, kind, contract, family, host, account, details, digest in batch:
            if seq != expected:
                yield Break(expected, "gap")
            expected = seq + 1
            try:
                body = sha(details.encode()).hexdigest()
                leaf = sha(b"\0" + dumps([VERSION, seq, at, kind, contract, family, host, account, body])).digest()
            except (AttributeError, TypeError):  # bytes or nothing where text was written
                leaf = b""
            if leaf != digest:
                yield Break(seq, "hash")
            leaves.append(leaf)
            if at >= latest and '"noted":"' not in details:
                latest = at
            else:
                back, latest = _time(seq, at, kind, details, latest)
                yield from back
        while len(leaves) >= tiles.WIDTH:
            node, leaves = leaves[: tiles.WIDTH], leaves[tiles.WIDTH :]
            while len(node) > 1:
                node = level_up(node)
            kept = db.execute("select hash from log_tiles where level = 1 and number = ?", (tile,)).fetchone()
            if kept is None or bytes(kept[0]) != node[0]:
                yield Break(base + tile * tiles.WIDTH + 1, "tile")
            tile += 1
    if base and not _begun(db, base, head):
        yield Break(base + 1, "begun")
    yield from _higher(db, base, tile)


def _time(seq: int, at: str, kind: str, details: str, latest: str) -> tuple[list[Break], str]:
    """An entry about an earlier moment says when it was written; a clock that was set back has an entry."""
    try:
        moment = str(orjson.loads(details).get("noted", at))
    except (ValueError, TypeError, AttributeError):
        return [Break(seq, "time")], latest
    if moment < latest and kind != "clock_jump":
        return [Break(seq, "time")], latest
    return [], moment


def _begun(db: sqlite3.Connection, base: int, head: bytes) -> bool:
    """Whether the first leaf tells the chain of earlier versions; that the clock was set back meanwhile may be told before it."""
    first = "select kind, details from ledger where seq > ? and kind <> 'clock_jump' order by seq limit 1"
    row = db.execute(first, (base,)).fetchone()
    if row is None or row[0] != "log_begun":
        return False
    try:
        said = orjson.loads(row[1])
    except ValueError:
        return False
    return bool(said.get("entries") == base and said.get("head") == head.hex())


def _higher(db: sqlite3.Connection, base: int, whole: int) -> Iterator[Break]:
    """Tiles of the levels above the lowest."""
    level, count = 2, whole // tiles.WIDTH
    while count:
        for number in range(count):
            below = db.execute(
                "select hash from log_tiles where level = ? and number >= ? and number < ? order by number",
                (level - 1, number * tiles.WIDTH, (number + 1) * tiles.WIDTH),
            ).fetchall()
            kept = db.execute("select hash from log_tiles where level = ? and number = ?", (level, number)).fetchone()
            node = [bytes(row[0]) for row in below]
            if len(node) != tiles.WIDTH or kept is None or bytes(kept[0]) != tiles.tile_root(node):
                yield Break(base + (number << 8 * level) + 1, "tile")
        level, count = level + 1, count // tiles.WIDTH


def holds_salt(details: str) -> bool:
    """Whether the details of an entry of earlier versions stand in the chain as their digest."""
    return SALTED in details
