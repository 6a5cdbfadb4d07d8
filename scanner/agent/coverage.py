"""The counters of coverage by root and reason, in the place of the files that stay on the terminal."""

from __future__ import annotations

import sqlite3
from typing import Any

from scanner.agent.masking import Masking
from scanner.fleet.batch import PASSED_MOST
from scanner.inventory import coverage
from scanner.paths.names import span


def told(db: sqlite3.Connection, masking: Masking) -> dict[str, Any]:
    """As ``fleet.batch.Coverage`` has it. What lies below no root is counted under an empty one."""
    known = coverage.of(db)
    counters = []
    whole = {(outcome, reason): (number, first, last) for outcome, reason, number, first, last in coverage.counted(db)}
    rest = {key: row[0] for key, row in whole.items()}
    by_walk = sorted(known.roots, key=lambda root: root.walked)
    named = by_walk[:PASSED_MOST]  # a root that is left out was walked later than these
    for root in named:
        for outcome, reason, number, first, last in coverage.counted(db, [span(root.path)]):
            counters.append(_counter(masking.path(root.path), outcome, reason, number, first, last))
            rest[outcome, reason] = rest.get((outcome, reason), 0) - number
    for (outcome, reason), number in sorted(rest.items()):
        if number > 0:
            counters.append(_counter("", outcome, reason, number, *whole[outcome, reason][1:]))
    roots = [{"path": masking.path(r.path), "tried": r.tried, "walked": r.walked or None} for r in named]
    passed = [
        {"path": masking.path(bytes(path)), "kind": kind, "seen": seen}
        for path, kind, seen in map(
            tuple, db.execute("select path, kind, seen from passed_by where host = '' order by path")
        )
    ]
    return {"counters": counters, "roots": roots, "passed": passed[:PASSED_MOST]}


def _counter(root: str, outcome: str, reason: str, number: int, first: str, last: str) -> dict[str, Any]:
    return {
        "root": root,
        "outcome": outcome,
        "reason": reason,
        "number": number,
        "first": first or "",
        "last": last or "",
    }
