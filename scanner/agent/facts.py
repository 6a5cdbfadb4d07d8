"""The rows that a terminal tells, as they are now. Never a value, a place inside a file, or the name of an account.

Told are files with findings, gaps or points; of the others only how many there are (``coverage``). Points that only a hub can judge,
whether other machines are heard and registered, are not told.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from scanner.agent.masking import Masking
from scanner.custody.sharing import ELSEWHERE, fingerprint
from scanner.duties.hosts import CODES as FLEET_CODES

_FILES = (
    "with told as (select f.id from files f where f.host = '' and f.gone is null and (coalesce(f.reason, '') not in ('', 'empty')"
    " or exists (select 1 from findings n where n.content_id = f.content_id))"
    " union select p.file_id from points p where p.file_id is not null)"
)
_CONTENTS = f"{_FILES}, held as (select distinct f.content_id as id from files f join told on told.id = f.id where f.content_id is not null)"

Row = tuple[str, int, dict[str, Any]]
"""(table, number here, columns)."""


def rows(db: sqlite3.Connection, masking: Masking) -> Iterator[Row]:
    """All of them, each table after those that it refers to."""
    yield from _originals(db, masking)
    yield from _plain(
        db,
        "contents",
        f"{_CONTENTS} select c.id, c.rule_set, c.media_type, c.reason, c.read, c.persons_min, c.persons_max, c.examined, c.rows, c.modulus"
        " from contents c join held on held.id = c.id order by c.id",
    )
    yield from _plain(
        db,
        "findings",
        f'{_CONTENTS} select n.id, n.content_id, n.entity, n.count, n.score, n."check", n.shape, n.category, n.about'
        " from findings n join held on held.id = n.content_id order by n.id",
    )
    yield from _plain(
        db,
        "copies",
        f"{_CONTENTS} select k.rowid as id, k.content_id, k.original, k.rows, k.rows_here, k.rows_there, k.texts, k.texts_here, k.texts_there,"
        " k.exact, k.weak from copies k join held on held.id = k.content_id order by k.rowid",
    )
    for row in _named(
        db,
        f"{_FILES} select f.id, f.path, f.size, f.mtime_ns, f.rule_set, f.content_id, f.outcome, f.reason, f.verdict, f.ground, f.contract,"
        " f.rule, f.consent, f.first_seen, f.gone from files f join told on told.id = f.id order by f.id",
    ):
        yield "files", row["id"], {**row, "path": masking.path(bytes(row["path"]))}
    yield from _points(db, masking)
    yield from _plain(
        db,
        "runs",
        "select id, started, ended, state, tool, rule_set, depth, policy_sha256, walked, examined, unchanged, partial, not_examined, bytes,"
        " seconds, gaps from runs where state in ('complete', 'watch') and host = '' order by id desc limit 1",
    )


def _originals(db: sqlite3.Connection, masking: Masking) -> Iterator[Row]:
    for row in _named(
        db,
        "select id, contract, path, media_type, size, origin, received, declared_count, rows, texts, persons_min, persons_max, entities,"
        " key_id, state, registered, version, named, name from originals order by id",
    ):
        told = {"path": masking.path(bytes(row["path"])), "entities": json.loads(row["entities"] or "[]")}
        told |= {"shared": True} if bytes(row["path"]).startswith(ELSEWHERE) else {}
        yield "originals", row["id"], {**row, **told, "fingerprint": fingerprint(db, row["id"])}


def _points(db: sqlite3.Connection, masking: Masking) -> Iterator[Row]:
    contracts: dict[int, list[str]] = {}
    for point, contract in map(
        tuple, db.execute("select point, contract from point_contracts order by point, contract")
    ):
        contracts.setdefault(point, []).append(contract)
    marks = ",".join("?" * len(FLEET_CODES))
    for row in _named(
        db,
        "select id, code, file_id, state, opened, closed, family, working, closed_why, subject, contract, stage, due, depth, gap"
        f" from points where code not in ({marks}) order by id",
        FLEET_CODES,
    ):
        told = {"subject": masking.subject(row["subject"]), "working": masking.working(row["working"])}
        yield "points", row["id"], {**row, **told, "contracts": contracts.get(row["id"], [])}


def _plain(db: sqlite3.Connection, table: str, statement: str) -> Iterator[Row]:
    for row in _named(db, statement):
        yield table, row["id"], row


def _named(db: sqlite3.Connection, statement: str, values: tuple[object, ...] = ()) -> Iterator[dict[str, Any]]:
    cursor = db.cursor()
    cursor.row_factory = None
    cursor.execute(statement, values)
    columns = [c[0] for c in cursor.description]
    for row in cursor:
        yield dict(zip(columns, row, strict=True))
