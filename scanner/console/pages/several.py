"""Several points at once: a page that lists what would be done with each, then the acts one by one, and what came of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts import decisions
from scanner.acts.bounds import a_year_after
from scanner.acts.declaring import declare
from scanner.acts.seen import version
from scanner.console import audit, outcomes
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.pages.deeds import (
    MOST_AT_ONCE,
    Passphrase,
    day_given,
    reason_given,
    rules_of,
    shown,
    signer,
    wish_of,
)
from scanner.console.pages.points import visible
from scanner.console.pages.standing import about_no_file
from scanner.console.roles import Level
from scanner.errors import SekishoError
from scanner.inventory.store import Store
from scanner.report.faults import sentence

ACTS: dict[str, tuple[str, Level]] = {
    "declare": ("declare", Level.OWN),
    **dict.fromkeys(decisions.STAGES, ("declare", Level.DO)),
    **dict.fromkeys(decisions.ENDS, ("decide", Level.DO)),
}
"""Act → page and level of the table of roles that it takes."""


def allowed(visit: Visit) -> list[str]:
    """Acts that this person may do with several."""
    return [act for act, (name, least) in ACTS.items() if visit.may(name, least)]


def _asked(visit: Visit, given: Any) -> tuple[str, list[Any]]:
    """The act and the rows of the points. Raises ``Http404``, before anything is touched, where one of them is none that the visitor may
    see, and ``AccountError`` where nothing was chosen or too much."""
    act, texts = given.get("action", ""), given.getlist("point")
    if act not in allowed(visit):
        raise Http404
    if not texts or len(texts) > MOST_AT_ONCE:
        raise AccountError("several_none" if not texts else "several_many")
    if not all(n.isascii() and n.isdigit() and len(n) < 16 for n in texts):
        raise Http404
    rows = [visible(visit, number) for number in dict.fromkeys(map(int, texts))]
    if act in decisions.ENDS and len({row["code"] for row in rows}) > 1:
        raise AccountError("several_kinds")
    return act, rows


def _line(visit: Visit, row: Any) -> dict[str, Any]:
    """A point as the visitor sees it."""
    paths = visit.reader.rows("select path, host from files where id = ?", (row["file_id"],)) if row["file_id"] else []
    name = visit.names.of(bytes(paths[0]["path"])) if paths else about_no_file(visit, row["subject"] or "")
    host = paths[0]["host"] if paths else ""
    return {
        "id": row["id"],
        "code": row["code"],
        "name": name,
        "host": host,
        "state": row["state"],
        "stage": row["stage"],
        "version": version(visit.reader.db, row["id"]),
    }


@page("points")
def several(visit: Visit) -> HttpResponse:
    """What would be done with each, and what must be said for it."""
    act, rows = _asked(visit, visit.request.GET)
    visit.about |= {"act": act, "points": [row["id"] for row in rows]}
    return visit.shown(
        "several",
        act=act,
        lines=[_line(visit, row) for row in rows if row["state"] == "open"],
        closed=[_line(visit, row) for row in rows if row["state"] != "open"],
        ends=act in decisions.ENDS,
        stages=act in decisions.STAGES,
        consents=sorted({c.id for k in visit.contracts for c in k.consent}),
        until_most=a_year_after(clock.today()),
    )


@page("points", act=True)
def several_done(visit: Visit) -> HttpResponse:
    """Each in turn, as it was shown; one that cannot be done is told with its reason, and keeps none of the others from being done.
    What came of them is a page of its own, so that looking at it again does nothing."""
    given = visit.request.POST
    act, rows = _asked(visit, given)
    audit.enter(
        "console_viewed",
        contract=visit.contract,
        user=visit.number,
        page="points",
        act=act,
        points=[row["id"] for row in rows],
    )
    done: list[int] = []
    waiting: list[int] = []
    refused: list[tuple[int, str]] = []
    for row in rows:
        number = row["id"]
        try:
            (done if _do(visit, act, number, given) else waiting).append(number)
        except SekishoError as error:
            refused.append((number, sentence(error)))
    outcome = outcomes.Outcome(act, tuple(done), tuple(waiting), tuple(refused))
    return visit.to(f"/points/several/told?token={outcomes.keep(visit, outcome)}")


@page("points")
def several_told(visit: Visit) -> HttpResponse:
    """What came of each."""
    outcome = outcomes.told(visit, visit.request.GET.get("token", ""))

    def lines(numbers: Iterable[int]) -> list[dict[str, Any]]:
        return [_line(visit, visible(visit, number)) for number in numbers]

    why = [reason for _, reason in outcome.refused]
    return visit.shown(
        "several_done",
        act=outcome.act,
        done=lines(outcome.done),
        waiting=lines(outcome.waiting),
        refused=list(zip(lines(number for number, _ in outcome.refused), why, strict=True)),
    )


def _do(visit: Visit, act: str, number: int, given: Any) -> bool:
    """Returns whether it is done: an end that takes two people waits for the second. What was not shown is not done."""
    home, reason, seen = visit.site.home, reason_given(given), shown(given, number) or ""
    if act == "declare":
        policy = visit.rules.policy if visit.rules else None
        declare(
            home,
            policy,
            number,
            visit.number,
            consent=given.get("consent", "").strip(),
            reason=reason,
            contract=visit.contract,
            shown=seen,
        )
    elif act in decisions.STAGES:
        with Store(home.database, only_notes=True) as store:
            due = day_given(given.get("due", ""))
            decisions.stage(store.connection, number, act, visit.number, reason, due, shown=seen)
    else:
        wish, ask = wish_of(given), Passphrase(given)
        return decisions.end(home, rules_of(visit), number, wish, signer(visit), ask, shown=seen).done
    return True


urls = [
    path("points/several", several, name="several"),
    path("points/several/done", several_done, name="several_done"),
    path("points/several/told", several_told, name="several_told"),
]
