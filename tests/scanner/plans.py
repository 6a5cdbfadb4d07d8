"""What SQLite does for a statement: whether it goes through a table that may be large."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from itertools import pairwise

LARGE = frozenset(
    {"files", "points", "ledger", "contents", "findings", "copies", "point_contracts", "tokens", "sketches"}
)
FEW = frozenset(
    {
        "points_family",
        "ledger_people",
        "ledger_decided",
        "ledger_revoked",
        "ledger_log_key",
        "ledger_stamped",
        "ledger_agreement",
    }
)
"""Indexes that hold little of their tables: going through one is no going through the table."""

_ENDS = re.compile(r"select [^()]* from \w+ order by (seq|id)( desc)? limit \d+", re.IGNORECASE)
"""The first or last rows by number: not gone through."""


def slow(db: sqlite3.Connection, statements: Iterable[str]) -> list[str]:
    """Steps that go through a large table or a whole index of it, with their statements."""
    wrong = []
    for statement in dict.fromkeys(statements):
        if not statement.lstrip().lower().startswith(("select", "with")) or _ENDS.fullmatch(statement):
            continue
        names = _names(db, statement)
        for *_, detail in db.execute(f"explain query plan {statement}").fetchall():
            words = str(detail).split()
            if words[0] == "SCAN" and names.get(words[1], words[1]) in LARGE and words[-1] not in FEW:
                wrong.append(f"{detail}: {statement}")
    return wrong


def _names(db: sqlite3.Connection, statement: str) -> dict[str, str]:
    """Short name → table, as a statement gives them."""
    words = statement.replace(",", " ").replace("(", " ").replace(")", " ").split()
    tables = {name for (name,) in db.execute("select name from sqlite_master where type = 'table'").fetchall()}
    return {after: one for one, after in pairwise(words) if one in tables}
