"""Rows as they are against the digests that were kept of them: whole tables, for verification and upgrades."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.inventory.record import rows, seals


@dataclass(frozen=True, slots=True)
class Differing:
    """A row (or group) that is not as it was sealed: ``changed``, ``deleted`` or ``added``."""

    number: int
    what: str


def differing(db: sqlite3.Connection, table: rows.Table) -> Iterator[Differing]:
    """All of a table, in order."""
    cursor = db.cursor()
    cursor.row_factory = None
    kept = cursor.execute("select bucket, digests from seals where tab = ? order by bucket", (table.name,))
    there = sealed_anew(db, table)
    one, other = next(kept, None), next(there, None)
    while one or other:
        if other is None or (one is not None and one[0] <= other[0]):
            assert one is not None
            bucket, was = int(one[0]), bytes(one[1])
        else:
            bucket, was = other[0], b""
        now = other[1] if other and other[0] == bucket else b""
        if was != now:
            yield from _where(bucket, was or seals.NONE * seals.BUCKET, now or seals.NONE * seals.BUCKET)
        one = next(kept, None) if one and one[0] == bucket else one
        other = next(there, None) if other and other[0] == bucket else other


def _where(bucket: int, was: bytes, now: bytes) -> Iterator[Differing]:
    for n in range(seals.BUCKET):
        at = n * seals.DIGEST
        one, other = was[at : at + seals.DIGEST], now[at : at + seals.DIGEST]
        if one != other:
            what = "added" if one == seals.NONE else "deleted" if other == seals.NONE else "changed"
            yield Differing(bucket * seals.BUCKET + n, what)


def sealed_anew(db: sqlite3.Connection, table: rows.Table) -> Iterator[tuple[int, bytes]]:
    """(bucket, digests) out of the rows as they are, in order."""
    cursor = db.cursor()
    cursor.row_factory = None
    bucket, digests = -1, bytearray()
    for number, digest in _digests(db, cursor, table):
        if number // seals.BUCKET != bucket:
            if digests:
                yield bucket, bytes(digests)
            bucket, digests = number // seals.BUCKET, bytearray(seals.BUCKET * seals.DIGEST)
        at = number % seals.BUCKET * seals.DIGEST
        digests[at : at + seals.DIGEST] = digest
    if digests:
        yield bucket, bytes(digests)


def _digests(db: sqlite3.Connection, cursor: sqlite3.Cursor, table: rows.Table) -> Iterator[tuple[int, bytes]]:
    if table.group is None:
        for number, *values in cursor.execute(
            f'select t.rowid, {table.listed} from main."{table.name}" t order by t.rowid'
        ):
            yield number, table.row(number, values)
        return
    which = f'select distinct {table.number} from main."{table.name}" t order by 1'
    for (group,) in cursor.execute(which).fetchall():
        yield group, seals.group_digest(db, table, group)
