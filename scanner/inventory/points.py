"""Open points in the inventory: opened and closed by verdicts and by the arithmetic, never twice for one fact."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.inventory import ledger

Wanted = Mapping[int, Mapping[str, Mapping[str, Any]]]
"""File → code → working."""


def of_verdict(db: sqlite3.Connection, file_id: int, codes: Iterable[str], run: int, moment: str) -> None:
    """The points that the place of one file gives (F03): new ones open, those no longer given close."""
    wanted = set(codes)
    for point, code in db.execute(
        "select id, code from points where file_id = ? and state = 'open' and code glob 'F03-*'", (file_id,)
    ).fetchall():
        if code in wanted:
            wanted.discard(code)
            db.execute("update points set last_seen = ?, run_id = ? where id = ?", (moment, run, point))
        else:
            db.execute(
                "update points set state = 'closed', closed = ?, closed_why = 'verdict' where id = ?", (moment, point)
            )
    for code in sorted(wanted):
        db.execute(
            "insert into points (code, file_id, state, opened, last_seen, run_id) values (?, ?, 'open', ?, ?, ?)",
            (code, file_id, moment, moment, run),
        )


def settle(db: sqlite3.Connection, wanted: Wanted, codes: Iterable[str], run: int, moment: str) -> None:
    """Bring the points with ``codes`` to what the arithmetic wants. What is no longer wanted closes by itself and says so."""
    kinds = tuple(codes)
    marks = ",".join("?" * len(kinds))
    rows = db.execute(
        f"select id, file_id, code from points where state = 'open' and code in ({marks})",  # noqa: S608
        kinds,
    ).fetchall()
    standing = {(file_id, code): point for point, file_id, code in rows}
    for (file_id, code), point in standing.items():
        working = wanted.get(file_id, {}).get(code)
        if working is None:
            db.execute(
                "update points set state = 'closed', closed = ?, closed_why = 'settled' where id = ?", (moment, point)
            )
            ledger.append(db, "point_closed", point=point, code=code, why="settled")
        else:
            db.execute(
                "update points set last_seen = ?, run_id = ?, working = ? where id = ?",
                (moment, run, _text(working), point),
            )
    for file_id, found in wanted.items():
        for code, working in found.items():
            if (file_id, code) not in standing:
                _open(db, file_id, code, working, run, moment)


def _open(db: sqlite3.Connection, file_id: int, code: str, working: Mapping[str, Any], run: int, moment: str) -> None:
    family, contract = str(working.get("family", "")), str(working.get("contract", ""))
    cursor = db.execute(
        "insert into points (code, file_id, state, opened, last_seen, run_id, family, working) values (?,?,'open',?,?,?,?,?)",
        (code, file_id, moment, moment, run, family, _text(working)),
    )
    ledger.append(db, "point_opened", contract=contract, family=family, point=cursor.lastrowid, code=code)


def _text(working: Mapping[str, Any]) -> str:
    return json.dumps(working, ensure_ascii=False, sort_keys=True)
