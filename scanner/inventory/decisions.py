"""What people decide about open points: under review, being corrected, accepted, false alarm; and taking it back.

Correction itself is not declared but seen: the next scan closes the point. To end one whose fact goes on takes a reason
and, where the policy says so, two different people.
"""

from __future__ import annotations

import sqlite3
from datetime import date

from scanner import clock
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import ledger
from scanner.inventory.errors import now
from scanner.inventory.transaction import transaction

STAGES = {"review": "review", "correct": "correcting"}
ENDS = {"accept": "accepted", "dismiss": "false_alarm"}


class DecisionError(SekishoError):
    """A decision that cannot be taken; ``code`` names the message."""

    section = "points"
    exit_code = EXIT_USAGE


def stage(db: sqlite3.Connection, point: int, action: str, by: str, reason: str = "", due: date | None = None) -> None:
    """``review`` or ``correct``: the point stays open and shows where it stands."""
    with transaction(db):
        row = _open(db, point)
        db.execute(
            "update points set stage = ?, due = coalesce(?, due) where id = ?",
            (STAGES[action], due.isoformat() if due else None, point),
        )
        _noted(db, point, row, action, by, "", reason, due.isoformat() if due else "")


def end(
    db: sqlite3.Connection,
    point: int,
    action: str,
    by: str,
    reviewer: str,
    reason: str,
    until: date,
    *,
    two_persons: bool = True,
    pattern: str = "",
) -> None:
    """``accept`` or ``dismiss`` until a day: the point closes and the same fact stays quiet till then.

    Raises ``DecisionError`` without a reason, without the second person, where both are one, or past ``until``.
    """
    with transaction(db):
        row = _open(db, point)
        if not reason.strip():
            raise DecisionError("needs_reason")
        if until <= clock.today():
            raise DecisionError("until_past", until=until)
        if two_persons and not reviewer:
            raise DecisionError("needs_reviewer")
        if reviewer and _same(by, reviewer):
            raise DecisionError("same_person")
        content = db.execute("select content_id from files where id = ?", (row[1],)).fetchone()
        db.execute(
            "insert into suppressions (code, file_id, content_id, pattern, subject, reason, by, reviewer, made, expires)"
            " values (?,?,?,?,?,?,?,?,?,?)",
            (
                row[2],
                None if pattern else row[1],
                content[0] if content and not pattern else None,
                pattern or None,
                row[3],
                reason,
                by,
                reviewer,
                now(),
                until.isoformat(),
            ),
        )
        db.execute(
            "update points set state = 'closed', closed = ?, closed_why = ? where id = ?", (now(), ENDS[action], point)
        )
        _noted(db, point, row, action, by, reviewer, reason, until.isoformat())


def revoke(db: sqlite3.Connection, suppression: int, by: str, reason: str) -> None:
    """A decision is taken back; the next scan opens the point again where its fact still stands."""
    with transaction(db):
        row = db.execute("select code from suppressions where id = ? and revoked is null", (suppression,)).fetchone()
        if row is None:
            raise DecisionError("no_such_suppression", number=suppression)
        if not reason.strip():
            raise DecisionError("needs_reason")
        db.execute("update suppressions set revoked = ? where id = ?", (now(), suppression))
        ledger.append(db, "decided", action="revoke", code=row[0], suppression=suppression, by=by)


def _open(db: sqlite3.Connection, point: int) -> tuple[int, int | None, str, str, str, str]:
    row = db.execute(
        "select id, file_id, code, subject, contract, coalesce(family, '') from points where id = ? and state = 'open'",
        (point,),
    ).fetchone()
    if row is None:
        raise DecisionError("not_open", number=point)
    return row  # type: ignore[no-any-return]


def _noted(
    db: sqlite3.Connection,
    point: int,
    row: tuple[int, int | None, str, str, str, str],
    action: str,
    by: str,
    reviewer: str,
    reason: str,
    due: str,
) -> None:
    db.execute(
        "insert into decisions (point_id, at, action, by, reviewer, reason, due) values (?,?,?,?,?,?,?)",
        (point, now(), action, by, reviewer, reason, due),
    )
    ledger.append(
        db, "decided", contract=row[4], family=row[5], point=point, code=row[2], action=action, by=by, reviewer=reviewer
    )


def _same(one: str, other: str) -> bool:
    """Whether two names are one person's: compared without spaces and case, as people write them."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()
