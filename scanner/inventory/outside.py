"""What the logs of other products have seen, as facts that somebody declared by handing the log in."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """One act. Accounts are numbers of workers or codes, the path is a code."""

    code: bytes
    """Of the whole row, under the key of the installation: by it a row is entered once."""
    product: str
    at: str
    action: str
    host: str
    who: str
    medium: str
    serial: str
    path: str
    file: int | None
    """The file of the inventory that it is about, where one is known."""
    id: int = 0


def create(db: sqlite3.Connection) -> None:
    """The table."""
    db.execute(
        "create table outside (id integer primary key, code blob not null unique, product text not null, at text not null, action text not null,"
        " host text not null, who text not null, medium text not null, serial text not null, path text not null, file_id integer,"
        " entered text not null)"
    )
    db.execute("create index outside_file on outside (file_id)")


def enter(db: sqlite3.Connection, one: Seen, moment: str) -> bool:
    """Enter a row; whether it is new. One that was entered before learns its file, where that is known by now. Inside a transaction.

    What the file holds of originals is kept with the row: the file may be written over or go, and the act stays what it was.
    """
    before = db.execute("select id, file_id from outside where code = ?", (one.code,)).fetchone()
    if before is not None:
        if before[1] is None and one.file is not None:
            db.execute("update outside set file_id = ? where id = ?", (one.file, before[0]))
            _keep_originals(db, int(before[0]), one.file)
        return False
    made = db.execute(
        "insert into outside (code, product, at, action, host, who, medium, serial, path, file_id, entered) values (?,?,?,?,?,?,?,?,?,?,?)",
        (
            one.code,
            one.product,
            one.at,
            one.action,
            one.host,
            one.who,
            one.medium,
            one.serial,
            one.path,
            one.file,
            moment,
        ),
    )
    _keep_originals(db, int(made.lastrowid or 0), one.file)
    return True


def _keep_originals(db: sqlite3.Connection, number: int, file: int | None) -> None:
    db.execute(
        "insert or ignore into outside_of (outside, original) select ?, k.original from files f"
        " join copies k on k.content_id = f.content_id and k.weak = 0 where f.id = ? order by k.original",
        (number, file),
    )


def leaving(db: sqlite3.Connection, actions: frozenset[str]) -> list[tuple[Seen, int]]:
    """Acts by which files of originals left, with each original that the file held when the act was entered."""
    marks = ",".join("?" * len(actions))
    cursor = db.cursor()
    cursor.row_factory = None
    rows = cursor.execute(
        "select o.code, o.product, o.at, o.action, o.host, o.who, o.medium, o.serial, o.path, o.file_id, o.id, k.original from outside o"  # noqa: S608
        " join outside_of k on k.outside = o.id"
        f" where o.action in ({marks}) order by o.id, k.original",
        tuple(sorted(actions)),
    )
    return [(Seen(*row[:11]), int(row[11])) for row in rows]
