"""端末: who sends to this hub, when each was last heard, what is not examined there, and who waits to be let in."""

from __future__ import annotations

from collections import Counter

from django.http import Http404, HttpResponse
from django.urls import path

from scanner.console import audit, hubs
from scanner.console.access import Visit, page
from scanner.console.roles import Level
from scanner.hub import owning, standing, terminals
from scanner.hub.terminals import APPROVED, REVOKED, WAITING
from scanner.messages import t

SIZE = 50
_REFUSALS = 100


@page("terminals", least=Level.SEE)
def listed(visit: Visit) -> HttpResponse:
    """The list: first what somebody has to look at, then what waits."""
    if not hubs.is_hub(visit.site.home):
        raise Http404
    whole = standing.whole(hubs.desk(visit.site.home))
    mine = [line for line in whole.lines if hubs.of_contracts(visit, line.name)]
    unknown = {line.id for line in mine if line.state != REVOKED and not hubs.registered(visit, line.name)}
    mine.sort(key=lambda line: (not line.troubles, line.state != WAITING, line.id not in unknown, line.name))
    given = visit.request.GET.get("page", "")
    last = max(1, -(-len(mine) // SIZE))
    number = max(1, min(int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 1, last))
    return visit.shown(
        "terminals",
        lines=mine[SIZE * (number - 1) : SIZE * number],
        total=len(mine),
        states=sorted(Counter(line.state for line in mine).items()),
        unknown=unknown,
        behind=whole.behind,
        refusals=whole.refusals[:_REFUSALS] if not visit.contract else [],
        claims=[one for one in owning.claims(visit.reader.db) if visit.contract in ("", one.contract)],
        page={"number": number, "last": last, "before": number - 1, "after": number + 1},
        may=visit.may("terminals") and not visit.contract,
    )


@page("terminals", least=Level.DO, act=True)
def decide(visit: Visit, number: str) -> HttpResponse:
    """A terminal is let in, or ended. About all contracts, so only by who sees all of them."""
    state = {"approve": APPROVED, "revoke": REVOKED}.get(visit.request.POST.get("action", ""))
    if visit.contract or state is None or not hubs.is_hub(visit.site.home):
        raise Http404
    (one,) = terminals.decide(hubs.desk(visit.site.home).database, (number,), state)
    audit.enter("console_viewed", user=visit.number, page="terminals", what=f"terminal_{state}", terminal=one.id)
    return visit.to("/terminals", t(f"hub.{state}", name=one.name, id=one.id))


urls = [
    path("terminals", listed, name="terminals"),
    path("terminals/<str:number>/decide", decide, name="terminal_decide"),
]
