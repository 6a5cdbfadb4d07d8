"""Papers that were made: their document numbers, and the keyed hashes of their bytes.

The next number of a series follows from the table; none is given twice, also where the paper was thrown away or never written.
"""

from __future__ import annotations

import sqlite3
from typing import Protocol


class Series(Protocol):
    """Documents that are numbered together; ``scanner.policy.letters.Series``."""

    @property
    def text(self) -> str: ...
    @property
    def period(self) -> int: ...
    def number(self, n: int) -> str:
        """The n-th number as it is written."""
        ...


def create(db: sqlite3.Connection) -> None:
    """The table: series and year, the number, what it was given to, and the entry of the record that says so."""
    db.execute(
        "create table papers (id integer primary key, series text not null, period integer not null, n integer not null,"
        " document text not null, form text not null, contract text not null, at text not null, unique (series, period, n))"
    )


def create_issued(db: sqlite3.Connection) -> None:
    """The papers that were made, by the keyed hash of their bytes: such a file is a report of the program, no holding."""
    db.execute("create table issued (content_key blob primary key, form text not null, at text not null)")


def issued(db: sqlite3.Connection, content_key: bytes, *, form: str, at: str) -> None:
    """Keep that a file with these bytes is a paper of ours. Only inside a transaction."""
    db.execute("insert or ignore into issued (content_key, form, at) values (?,?,?)", (content_key, form, at))


def files(db: sqlite3.Connection) -> frozenset[int]:
    """Numbers of the live files that are papers of ours, byte for byte."""
    rows = db.execute(
        "select f.id from files f join contents c on c.id = f.content_id join issued i on i.content_key = c.key where f.gone is null"
    )
    return frozenset(int(number) for (number,) in map(tuple, rows))


def give(db: sqlite3.Connection, series: Series, *, form: str, contract: str, at: str) -> str:
    """The next number of a series as it is written, taken. Only inside a transaction, whose lock keeps two papers from one number."""
    if not db.in_transaction:
        raise RuntimeError("numbers are given inside a transaction only")
    last = db.execute(
        "select max(n) from papers where series = ? and period = ?", (series.text, series.period)
    ).fetchone()
    n = int(last[0] or 0) + 1
    document = series.number(n)
    db.execute(
        "insert into papers (series, period, n, document, form, contract, at) values (?,?,?,?,?,?,?)",
        (series.text, series.period, n, document, form, contract, at),
    )
    return document
