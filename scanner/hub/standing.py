"""How the hub's terminals stand, for status, the list and the console."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from scanner.hub import handing, terminals
from scanner.hub.desk import Desk
from scanner.hub.fold import applied
from scanner.hub.terminals import CONFLICT, REVOKED, Terminal
from scanner.inventory import coverage
from scanner.inventory.reader import Reader


@dataclass(frozen=True, slots=True)
class Line:
    """One terminal."""

    id: str
    name: str
    state: str
    heard: str
    version: str
    policy: int
    batches: int
    behind: int
    """Batches that the inventory does not have yet."""
    files: int
    gaps: int
    points: int
    """Open ones."""
    signed: int
    """Entries of its record that the hub countersigned."""
    troubles: tuple[str, ...] = ()
    """``rollback``, ``fork``, ``clone``, ``rows``, ``record_rollback``, ``record_fork``, ``record_entries``, ``silent``."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All of them."""

    terminals: int
    states: dict[str, int]
    batches: int
    behind: int
    refusals: list[tuple[str, str, int, str]]
    """(why, terminal, how many, when last)."""
    not_taken: list[tuple[str, str, str, int, str]] = field(default_factory=list)
    """Decisions that a terminal did not take in the last days: (terminal, what, its answer, how many, when last)."""
    lines: list[Line] = field(default_factory=list)

    @property
    def troubled(self) -> bool:
        """Whether somebody has to look."""
        return any(line.troubles for line in self.lines)


def lines(desk: Desk) -> list[Line]:
    """Every terminal, by its name."""
    with desk.database.reading() as work:
        found = terminals.all_of(work)
    with Reader(desk.home.database) as reader:
        reader.db.row_factory = None
        here = applied(reader.db)
        files, gaps, points, silent = _facts(reader.db)
    return [
        Line(
            *(
                one.id,
                one.name,
                one.state,
                one.heard,
                one.version,
                one.policy,
                one.number,
                one.number - here.get(one.id, 0),
            ),
            *(files[one.name], gaps[one.name], points[one.name], one.seen),
            _troubles(one, silent),
        )
        for one in found
    ]


def whole(desk: Desk) -> Standing:
    """Counts, refusals and terminals."""
    found = lines(desk)
    states = Counter(line.state for line in found)
    return Standing(
        len(found),
        dict(sorted(states.items())),
        sum(line.batches for line in found),
        sum(line.behind for line in found),
        terminals.refusals(desk.database),
        handing.not_taken(desk.database),
        found,
    )


def _facts(db: sqlite3.Connection) -> tuple[Counter[str], Counter[str], Counter[str], frozenset[str]]:
    files: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    for host, reason, number in db.execute("select host, reason, sum(number) from told_coverage group by host, reason"):
        files[host] += number
        gaps[host] += number if reason not in coverage.FINE else 0
    points = Counter(
        dict(
            db.execute(
                "select f.host, count(*) from points p join files f on f.id = p.file_id where p.state = 'open' group by f.host"
            ).fetchall()
        )
    )
    silent = db.execute("select subject from points where code = 'F10-SILENT' and state = 'open'")
    return files, gaps, points, frozenset(str(subject).removeprefix("host:") for (subject,) in silent)


def _troubles(one: Terminal, silent: frozenset[str]) -> tuple[str, ...]:
    if one.state == REVOKED:
        return ()
    found = [one.why] if one.state == CONFLICT else []
    found += [f"record_{one.record_state}"] if one.record_state else []
    found += ["silent"] if one.name.lower() in silent else []
    return tuple(found)
