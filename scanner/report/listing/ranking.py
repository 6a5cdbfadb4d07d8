"""Which subjects are looked at first, and how many there are, told by the inventory: a list of fifty reads fifty, however many are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scanner import codes
from scanner.inventory.point_lists import about
from scanner.inventory.reader import Reader
from scanner.report.listing.subjects import Subject, in_order, some
from scanner.report.listing.urgency import urgency

MOST = 900
"""Subjects that are read together."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The first subjects with open points, in the order of ``subjects.load``, and how many there are of all."""

    first: list[Subject]
    subjects: int = 0
    points: int = 0
    now: int = 0
    """Subjects that are told at once."""
    late: int = 0


def ranked(reader: Reader, most: int, today: date, contract: str = "") -> Ranked:
    """At most ``most`` (up to ``MOST``) subjects, with all their points; with a ``contract`` those of which a point is about it. Among subjects
    that are equally urgent with as many persons, files come by their paths as bytes, others by their names."""
    known = [(code, urgency(code)) for code in codes.codes()]
    cases = " ".join("when ? then ?" for _ in known)
    mine, values = about(contract)
    statement = (
        "with numbered as (select distinct content_id from findings where entity = 'JP_MY_NUMBER' and about = 'person'),"  # noqa: S608  # only marks are put in
        " one as (select coalesce(p.file_id, 0) as file, case when p.file_id is null then p.subject else '' end as name,"
        "  count(*) as points, case when min(nullif(p.due, '')) < ? then 0 else 1 end as late,"
        f"  min(case p.code {cases} else ? end) as urgency, min(case when n.content_id is null then 1 else 0 end) as numbers,"
        "  max(coalesce(c.persons_max, 0)) as persons, min(f.path) as path"
        " from points p left join files f on f.id = p.file_id left join contents c on c.id = f.content_id"
        " left join numbered n on n.content_id = f.content_id where p.state = 'open' group by 1, 2"
        f" having max(case when {mine} then 1 else 0 end) = 1)"
        " select file, name, count(*) over () as subjects, sum(points) over () as points, sum(1 - late) over () as late,"
        " sum(case when urgency = 0 then 1 else 0 end) over () as now"
        " from one order by one.late, urgency, numbers, persons desc, path, name limit ?"
    )
    ranks = [value for pair in known for value in pair]
    rows = reader.rows(statement, (today.isoformat(), *ranks, len(codes.LEVELS) - 1, *values, min(most, MOST)))
    if not rows:
        return Ranked([])
    first = in_order(some(reader, [(row["file"], row["name"]) for row in rows]), today)
    return Ranked(first, *(int(rows[0][name]) for name in ("subjects", "points", "now", "late")))
