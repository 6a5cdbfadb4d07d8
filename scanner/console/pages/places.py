"""所在: where personal data lies, by agreed place, kind of storage and machine; in numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import path

from scanner.console import pictures
from scanner.console.access import Visit, page
from scanner.console.kept import kept
from scanner.console.roles import Level
from scanner.inventory.point_lists import files_about
from scanner.inventory.reader import Reader
from scanner.model import VerdictKind

_SUMS = (
    "select coalesce(f.rule, '') as rule, f.verdict, f.ground, f.host, count(*) as files, sum(c.persons_max) as persons"
    " from files f join contents c on c.id = f.content_id where f.gone is null"
    " and exists (select 1 from findings n where n.content_id = c.id and n.about = 'person')"
)


@page("places", least=Level.SEE)
def places(visit: Visit) -> HttpResponse:
    """The page: agreed places first, also empty ones, then what lies outside, in places of other contracts too."""
    mine, values = files_about(visit.contract)
    query = f"{_SUMS} and {mine} group by 1, 2, 3, 4 order by f.verdict = 'in_place', files desc"

    def count(reader: Reader) -> list[dict[str, Any]]:
        return [dict(row) for row in reader.rows(query, values)]

    counted = kept(visit.reader, f"places {visit.contract}", count)
    rows = counted.value if counted else []
    sums: dict[str, list[int]] = {}
    for row in rows:
        one = sums.setdefault(row["rule"], [0, 0])
        one[0] += row["files"]
        one[1] += row["persons"] or 0
    agreed = [(c, p, *sums.get(f"{c.id}/{p.id}", (0, 0))) for c in visit.contracts for p in c.place]
    shown = {f"{contract.id}/{place.id}" for contract, place, *_ in agreed}
    elsewhere = [r for r in rows if r["verdict"] != "in_place" or r["rule"] not in shown]
    drawn = pictures.places([_lying(row, row["rule"] in shown) for row in rows])
    return visit.shown("places", counted=counted, agreed=agreed, elsewhere=elsewhere, picture=drawn)


def _lying(row: dict[str, Any], agreed: bool) -> pictures.Lying:
    """A line of the counts; a place of another contract is told by its machine alone."""
    inside = row["verdict"] == VerdictKind.IN_PLACE.value
    name = row["rule"] if inside and agreed else row["host"] or "—"
    verdict = VerdictKind.OUTSIDE.value if inside and not agreed else row["verdict"]
    return pictures.Lying(row["ground"], verdict, name, row["files"], row["persons"] or 0)


urls = [path("places", places, name="places")]
