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
from scanner.policy.models import Policy, Worker


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

    Both people are looked up in the registers of the contracts that a point is about, of all where nobody can tell. A day brings the
    day of a point forward, never back: later only by a decision. Raises ``DecisionError`` for a point that is not open, a day that is
    past or later than the point's own, ``PeopleError`` for somebody unknown or not active, giving or given.
    """
    if due is not None and due < clock.today():
        raise DecisionError("due_past", due=due)
    day = due.isoformat() if due else ""
    given: Worker | None = None
    with transaction(db):
        for point in points:
            row = db.execute(
                "select code, contract, state, coalesce(due, '') from points where id = ?", (point,)
            ).fetchone()
            if row is None or row[2] != "open":
                raise DecisionError("not_open" if row else "no_such", number=point)
            late = row[3] and row[3] < clock.today().isoformat()
            if due is not None and row[3] and day > row[3] and not late:
                raise DecisionError("due_later", number=point, due=row[3])
            own = _registers(db, policy, point)
            given, giving = active(own, worker), active(own, by)
            db.execute(
                "insert into assignments (point, at, worker, by, due, note) values (?,?,?,?,?,?)",
                (point, now(), given.id, giving.id, day, note),
            )
            if not late:
                db.execute("update points set due = coalesce(nullif(?, ''), due) where id = ?", (day, point))
            ledger.append(
                db,
                "point_assigned",
                contract=row[1] or "",
                point=point,
                code=row[0],
                worker=given.id,
                by=giving.id,
                due=day,
            )
    return given.id if given else active(policy, worker).id


def _registers(db: sqlite3.Connection, policy: Policy, point: int) -> Policy:
    """The contracts that a point is about; all where it is about none of the policy's."""
    about = {one for (one,) in db.execute("select contract from point_contracts where point = ?", (point,))}
    own = tuple(c for c in policy.contract if c.id in about)
    return policy.model_copy(update={"contract": own}) if own else policy
