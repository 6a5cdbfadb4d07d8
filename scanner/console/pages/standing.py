"""What several pages show: how the scans stand, what is covered, what waits for a signature, lines of a list."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from scanner import clock
from scanner.console import pictures
from scanner.console.access import Visit
from scanner.console.kept import Kept, kept
from scanner.inventory import coverage, point_days
from scanner.inventory.point_lists import about
from scanner.inventory.reader import Reader
from scanner.messages import t
from scanner.paths.names import span
from scanner.report import wording
from scanner.report.forms.interface import wareki
from scanner.report.listing import urgency
from scanner.report.listing.subjects import Point, Subject

_QUIET = timedelta(days=7)
"""A scan that is older than this is told first."""


def covered(reader: Reader) -> Kept[coverage.Coverage] | None:
    """The coverage of all roots; ``None`` while it is counted for the first time."""
    return kept(reader, "coverage", lambda reader: coverage.of(reader.db))


_ROOTS, _DAYS = 20, 30
"""Roots that are drawn, and days of a trend."""


def by_root(reader: Reader) -> list[tuple[bytes, tuple[int, int, int]]]:
    """The roots of this machine with what was examined, in part, and not, below each."""
    roots = [w.path for w in coverage.of(reader.db).roots if not w.host][:_ROOTS]
    found = []
    for root in roots:
        sums = Counter[str]()
        for outcome, _, number, *_ in coverage.counted(reader.db, [span(root)]):
            sums[outcome] += number
        found.append((root, (sums["examined"], sums["partial"], sums["not_examined"])))
    return found


def trend(visit: Visit) -> pictures.Picture | None:
    """Open points by day, as far back as there were scans."""
    days = [clock.today() - timedelta(days=n) for n in range(_DAYS - 1, -1, -1)]
    ends = [clock.begin_of(day + timedelta(days=1)) for day in days]

    def count(reader: Reader) -> list[tuple[str, int]]:
        first = reader.rows("select min(started) from runs")[0][0]
        open_ = point_days.open_by_day(reader, ends, visit.contract)
        told = [wareki(day) if t("console.era") == "wareki" else day.isoformat() for day in days]
        return [(day, n) for day, n, end in zip(told, open_, ends, strict=True) if first and first < end]

    found = kept(visit.reader, f"trend {visit.contract} {t('console.era')}", count)
    return pictures.trend(found.value) if found else None


def silence(visit: Visit) -> list[str]:
    """Sentences about what should have spoken and did not."""
    told = []
    now = clock.stamp_in(timedelta(minutes=5))  # what is later was entered by a clock that ran ahead, and says nothing
    begun = "select state, started, ended from runs where state <> 'watch' and started <= ? order by id desc limit 1"
    rows = visit.reader.rows(begun, (now,))
    if not rows:
        return [t("console.silence_never")]
    run = rows[0]
    if run["state"] == "interrupted":
        told.append(t("console.silence_interrupted", started=clock.shown(run["started"])))
    days = (clock.now() - datetime.fromisoformat(run["started"])).days
    if days >= _QUIET.days:
        told.append(t("console.silence_old", days=days, started=clock.shown(run["started"])))
    if visit.rules is None:
        told.append(t("console.silence_policy"))
    hosts = visit.reader.rows("select host, heard from hosts where state in ('', 'approved')")
    cut = clock.stamp_at((clock.now() - _QUIET).timestamp())
    late = [row["host"] for row in hosts if not cut <= (row["heard"] or "") <= now]
    if late:
        told.append(t("console.silence_hosts", count=len(late), hosts=t("list.separator").join(late[:5])))
    return told


@dataclass(frozen=True, slots=True)
class Line:
    """A subject in a list."""

    id: int
    name: str
    host: str
    level: str
    subject: Subject
    code: str
    todo: str
    place: str
    days: int
    late: bool
    persons: str
    contracts: tuple[str, ...]


def lines(visit: Visit, subjects: list[Subject], day: date, codes: frozenset[str] = frozenset()) -> list[Line]:
    """Subjects as this visitor may see them, each by its most urgent point: of these ``codes``, where a list is of them."""
    return [_line(visit, s, day, first_of(s, codes)) for s in subjects]


def first_of(subject: Subject, codes: frozenset[str]) -> Point:
    """The point by which a list of ``codes`` shows a subject."""
    wanted = (point for point in subject.points if point.state == "open" and point.code in codes)
    return next(wanted, subject.first)


def _line(visit: Visit, s: Subject, day: date, first: Point) -> Line:
    return Line(
        first.id,
        named(visit, s),
        s.host,
        urgency.level(first.code, late=s.late(day)),
        s,
        first.code,
        urgency.todo(first.code),
        s.place,
        s.days(day),
        s.late(day),
        wording.persons(s.fewest, s.most) if s.path else "",
        tuple(c for c in s.contracts if visit.contract in ("", c)),
    )


def named(visit: Visit, subject: Subject) -> str:
    """A file as the visitor sees names; what is no file in words, an account of it by its number of the register."""
    if subject.path:
        return visit.names.of(subject.path)
    return about_no_file(visit, subject.name)


def about_no_file(visit: Visit, text: str) -> str:
    """``right:A/store:PC\\someone`` → the place and the number of the register; an account that no register knows has none."""
    kind, _, rest = text.partition(":")
    place, mark, who = rest.partition(":")
    if kind == "right" and mark and not visit.names.clear:
        return t("subject.right", place=place, who=numbered(visit, who))
    return wording.subject(text)


def numbered(visit: Visit, account: str) -> str:
    """The number of the register for an account; groups stay as they are, for they are nobody."""
    if account == "everyone" or account.startswith(("group ", "#")):
        return wording.principal(account)
    found = [w.id for c in visit.contracts if (w := c.worker_of(account, clock.today())) is not None]
    return found[0] if found else t("console.no_number")


MOST_WAITING = 200
"""Decisions that wait, on one page; the oldest."""
_WAITING = "r.state = 'waiting' and p.state = 'open'"


def how_many_wait(visit: Visit) -> int:
    """All decisions that wait for a second person."""
    mine, values = about(visit.contract, "p.id")
    from_ = f"from proposals r join points p on p.id = r.point_id where {_WAITING} and {mine}"
    return int(visit.reader.rows(f"select count(*) {from_}", values)[0][0])


def waiting(visit: Visit, point: int = 0) -> list[dict[str, Any]]:
    """Decisions that a first person has signed and no second one: number, point, code, what, by, until, pattern of paths; that about
    one ``point`` alone, however many wait before it."""
    mine, values = about(visit.contract, "p.id")
    if point:
        mine, values = f"{mine} and r.point_id = ?", (*values, str(point))
    rows = visit.reader.rows(
        "select r.id, r.point_id, r.action, r.by, r.at, r.reason, r.said, p.code, p.subject, f.path from proposals r"  # noqa: S608
        " join points p on p.id = r.point_id left join files f on f.id = p.file_id"
        f" where {_WAITING} and {mine} order by r.id limit ?",
        (*values, MOST_WAITING),
    )
    return [
        {
            "id": row["id"],
            "point": int(row["point_id"]),  # a text in that table
            "action": t(f"decision.{row['action']}"),
            "by": row["by"],
            "at": row["at"],
            "reason": row["reason"],
            **_bounds(visit, json.loads(row["said"])),
            "code": row["code"],
            "name": visit.names.of(bytes(row["path"])) if row["path"] else about_no_file(visit, row["subject"]),
            "mine": row["by"] == visit.membership.worker,
        }
        for row in rows
    ]


def _bounds(visit: Visit, said: dict[str, Any]) -> dict[str, Any]:
    """How far a decision reaches; a pattern of paths names folders and is shown as files are."""
    pattern = said["pattern"]
    return {"until": said["until"], "pattern": visit.names.of(pattern) if pattern else "", "most": said["most"]}
