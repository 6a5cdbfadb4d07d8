"""What is handed out of the record: one entry with its proof, and the whole tree as tiles."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory.record import tree
from scanner.inventory.record.encoding import ENTRY, leaf
from scanner.tlog import tiles
from scanner.tlog.checkpoint import read
from scanner.tlog.note import parse
from scanner.tlog.proof import TlogProof
from scanner.tlog.tree import inclusion


class RecordError(SekishoError):
    """What was asked of the record cannot be done; ``code`` names the message."""

    section = "ledger"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Proved:
    """An entry's bytes (details masked) and that they stand in the signed record."""

    entry: bytes
    proof: TlogProof


def latest(db: sqlite3.Connection) -> str:
    """The newest signed head as a note; raises ``RecordError`` where nothing is signed yet."""
    row = db.execute("select note from checkpoints order by size desc limit 1").fetchone()
    if row is None:
        raise RecordError("not_signed")
    return str(row[0])


def proof(db: sqlite3.Connection, seq: int, note: str | None = None) -> Proved:
    """Entry ``seq`` in the tree of ``note``, a head of this record (default: the newest).

    An entry of the chain of earlier versions has no proof of its own; ``RecordError`` says so, or that it is not signed yet.
    """
    base = tree.base(db)
    if seq <= base:
        raise RecordError("before_the_tree", seq=seq, first=base + 1)
    row = db.execute(f"select {ENTRY} from ledger where seq = ?", (seq,)).fetchone()
    head = note or latest(db)
    size = read(parse(head).text).size
    index = seq - base - 1
    if row is None or index >= size:
        raise RecordError("no_such_entry", seq=seq, last=base + size)
    return Proved(leaf(tuple(row)), TlogProof(index, tuple(inclusion(size, index, tree.hashes(db))), head))


def entry_bytes(db: sqlite3.Connection, first: int, count: int) -> list[bytes]:
    """The bytes of leaves ``first`` to ``first + count``, details masked."""
    start = tree.base(db) + 1 + first
    found = db.execute(f"select {ENTRY} from ledger where seq >= ? and seq < ? order by seq", (start, start + count))
    return [leaf(tuple(row)) for row in found]


def write_tiles(db: sqlite3.Connection, folder: Path) -> int:
    """C2SP tlog-tiles below ``folder``: checkpoint, tiles of hashes, bundles of entries; returns how many entries. What was
    written of a smaller record stays as it is."""
    note = latest(db)
    size = read(parse(note).text).size
    base = tree.base(db)
    for level, number, width in tiles.widths(size):
        at = number * tiles.WIDTH
        if level == 0:
            found = db.execute(
                "select hash from ledger where seq > ? and seq <= ? order by seq", (base + at, base + at + width)
            )
            _put(folder / tiles.bundle_path(number, width), tiles.bundle(entry_bytes(db, at, width)))
        else:
            found = db.execute(
                "select hash from log_tiles where level = ? and number >= ? and number < ? order by number",
                (level, at, at + width),
            )
        _put(folder / tiles.path(level, number, width), b"".join(bytes(row[0]) for row in found))
    _put(folder / "checkpoint", note.encode())
    return size


def _put(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError:
        raise RecordError("cannot_write", path=path) from None
