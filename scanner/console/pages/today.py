"""今日: what was not looked at and what is silent first, then what to do, by whom, until when."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path

from scanner import clock
from scanner.console.access import Visit, page
from scanner.console.pages import incidents, standing
from scanner.console.pages.points import narrowed
from scanner.console.roles import Level
from scanner.report.listing import paging

SOON = 7
"""Days within which something is due soon."""
_SHOWN = 8


@page("today")
def today(visit: Visit) -> HttpResponse:
    """The first page."""
    day, files = clock.today(), visit.may("points", Level.OWN)
    wanted = narrowed(visit)
    first = paging.page(visit.reader, wanted, day, size=_SHOWN).subjects if files else []
    return visit.shown(
        "today",
        silence=standing.silence(visit),
        incidents=[one for one in incidents.lines(visit) if not one.is_closed]
        if visit.may("incidents", Level.SEE)
        else [],
        sees_coverage=visit.may("coverage", Level.SEE),
        covered=standing.covered(visit.reader) if visit.may("coverage", Level.SEE) else None,
        figures=paging.sums(visit.reader, wanted, day, SOON),
        files=files,
        subjects=standing.lines(visit, first, day),
        approvals=visit.may("approvals", Level.SEE),
        waiting=standing.waiting(visit) if visit.may("approvals", Level.SEE) else [],
        waits=standing.how_many_wait(visit) if visit.may("approvals", Level.SEE) else 0,
        day=day,
        picture=standing.trend(visit) if visit.may("points", Level.SEE) else None,
    )


def _home(request: Any) -> HttpResponse:
    return HttpResponseRedirect("/today")


urls = [path("", _home), path("today", today, name="today")]
