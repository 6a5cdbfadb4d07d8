"""What has been examined and what has not, as things are now: the one place that counts it.

Coverage is a state of files, not the sum of a run: a file that could not be read stays unread until it is read, however often
it is met unchanged. Counted besides files: what the last whole walk did not reach (behind a folder that could not be listed,
set aside), roots that no walk has gone through to its end, and file systems that are passed by.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner import clock
from scanner.model import OutcomeKind, Reason
from scanner.paths.names import Span, outermost, span, within

FINE = ("", Reason.EMPTY.value)
"""Reasons of files that were wholly looked at."""
OUTCOME_NOT_EXAMINED = OutcomeKind.NOT_EXAMINED.value


class Tried(NamedTuple):
    """How many for one reason, and between which moments (UTC) each was last tried."""

    number: int
    first: str
    last: str


class Walked(NamedTuple):
    """A root: when a walk of it last began and last came to its end (UTC, or empty)."""

    path: bytes
    tried: str
    walked: str
    host: str = ""
    """Machine of a merged inventory; empty for this one."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """``files`` is the sum of the first three; ``gaps`` everything that was not, or not wholly, looked at."""

    examined: int = 0
    partial: int = 0
    not_examined: int = 0
    reasons: dict[str, Tried] = field(default_factory=dict)
    """Code of the reason → what is partial or not examined for it; ``not_walked`` and ``special_system`` count roots and
    file systems."""
    roots: tuple[Walked, ...] = ()
    """The roots in question."""
    unwalked: tuple[Walked, ...] = ()
    """Those of them that no walk has gone through."""
    systems: tuple[tuple[bytes, str], ...] = ()
    """File systems that are passed by: where they begin, and their types."""

    @property
    def files(self) -> int:
        """Names that the inventory holds below the roots: files, and folders that could not be listed."""
        return self.examined + self.partial + self.not_examined

    @property
    def gaps(self) -> int:
        """What was not looked at, in one number: the sum of the reasons."""
        return sum(tried.number for tried in self.reasons.values())

    @property
    def counts(self) -> dict[str, int]:
        """The three numbers by their codes."""
        return {"examined": self.examined, "partial": self.partial, "not_examined": self.not_examined}

    @property
    def tried(self) -> tuple[str, str]:
        """Between which moments (UTC) all that was not looked at was last tried; empty where nothing was tried."""
        moments = [m for t in self.reasons.values() for m in (t.first, t.last) if m]
        return min(moments, default=""), max(moments, default="")


def of(db: sqlite3.Connection, roots: Sequence[bytes] = (), since: str = "") -> Coverage:
    """The coverage now. ``roots``: real paths, without links, below which to count; none for everything that is known.
    ``since``: a moment (UTC, as the record writes it); what was last met before it counts as not examined."""
    known = _known(db)
    outer = outermost(roots)
    asked = [one for root in outer for one in _asked(known, root)] if roots else _independent(known)
    ranges = [span(root) for root in outer]
    counts: Counter[str] = Counter()
    reasons: dict[str, Tried] = {}
    for outcome, reason, number, first, last in (*counted(db, ranges, since), *_told(db, ranges, since)):
        counts[outcome] += number
        if reason not in FINE:
            _add(reasons, reason, number, (first, last))
    unwalked = tuple(w for w in asked if not w.walked or w.walked < since)
    _add(reasons, Reason.NOT_WALKED.value, len(unwalked), [w.tried for w in unwalked])
    systems = _systems(db, ranges)
    _add(reasons, Reason.SPECIAL_SYSTEM.value, len(systems), [seen for *_, seen in systems])
    return Coverage(
        counts["examined"],
        counts["partial"],
        counts["not_examined"],
        dict(sorted(reasons.items())),
        tuple(asked),
        unwalked,
        tuple((path, kind) for path, kind, _ in systems),
    )


def roots(db: sqlite3.Connection) -> list[Walked]:
    """Roots of this machine that lie in no other one: what a scan of everything goes through."""
    return [walked for walked in _independent(_known(db)) if not walked.host]


class Excluded(NamedTuple):
    """What one pattern leaves out."""

    source: str
    """``option``, ``policy``, ``agreed`` or ``file`` (a ``.sekishoignore``)."""
    pattern: str
    entries: int
    """Files and folders that are passed by."""
    known: int
    """Files of which something is known from before: they count as not examined."""


def excluded_by(rule: str, entries: int, known: int) -> Excluded:
    """What a rule leaves out, as it is kept (``policy:*.iso``)."""
    source, _, pattern = rule.partition(":")
    return Excluded(source, pattern, entries, known)


def excluded(db: sqlite3.Connection, roots: Sequence[bytes] = ()) -> list[Excluded]:
    """What is left out now below ``roots`` (none: anywhere), by source and pattern."""
    below, values = _below([span(root) for root in outermost(roots)])
    cursor = db.cursor()
    cursor.row_factory = None
    rows = cursor.execute(
        "select ltrim(left_out, '>') as rule, sum(substr(left_out, 1, 1) <> '>'),"  # noqa: S608  # only marks are put in
        f" sum(substr(left_out, 1, 1) = '>' or content_id is not null) from files f where gone is null and left_out <> '' and {below}"
        " group by 1 order by 1",
        values,
    )
    return [excluded_by(rule, entries, known) for rule, entries, known in rows]


def _add(reasons: dict[str, Tried], reason: str, number: int, moments: Sequence[str]) -> None:
    if not number:
        return
    before = reasons.get(reason, Tried(0, "", ""))
    told = [m for m in (before.first, before.last, *moments) if m]
    reasons[reason] = Tried(before.number + number, min(told, default=""), max(told, default=""))


def _told(db: sqlite3.Connection, ranges: Sequence[Span], since: str) -> list[tuple[str, str, int, str, str]]:
    """The same as terminals told it to a hub, whose inventory has not all of their files."""
    below, where = _below(ranges)
    rows = db.execute(
        f"select outcome, reason, number, first, last from told_coverage f where {below}",  # noqa: S608
        where,
    )
    stale = OUTCOME_NOT_EXAMINED, Reason.NOT_REACHED.value
    return [
        (*((outcome, reason) if last >= since else stale), number, first, last)
        for outcome, reason, number, first, last in rows
    ]


def counted(
    db: sqlite3.Connection, ranges: Sequence[Span] = (), since: str = ""
) -> Iterable[tuple[str, str, int, str, str]]:
    """(outcome, reason, how many, first and last moment of a try). A row that the last whole walk of its root did not meet, or
    that lies behind a folder which could not be listed since, is one that was not reached."""
    missed = [(host, *span(path), run) for host, path, run in (*_ends(db), *_blocking(db))]
    table = ",".join("(?,?,?,?,?)" for _ in missed) or "('',x'',x'',x'',-1)"
    below, where = _below(ranges)
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor.execute(
        f"with missed(host, self, low, high, run) as (values {table}), live as ("  # noqa: S608  # only marks are put in
        " select f.outcome, coalesce(f.reason, '') as reason, f.last_seen, f.content_id, f.last_seen < ? or exists ("
        "  select 1 from missed m where m.host = f.host and m.run > f.run_id"
        "   and (f.path = m.self or (f.path >= m.low and f.path < m.high))) as missed"
        f" from files f where f.gone is null and {below} and f.host not in (select host from told_coverage)),"
        " told as (select case when missed then 'not_examined' when outcome = 'unchanged' then 'examined' else outcome end as outcome,"
        "  case when not missed or reason not in ('', 'empty') then reason else 'not_reached' end as reason,"
        "  case when reason in ('', 'empty') then last_seen"
        "   else coalesce((select examined from contents c where c.id = content_id), last_seen) end as tried from live)"
        " select outcome, reason, count(*), min(tried), max(tried) from told group by 1, 2",
        (*(value for row in missed for value in row), since, *where),
    )


def _ends(db: sqlite3.Connection) -> list[tuple[str, bytes, int]]:
    """(machine, root, run in which a walk of it last came to its end)."""
    rows = db.execute("select host, path, walked_run from roots where walked_run is not null")
    return [(host, bytes(path), run) for host, path, run in rows]


def _blocking(db: sqlite3.Connection) -> list[tuple[str, bytes, int]]:
    """Folders that could not be listed, with the run in which they were met so; only those below which something is known."""
    rows = db.execute(
        "select host, path, run_id from files where gone is null and inode = 0 and size = 0 and outcome = 'not_examined'"
        " and coalesce(reason, '') <> 'excluded'"  # what is known behind these is marked itself
    ).fetchall()
    below = "select 1 from files where gone is null and path >= ? and path < ? limit 1"
    return [(host, bytes(path), run) for host, path, run in rows if db.execute(below, span(bytes(path))[1:]).fetchone()]


def shut(db: sqlite3.Connection) -> list[bytes]:
    """Folders of this machine that were left out, could not be listed, or were not there when they were last to be walked."""
    rows = db.execute(
        "select path from files where gone is null and host = '' and inode = 0 and size = 0 and outcome = 'not_examined'"
    )
    return [bytes(path) for (path,) in map(tuple, rows)]


def wholly_left_out(db: sqlite3.Connection, folder: bytes) -> bool:
    """Whether exclusions leave nothing below a folder of this machine that is looked at."""
    below, values = _below([span(folder)])
    one = f"select 1 from files f where gone is null and host = '' and {below} and left_out"  # noqa: S608
    return bool(
        db.execute(f"select exists ({one} <> '') and not exists ({one} = '')", (*values, *values)).fetchone()[0]
    )


def _systems(db: sqlite3.Connection, ranges: Sequence[Span]) -> list[tuple[bytes, str, str]]:
    below, values = _below(ranges)
    rows = db.execute(
        f"select f.path, f.kind, f.seen from passed_by f where {below} and not exists ("  # noqa: S608
        " select 1 from files g where g.path = f.path and g.host = f.host and g.gone is null) order by f.path",
        values,
    )
    return [(bytes(path), kind, seen) for path, kind, seen in rows]


def _known(db: sqlite3.Connection) -> list[Walked]:
    now = clock.stamp()
    rows = db.execute("select path, tried, coalesce(walked, ''), host from roots order by host, path")
    return [Walked(bytes(path), tried, been(walked, now), host) for path, tried, walked, host in rows]


def been(moment: str, now: str) -> str:
    """A moment that has been; empty for one that is still to come: a clock ran ahead, and nobody knows when it was."""
    return moment if moment <= now else ""


def _independent(known: Sequence[Walked]) -> list[Walked]:
    """Every root that lies in no other one, with what walks over it came to."""
    found = []
    for host in dict.fromkeys(w.host for w in known):
        mine = [w for w in known if w.host == host]
        found += [_over(mine, path)._replace(host=host) for path in outermost(w.path for w in mine)]
    return found


def _asked(known: Sequence[Walked], path: bytes) -> list[Walked]:
    """The path on every machine that has a root over or below it: what one of them walked says nothing of another."""
    about = [w.host for w in known if within(path, w.path) or within(w.path, path)]
    hosts = dict.fromkeys(about) or ("",)
    return [_over([w for w in known if w.host == host], path)._replace(host=host) for host in hosts]


def _over(known: Sequence[Walked], path: bytes) -> Walked:
    """When walks that go over all of ``path`` last began and ended."""
    over = [w for w in known if within(path, w.path)]
    return Walked(path, max((w.tried for w in over), default=""), max((w.walked for w in over), default=""))


def _below(ranges: Sequence[Span]) -> tuple[str, tuple[bytes, ...]]:
    """A condition on ``f.path``, and its values."""
    if not ranges:
        return "1", ()
    one = "(f.path = ? or (f.path >= ? and f.path < ?))"
    return f"({' or '.join([one] * len(ranges))})", tuple(value for r in ranges for value in r)


def begun(db: sqlite3.Connection, roots: Iterable[bytes], run: int, moment: str) -> None:
    """A walk of these roots begins. Inside the caller's transaction."""
    db.executemany(
        "insert into roots (path, tried, tried_run) values (?1, ?2, ?3)"
        " on conflict (path, host) do update set tried = ?2, tried_run = ?3",
        ((root, moment, run) for root in roots),
    )


def ended(
    db: sqlite3.Connection, run: int, moment: str, walked: Iterable[bytes], systems: Iterable[tuple[bytes, str]]
) -> None:
    """The walk of a run came to its end. ``walked``: names of what it walked, beside those that it began with; ``systems``: file
    systems that it passed by. Inside the caller's transaction."""
    begun(db, walked, run, moment)
    roots = [bytes(path) for (path,) in db.execute("select path from roots where host = '' and tried_run = ?", (run,))]
    db.execute("update roots set walked = ?, walked_run = ? where host = '' and tried_run = ?", (moment, run, run))
    below = "delete from passed_by where host = '' and (path = ? or (path >= ? and path < ?))"
    db.executemany(below, map(span, roots))
    db.executemany(
        "insert or replace into passed_by (path, kind, seen) values (?, ?, ?)",
        ((path, kind, moment) for path, kind in systems),
    )


def create(db: sqlite3.Connection) -> None:
    """The two tables, with what earlier versions knew: the roots of their runs. A step of the schema: never changed."""
    # the columns of the key stand first: elsewhere SQLite's own check takes other columns for them
    key, end = "path blob not null, host text not null default ''", "primary key (path, host)) without rowid"
    walks = "tried text not null, tried_run integer, walked text, walked_run integer"
    db.execute(f"create table roots ({key}, {walks}, {end}")
    db.execute(f"create table passed_by ({key}, kind text not null, seen text not null, {end}")
    rows = db.execute("select id, started, ended, state, roots from runs where host = '' order by id").fetchall()
    for number, started, end, state, roots in rows:
        begun(db, [os.fsencode(root) for root in json.loads(roots or "[]") if root != "(watch)"], number, started or "")
        if state == "complete":
            ended(db, number, end or started or "", (), ())
