"""The step of the schema for what people set up and hand out day by day. Never changed."""

from __future__ import annotations

import sqlite3


def create(db: sqlite3.Connection) -> None:
    """What a pattern leaves out, what a baseline accepts, to whom points are given, which labels files bear."""
    db.execute("alter table files add column left_out text not null default ''")
    db.execute("create index files_left_out on files (left_out) where left_out <> ''")
    db.execute("alter table contents add column labels text not null default ''")
    db.execute(
        "create table baselines (id integer primary key, agreement integer not null, point integer not null, code text not null,"
        " file_id integer, subject text not null, persons integer not null, kinds text not null)"
    )
    db.execute("create index baselines_agreement on baselines (agreement)")
    db.execute(
        "create table assignments (id integer primary key, point integer not null, at text not null, worker text not null,"
        " by text not null, due text not null, note text not null)"
    )
    db.execute("create index assignments_point on assignments (point)")
    db.execute("create index ledger_agreement on ledger (seq) where substr(kind, 1, 10) = 'agreement_'")
