"""Open points in the inventory: opened and closed by verdicts, by the arithmetic and by the duties, never twice for one fact.

``state`` says whether a point counts (open, closed); ``stage`` where its treatment stands (new, review, correcting). A fact
that two people have accepted, or called a false alarm, stays quiet as long as their decision holds.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from scanner import clock
from scanner.inventory import ledger
from scanner.inventory.people.standing import BROKEN, SELECT, Standings
from scanner.inventory.scope import Scope, at_least, depth_of
from scanner.model import Outcome, Reason, VerdictKind, display
from scanner.paths import patterns


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
    def key(self) -> Key:
        """Two facts with one key are the same fact. About a file there is one for all contracts whose data it holds."""
        return (self.file_id or 0, self.subject, self.code, "" if self.file_id else self.contract)


Key = tuple[int, str, str, str]
"""File, subject, code, contract."""


class Standing(NamedTuple):
    """An open point."""

    id: int
    file_id: int | None
    subject: str
    code: str
    contract: str
    policy: int | None
    depth: str
    """How thoroughly was looked when it was opened."""
    gap: str
    """For what reason its file was not wholly read then."""

    @property
    def key(self) -> Key:
        """As that of its fact."""
        return (self.file_id or 0, self.subject, self.code, "" if self.file_id else self.contract)


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
        borne = [(row, standings.of(row) != BROKEN) for row in rows]
        self._rules = [row for row, good in borne if good]
        self._unborne = [row["id"] for row, good in borne if not good]

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

    def holds(self, code: str, file_id: int | None, subject: str, contract: str = "") -> bool:
        """As ``covers``, where points are written: the files that a pattern covers are counted, and beyond its number it covers
        none any more, which the record tells."""
        while rule := self._of(code, file_id, subject, contract):
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

    def _of(self, code: str, file_id: int | None, subject: str, contract: str = "") -> dict[str, Any] | None:
        rules = [rule for rule in self._rules if rule["code"] == code]
        if not rules:
            return None
        if file_id is None:
            mine = (r for r in rules if r["subject"] == subject and (not r["about"] or contract in ("", r["about"])))
            return next(mine, None) if subject else None  # a worker of another contract has the same number
        path, key = self._db.execute(
            "select f.path, c.key from files f left join contents c on c.id = f.content_id where f.id = ?", (file_id,)
        ).fetchone()
        return self._of_file(code, file_id, path, key)

    def _of_file(self, code: str, file_id: int, path: bytes, key: bytes | None) -> dict[str, Any] | None:
        for rule in self._rules:
            this = rule["file_id"] and int(rule["file_id"]) == file_id and rule["key"] == key
            alike = rule["pattern"] and patterns.matches(display(path), rule["pattern"])
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


def standing(db: sqlite3.Connection, outcome: Outcome, scope: Scope, depth: str) -> frozenset[str]:
    """Which points about its place stand once an outcome is entered, as ``of_verdict`` will have it: without what a decision
    keeps quiet and what this run may not open, with what stands already and this run may not close. ``depth``: how
    thoroughly its content was looked at."""
    path, key, contents = outcome.ref.path, outcome.content_key, outcome.contents
    row = db.execute("select id from files where path = ? and host = ''", (path,)).fetchone()
    number = row[0] if row else 0  # a file that is not entered yet has no number, so only a pattern can cover it
    rows = db.execute(f"{_STANDING} file_id = ? and code in ('F03-OUTSIDE', 'F03-EXPIRED')", (number,)).fetchall()
    open_ = {point.code: point for point in (Standing(*row) for row in rows)}
    wanted: set[str] = set()
    if outcome.points:
        quiet = Quiet(db, scope.today)
        wanted = {code for code in outcome.points if not quiet.covers_file(code, number, path, key)}
    by_place = outcome.verdict.kind is VerdictKind.IN_PLACE or bool(outcome.points)
    gap = contents.reason.value if contents.reason else ""
    for point in open_.values():
        read = key is not None and at_least(depth, point.depth) and gap in ("", Reason.EMPTY.value, point.gap)
        judged = scope.judges(point.policy, _contracts(db, point.id)) and (by_place or read)
        if point.code not in outcome.points and not judged:
            wanted.add(point.code)
    fresh = wanted - open_.keys()
    if fresh and not scope.opens(_whose(db, outcome)):
        wanted -= fresh
    return frozenset(wanted)


def _whose(db: sqlite3.Connection, outcome: Outcome) -> frozenset[str]:
    """Contracts that an outcome is about which is not entered yet; as ``_about``."""
    numbers = [c.original for c in outcome.contents.copies if not c.weak or c.matched]
    found = [db.execute("select contract from originals where id = ?", (number,)).fetchone() for number in numbers]
    return frozenset({outcome.verdict.contract or "", *(row[0] for row in found if row)}) - {""}


_STANDING = "select id, file_id, subject, code, contract, policy, depth, gap from points where state = 'open' and "
PLACE_CODES = ("F03-OUTSIDE", "F03-EXPIRED")


def of_verdict(
    db: sqlite3.Connection,
    file_id: int,
    codes: Iterable[str],
    scope: Scope,
    moment: str,
    *,
    in_place: bool = False,
    read: bool = True,
    opening: bool = True,
) -> None:
    """The points that the place of one file gives (F03): new ones open, those kept quiet by a decision close, and so do those
    no longer given, as far as this run could have raised them. ``in_place``: the file lies where it may; ``read``: its bytes
    could be read; ``opening``: the run was asked to look at it."""
    wanted = set(codes)
    rows = db.execute(f"{_STANDING} file_id = ? and code in ('F03-OUTSIDE', 'F03-EXPIRED')", (file_id,)).fetchall()
    if not wanted and not rows:
        return
    quiet = Quiet(db, scope.today)
    settled_by_place = in_place or bool(wanted)
    for point in (Standing(*row) for row in rows):
        if point.code in wanted:
            wanted.discard(point.code)
            if quiet.holds(point.code, file_id, ""):
                _close(db, point, "suppressed", moment)
            else:
                _seen(db, point, scope, moment, Fact(point.code, file_id, contract=_agreed(db, file_id)))
        elif scope.judges(point.policy, _contracts(db, point.id)) and (
            settled_by_place or (read and _as_well_read(db, point))
        ):
            _close(db, point, "verdict", moment)
    for code in sorted(wanted) if opening else ():
        if not quiet.holds(code, file_id, ""):
            open_point(db, Fact(code, file_id, contract=_agreed(db, file_id)), scope.run, moment, scope=scope)


def _agreed(db: sqlite3.Connection, file_id: int) -> str:
    """The contract in whose place a file lies."""
    return str(db.execute("select coalesce(contract, '') from files where id = ?", (file_id,)).fetchone()[0])


def settle(db: sqlite3.Connection, facts: Iterable[Fact], codes: Iterable[str], scope: Scope, moment: str) -> None:
    """Bring the points with ``codes`` to the facts of the day. What is no longer a fact closes by itself and says so, as far as
    this run could have raised it."""
    kinds = tuple(codes)
    marks = ",".join("?" * len(kinds))
    rows = db.execute(f"{_STANDING} code in ({marks})", kinds).fetchall()
    standing = {point.key: point for point in (Standing(*row) for row in rows)}
    quiet = Quiet(db, scope.today)
    quiet.tell_unborne()
    wanted: dict[Key, Fact] = {}
    about: dict[Key, set[str]] = {}
    for fact in facts:
        wanted.setdefault(fact.key, fact)
        about.setdefault(fact.key, set()).add(fact.contract)
    for key, point in standing.items():
        found = wanted.get(key)
        if found is None:
            if _settled(db, point, scope):
                _close(db, point, "settled", moment)
        elif quiet.holds(found.code, found.file_id, found.subject, found.contract):
            _close(db, point, "suppressed", moment)
        else:
            _seen(db, point, scope, moment, found, about[key])
    for key, fact in wanted.items():
        if key not in standing and not quiet.holds(fact.code, fact.file_id, fact.subject, fact.contract):
            open_point(db, fact, scope.run, moment, scope=scope, about=about[key])


def _settled(db: sqlite3.Connection, point: Standing, scope: Scope) -> bool:
    """Whether the missing fact of an open point says anything in this run."""
    if not scope.judges(point.policy, _contracts(db, point.id)):
        return False
    return _as_well_read(db, point) if point.file_id else at_least(scope.depth, point.depth)


def _as_well_read(db: sqlite3.Connection, point: Standing) -> bool:
    """Whether the file of a point has been read as wholly and as thoroughly as it was when the point was opened."""
    depth, gap = _reading(db, point.file_id)
    return at_least(depth, point.depth) and gap in ("", Reason.EMPTY.value, point.gap)


def _reading(db: sqlite3.Connection, file_id: int | None) -> tuple[str, str]:
    """(depth, reason why not wholly) of what is known of a file's content."""
    row = db.execute(
        "select coalesce(c.rule_set, ''), coalesce(c.reason, '') from files f left join contents c on c.id = f.content_id"
        " where f.id = ?",
        (file_id,),
    ).fetchone()
    return (depth_of(row[0]), row[1]) if row else ("", "")


def _contracts(db: sqlite3.Connection, point: int) -> frozenset[str]:
    return frozenset(c for (c,) in db.execute("select contract from point_contracts where point = ?", (point,)))


def _about(db: sqlite3.Connection, fact: Fact, more: Iterable[str]) -> frozenset[str]:
    """Contracts that a fact is about: those that the rule names, and those whose originals stand in the file, be it a single
    row that certainly is of them."""
    rows = db.execute(
        "select distinct o.contract from files f join copies k on k.content_id = f.content_id"
        " and (k.weak = 0 or length(k.matched) > 0) join originals o on o.id = k.original where f.id = ?",
        (fact.file_id,),
    )
    return frozenset({fact.contract, *more, *(contract for (contract,) in rows)}) - {""}


def _close(db: sqlite3.Connection, point: Standing, why: str, moment: str) -> None:
    db.execute("update points set state = 'closed', closed = ?, closed_why = ? where id = ?", (moment, why, point.id))
    ledger.append(db, "point_closed", contract=point.contract, point=point.id, code=point.code, why=why)


def _seen(
    db: sqlite3.Connection, point: Standing, scope: Scope, moment: str, fact: Fact, about: Iterable[str] = ()
) -> None:
    """A standing point is a fact again: it says what the fact says now. A contract that this run knows, and whose data the file
    does not hold any more, has nothing to do with it from now on."""
    db.execute(
        "update points set last_seen = ?, run_id = coalesce(nullif(?, 0), run_id), working = coalesce(?, working), family = ? where id = ?",
        (moment, scope.run, _text(fact.working) if fact.working else None, fact.family, point.id),
    )
    now = _about(db, fact, about)
    _belongs(db, point.id, now)
    if point.file_id is None or not _as_well_read(db, point):
        return
    for contract in sorted((_contracts(db, point.id) - now) & scope.contracts):
        db.execute("delete from point_contracts where point = ? and contract = ?", (point.id, contract))
        ledger.append(db, "point_closed", contract=contract, point=point.id, code=point.code, why="settled")
    left = _contracts(db, point.id)
    contract = fact.contract if fact.contract in left else min(left, default="")
    db.execute("update points set contract = ? where id = ?", (contract, point.id))


def _belongs(db: sqlite3.Connection, point: int, contracts: Iterable[str]) -> None:
    db.executemany("insert or ignore into point_contracts values (?, ?)", ((point, c) for c in contracts))


def file_gone(db: sqlite3.Connection, file_id: int, moment: str) -> None:
    """With a file its points are over."""
    for row in db.execute(f"{_STANDING} file_id = ?", (file_id,)).fetchall():
        _close(db, Standing(*row), "gone", moment)


def open_point(
    db: sqlite3.Connection,
    fact: Fact,
    run: int,
    moment: str,
    *,
    scope: Scope | None = None,
    about: Iterable[str] = (),
) -> int:
    """A new point, told in the record; returns its number, 0 where this run may not open it. One that an earlier version closed
    without knowing its place opens again under its number."""
    contracts = _about(db, fact, about)
    if scope is not None and not scope.opens(contracts):
        return 0
    due = scope.due if scope else clock.day_of(moment) + timedelta(days=14)
    depth, gap = _reading(db, fact.file_id) if fact.file_id else (scope.depth if scope else "", "")
    contract = fact.contract or min(contracts, default="")
    policy = scope.policy if scope else None
    before = db.execute(
        "select id from points where again = 1 and state = 'closed' and file_id = ? and code = ?",
        (fact.file_id, fact.code),
    ).fetchone()
    if before:
        number = int(before[0])
        db.execute(
            "update points set state = 'open', stage = 'new', closed = null, closed_why = null, last_seen = ?, run_id = coalesce(nullif(?, 0), run_id), due = ?,"
            " contract = ?, policy = ?, depth = ?, gap = ? where id = ?",
            (moment, run, due.isoformat(), contract, policy, depth, gap, number),
        )
    else:
        cursor = db.execute(
            "insert into points (code, file_id, state, opened, last_seen, run_id, family, working, subject, contract, stage, due,"
            " policy, depth, gap) values (?,?,'open',?,?,?,?,?,?,?,'new',?,?,?,?)",
            (
                fact.code,
                fact.file_id,
                moment,
                moment,
                run,
                fact.family,
                _text(fact.working) if fact.working else None,
                fact.subject,
                contract,
                due.isoformat(),
                policy,
                depth or (scope.depth if scope else ""),
                gap,
            ),
        )
        number = int(cursor.lastrowid or 0)
    _belongs(db, number, contracts)
    more = {"subject": fact.subject} if fact.subject else {}
    if before:
        more["again"] = "yes"
    ledger.append(db, "point_opened", contract=contract, family=fact.family, point=number, code=fact.code, **more)
    return number


def _text(working: Mapping[str, Any]) -> str:
    return json.dumps(working, ensure_ascii=False, sort_keys=True)
