"""How many points are open, kept while they change: by contract, code and due day, so that nobody counts all of them to tell.

The database itself keeps the sums, in the transaction that opens, closes or postpones a point, whoever writes it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

ALL = ""
"""In place of a contract: every open point once, whatever it is about."""
_TABLE = """create table point_sums (contract text not null, code text not null, due text not null, open integer not null,
  primary key (contract, code, due)) without rowid"""
_INDEXES = (
    "create index points_urgent on points (code, due) where state = 'open'",
    "create index points_staged on points (stage, code, due) where state = 'open' and stage <> 'new'",
    "create index points_family on points (family) where state = 'open' and family > ''",
    "create index points_subject on points (subject) where subject > ''",
    "create index point_contracts_contract on point_contracts (contract, point)",
    "create index files_reason on files (reason) where gone is null and reason > ''",
    "create index ledger_kind on ledger (kind)",
    "create index files_owner on files (owner) where owner > ''",
)
"""What lists ask for; but for that of the record each holds only the rows that some list shows."""


def create(db: sqlite3.Connection) -> None:
    """The table, what keeps it, and what there is. A step of the schema: never changed."""
    db.execute(_TABLE)
    for index in _INDEXES:
        db.execute(index)
    count(db)
    changed = " or ".join(f"old.{name} is not new.{name}" for name in ("id", "state", "code", "due"))
    for name, event, when, work in (
        ("opened", "insert on points", "new.state = 'open'", _of_point("new", +1)),
        ("ended", "delete on points", "old.state = 'open'", _of_point("old", -1)),
        ("left", "update on points", f"old.state = 'open' and ({changed})", _of_point("old", -1)),
        ("entered", "update on points", f"new.state = 'open' and ({changed})", _of_point("new", +1)),
        ("taken", "insert on point_contracts", "1", _of_contract("new", +1)),
        ("given", "delete on point_contracts", "1", _of_contract("old", -1)),
        ("moved_from", "update on point_contracts", "1", _of_contract("old", -1)),
        ("moved_to", "update on point_contracts", "1", _of_contract("new", +1)),
    ):
        db.execute(f"create trigger point_sums_{name} after {event} when {when} begin {work} end")


def count(db: sqlite3.Connection) -> None:
    """The sums of what there is, into the empty table."""
    db.execute(
        f"insert into point_sums select '', code, {_DUE}, count(*) from points where state = 'open' group by 2, 3"
    )
    db.execute(
        f"insert into point_sums select o.contract, p.code, {_DUE}, count(*) from points p"
        " join point_contracts o on o.point = p.id where p.state = 'open' group by 1, 2, 3"
    )


_DUE = "coalesce(due, '')"


def _of_point(row: str, step: int) -> str:
    """The point counts, once for itself and once for each contract that it is about."""
    due = f"coalesce({row}.due, '')"
    return _changed(f"select '' as contract, {row}.code as code, {due} as due", step) + _changed(
        f"select o.contract as contract, {row}.code as code, {due} as due from point_contracts o where o.point = {row}.id",
        step,
    )


def _of_contract(row: str, step: int) -> str:
    """The contract counts, where the point is open."""
    return _changed(
        f"select {row}.contract as contract, p.code as code, coalesce(p.due, '') as due from points p"
        f" where p.id = {row}.point and p.state = 'open'",
        step,
    )


def _changed(which: str, step: int) -> str:
    """Statements of a trigger. No conflict is resolved in them: how a trigger resolves one is what the outer statement says."""
    same = "s.contract = point_sums.contract and s.code = point_sums.code and s.due = point_sums.due"
    made = (
        f"insert into point_sums select s.contract, s.code, s.due, 0 from ({which}) s"
        f" where not exists (select 1 from point_sums where {same});"
    )
    keys = f"(contract, code, due) in ({which})"
    return (
        f"{made if step > 0 else ''} update point_sums set open = open + ({step}) where {keys};"
        f" delete from point_sums where open = 0 and {keys};"
    )


class Sum(NamedTuple):
    """Open points of one code that are due on one day (ISO, or empty for none)."""

    code: str
    due: str
    open: int


def of(db: sqlite3.Connection, contract: str = ALL) -> Iterator[Sum]:
    """The sums of a contract, or of everything."""
    cursor = db.cursor()
    cursor.row_factory = None
    return (
        Sum(*row) for row in cursor.execute("select code, due, open from point_sums where contract = ?", (contract,))
    )


def by_code(db: sqlite3.Connection, contract: str = ALL) -> Counter[str]:
    """Code → open points."""
    found: Counter[str] = Counter()
    for one in of(db, contract):
        found[one.code] += one.open
    return found
