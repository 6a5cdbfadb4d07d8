"""今日: what was not looked at and what is silent first, then what to do, by whom, until when."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path

from scanner import clock
from scanner.console.access import Visit, page
from scanner.console.pages import standing
from scanner.console.pages.points import counted, listed, narrowed
from scanner.console.roles import Level

SOON = 7
"""Days within which something is due soon."""
_SHOWN = 8


@page("today")
def today(visit: Visit) -> HttpResponse:
    """The first page."""
    day, files = clock.today(), visit.may("points", Level.OWN)
    wanted = narrowed(visit)
    first = listed(visit, wanted, 1)
    sums = counted(visit, wanted, SOON)
    return visit.shown(
        "today",
        silence=standing.silence(visit),
        covered=standing.covered(visit) if visit.may("coverage", Level.SEE) else None,
        figures={**sums._asdict(), "subjects": first.total},
        files=files,
        subjects=standing.lines(visit, first.subjects[:_SHOWN], day) if files else [],
        approvals=visit.may("approvals", Level.SEE),
        waiting=standing.waiting(visit) if visit.may("approvals", Level.SEE) else [],
        day=day,
    )


def _home(request: Any) -> HttpResponse:
    return HttpResponseRedirect("/today")


urls = [path("", _home), path("today", today, name="today")]
