"""承認: what waits for the second person, the decisions in force, and the people who can sign."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import path

from scanner.console.access import Visit, page
from scanner.console.pages import standing
from scanner.console.roles import Level
from scanner.inventory.people import keyfile, registry
from scanner.inventory.people.standing import SELECT, Standings
from scanner.inventory.point_lists import about

MOST = 200
"""Decisions of one page; the newest."""


@page("approvals", least=Level.SEE)
def approvals(visit: Visit) -> HttpResponse:
    """The page."""
    plain = visit.reader.db.row_factory
    visit.reader.db.row_factory = None
    known = registry.load(visit.reader.db)
    visit.reader.db.row_factory = plain
    mine = {worker.id for worker in visit.workers}
    return visit.shown(
        "approvals",
        waiting=standing.waiting(visit),
        more=max(0, standing.how_many_wait(visit) - standing.MOST_WAITING),
        decided=_decided(visit),
        founded=bool(known.head),
        other_head=bool(known.head) and keyfile.kept_head(visit.site.home.keys) != known.head,
        two=known.two_persons(),
        people=[key for key in known.keys if not key.until and key.number in mine],
        proposals=[p for p in known.waiting.values() if p.number in mine or not p.number],
    )


def _decided(visit: Visit) -> list[dict[str, Any]]:
    where, values = about(visit.contract, "json_extract(e.details, '$.point')")
    rows = visit.reader.rows(
        f"{SELECT} where {where} order by s.revoked is not null, s.id desc limit ?",
        (*values, MOST),
    )
    standings = Standings(visit.reader.db)
    return [
        {
            "id": row["id"],
            "code": row["code"],
            "name": visit.names.of(bytes(row["path"]))
            if row["path"]
            else standing.about_no_file(visit, row["subject"] or ""),
            "by": row["by"],
            "reviewer": row["reviewer"],
            "reason": row["reason"],
            "expires": row["expires"],
            "revoked": row["revoked"],
            "pattern": bool(row["pattern"]),
            "standing": standings.of(row),
        }
        for row in rows
    ]


urls = [path("approvals", approvals, name="approvals")]
