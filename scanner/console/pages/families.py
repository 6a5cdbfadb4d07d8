"""原本と写し: originals with how many copies there are and how many were agreed to; one with all its places."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.console import pictures
from scanner.console.access import Visit, page
from scanner.console.roles import Level
from scanner.custody import families as table
from scanner.custody.arithmetic import Family
from scanner.report import kinship

SIZE = 50
MOST = 500
"""Places of one original on its page."""


@page("families", least=Level.SEE)
def families(visit: Visit) -> HttpResponse:
    """The list: counts as the inventory has them, not the arithmetic, which is on the page of each."""
    where, values = _contract_condition(visit)
    open_points = _open_points(visit)
    known = [r["id"] for r in visit.reader.rows(f"select o.id from originals o where {where} order by o.id", values)]  # noqa: S608
    known.sort(key=lambda one: -open_points.get(one, 0))
    last = max(1, -(-len(known) // SIZE))
    given = visit.request.GET.get("page", "")
    number = max(1, min(int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 1, last))
    shown = known[SIZE * (number - 1) : SIZE * number]
    rows = visit.reader.rows(
        "select o.id, o.name, o.contract, o.origin, o.received, o.rows, o.persons_min, o.persons_max, o.state,"  # noqa: S608
        " (select count(*) from copies k join files f on f.content_id = k.content_id where k.original = o.id and k.weak = 0"
        f"  and f.gone is null) as lies from originals o where o.id in ({','.join('?' * len(shown))})",
        tuple(shown),
    )
    listed = {row["id"]: {**dict(row), "open": open_points.get(row["id"], 0)} for row in rows}
    return visit.shown(
        "families",
        families=[listed[one] for one in shown if one in listed],
        total=len(known),
        may_receive=visit.may("receive"),
        page={"number": number, "last": last, "before": number - 1, "after": number + 1},
    )


def _open_points(visit: Visit) -> dict[int, int]:
    """Original → open points about it, of those that have any."""
    rows = visit.reader.rows(
        "select p.family, count(*) as n from points p where p.state = 'open' and p.family > '' group by p.family"
    )
    return {int(row["family"][2:]): row["n"] for row in rows if re.fullmatch(r"R-[0-9]{1,9}", row["family"])}


@page("families", least=Level.SEE)
def family(visit: Visit, family: str) -> HttpResponse:
    """One original."""
    found = re.fullmatch(r"R-([0-9]{1,9})", family)
    where, values = _contract_condition(visit)
    if not found or not visit.reader.rows(
        f"select 1 from originals o where o.id = ? and {where}",  # noqa: S608
        (int(found[1]), *values),
    ):
        raise Http404
    policy = visit.rules.policy if visit.rules else None
    (one,) = table.load(visit.reader.db, policy, clock.today(), only=int(found[1]))
    visit.about |= {"family": family}
    live = kinship.everywhere(one)
    return visit.shown(
        "family",
        family=one,
        picture=pictures.family(one),
        sums=[kinship.sum_of(one), *kinship.uses_of(one), *kinship.pieces_of(one)],
        places=[_place(visit, one, location) for location in live[:MOST]],
        more=max(0, len(live) - MOST),
    )


def _place(visit: Visit, one: Family, location: Any) -> dict[str, Any]:
    return {
        "name": visit.names.of(location.path),
        "state": kinship.agreed(one, location),
        "host": location.host,
        "place": location.place,
        "ground": location.ground.value,
        "evidence": "" if location is one.original_at else kinship.evidence(location, one.original.media_type),
        "consent": one.covered.get(location.file_id, ""),
        "seen": location.first_seen,
        "codes": sorted(one.points.get(location.file_id, ())),
    }


def _contract_condition(visit: Visit) -> tuple[str, tuple[str, ...]]:
    return ("o.contract = ?", (visit.contract,)) if visit.contract else ("1", ())


urls = [path("families", families, name="families"), path("families/<str:family>", family, name="family")]
