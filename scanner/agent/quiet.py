"""Times at which the terminal does not call its hub by itself, as the hub asked: it watches, judges and records as ever, and a person at the terminal
may still have it call.

What is beyond the bounds (``fleet.quiet``) is not taken, and the hub is told so. Each is an entry of the record. Who leaves the hub is asked nothing by it
any more.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from scanner import clock
from scanner.fleet.deeds import MALFORMED, TAKEN
from scanner.fleet.quiet import Time, problem
from scanner.inventory import ledger
from scanner.inventory.people import officers
from scanner.inventory.store import Store

TOO_LONG = "too_long"


def take(store: Store, body: Any) -> str:
    """Keep a time; returns what the hub is told."""
    try:
        begins, ends = _moment(body.begins), _moment(body.ends)
    except (ValueError, OverflowError):
        return MALFORMED
    if not begins < ends:
        return MALFORMED
    with store.transaction() as db:
        if db.execute("select 1 from quiet_times where id = ?", (body.id,)).fetchone():
            return TAKEN
        if problem((begins, ends), _known(db), clock.now()):
            return TOO_LONG
        times = {"begins": _stamp(begins), "ends": _stamp(ends)}
        db.execute("insert into quiet_times values (?, ?, ?, ?)", (body.id, *times.values(), clock.stamp()))
        ledger.append(db, "quiet_time", hub=officers.in_force(db).hub, **times)
    return TAKEN


def until(db: sqlite3.Connection) -> str:
    """When the quiet time ends in which we are; empty where we are in none."""
    now = clock.stamp()
    row = db.execute("select max(ends) from quiet_times where begins <= ? and ends > ?", (now, now)).fetchone()
    return str(row[0] or "")


def _known(db: sqlite3.Connection) -> list[Time]:
    rows = db.execute("select begins, ends from quiet_times").fetchall()
    return [(clock.moment_of(a), clock.moment_of(b)) for a, b in map(tuple, rows)]


def _moment(text: str) -> datetime:
    """Raises ``ValueError``, also for one that means another moment on another machine."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("no zone")
    return clock.moment_of(text)


def _stamp(moment: datetime) -> str:
    return clock.stamp_at(moment.timestamp())
