"""What the inventory no longer needs after a stated age, and its removal.

Kept whatever their age: the record, points with everything that people said of them, originals, files that held something of one (a
point may rest on a copy that is gone), what a decision, an order or a log of another product names, what a hub was sent, and every scan that a row still points to. What is left to remove can be made again by a scan, or is about files that are gone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

# the numbers in suppressions are text
_FILES = """select f.id from files f where f.gone is not null and f.gone < :before
 and not exists (select 1 from points where file_id = f.id) and not exists (select 1 from suppressions where file_id = cast(f.id as text))
 and not exists (select 1 from quieted where file_id = f.id) and not exists (select 1 from corrections where file_id = f.id)
 and not exists (select 1 from baselines where file_id = f.id) and not exists (select 1 from outside where file_id = f.id)
 and not exists (select 1 from copies k where k.content_id = f.content_id and k.weak = 0)
 and not exists (select 1 from hub_sent where tab = 'files' and id = f.id)"""
_CONTENTS = f"""select c.id from contents c where c.examined < :before
 and not exists (select 1 from files f where f.content_id = c.id and f.id not in ({_FILES}))
 and not exists (select 1 from originals where content_key = c.key) and not exists (select 1 from suppressions where content_id = cast(c.id as text))
 and not exists (select 1 from hub_sent where tab = 'contents' and id = c.id)"""  # noqa: S608  # our own statement
_RUNS = f"""select r.id from runs r where r.started < :before and r.id < (select max(id) from runs)
 and not exists (select 1 from files f where f.run_id = r.id and f.id not in ({_FILES}))
 and not exists (select 1 from points where run_id = r.id)
 and not exists (select 1 from roots where tried_run = r.id or walked_run = r.id)
 and not exists (select 1 from hub_sent where tab = 'runs' and id = r.id)"""  # noqa: S608  # our own statement
WHAT = {"files": _FILES, "contents": _CONTENTS, "runs": _RUNS}
"""Table → its rows that may go, in the order of removal: files point to the others."""
_BELOW = {
    "files": (),
    "contents": (("findings", "content_id"), ("copies", "content_id"), ("sketches", "content"), ("alike", "content_id"), ("alike", "other")),
    "runs": (("sightings", "run"),),
}  # fmt: skip


def found(db: sqlite3.Connection, before: str) -> dict[str, list[int]]:
    """Table → rows older than the moment ``before`` (UTC) that nothing needs."""
    return {table: [row[0] for row in db.execute(statement, {"before": before})] for table, statement in WHAT.items()}


def remove(db: sqlite3.Connection, rows: dict[str, list[int]]) -> None:
    """Remove them with what hangs on them, inside the caller's transaction; which rows of which table went is entered in the record
    when it ends."""
    for table, numbers in rows.items():
        for below, column in _BELOW[table]:
            _delete(db, below, column, numbers)
        _delete(db, table, "id", numbers)


def _delete(db: sqlite3.Connection, table: str, column: str, numbers: Iterable[int]) -> None:
    db.executemany(f"delete from {table} where {column} = ?", ((number,) for number in numbers))  # noqa: S608  # our own names
