"""What one run may judge. A point belongs to the policy and the contracts that it was raised under; whoever does not know them
opens, confirms and closes nothing of it.

A policy is the same one as long as it lies at the same path, or where it knows every contract that the other one knew: an
edit, a move of the file and a further contract change nothing; a policy of somebody else's contracts is another one.
"""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta

from scanner import clock
from scanner.paths.system import real

DEPTHS = ("", "quick", "balanced", "thorough")
"""From what sees least to what sees most; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Used:
    """The policy of a run."""

    path: str
    sha256: str = ""
    contracts: tuple[str, ...] = ()
    due_days: int = 14
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """One run: what it may judge, and what the points that it opens carry."""

    run: int
    today: date
    due: date
    depth: str = ""
    policy: int | None = None
    """Number of the policy; ``None`` without one: then nothing is judged."""
    same: frozenset[int] = frozenset()
    """Policies that this one stands for."""
    contracts: frozenset[str] = frozenset()

    def judges(self, policy: int | None, contracts: frozenset[str]) -> bool:
        """Whether a point may be closed that was raised under ``policy`` (``None``: by an earlier version, nobody knows) and is
        about ``contracts``."""
        if self.policy is None:
            return False
        if contracts and contracts <= self.contracts:
            return True
        return (policy is None or policy in self.same) and (not contracts or bool(contracts & self.contracts))

    def opens(self, contracts: frozenset[str]) -> bool:
        """Whether a point about ``contracts`` may be opened."""
        return self.policy is None or not contracts or bool(contracts & self.contracts)


def scope_of(db: sqlite3.Connection, run: int, used: Used | None, today: date | None = None, depth: str = "") -> Scope:
    """The scope of a run; its policy is entered. Inside the caller's transaction."""
    day = today or clock.today()
    if used is None or not used.path:
        return scope_without(run, day, depth)
    contracts = frozenset(used.contracts)
    path = real(os.fsencode(used.path))
    identity = (path, json.dumps(sorted(contracts), ensure_ascii=False), used.sha256)
    db.execute("insert or ignore into policies (path, contracts, sha256) values (?, ?, ?)", identity)
    rows = db.execute("select id, path, contracts, sha256 from policies").fetchall()
    number = next(n for n, *rest in rows if (bytes(rest[0]), *rest[1:]) == identity)
    same = frozenset(
        n for n, where, known, _ in rows if bytes(where) == path or contracts.issuperset(json.loads(known))
    )
    newest = db.execute("select id, zone from policies order by last desc, id desc limit 1").fetchone()
    if tuple(newest) != (number, used.zone):  # which one was used last is kept, not when: printing changes no row
        db.execute("update policies set last = ?, zone = ? where id = ?", (clock.stamp(), used.zone, number))
    return Scope(run, day, day + timedelta(days=used.due_days), depth, number, same, contracts)


def scope_without(run: int, today: date | None = None, depth: str = "") -> Scope:
    """The scope of a run without a policy."""
    day = today or clock.today()
    return Scope(run, day, day + timedelta(days=14), depth)


def depth_of(rule_set: str) -> str:
    """``balanced`` of ``3fa2c81b90de/balanced/ocr``; empty where it says none."""
    found = rule_set.partition(" ")[0].split("/")[1:2]  # another machine may be named behind it
    return found[0] if found and found[0] in DEPTHS else ""


def sees_as_much(found: str, wanted: str) -> bool:
    """Whether what was found under one rule set answers for another one: the same rules, applied as thoroughly or more."""
    if found == wanted or " " in found + wanted:  # what another machine told answers for itself alone
        return found == wanted
    rules, _, how = found.partition("/")
    other, _, asked = wanted.partition("/")
    if rules != other or not how or not asked or not set(asked.split("/")[1:]) <= set(how.split("/")[1:]):
        return False
    return at_least(depth_of(found), depth_of(wanted))


def at_least(depth: str, other: str) -> bool:
    """Whether one depth sees all that another one sees."""
    return DEPTHS.index(depth) >= DEPTHS.index(other)


def create(db: sqlite3.Connection) -> None:
    """Policies, and what points carry of them. A step of the schema: never changed."""
    db.execute(
        "create table policies (id integer primary key, path blob not null, contracts text not null, sha256 text not null,"
        " zone text not null default '', last text not null default '', unique (path, contracts, sha256))"
    )
    for table, column, kind in (
        ("points", "policy", "integer"),
        ("points", "depth", "text not null default ''"),
        ("points", "gap", "text not null default ''"),
        ("points", "again", "integer not null default 0"),
        ("files", "policy", "integer"),
    ):
        db.execute(f"alter table {table} add column {column} {kind}")
    db.execute(
        "create table point_contracts (point integer not null, contract text not null, primary key (point, contract))"
    )
    db.execute("insert into point_contracts select id, contract from points where contract <> ''")
    db.execute(
        "insert or ignore into point_contracts select p.id, o.contract from points p join files f on f.id = p.file_id"
        " join copies k on k.content_id = f.content_id and k.weak = 0 join originals o on o.id = k.original"
    )
    db.execute(
        "update points set contract = coalesce((select min(contract) from point_contracts where point = id), '')"
        " where contract = ''"
    )
    db.execute("update points set again = 1 where closed_why = 'verdict'")
