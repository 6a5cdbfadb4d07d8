"""The schema, step by step. A step that has been released is never changed; add a new one.

All steps that are missing are one transaction: a process that is killed in the middle leaves the database as it was. An
inventory that holds something is copied first, to ``inventory.db.before-STEP`` beside it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from scanner.inventory import (
    corrections,
    coverage,
    custody,
    custody_tables,
    daily,
    fleet,
    lasting,
    ledger,
    outside,
    papers,
    point_sums,
    scope,
)
from scanner.inventory.copy_before import copied
from scanner.inventory.duty_tables import DUTIES
from scanner.inventory.record import seals, tree, upgrade
from scanner.inventory.record.key import beside
from scanner.inventory.transaction import transaction
from scanner.inventory.unloaded import without

SET = "inventory"
LATER: dict[str, Callable[[sqlite3.Connection], object]] = {
    "m013_papers": papers.create,
    "m014_issued": papers.create_issued,
    "m015_names": custody.name_all,
    "m016_fleet": fleet.create,
    "m017_corrections": corrections.create,
    "m018_daily": daily.create,
    "m019_outside": outside.create,
    "m020_lasting": lasting.create,
    "m021_downwards": fleet.create_downwards,
    "m022_told_originals": fleet.create_told_originals,
    "m022_point_sums": point_sums.create,
    "m023_host_state": fleet.create_host_state,
    "m024_told_sweeps": fleet.create_told_sweeps,
}
"""Steps that are the work of one module."""
NAMES = (
    "m001_files",
    "m002_custody",
    "m003_duties",
    "m004_key_ids",
    "m005_second_keys",
    "m006_coverage",
    "m007_people",
    "m008_record",
    "m009_scope",
    "m010_stamps",
    "m011_about",
    "m012_origin",
    *LATER,
)
"""Every step in order: tells without importing sqlite-utils whether a database is current."""


def apply(path: str) -> None:
    """Bring the database at ``path`` to the current schema, alone."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        bring_up(db, Path(path))


def bring_up(db: sqlite3.Connection, path: Path, keys: Path | None = None) -> None:
    """Bring ``db``, whose file is ``path``, to the current schema; ``keys``: their folder, where it is not beside the file. Of several processes one does it and the others wait.

    Raises ``InventoryError``; the database is as it was then.
    """
    seals.watched(db)
    with transaction(db, path, sealed=False):
        lacking = missing(db)
        if lacking:  # nobody else has done it meanwhile
            if len(lacking) < len(NAMES):
                copied(path, lacking[-1])
            upgrade.before(db, keys or beside(path))
            steps(db)
            upgrade.after(db, keys or beside(path))


def steps(connection: sqlite3.Connection, before: str | None = None) -> None:
    """Take the steps that are missing inside the caller's transaction; ``before``: only those before that one."""
    with without("numpy", "pandas"):
        from sqlite_utils import Database, Migrations

    migrations = Migrations(SET)

    @migrations()  # type: ignore[untyped-decorator]  # sqlite-utils is not checked here
    def m001_files(db: Database) -> None:
        db["runs"].create(
            {
                "id": int,
                "started": str,
                "ended": str,
                "state": str,
                "tool": str,
                "rule_set": str,
                "depth": str,
                "policy": str,
                "policy_sha256": str,
                "roots": str,
                "walked": int,
                "examined": int,
                "unchanged": int,
                "partial": int,
                "not_examined": int,
                "reasons": str,
                "bytes": int,
                "seconds": float,
            },
            pk="id",
        )
        db["contents"].create(
            {
                "id": int, "key": bytes, "rule_set": str, "media_type": str, "reason": str, "read": int, "notes": str,
                "persons_min": int, "persons_max": int, "examined": str,
            },
            pk="id",
        )  # fmt: skip
        db["contents"].create_index(["key", "rule_set"], unique=True)
        db["findings"].create(
            {
                "id": int,
                "content_id": int,
                "entity": str,
                "count": int,
                "score": float,
                "check": str,
                "places": str,
                "shape": str,
                "category": str,
            },
            pk="id",
            foreign_keys=[("content_id", "contents", "id")],
        )
        db["findings"].create_index(["content_id"])
        db["files"].create(
            {
                "id": int,
                "path": bytes,
                "size": int,
                "mtime_ns": int,
                "ctime_ns": int,
                "inode": int,
                "device": int,
                "stat_at_ns": int,
                "rule_set": str,
                "content_id": int,
                "outcome": str,
                "reason": str,
                "verdict": str,
                "ground": str,
                "contract": str,
                "rule": str,
                "consent": str,
                "run_id": int,
                "first_seen": str,
                "last_seen": str,
                "gone": str,
            },
            pk="id",
            foreign_keys=[("content_id", "contents", "id"), ("run_id", "runs", "id")],
        )
        db["files"].create_index(["path"], unique=True)
        db["files"].create_index(["run_id"])
        db["points"].create(
            {
                "id": int,
                "code": str,
                "file_id": int,
                "state": str,
                "opened": str,
                "last_seen": str,
                "closed": str,
                "run_id": int,
            },
            pk="id",
            foreign_keys=[("file_id", "files", "id")],
        )
        db["points"].create_index(["code", "file_id"])
        db["points"].create_index(["state"])

    migrations(name="m002_custody")(custody_tables.create)

    @migrations()  # type: ignore[untyped-decorator]
    def m003_duties(db: Database) -> None:
        for table, column, kind in (
            ("files", "host", "text not null default ''"),
            ("files", "owner", "text not null default ''"),
            ("files", "mode", "integer"),
            ("files", "acl", "text not null default ''"),
            ("files", "volume", "text not null default ''"),
            ("runs", "host", "text not null default ''"),
            ("points", "subject", "text not null default ''"),
            ("points", "contract", "text not null default ''"),
            ("points", "stage", "text not null default 'new'"),
            ("points", "due", "text not null default ''"),
            ("originals", "fingerprint", "text not null default ''"),
        ):
            db.conn.execute(f"alter table {table} add column {column} {kind}")
        db.conn.execute("drop index idx_files_path")
        db["files"].create_index(["path", "host"], unique=True)
        db["points"].create_index(["file_id"])
        for name, columns in DUTIES.items():
            db[name].create({"id": int, **dict.fromkeys(columns.split(), str)}, pk="id")

    @migrations()  # type: ignore[untyped-decorator]
    def m004_key_ids(db: Database) -> None:
        db["key_ids"].create({"name": str, "id": str, "state": str}, pk="name", not_null={"id", "state"})
        for contract, kind, details in db.conn.execute(
            "select contract, kind, details from ledger where kind in ('key_made', 'key_imported', 'key_destroyed') order by seq"
        ).fetchall():
            state = "destroyed" if kind == "key_destroyed" else "held"
            values = (contract, json.loads(details)["key"], state)
            db.conn.execute("insert or replace into key_ids values (?, ?, ?)", values)

    @migrations()  # type: ignore[untyped-decorator]
    def m005_second_keys(db: Database) -> None:
        for table, column, kind in (
            ("tokens", "row", "integer not null default -1"),
            ("originals", "version", "integer not null default 1"),
            ("originals", "named", "integer not null default -1"),
            ("copies", "matched", "blob"),
        ):
            db.conn.execute(f'alter table {table} add column "{column}" {kind}')

    @migrations()  # type: ignore[untyped-decorator]
    def m006_coverage(db: Database) -> None:
        coverage.create(db.conn)
        db.conn.execute("alter table runs add column gaps integer")

    @migrations()  # type: ignore[untyped-decorator]
    def m007_people(db: Database) -> None:
        for column, kind in (("most", "integer"), ("entry", "text"), ("exceeded", "text")):
            db.conn.execute(f"alter table suppressions add column {column} {kind}")
        proposals = "point_id at action by reason said signature state"
        db["proposals"].create({"id": int, **dict.fromkeys(proposals.split(), str)}, pk="id")
        db.conn.execute(
            "create table quieted (suppression integer not null, file_id integer not null, primary key (suppression, file_id)) without rowid"
        )
        # answers that are still expected do not stand in clear; a check that was half answered must be begun again
        db.conn.execute(
            "update gates set state = 'withdrawn' where state = 'waiting' and id in (select gate_id from answers)"
        )
        db.conn.execute("update gates set summary = '{}' where state in ('waiting', 'withdrawn')")
        for name, where in (
            ("people", "substr(kind, 1, 7) = 'person_'"),
            ("decided", "kind = 'decided'"),
            ("revoked", "kind = 'decision_revoked'"),
        ):
            db.conn.execute(f"create index ledger_{name} on ledger (seq) where {where}")

    @migrations()  # type: ignore[untyped-decorator]
    def m008_record(db: Database) -> None:
        for schema in (tree.SCHEMA, seals.SCHEMA):
            for statement in filter(str.strip, schema.split(";")):
                db.conn.execute(statement)
        for kind in ("log_key", "committed", "mismatch", "clock_jump", "witness_added"):  # few among many
            db.conn.execute(f"create index ledger_{kind} on ledger (seq) where kind = '{kind}'")
        for name in ("roots", "passed_by", "quieted"):  # every row has a number by which it is sealed
            (text,) = db.conn.execute("select sql from sqlite_master where name = ?", (name,)).fetchone()
            db.conn.execute(f"alter table {name} rename to {name}_before")
            db.conn.execute(str(text).replace("without rowid", ""))
            db.conn.execute(f"insert into {name} select * from {name}_before")  # noqa: S608
            db.conn.execute(f"drop table {name}_before")
        last = db.conn.execute("select seq, hash from ledger order by seq desc limit 1").fetchone()
        base = int(last[0]) if last else 0
        origin = f"sekisho/{secrets.token_hex(8)}"
        db.conn.execute("insert into log_state values (1, ?, ?, 0, ?, null, null)", (origin, base, base))
        if last:
            ledger.append(db.conn, "log_begun", entries=base, head=bytes(last[1]).hex())

    @migrations()  # type: ignore[untyped-decorator]
    def m009_scope(db: Database) -> None:
        scope.create(db.conn)

    @migrations()  # type: ignore[untyped-decorator]
    def m010_stamps(db: Database) -> None:
        texts = dict.fromkeys(("head", "nonce", "asked", "at", "taken"), str)
        db["stamps"].create({"id": int, "size": int, **texts, "answer": bytes}, pk="id")
        db.conn.execute("create index ledger_stamped on ledger (seq) where kind = 'stamped'")

    @migrations()  # type: ignore[untyped-decorator]
    def m011_about(db: Database) -> None:
        db.conn.execute("alter table findings add column about text not null default 'person'")

    @migrations()  # type: ignore[untyped-decorator]
    def m012_origin(db: Database) -> None:
        db.conn.execute("alter table files add column origin text not null default ''")

    for name, made in LATER.items():
        migrations(name=name)(lambda db, made=made: made(db.conn))

    migrations.apply(Database(connection, recursive_triggers=False, execute_plugins=False), stop_before=before)


def pending(connection: sqlite3.Connection) -> tuple[bool, list[str]]:
    """(whether steps are missing, steps that this version does not know: the database is newer)."""
    applied = _applied(connection)
    return any(n not in applied for n in NAMES), [n for n in applied if n not in NAMES]


def missing(connection: sqlite3.Connection) -> list[str]:
    """Steps that are missing, in order."""
    applied = _applied(connection)
    return [n for n in NAMES if n not in applied]


def begun(connection: sqlite3.Connection) -> bool:
    """Whether any step has been taken: a database without is none of ours yet."""
    return bool(_applied(connection))


def _applied(connection: sqlite3.Connection) -> list[str]:
    exists = connection.execute("select 1 from sqlite_master where name = '_sqlite_migrations'").fetchone()
    if not exists:
        return []
    rows = connection.execute("select name from _sqlite_migrations where migration_set = ?", (SET,))
    return [row[0] for row in rows]
