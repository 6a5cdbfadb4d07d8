"""What is done about points: the acts of ``scanner.acts``, by the person who is signed in and nobody else.

A signature takes the passphrase of the person's key each time. It goes to the act and is kept nowhere: neither in the session nor in
this process. The number that signs is that of the account, so nobody signs for another.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts import decisions
from scanner.acts.bounds import a_year_after
from scanner.acts.declaring import declare as enter_declaration
from scanner.acts.signing import Rules
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.pages.points import visible
from scanner.console.roles import Level
from scanner.inventory.store import Store
from scanner.messages import t
from scanner.policy.registers.days import day_of
from scanner.printable import line_ends

_LONGEST = 2_000
"""Letters of a reason."""
MOST_AT_ONCE = 50
"""Points that one signature page may be about."""


@page("declare", act=True)
def declare(visit: Visit, number: int) -> HttpResponse:
    """A consent number, or a reason."""
    visible(visit, number)
    given = visit.request.POST
    policy = visit.rules.policy if visit.rules else None
    consent, reason = given.get("consent", "").strip(), reason_given(given)
    enter_declaration(
        visit.site.home,
        policy,
        number,
        visit.number,
        consent=consent,
        reason=reason,
        contract=visit.contract,
        shown=shown(given, number),
    )
    return visit.to(f"/points/{number}", t("points.declared_done", number=number))


@page("declare", least=Level.DO, act=True)
def stage(visit: Visit, number: int) -> HttpResponse:
    """Under review, or being corrected until a day."""
    visible(visit, number)
    given = visit.request.POST
    action = given.get("action", "")
    if action not in decisions.STAGES:
        raise Http404
    due = day_given(given.get("due", ""))
    with Store(visit.site.home.database, only_notes=True) as store:
        reason, seen = reason_given(given), shown(given, number)
        decisions.stage(store.connection, number, action, visit.number, reason, due, shown=seen)
    return visit.to(f"/points/{number}", t(f"decision.{action}"))


@page("decide", least=Level.DO, act=True)
def end(visit: Visit, number: int) -> HttpResponse:
    """Accepted or a false alarm, signed by this person; another signs on a page of their own."""
    row = visible(visit, number)
    given = visit.request.POST
    wish = wish_of(given)
    ask, home = Passphrase(given), visit.site.home
    each = {number, *_others(visit, given, row["code"])}
    done = [
        decisions.end(home, rules_of(visit), one, wish, signer(visit), ask, shown=shown(given, one)).done
        for one in sorted(each)
    ]
    message = "points.ended" if all(done) else "console.first_signed"
    return visit.to(f"/points/{number}", t(message, number=number, why=t(f"decision.{wish.action}"), until=wish.until))


@page("decide", least=Level.DO, act=True)
def approve(visit: Visit, number: int) -> HttpResponse:
    """The second signature, under the proposal that the page has shown."""
    visible(visit, number)
    given = visit.request.POST
    shown = given.get("proposal", "")
    proposal = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 16 else 0
    decisions.approve(visit.site.home, rules_of(visit), number, signer(visit), Passphrase(given), proposal)
    return visit.to("/approvals", t("points.approved", number=number))


@page("decide", least=Level.DO, act=True)
def revoke(visit: Visit, number: int) -> HttpResponse:
    """A decision is taken back: only one about a point that this person may see."""
    rows = visit.reader.rows(
        "select p.id from suppressions s join ledger l on l.seq = cast(s.entry as integer) join points p"
        " on p.id = json_extract(l.details, '$.point') where s.id = ?",
        (number,),
    )
    if not rows:
        raise Http404
    visible(visit, rows[0]["id"])
    given = visit.request.POST
    decisions.revoke(visit.site.home, rules_of(visit), number, signer(visit), reason_given(given), Passphrase(given))
    return visit.to("/approvals", t("points.revoked", number=number))


class Passphrase:
    """The passphrase of one form, for the person of this session."""

    def __init__(self, given: Any) -> None:
        self._text = given.get("passphrase", "")

    def __call__(self, worker: str) -> str:
        return str(self._text)

    def __repr__(self) -> str:
        return "a passphrase"


def signer(visit: Visit) -> str:
    """The number that signs; raises ``AccountError`` for an account without one."""
    if not visit.membership.worker:
        raise AccountError("no_worker")
    return str(visit.membership.worker)


def rules_of(visit: Visit) -> Rules:
    """The policy to sign under; raises ``AccountError`` where there is none."""
    if visit.rules is None:
        raise AccountError("needs_policy")
    return visit.rules


def wish_of(given: Any) -> decisions.Wish:
    """What a form asks for; raises ``Http404`` for what is no end of a point."""
    action = given.get("action", "")
    if action not in decisions.ENDS:
        raise Http404
    until = day_given(given.get("until", "")) or a_year_after(clock.today())
    return decisions.Wish(action, reason_given(given), until)


def _others(visit: Visit, given: Any, code: str) -> list[int]:
    """Further points of the same kind that were ticked; each must be visible to this person."""
    numbers = [int(n) for n in given.getlist("also")[:MOST_AT_ONCE] if n.isascii() and n.isdigit() and len(n) < 16]
    return [n for n in numbers if visible(visit, n)["code"] == code]


def shown(given: Any, number: int) -> str | None:
    """The version of a point that the form was made from; ``None`` where the form has none."""
    found = given.get(f"shown_{number}")
    return None if found is None else str(found)


def reason_given(given: Any, field: str = "reason") -> str:
    """The reason of a form, cut where it is too long."""
    return line_ends(str(given.get(field, ""))).strip()[:_LONGEST]


def day_given(text: str) -> date | None:
    """A day of a form, as browsers send it or as people write it."""
    if not text.strip():
        return None
    try:
        return day_of(text)
    except ValueError:
        raise AccountError("no_day") from None


urls = [
    path("points/<int:number>/declare", declare, name="declare"),
    path("points/<int:number>/stage", stage, name="stage"),
    path("points/<int:number>/end", end, name="end"),
    path("points/<int:number>/approve", approve, name="approve"),
    path("decisions/<int:number>/revoke", revoke, name="revoke"),
]
