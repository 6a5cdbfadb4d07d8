"""Points by what they are about: one entry a file or a subject, with all its points, persons and kinds, the most urgent first."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from scanner import clock
from scanner.inventory.point_lists import about
from scanner.inventory.reader import Reader
from scanner.model import display
from scanner.printable import printable
from scanner.report import wording
from scanner.report.listing.urgency import urgency

_BATCH = 900
Key = tuple[int, str]
"""Number of a file, or 0 and the name of what is no file."""
_POINTS = (
    "select p.id, p.code, p.state, p.stage, p.due, p.opened, p.closed, coalesce(p.family, '') as family, p.subject, p.file_id,"
    " exists (select 1 from declarations d where d.point_id = p.id) as declared,"
    " (select json_group_array(o.contract) from point_contracts o where o.point = p.id) as contracts,"
    " f.path, coalesce(f.host, '') as host, coalesce(f.rule, '') as rule, f.verdict, f.ground, f.content_id,"
    " c.persons_min, c.persons_max"
    " from points p left join files f on f.id = p.file_id left join contents c on c.id = f.content_id"
    " where (+p.state = 'open' or ?)"
)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a subject. ``opened`` is a moment of the record (UTC), ``due`` an ISO date or empty."""

    id: int
    code: str
    state: str
    stage: str
    due: str
    opened: str
    declared: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A file, or what else points can be about (a worker, a transport, an account's right), with its points."""

    path: str
    """As people read it; empty for what is no file."""
    name: str
    """Of what is no file: ``transport:T-1``; empty for a file."""
    host: str
    """Machine of a merged inventory; empty for this one."""
    contracts: tuple[str, ...]
    families: tuple[str, ...]
    place: str
    """``contract/place`` that the file lies in; empty outside all places."""
    verdict: str
    ground: str
    fewest: int
    most: int
    """Persons in the file."""
    kinds: dict[tuple[str, str], int]
    """(about, entity) → count."""
    where: tuple[str, ...]
    """First places in the file at which something was found."""
    points: tuple[Point, ...] = field(default_factory=tuple)
    """The most urgent first."""

    @property
    def shown(self) -> str:
        """What it is, for people."""
        return self.path or printable(wording.subject(self.name))

    @property
    def first(self) -> Point:
        """The point to begin with."""
        return self.points[0]

    @property
    def open(self) -> bool:
        """Whether any of its points is."""
        return any(p.state == "open" for p in self.points)

    @property
    def opened(self) -> str:
        """Moment (UTC) at which the oldest of its points was opened."""
        return min(p.opened for p in self.points)

    @property
    def due(self) -> str:
        """The earliest day (ISO) by which something is to be done; empty for none."""
        return min((p.due for p in self.points if p.due and p.state == "open"), default="")

    def days(self, today: date) -> int:
        """For how many days it has been open."""
        return (today - clock.day_of(self.opened)).days

    def apart(self) -> list[Subject]:
        """The same once a point, for lists with a line each."""
        return [replace(self, points=(point,)) for point in self.points]

    def late(self, today: date) -> bool:
        """Whether a due date has passed."""
        return bool(self.due) and self.due < today.isoformat()


def load(reader: Reader, *, every: bool = False, today: date | None = None) -> list[Subject]:
    """All subjects with open points (with any point where ``every``), in the order in which to look at them: what is late,
    what needs an answer at once, My Numbers, then by persons."""
    grouped: dict[Key, list[sqlite3.Row]] = defaultdict(list)
    for row in reader.rows(f"{_POINTS} order by p.id", (every,)):
        grouped[row["file_id"] or 0, "" if row["file_id"] else row["subject"]].append(row)
    day = today or clock.today()
    return in_order(_made(reader, grouped), day)


def in_order(found: Iterable[Subject], today: date) -> list[Subject]:
    """As ``load`` has them."""
    return sorted(found, key=lambda s: _order(s, today))


def some(reader: Reader, keys: Sequence[Key], contract: str = "", *, every: bool = False) -> list[Subject]:
    """These subjects alone, in the order in which they are named, each with its points about ``contract``."""
    mine, values = about(contract)
    grouped: dict[Key, list[sqlite3.Row]] = {key: [] for key in keys}
    files, names = [f for f, _ in keys if f], [s for f, s in keys if not f]
    marks, others = ",".join("?" * len(files)), ",".join("?" * len(names))
    rows = []
    for which, bound in (
        (f"p.file_id in ({marks})", files),
        (f"p.file_id is null and p.subject > '' and p.subject in ({others})", names),
    ):
        if bound:
            rows += reader.rows(f"{_POINTS} and {which} and {mine}", (every, *bound, *values))
    for row in sorted(rows, key=lambda r: int(r["id"])):
        grouped[row["file_id"] or 0, "" if row["file_id"] else row["subject"]].append(row)
    return _made(reader, {key: rows for key, rows in grouped.items() if rows})


def _made(reader: Reader, grouped: Mapping[Key, list[sqlite3.Row]]) -> list[Subject]:
    found = _findings(reader, {row["content_id"] for rows in grouped.values() for row in rows if row["content_id"]})
    return [_subject(rows, found) for rows in grouped.values()]


def _order(subject: Subject, today: date) -> tuple[bool, bool, int, bool, int, str]:
    numbers = any(entity == "JP_MY_NUMBER" and about == "person" for about, entity in subject.kinds)
    return (
        not subject.open,
        not subject.late(today),
        urgency(subject.first.code),
        not numbers,
        -subject.most,
        subject.shown,
    )


_Found = dict[int, tuple[Counter[tuple[str, str]], list[str]]]


def _findings(reader: Reader, contents: Iterable[int]) -> _Found:
    """Content → (sums by (about, entity), first places)."""
    wanted = sorted(contents)
    found: _Found = {content: (Counter(), []) for content in wanted}
    for at in range(0, len(wanted), _BATCH):
        batch = wanted[at : at + _BATCH]
        for row in reader.rows(
            "select content_id, entity, count, places, about from findings"  # noqa: S608  # only marks are put in
            f" where content_id in ({','.join('?' * len(batch))}) order by id",
            tuple(batch),
        ):
            sums, where = found[row["content_id"]]
            sums[row["about"], row["entity"]] += row["count"]
            where += json.loads(row["places"])[:2]
    return found


def _subject(rows: list[sqlite3.Row], found: _Found) -> Subject:
    first = rows[0]
    points = [
        Point(r["id"], r["code"], r["state"], r["stage"], r["due"] or "", r["opened"], bool(r["declared"]))
        for r in rows
    ]
    sums, where = found.get(first["content_id"], (Counter(), []))
    return Subject(
        display(bytes(first["path"])) if first["path"] else "",
        "" if first["path"] else first["subject"] or "",
        first["host"],
        tuple(dict.fromkeys(c for r in rows for c in sorted(json.loads(r["contracts"])))),
        tuple(dict.fromkeys(r["family"] for r in rows if r["family"])),
        first["rule"],
        first["verdict"] or "",
        first["ground"] or "",
        first["persons_min"] or 0,
        first["persons_max"] or 0,
        dict(sums),
        tuple(dict.fromkeys(where))[:6],
        tuple(sorted(points, key=lambda p: (p.state != "open", urgency(p.code), p.id))),
    )
