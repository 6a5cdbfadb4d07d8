"""Files that are no longer there: which they are, and what is over with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from scanner.inventory import handling, points
from scanner.inventory.errors import now
from scanner.paths import names, system

LeftOut = Iterable[tuple[bytes, str]]
"""Folders that were left out, each with the exclusion."""
Lost = list[tuple[int, bytes]]
"""Number and path of files."""


def not_met(db: sqlite3.Connection, root: bytes, run: int, unseen: Iterable[bytes]) -> Lost:
    """Files of this machine below ``root`` that a complete walk did not meet, except below folders that it could not read."""
    blocked = frozenset(map(names.front, unseen))  # a share may be told with and without the mark at its end
    rows = db.execute(
        "select id, path, run_id from files where gone is null and host = '' and (run_id <> ? or reason = 'vanished')"
        " and (path = ? or (path >= ? and path < ?))",
        (run, *names.span(root)),
    ).fetchall()
    lost: Lost = []
    for file_id, path, met in rows:
        if met == run:  # it went while it was looked at
            if system.exists(path):
                continue
        elif any(names.front(folder) in blocked for folder in (path, *names.above(path))):
            continue
        lost.append((file_id, path))
    return lost


def left_out(db: sqlite3.Connection, folders: LeftOut) -> None:
    """What is known below folders that were left out is not examined from now on, and read again once it is met. Inside the caller's transaction."""
    for folder, rule in folders:
        db.execute(
            "update files set outcome = 'not_examined', reason = 'excluded', rule_set = '', left_out = ?"
            " where gone is null and host = '' and path >= ? and path < ?",
            (BEHIND + rule, *names.span(folder)[1:]),
        )


BEHIND = ">"
"""In front of the exclusion of what lies behind a folder that was left out."""


def below(db: sqlite3.Connection, path: bytes) -> Lost:
    """The file, or all files of the folder, that a path was."""
    return db.execute(
        "select id, path from files where gone is null and host = '' and (path = ? or (path >= ? and path < ?))",
        names.span(path),
    ).fetchall()


def gone(db: sqlite3.Connection, lost: Lost, started: str) -> None:
    """Enter files as gone. ``started``: when the run began. Inside the caller's transaction."""
    for file_id, path in lost:
        moment = now()
        handling.gone(db, file_id, path, started)
        db.execute("update files set gone = ? where id = ?", (moment, file_id))
        points.file_gone(db, file_id, moment)
