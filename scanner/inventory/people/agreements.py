"""Agreements of two people, by the record alone: an exclusion that reaches into an agreed place, and a baseline.

``agreement_proposed`` carries the statement and the first signature, ``agreement_signed`` the second over the same statement,
``agreement_ended`` the signature of whoever ends it. What the signatures do not bear out is not in force.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from scanner import clock
from scanner.inventory.people import registry, statements

EXCLUSION, BASELINE = "exclusion", "baseline"


@dataclass(slots=True)
class Agreement:
    """One agreement as the record has it. ``number``: that of its first entry."""

    number: int
    act: str
    said: Mapping[str, Any]
    by: str
    reason: str
    at: str
    second: str = ""
    """Who signed after the first; empty while it waits."""
    signed_at: str = ""
    ended_by: str = ""

    @property
    def until(self) -> date:
        """The last day on which it counts."""
        return date.fromisoformat(self.said["until"])

    def state(self, today: date) -> str:
        """``waiting``, ``in_force``, ``expired`` or ``ended``."""
        if self.ended_by:
            return "ended"
        if today > self.until:
            return "expired"
        return "in_force" if self.second else "waiting"


def load(db: sqlite3.Connection, act: str = "") -> list[Agreement]:
    """Every agreement that the signatures bear out, in order; ``act``: only those of one kind."""
    rows = db.execute(
        "select seq, at, kind, details from ledger where substr(kind, 1, 10) = 'agreement_' order by seq"
    ).fetchall()
    if not rows:
        return []
    people = registry.load(db)
    found: dict[int, Agreement] = {}
    for seq, at, kind, details in map(tuple, rows):
        told = json.loads(details)
        if kind == "agreement_proposed":
            said = told["said"]
            if people.signed(said, told["by"], told["signature"], seq):
                found[seq] = Agreement(seq, said["act"], said, told["by"], told["reason"], at)
        elif (one := found.get(int(told["of"]))) is not None:
            _follow(one, people, kind, seq, at, told)
    return [a for a in found.values() if act in ("", a.act)]


def _follow(one: Agreement, people: registry.Registry, kind: str, seq: int, at: str, told: Mapping[str, Any]) -> None:
    if kind == "agreement_signed" and not one.second and people.signed(one.said, told["by"], told["signature"], seq):
        first, second = people.key_of(one.by, one.number + 1), people.key_of(told["by"], seq)
        if first and second and first.public != second.public:
            one.second, one.signed_at = told["by"], at
    elif kind == "agreement_ended" and people.signed(told["said"], told["by"], told["signature"], seq):
        same = told["said"].get("of") == statements.digest(one.said) and told["said"].get("act") == f"end_{one.act}"
        one.ended_by = told["by"] if same else one.ended_by


def in_force(db: sqlite3.Connection, act: str, today: date | None = None) -> list[Agreement]:
    """Those of one kind that count on a day."""
    return [a for a in load(db, act) if a.state(today or clock.today()) == "in_force"]


def patterns(db: sqlite3.Connection, today: date | None = None) -> tuple[str, ...]:
    """Patterns that two people let leave out even what lies in an agreed place."""
    return tuple(str(a.said["pattern"]) for a in in_force(db, EXCLUSION, today))
