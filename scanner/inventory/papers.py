"""Document numbers that were given: one table, from which the next number of a series follows. None is given twice, also where
the paper was thrown away or never written."""

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
