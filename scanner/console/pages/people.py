"""利用者・設定: who has which role, links for new people, the table of roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.console import audit
from scanner.console.access import Visit, page
from scanner.console.accounts import invitations
from scanner.console.accounts.invitations import LATER_HOURS, AccountError
from scanner.console.accounts.models import Invitation, Membership
from scanner.console.roles import EVERY, PAGES, Level, Role
from scanner.policy.registers.days import day_of


@page("people", least=Level.DO)
def people(visit: Visit) -> HttpResponse:
    """Accounts of the contracts that this officer answers for, and links that nobody has used yet."""
    return _shown(visit)


def _shown(visit: Visit, link: str = "") -> HttpResponse:
    return visit.shown(
        "people",
        members=_mine(visit, Membership).select_related("user").order_by("contract", "role", "user__username")[:500],
        waiting=_mine(visit, Invitation).filter(used=None, expires__gt=clock.now()).order_by("expires")[:100],
        roles=list(Role),
        scopes=_scopes(visit),
        every=EVERY,
        workers=sorted({w.id for w in visit.workers}),
        link=link,
        hours=LATER_HOURS,
        me=visit.request.user.pk,
    )


def _mine(visit: Visit, table: Any) -> Any:
    rows = table.objects.all()
    return rows if visit.membership.contract == EVERY and not visit.contract else rows.filter(contract=visit.contract)


def _scopes(visit: Visit) -> list[str]:
    """Contracts for which this officer may give a role."""
    known = [c.id for c in visit.contracts]
    return [EVERY, *known] if visit.membership.contract == EVERY else known


@page("people", least=Level.DO, act=True)
def invite(visit: Visit) -> HttpResponse:
    """A link for somebody; shown once, in the answer, and kept nowhere."""
    given = visit.request.POST
    contract, role, worker = given.get("contract", ""), given.get("role", ""), given.get("worker", "").strip()
    if contract not in _scopes(visit) or role not in set(Role):
        raise Http404
    policy = visit.rules.policy if visit.rules else None
    known = {w.id for c in (policy.contract if policy else ()) if contract in (EVERY, c.id) for w in c.worker}
    if worker and worker not in known:
        raise AccountError("no_such_worker")
    ends = _day(given.get("ends", ""))
    token = invitations.invite(contract, role, worker=worker, ends=ends, by=visit.number, maker=visit.request.user)
    about = "" if contract == EVERY else contract
    audit.enter("console_account", contract=about, user=visit.number, role=role, what="invited")
    return _shown(visit, visit.request.build_absolute_uri(f"/start/{token}"))


@page("people", least=Level.DO, act=True)
def change(visit: Visit, number: int) -> HttpResponse:
    """Another role, number or last day; or no role any more. Nobody changes their own, so that an officer remains."""
    member = _mine(visit, Membership).filter(pk=number).first()
    if member is None:
        raise Http404
    if member.user_id == visit.request.user.pk:
        raise AccountError("not_your_own")
    given = visit.request.POST
    if given.get("remove") == "1":
        member.delete()
        _signed_out(member.user)
        what = "removed"
    else:
        role, ends = given.get("role", ""), _day(given.get("ends", ""))
        if role not in set(Role):
            raise Http404
        if role == Role.AUDITOR and (ends is None or member.contract == EVERY):
            raise AccountError("must_end")
        member.role, member.ends = role, ends
        member.save()
        what = "changed"
    invitations.void(member.user)
    about = "" if member.contract == EVERY else member.contract
    told = {"user": visit.number, "role": member.role, "what": what, "about": audit.number_of(member.user)}
    audit.enter("console_account", contract=about, **told)
    return visit.to("/people")


def _signed_out(user: Any) -> None:
    """Whoever has no role left has no session either."""
    if not Membership.objects.filter(user=user).exists():
        get_user_model().objects.filter(pk=user.pk).update(is_active=False)


@page("people", least=Level.DO, act=True)
def withdraw(visit: Visit, number: int) -> HttpResponse:
    """A link that nobody has used is void."""
    if not _mine(visit, Invitation).filter(pk=number, used=None).delete()[0]:
        raise Http404
    audit.enter("console_account", contract=visit.contract, user=visit.number, what="withdrawn")
    return visit.to("/people")


def _day(text: str) -> Any:
    if not text.strip():
        return None
    try:
        return day_of(text)
    except ValueError:
        raise AccountError("no_day") from None


@page("matrix")
def matrix(visit: Visit) -> HttpResponse:
    """The table of roles, as the checks read it."""
    return visit.shown(
        "matrix", roles=list(Role), rows=[(name, [level.name.lower() for level in row]) for name, row in PAGES.items()]
    )


urls = [
    path("people", people, name="people"),
    path("people/invite", invite, name="people_invite"),
    path("people/<int:number>", change, name="people_change"),
    path("people/links/<int:number>", withdraw, name="people_withdraw"),
    path("matrix", matrix, name="matrix"),
]
