"""The commitment at the end of every run: an entry of the record with the root over each table as it is then.

The root of a table is the RFC 6962 root over its buckets (number, digest); ``root`` of the entry is SHA-256 over the canonical
JSON of [table, form, root, last number] for all tables in order. Only buckets that changed are looked at closely: that they
were at the last commitment what the record says, and that nobody but the program changed them since.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

from scanner.inventory import ledger
from scanner.inventory.record import key, rows, seals
from scanner.tlog.hashing import leaf_hash, root_of


def table_root(buckets: Iterable[tuple[int, bytes]]) -> bytes:
    """Over the buckets of a table, in order."""
    return root_of(leaf_hash(struct.pack(">q", number) + digest) for number, digest in buckets)


def whole_root(tables: Iterable[tuple[str, str, bytes, int]]) -> str:
    """Over all tables (name, form as JSON, root, last number), as hexadecimal digits."""
    facts = [[name, form, bytes(root).hex(), last] for name, form, root, last in sorted(tables)]
    return sha256(orjson.dumps(facts)).hexdigest()


def last_number(db: sqlite3.Connection, table: rows.Table) -> int:
    """The highest number of a row or group; tells later in which run a row was entered."""
    return int(db.execute(f'select max({table.number}) from main."{table.name}"').fetchone()[0] or 0)


def due(db: sqlite3.Connection) -> bool:
    """Whether anything was written since the last commitment."""
    committed, last = db.execute("select committed, (select max(seq) from ledger) from log_state").fetchone()
    return (last or 0) > committed or db.execute("select 1 from seal_pending limit 1").fetchone() is not None


def commit(db: sqlite3.Connection, folder: Path, run: int = 0, why: str = "", *, form: bool = True) -> None:
    """Enter a commitment, inside the caller's transaction, whose changes so far are settled here.

    Args:
        run: the number of the scan or burst that ends; 0 for an act of a person.
        why: ``upgrade`` where the tables change their form, ``moved`` where they went to another database.
        form: off where the same tables are written otherwise here than at the last commitment.
    """
    _sightings(db)
    seals.settle(db, folder)
    secret = key.seed(folder)
    last = db.execute("select max(seq) from ledger").fetchone()[0] or 0
    strange = [] if seals.head_holds(db, secret, last) else [("ledger", int(last))]
    if not _as_committed(db):
        strange.append(("seal_tables", 0))
    if form and not schema_holds(db, last_commitment(db)):
        strange.append(("sqlite_master", 0))
    changed = _changed(db, secret, strange)
    for tab, number in strange:
        ledger.append(db, "mismatch", table=tab, rows=[number] if number else [], count=1)
    db.execute("delete from seal_pending")
    details: dict[str, Any] = {"run": run, "root": whole_root(tables(db)), "tables": changed, "schema": rows.schema(db)}
    ledger.append(db, "committed", **details, **({"why": why} if why else {}))
    db.execute("update log_state set committed = (select max(seq) from ledger)")
    seals.keep_head(db, secret)
    db.execute("delete from temp.touched_rows")


def last_commitment(db: sqlite3.Connection) -> dict[str, Any] | None:
    """The details of the last commitment, with its number as ``seq``."""
    (number,) = db.execute("select committed from log_state").fetchone()
    row = db.execute("select details from ledger where seq = ? and kind = 'committed'", (number,)).fetchone()
    return {**json.loads(row[0]), "seq": number} if row else None


def schema_holds(db: sqlite3.Connection, said: dict[str, Any] | None) -> bool:
    """Whether tables, indexes and triggers are those of a commitment; one that does not name them cannot tell."""
    return said is None or said.get("schema", "") in ("", rows.schema(db))


def tables(db: sqlite3.Connection) -> list[tuple[str, str, bytes, int]]:
    """Name, form as JSON, root and last number of every table as it was committed."""
    return [tuple(r) for r in db.execute("select tab, form, root, last from seal_tables").fetchall()]


def _as_committed(db: sqlite3.Connection) -> bool:
    said = last_commitment(db)
    if said is None:
        return bool(db.execute("select committed = 0 from log_state").fetchone()[0])
    return bool(said["root"] == whole_root(tables(db)))


def _changed(db: sqlite3.Connection, secret: bytes, strange: list[seals.Strange]) -> dict[str, list[object]]:
    """Roots of tables that changed, by name: [root, last number]. What does not follow from the last commitment is ``strange``."""
    (committed,) = db.execute("select committed from log_state").fetchone()
    pending: dict[str, dict[int, bytes | None]] = {}
    for tab, bucket, before, after, mac in map(tuple, db.execute("select * from seal_pending").fetchall()):
        stands = db.execute("select digest from seal_buckets where tab = ? and bucket = ?", (tab, bucket)).fetchone()
        if (
            bytes(mac) != seals.code_of(secret, (tab, bucket), before, after, committed)
            or stands is None
            or bytes(stands[0]) != bytes(after)
        ):
            strange.append((tab, bucket * seals.BUCKET))
        pending.setdefault(tab, {})[bucket] = before
    roots: dict[str, list[object]] = {}
    for tab, befores in sorted(pending.items()):
        buckets = [
            (int(n), bytes(d))
            for n, d in db.execute(
                "select bucket, digest from seal_buckets where tab = ? order by bucket", (tab,)
            ).fetchall()
        ]
        was = [(n, befores.get(n, d)) for n, d in buckets]
        (said,) = db.execute("select root from seal_tables where tab = ?", (tab,)).fetchone()
        if table_root((n, d) for n, d in was if d is not None) != bytes(said):
            strange.append((tab, 0))
        root, last = table_root(buckets), last_number(db, rows.described(db, tab))
        db.execute("update seal_tables set root = ?, last = ? where tab = ?", (root, last, tab))
        roots[tab] = [root.hex(), last]
    return roots


def _sightings(db: sqlite3.Connection) -> None:
    """What each run that has ended saw last: what a rescan of unchanged files writes, in one row for the whole run. Where runs went
    on side by side, what an earlier one saw after a later one had ended is taken from the later one."""
    for (run,) in db.execute(
        "select id from runs where state <> 'running' and id not in (select run from sightings) order by id"
    ).fetchall():
        seen = [
            [n for (n,) in db.execute(f"select id from {name} where run_id = ? order by id", (run,)).fetchall()]
            for name in rows.TOUCHED
        ]
        for later, *said in db.execute("select run, files, points from sightings where run > ?", (run,)).fetchall():
            left = [sorted(set().union(*numbers(text)).difference(mine)) for text, mine in zip(said, seen, strict=True)]
            files, points = map(ranges, left)
            db.execute("update sightings set files = ?, points = ? where run = ?", (files, points, later))
        db.execute("insert into sightings (run, files, points) values (?, ?, ?)", (run, *map(ranges, seen)))


def ranges(ids: list[int]) -> str:
    """Sorted numbers as ``1-5,7``."""
    if not ids:
        return ""
    starts = [ids[0], *(b for a, b in pairwise(ids) if b != a + 1)]
    ends = [*(a for a, b in pairwise(ids) if b != a + 1), ids[-1]]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


def numbers(text: str) -> Iterable[range]:
    """The numbers of ``ranges``, as ranges."""
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        yield range(int(first), int(last or first) + 1)
