"""Points are given to workers: who is to look at it, until when, by whom it was given."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date

from scanner import clock
from scanner.acts.decisions import DecisionError
from scanner.acts.signing import active
from scanner.inventory import ledger
from scanner.inventory.errors import now
from scanner.inventory.transaction import transaction
from scanner.policy.models import Policy


def assign(
    db: sqlite3.Connection,
    policy: Policy,
    points: Iterable[int],
    worker: str,
    by: str,
    due: date | None,
    note: str = "",
) -> str:
    """Give open points to a worker of the register; all of them or none. Returns the number of the worker.

    Raises ``DecisionError`` for a point that is not open and a day that is past, ``PeopleError`` for somebody unknown or not active.
    """
    if due is not None and due < clock.today():
        raise DecisionError("due_past", due=due)
    given = active(policy, worker)
    day = due.isoformat() if due else ""
    with transaction(db):
        for point in points:
            row = db.execute("select code, contract, state from points where id = ?", (point,)).fetchone()
            if row is None or row[2] != "open":
                raise DecisionError("not_open" if row else "no_such", number=point)
            db.execute(
                "insert into assignments (point, at, worker, by, due, note) values (?,?,?,?,?,?)",
                (point, now(), given.id, by, day, note),
            )
            db.execute("update points set due = coalesce(nullif(?, ''), due) where id = ?", (day, point))
            ledger.append(
                db, "point_assigned", contract=row[1] or "", point=point, code=row[0], worker=given.id, by=by, due=day
            )
    return given.id
