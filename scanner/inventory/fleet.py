"""Tables of a terminal that sends to a hub, and of a hub's inventory. A step of the schema: never changed."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

SCHEMA = """
create table hub_link (id integer primary key check (id = 1), url text not null, hub text not null, pin text not null, ca text not null,
  terminal text not null, name text not null, officers text not null, call integer not null default 0, entries integer not null default 0,
  policy_version integer not null default 0, state text not null default 'waiting', heard text not null default '',
  later text not null default '', whole text not null default '', requests text not null default '[]');
create table hub_sent (tab text not null, id integer not null, digest blob not null, primary key (tab, id)) without rowid;
create table hub_outbox (number integer primary key, digest blob not null, frame blob, made text not null, acknowledged integer not null default 0);
create table hub_applied (terminal text primary key not null, host text not null, number integer not null, generation integer not null);
create table hub_rows (terminal text not null, tab text not null, there integer not null, here integer not null,
  generation integer not null, primary key (terminal, tab, there)) without rowid;
create table told_coverage (id integer primary key, host text not null, path blob not null, outcome text not null, reason text not null,
  number integer not null, first text not null, last text not null);
create index told_coverage_host on told_coverage (host);
"""
"""On a terminal: ``hub_link`` which hub, as which terminal, and how far it is; ``hub_sent`` digests of the rows that were put into a
batch; ``hub_outbox`` the batches, the frame of old ones forgotten, their digests never. On a hub: ``hub_applied`` up to which
batch of each terminal its inventory goes; ``hub_rows`` number of a row there → here; ``told_coverage`` counters that terminals told
in the place of the files that stay with them."""


def create(db: sqlite3.Connection) -> None:
    """Inside the caller's transaction."""
    for statement in filter(str.strip, SCHEMA.split(";")):
        db.execute(statement)


def create_downwards(db: sqlite3.Connection) -> None:
    """What comes back from a hub: when the terminal does not call it, and where decisions of its officers begin and end in the record.
    A step of the schema: never changed."""
    db.execute(
        "create table quiet_times (id text primary key not null, begins text not null, ends text not null, taken text not null)"
    )
    for kind in ("hub_joined", "hub_left"):  # few among many
        db.execute(f"create index ledger_{kind} on ledger (seq) where kind = '{kind}'")


def create_told_originals(db: sqlite3.Connection) -> None:
    """What each terminal told a hub of an original that several of them have. A step of the schema: never changed."""
    db.execute(
        "create table told_originals (original integer not null, terminal text not null, shared integer not null, chosen integer not null,"
        " told text not null, primary key (original, terminal)) without rowid"
    )


def create_host_state(db: sqlite3.Connection) -> None:
    """How a terminal stands with its hub (``scanner.hub.terminals``); empty of a machine that was merged. A step of the schema: never
    changed."""
    db.execute("alter table hosts add column state text not null default ''")


def create_told_sweeps(db: sqlite3.Connection) -> None:
    """What terminals told a hub, or inventories that were merged had, in the place of paths and keys that are not here: which agreed
    places each machine went through (``meaning``: digest of what the policy there says that the place is; ``gaps``: reason → how many
    below it, JSON), and how many contents each has not compared with an original. A step of the schema: never changed."""
    db.execute(
        "create table told_places (host text not null, contract text not null, place text not null, meaning text not null,"
        " walked text not null, scan integer not null, gaps text not null, primary key (host, contract, place)) without rowid"
    )
    db.execute(
        "create table told_compared (host text not null, contract text not null, key_id text not null, fingerprint text not null,"
        " pending integer not null, primary key (host, contract, key_id, fingerprint)) without rowid"
    )


class Told(NamedTuple):
    """A row of a terminal: which terminal, and the row's number there."""

    terminal: str
    there: int


def told_by(db: sqlite3.Connection, point: int) -> Told | None:
    """Which terminal told this hub of a point; ``None`` where it is a point of this machine."""
    if db.execute("select 1 from hub_applied limit 1").fetchone() is None:
        return None
    of_host = (
        "select r.terminal, r.there from points p join files f on f.id = p.file_id join hub_applied a on a.host = f.host"
        " join hub_rows r on r.terminal = a.terminal and r.tab = 'points' and r.here = p.id where p.id = ?"
    )
    row = db.execute(of_host, (point,)).fetchone()
    row = (
        row or db.execute("select terminal, there from hub_rows where tab = 'points' and here = ?", (point,)).fetchone()
    )
    return Told(str(row[0]), int(row[1])) if row else None
