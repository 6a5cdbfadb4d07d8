"""Seals over a change of the schema: every row is compared under the old form, the steps are taken, every row is sealed anew.

What does not agree is told in the record (``mismatch``) before it is sealed again. Whole tables, once for an upgrade.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from scanner.inventory import ledger
from scanner.inventory.record import key, rows, seals
from scanner.inventory.record.commitment import commit, due, last_number, table_root, tables, whole_root
from scanner.inventory.record.comparing import differing, sealed_anew
from scanner.tlog.hashing import EMPTY


def before(db: sqlite3.Connection, folder: Path) -> None:
    """Before the steps, inside their transaction, of an inventory that is ``watched`` already or not sealed yet."""
    if db.execute("select 1 from main.sqlite_master where name = 'seal_tables'").fetchone() is None:
        return
    if due(db):
        commit(db, folder, why="upgrade")
    for table in seals.sealed(db):
        wrong = [d.number for d in differing(db, table)]
        if wrong:
            ledger.append(db, "mismatch", table=table.name, rows=wrong[:20], count=len(wrong))
    seals.unwatch(db)


def after(db: sqlite3.Connection, folder: Path) -> None:
    """After the steps: seal all tables as they are now, and commit to that."""
    known = bool(tables(db))
    for kept in ("seals", "seal_buckets", "seal_pending", "seal_tables"):
        db.execute(f"delete from {kept}")  # our own tables
    filled, count = False, 0
    for name in rows.names(db):
        table = rows.described(db, name)
        buckets = []
        for bucket, digests in sealed_anew(db, table):
            digest = seals.bucket_digest(bucket, digests)
            db.execute("insert into seals values (?, ?, ?)", (name, bucket, digests))
            db.execute("insert into seal_buckets values (?, ?, ?)", (name, bucket, digest))
            buckets.append((bucket, digest))
            count += seals.filled(digests)
        filled = filled or bool(buckets)
        root = table_root(buckets) if buckets else EMPTY
        db.execute("insert into seal_tables values (?, ?, ?, ?)", (name, table.form, root, last_number(db, table)))
    if known or filled:
        roots = {tab: [bytes(root).hex(), last] for tab, _, root, last in tables(db)}
        made: dict[str, Any] = {
            "root": whole_root(tables(db)),
            "tables": roots,
            "schema": rows.schema(db),
            "rows": count,
        }
        ledger.append(db, "committed", run=0, **made, why="upgrade")
        db.execute("update log_state set committed = (select max(seq) from ledger)")
    if db.execute("select 1 from ledger limit 1").fetchone():
        seals.keep_head(db, key.seed(folder))
