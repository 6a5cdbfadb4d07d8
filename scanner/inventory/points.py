"""Open points in the inventory: opened and closed by verdicts, by the arithmetic and by the duties, never twice for one fact.

``state`` says whether a point counts (open, closed); ``stage`` where its treatment stands (new, review, correcting). A fact
that two people have accepted, or called a false alarm, stays quiet as long as their decision holds.
"""

from __future__ import annotations

import fnmatch
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from scanner import clock
from scanner.inventory import ledger
from scanner.inventory.people.standing import BROKEN, SELECT, Standings
from scanner.model import Outcome, display


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rule has found on one day: about a file, or about a subject such as ``worker:W-3`` or ``transport:T-1``."""

    code: str
    file_id: int | None = None
    subject: str = ""
    contract: str = ""
    family: str = ""
    working: Mapping[str, Any] = field(default_factory=dict)
    """Rule, registers and arithmetic, from which the verdict can be redone by hand."""

    @property
    def key(self) -> tuple[int, str, str]:
        """Two facts with one key are the same fact."""
        return (self.file_id or 0, self.subject, self.code)


class Quiet:
    """Decisions in force, as far as the record bears them out: facts that are not raised again."""

    def __init__(self, db: sqlite3.Connection, today: date) -> None:
        self._db = db
        rows = rows_of(
            db,
            f"{SELECT} where s.revoked is null and s.exceeded is null and (s.expires is null or s.expires >= ?)",
            (today.isoformat(),),
        )
        standings = Standings(db)
        self._rules = [row for row in rows if standings.of(row) != BROKEN]
        self._unborne = [row["id"] for row in rows if row not in self._rules]

    def tell_unborne(self) -> None:
        """An entry for each decision of the table that the record does not bear out; once for each."""
        if not self._unborne:
            return
        rows = self._db.execute("select details from ledger where kind = 'attempt_refused'").fetchall()
        told = {json.loads(row[0]).get("suppression") for row in rows}
        for number in self._unborne:
            if number not in told:
                ledger.append(self._db, "attempt_refused", act="suppress", why="edited", suppression=number)

    def covers(self, code: str, file_id: int | None, subject: str) -> bool:
        """Whether a decision covers this fact as it is now: of a file its present bytes, by whatever rules they were read."""
        return self._of(code, file_id, subject) is not None

    def covers_file(self, code: str, file_id: int, path: bytes, key: bytes | None) -> bool:
        """Whether a decision covers a fact about a file that lies at ``path`` and whose bytes have ``key``."""
        return self._of_file(code, file_id, path, key) is not None

    def holds(self, code: str, file_id: int | None, subject: str) -> bool:
        """As ``covers``, where points are written: the files that a pattern covers are counted, and beyond its number it covers
        none any more, which the record tells."""
        while rule := self._of(code, file_id, subject):
            if not rule["pattern"] or file_id is None or self._within(rule, file_id):
                return True
            self._rules.remove(rule)
        return False

    def _within(self, rule: dict[str, Any], file_id: int) -> bool:
        self._db.execute("insert or ignore into quieted values (?, ?)", (rule["id"], file_id))
        count = self._db.execute(
            "select count(*) from quieted q join files f on f.id = q.file_id where q.suppression = ? and f.gone is null",
            (rule["id"],),
        ).fetchone()[0]
        if count <= int(rule["most"] or LEAST_PATTERN):
            return True
        self._db.execute("update suppressions set exceeded = ? where id = ?", (clock.stamp(), rule["id"]))
        ledger.append(self._db, "pattern_exceeded", suppression=rule["id"], code=rule["code"], files=count)
        return False

    def _of(self, code: str, file_id: int | None, subject: str) -> dict[str, Any] | None:
        rules = [rule for rule in self._rules if rule["code"] == code]
        if not rules:
            return None
        if file_id is None:
            return next((rule for rule in rules if rule["subject"] and rule["subject"] == subject), None)
        path, key = self._db.execute(
            "select f.path, c.key from files f left join contents c on c.id = f.content_id where f.id = ?", (file_id,)
        ).fetchone()
        return self._of_file(code, file_id, path, key)

    def _of_file(self, code: str, file_id: int, path: bytes, key: bytes | None) -> dict[str, Any] | None:
        for rule in self._rules:
            this = rule["file_id"] and int(rule["file_id"]) == file_id and rule["key"] == key
            alike = rule["pattern"] and fnmatch.fnmatchcase(display(path), rule["pattern"])
            if rule["code"] == code and (this or alike):
                return rule
        return None


LEAST_PATTERN = 100
"""So many files a pattern covers that was decided on before patterns had a number."""


def rows_of(db: sqlite3.Connection, statement: str, values: tuple[object, ...] = ()) -> list[dict[str, Any]]:
    """Rows by the names of their columns, whatever the connection makes of rows."""
    cursor = db.cursor()
    cursor.row_factory = None
    cursor.execute(statement, values)
    names = [c[0] for c in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def silenced(db: sqlite3.Connection, outcome: Outcome, today: date) -> frozenset[str]:
    """Which points of an outcome that is not entered yet a decision keeps quiet."""
    quiet = Quiet(db, today)
    row = db.execute("select id from files where path = ? and host = ''", (outcome.ref.path,)).fetchone()
    number = row[0] if row else 0  # a file that is not entered yet has no number, so only a pattern can cover it
    path, key = outcome.ref.path, outcome.content_key
    return frozenset(code for code in outcome.points if quiet.covers_file(code, number, path, key))


def of_verdict(db: sqlite3.Connection, file_id: int, codes: Iterable[str], run: int, moment: str) -> None:
    """The points that the place of one file gives (F03): new ones open, those no longer given, or kept quiet by a decision,
    close."""
    wanted = set(codes)
    standing = db.execute(
        "select id, code from points where file_id = ? and state = 'open' and code in ('F03-OUTSIDE', 'F03-EXPIRED')",
        (file_id,),
    ).fetchall()
    if not wanted and not standing:
        return
    quiet = Quiet(db, clock.day_of(moment))
    for point, code in standing:
        why = "" if code in wanted else "verdict"
        if not why and quiet.holds(code, file_id, ""):
            why = "suppressed"
        wanted.discard(code)
        if not why:
            db.execute("update points set last_seen = ?, run_id = ? where id = ?", (moment, run, point))
        else:
            db.execute(
                "update points set state = 'closed', closed = ?, closed_why = ? where id = ?", (moment, why, point)
            )
            ledger.append(db, "point_closed", point=point, code=code, why=why)
    for code in sorted(wanted):
        if quiet.holds(code, file_id, ""):
            continue
        contract = db.execute("select coalesce(contract, '') from files where id = ?", (file_id,)).fetchone()[0]
        open_point(db, Fact(code, file_id, contract=contract), run, moment)


def settle(
    db: sqlite3.Connection,
    facts: Iterable[Fact],
    codes: Iterable[str],
    run: int,
    moment: str,
    today: date | None = None,
    due_days: int = 14,
) -> None:
    """Bring the points with ``codes`` to the facts of the day. What is no longer a fact closes by itself and says so."""
    day = today or clock.day_of(moment)
    kinds = tuple(codes)
    marks = ",".join("?" * len(kinds))
    rows = db.execute(
        f"select id, coalesce(file_id, 0), subject, code from points where state = 'open' and code in ({marks})",  # noqa: S608
        kinds,
    ).fetchall()
    standing = {(file_id, subject, code): point for point, file_id, subject, code in rows}
    quiet = Quiet(db, day)
    quiet.tell_unborne()
    wanted: dict[tuple[int, str, str], Fact] = {}
    for fact in facts:
        wanted.setdefault(fact.key, fact)
    for key, point in standing.items():
        found = wanted.get(key)
        if found is None or quiet.holds(found.code, found.file_id, found.subject):
            why = "settled" if found is None else "suppressed"
            db.execute(
                "update points set state = 'closed', closed = ?, closed_why = ? where id = ?", (moment, why, point)
            )
            ledger.append(db, "point_closed", point=point, code=key[2], why=why)
        else:
            db.execute(
                "update points set last_seen = ?, run_id = ?, working = ? where id = ?",
                (moment, run, _text(found.working), point),
            )
    for key, fact in wanted.items():
        if key not in standing and not quiet.holds(fact.code, fact.file_id, fact.subject):
            open_point(db, fact, run, moment, day + timedelta(days=due_days))


def file_gone(db: sqlite3.Connection, file_id: int, moment: str) -> None:
    """With a file its points are over."""
    for point, code in db.execute(
        "select id, code from points where file_id = ? and state = 'open'", (file_id,)
    ).fetchall():
        db.execute("update points set state = 'closed', closed = ?, closed_why = 'gone' where id = ?", (moment, point))
        ledger.append(db, "point_closed", point=point, code=code, why="gone")


def open_point(db: sqlite3.Connection, fact: Fact, run: int, moment: str, due: date | None = None) -> int:
    """A new point, told in the record."""
    due = due or clock.day_of(moment) + timedelta(days=14)
    cursor = db.execute(
        "insert into points (code, file_id, state, opened, last_seen, run_id, family, working, subject, contract, stage, due)"
        " values (?,?,'open',?,?,?,?,?,?,?,'new',?)",
        (
            fact.code,
            fact.file_id,
            moment,
            moment,
            run,
            fact.family,
            _text(fact.working) if fact.working else None,
            fact.subject,
            fact.contract,
            due.isoformat(),
        ),
    )
    number = int(cursor.lastrowid or 0)
    more = {"subject": fact.subject} if fact.subject else {}
    ledger.append(db, "point_opened", contract=fact.contract, family=fact.family, point=number, code=fact.code, **more)
    return number


def _text(working: Mapping[str, Any]) -> str:
    return json.dumps(working, ensure_ascii=False, sort_keys=True)
