"""Every row that the program writes is sealed in the same transaction: its digest is kept, 64 to a bucket.

Temporary triggers of the program's own connection note what a transaction touches, with the row as it was. So what somebody else
changed, with whatever tool, has no new digest; it stays found however many scans follow, and when the program itself comes
upon such a row to change it, an entry of the record (``mismatch``) says so before the row is written over. ``seal_pending`` says
what changed since the last commitment, each line under the code of the record's key.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from scanner.inventory import elsewhere
from scanner.inventory.record import key, rows

SCHEMA = """
create table seals (tab text not null, bucket integer not null, digests blob not null, primary key (tab, bucket)) without rowid;
create table seal_buckets (tab text not null, bucket integer not null, digest blob not null, primary key (tab, bucket)) without rowid;
create table seal_pending (tab text not null, bucket integer not null, before blob, after blob not null, mac blob not null,
  primary key (tab, bucket)) without rowid;
create table seal_tables (tab text primary key not null, form text not null, root blob not null, last integer not null);
create table sightings (run integer primary key, files text not null, points text not null);
"""
BUCKET = 64
"""Rows whose digests lie together."""
DIGEST = 32
NONE = bytes(DIGEST)
"""In the place of a row that is not there."""
_NOTED = "touched_rows"
_UNKNOWN = 2
REPLACED = frozenset(
    {
        "alike",
        "copies",
        "findings",
        "key_ids",
        "passed_by",
        "quieted",
        "roots",
        "runs",
        "told_compared",
        "told_coverage",
        "told_places",
        "tokens",
    }
)
"""Tables whose rows give way to others in normal work. What is deleted anywhere else is an entry of the record (``removed``)."""
Strange = tuple[str, int]
"""(table, number of the row) that is not as the program left it."""


def watched(db: sqlite3.Connection) -> bool:
    """Begin to note what this connection writes, if it does not already; whether it does."""
    there = elsewhere.session(db)
    if there is not None:
        if not there.watched and "seal_tables" in there.catalogue.forms:
            there.watch()
        return there.watched
    if db.execute("select 1 from temp.sqlite_master where name = ?", (_NOTED,)).fetchone() is None:
        if db.execute("select 1 from main.sqlite_master where name = 'seal_tables'").fetchone() is None:
            return False
        _watch(db)
    return True


def unwatch(db: sqlite3.Connection) -> None:
    """Stop, because the tables change their form."""
    there = elsewhere.session(db)
    if there is not None:
        there.unwatch()
        return
    for (name,) in [
        tuple(r) for r in db.execute("select name from temp.sqlite_master where type = 'trigger'").fetchall()
    ]:
        if name.startswith("touch_"):
            db.execute(f'drop trigger temp."{name}"')
    db.execute(f"drop table if exists temp.{_NOTED}")


def sealed(db: sqlite3.Connection) -> list[rows.Table]:
    """Tables under seal, with the columns they had when they were sealed; without those that somebody dropped."""
    found = db.execute(
        "select tab, form from seal_tables where tab in (select name from main.sqlite_master where type = 'table') order by tab"
    ).fetchall()
    return [rows.formed(tab, form) for tab, form in map(tuple, found)]


def _watch(db: sqlite3.Connection) -> None:
    """In one go, outside a transaction."""
    tables = sealed(db)
    width = max((len(t.columns) for t in tables), default=0)
    columns = "".join(f", c{n}" for n in range(width))
    made = [
        "pragma recursive_triggers = on",  # a row that gives way to another (or replace) counts as deleted
        f"create temp table {_NOTED} (n integer primary key, tab, id, existed{columns})",
        _trigger("ledger", "insert", ["'ledger'", "new.seq", "0"]),
    ]
    for table in tables:
        name = f"'{table.name}'"
        if table.group is not None:
            for action, row in (("insert", "new"), ("delete", "old"), ("update", "old"), ("update", "new")):
                group = table.group if table.group == "0" else f'{row}."{table.group}"'
                made.append(_trigger(table.name, action, [name, group, str(_UNKNOWN)], row))
            continue
        was = [name, "old.rowid", "1", *(f'old."{c}"' for c in table.columns)]
        # a row that is written as it was, but for the columns of the run, is not sealed anew
        differs = " or ".join(f'old."{c}" is not new."{c}"' for c in table.columns)
        made += [
            _trigger(table.name, "insert", [name, "new.rowid", "0"]),
            _trigger(table.name, "delete", was),
            _trigger(table.name, "update", was, when=f" when {differs}"),
        ]
    db.executescript(";\n".join(["begin", *made, "commit"]))


def _trigger(name: str, action: str, values: list[str], row: str = "", when: str = "") -> str:
    """Every change is noted; ``settle`` takes the first of a row. To look here whether there is one costs the square of their number."""
    into = "".join(f", c{n}" for n in range(len(values) - 3))
    return (
        f'create temp trigger "touch_{name}_{action}_{row}" after {action} on main."{name}"{when} begin'
        f" insert into {_NOTED} (tab, id, existed{into}) values ({', '.join(values)}); end"
    )


def settle(db: sqlite3.Connection, folder: Path) -> None:
    """At the end of a transaction: seal what it touched. Raises ``HomeError`` where the key cannot be used."""
    cursor = db.cursor()
    cursor.row_factory = None
    if cursor.execute(f"select 1 from {_NOTED} limit 1").fetchone() is None:
        return
    secret = key.seed(folder)
    strange: list[Strange] = []
    gone: list[Strange] = []
    (committed,) = cursor.execute("select committed from log_state").fetchone()
    tabs = {tab for (tab,) in cursor.execute(f"select distinct tab from {_NOTED}").fetchall()}
    for table in (t for t in sealed(db) if t.name in tabs):
        found = _touched(db, table)
        for bucket, touched in groupby(found, lambda t: t[0] // BUCKET):
            rows_here = list(touched)
            gone += [(table.name, n) for n, _, now in rows_here if now == NONE and table.name not in REPLACED]
            strange += _bucket(cursor, table, bucket, rows_here, secret, committed)
    _removed(db, gone)
    _head(db, secret, strange)
    db.execute(f"delete from {_NOTED}")


def _touched(db: sqlite3.Connection, table: rows.Table) -> Iterator[tuple[int, bytes | None, bytes]]:
    """(number, digest as it was, digest as it is) of rows that this transaction touched; ``None``: it cannot be told how it was."""
    was = db.cursor()
    was.row_factory = None
    there = elsewhere.session(db)
    columns = ", ".join(f"w.c{n}" for n in range(len(table.columns))) if there is None else there.noted(table)
    if table.group is not None:
        for (group,) in was.execute(
            f"select distinct id from {_NOTED} where tab = ? order by id", (table.name,)
        ).fetchall():
            yield group, None, group_digest(db, table, group)
        return
    width, latest = len(table.columns), None
    for number, existed, here, *values in was.execute(
        f"select w.id, w.existed, t.rowid, {columns}, {table.listed}"
        f' from {_NOTED} w left join main."{table.name}" t on t.rowid = w.id where w.tab = ? order by w.id, w.n',
        (table.name,),
    ):
        if number == latest:
            continue  # changed again
        latest = number
        before = table.row(number, values[:width]) if existed else NONE
        yield number, before, table.row(number, values[width:]) if here is not None else NONE


def group_digest(db: sqlite3.Connection, table: rows.Table, group: int) -> bytes:
    """Digest of a group of rows as it is; ``NONE`` where it has none."""
    cursor = db.cursor()
    cursor.row_factory = None
    order = ", ".join(str(n + 1) for n in range(len(table.columns)))
    where = "1" if table.group == "0" else f't."{table.group}" = ?'
    values = () if table.group == "0" else (group,)
    found = cursor.execute(
        f'select {table.listed} from main."{table.name}" t where {where} order by {order}',
        values,
    ).fetchall()
    return table.rows(group, found) if found else NONE


def _bucket(
    db: sqlite3.Cursor,
    table: rows.Table,
    bucket: int,
    touched: list[tuple[int, bytes | None, bytes]],
    secret: bytes,
    committed: int,
) -> list[Strange]:
    place = (table.name, bucket)
    stored = db.execute("select digests from seals where tab = ? and bucket = ?", place).fetchone()
    digests = bytearray(stored[0]) if stored else bytearray(BUCKET * DIGEST)
    before = bucket_digest(bucket, digests) if stored else None
    strange = []
    for number, was, now in touched:
        at = number % BUCKET * DIGEST
        if was is not None and digests[at : at + DIGEST] != was:
            strange.append((table.name, number))
        digests[at : at + DIGEST] = now
    put(db, place, bytes(digests), before, secret, committed)
    return strange


def put(
    db: sqlite3.Cursor, place: tuple[str, int], digests: bytes, before: bytes | None, secret: bytes, committed: int
) -> None:
    """Keep the digests of a bucket, and that it changed. What it was at the last commitment stays known, under the code."""
    after = bucket_digest(place[1], digests)
    pending = db.execute("select before from seal_pending where tab = ? and bucket = ?", place).fetchone()
    first = pending[0] if pending else before
    db.execute("insert or replace into seals values (?, ?, ?)", (*place, digests))
    db.execute("insert or replace into seal_buckets values (?, ?, ?)", (*place, after))
    db.execute(
        "insert or replace into seal_pending values (?, ?, ?, ?, ?)",
        (*place, first, after, code_of(secret, place, first, after, committed)),
    )


def code_of(secret: bytes, place: tuple[str, int], before: bytes | None, after: bytes, committed: int) -> bytes:
    """The code of a line of ``seal_pending``; it holds for one commitment and the next only."""
    return key.code(secret, "pending", *place, before or b"", after, committed)


def bucket_digest(bucket: int, digests: bytes | bytearray) -> bytes:
    """Of the digests that lie together."""
    return sha256(struct.pack(">q", bucket) + digests).digest()


def filled(digests: bytes) -> int:
    """How many rows a bucket has."""
    return sum(digests[at : at + DIGEST] != NONE for at in range(0, len(digests), DIGEST))


def _removed(db: sqlite3.Connection, gone: list[Strange]) -> None:
    """What the program itself deletes (a purge, the end of a contract) is told with its range and the root before."""
    from scanner.inventory import ledger  # it imports this room

    for tab, found in groupby(gone, lambda g: g[0]):
        numbers = [n for _, n in found]
        (root,) = db.execute("select root from seal_tables where tab = ?", (tab,)).fetchone()
        first, last, count = numbers[0], numbers[-1], len(numbers)
        ledger.append(db, "removed", table=tab, first=first, last=last, count=count, before=bytes(root).hex())


def _head(db: sqlite3.Connection, secret: bytes, strange: list[Strange]) -> None:
    """The record's own end: what was appended since this program did is not the program's."""
    from scanner.inventory import ledger  # it imports this room

    added = db.execute(f"select min(id) from {_NOTED} where tab = 'ledger'").fetchone()[0]
    if added is not None and not head_holds(db, secret, added - 1):
        strange.append(("ledger", added - 1))
    for tab, found in groupby(strange, lambda s: s[0]):
        numbers = [n for _, n in found]
        ledger.append(db, "mismatch", table=tab, rows=numbers[:20], count=len(numbers))
    if added is not None or strange:
        keep_head(db, secret)


def head_holds(db: sqlite3.Connection, secret: bytes, last: int) -> bool:
    """Whether entry ``last`` is the one that this program wrote last. Where it never wrote one: whether there is no commitment."""
    head, digest, committed, mac = db.execute("select head, hash, committed, mac from log_state").fetchone()
    if mac is None:
        return db.execute("select 1 from ledger where kind = 'committed' limit 1").fetchone() is None
    stands = db.execute("select hash from ledger where seq = ?", (head,)).fetchone()
    holds = bytes(mac) == key.code(secret, "head", head, bytes(digest), committed)
    return holds and head == last and stands is not None and bytes(stands[0]) == bytes(digest)


def keep_head(db: sqlite3.Connection, secret: bytes) -> None:
    """The last entry is this program's."""
    seq, digest = db.execute("select seq, hash from ledger order by seq desc limit 1").fetchone()
    (committed,) = db.execute("select committed from log_state").fetchone()
    code = key.code(secret, "head", seq, bytes(digest), committed)
    db.execute("update log_state set head = ?, hash = ?, mac = ?", (seq, digest, code))
