"""Several points at once: a page that lists what would be done with each, then the acts one by one, and what came of each."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts import decisions
from scanner.acts.bounds import a_year_after
from scanner.acts.declaring import declare
from scanner.console import audit
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.pages.deeds import MOST_AT_ONCE, Passphrase, day_given, reason_given, rules_of, signer, wish_of
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
    """Each in turn; one that cannot be done is told with its reason, and keeps none of the others from being done."""
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
    done, refused = [], []
    for row in rows:
        line = _line(visit, row)
        try:
            _do(visit, act, row["id"], given)
        except SekishoError as error:
            refused.append((line, sentence(error)))
        else:
            done.append(line)
    return visit.shown("several_done", act=act, done=done, refused=refused)


def _do(visit: Visit, act: str, number: int, given: Any) -> None:
    home, reason = visit.site.home, reason_given(given)
    if act == "declare":
        policy = visit.rules.policy if visit.rules else None
        declare(home, policy, number, visit.number, consent=given.get("consent", "").strip(), reason=reason)
    elif act in decisions.STAGES:
        with Store(home.database, only_notes=True) as store:
            decisions.stage(store.connection, number, act, visit.number, reason, day_given(given.get("due", "")))
    else:
        decisions.end(home, rules_of(visit), number, wish_of(given), signer(visit), Passphrase(given))


urls = [path("points/several", several, name="several"), path("points/several/done", several_done, name="several_done")]
