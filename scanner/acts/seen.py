"""What somebody was shown of a point before they act on it: nothing that another did meanwhile is overridden unseen, and the same
form that comes twice is done once."""

from __future__ import annotations

import sqlite3

from scanner.errors import EXIT_USAGE, SekishoError


class ActedMeanwhile(SekishoError):
    """Something was done about the point after it was shown."""

    section = "points"
    exit_code = EXIT_USAGE


def version(db: sqlite3.Connection, point: int) -> str:
    """Where a point stands: its stage, and the last decision and declaration about it. Empty for a point that is not there."""
    row = db.execute(
        "select stage, (select coalesce(max(id), 0) from decisions where point_id = ?),"
        " (select coalesce(max(id), 0) from declarations where point_id = ?) from points where id = ?",
        (point, point, point),
    ).fetchone()
    return ".".join(map(str, tuple(row))) if row else ""


def refuse_otherwise(db: sqlite3.Connection, point: int, shown: str | None) -> None:
    """Raise ``ActedMeanwhile`` where the version that was ``shown`` is no longer that of the point; ``None``: nothing was shown, as
    by a command. Inside the transaction of the act."""
    if shown is not None and shown != version(db, point):
        raise ActedMeanwhile("acted_meanwhile", number=point)
