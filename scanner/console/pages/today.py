"""今日: what was not looked at and what is silent first, then what to do, by whom, until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path

from scanner import clock
from scanner.console.access import Visit, page
from scanner.console.pages import standing
from scanner.console.pages.points import narrowed
from scanner.console.roles import Level
from scanner.report.listing import paging

SOON = 7
"""Days within which something is due soon."""
_SHOWN = 8


@page("today")
def today(visit: Visit) -> HttpResponse:
    """The first page."""
    day = clock.today()
    wanted = narrowed(visit)
    first = paging.page(visit.reader, wanted, 1, day)
    late = paging.count(visit.reader, narrowed(visit, late=True), day)
    where, values = paging.condition(visit.reader, wanted, day)
    soon = visit.reader.rows(
        f"select count(*) as n from {where} and p.due >= ? and p.due < ?",  # noqa: S608  # our own conditions
        (*values, day.isoformat(), (day + timedelta(days=SOON)).isoformat()),
    )[0]["n"]
    return visit.shown(
        "today",
        silence=standing.silence(visit),
        covered=standing.covered(visit) if visit.may("coverage", Level.SEE) else None,
        figures={"open": paging.count(visit.reader, wanted, day), "late": late, "soon": soon, "subjects": first.total},
        subjects=standing.lines(visit, first.subjects[:_SHOWN], day),
        waiting=standing.waiting(visit) if visit.may("approvals", Level.SEE) else [],
        day=day,
    )


def _home(request: Any) -> HttpResponse:
    return HttpResponseRedirect("/today")


urls = [path("", _home), path("today", today, name="today")]
