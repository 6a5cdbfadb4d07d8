"""Names of files in clear: for some minutes, for a reason, and told in the record."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme

from scanner import clock
from scanner.console import audit
from scanner.console.access import CLEAR, Visit, page
from scanner.console.masking import MINUTES, REASONS
from scanner.console.roles import Level


@page("unmask", least=Level.DO)
def unmask(visit: Visit) -> HttpResponse:
    """Asks why."""
    return visit.shown(
        "unmask", reasons=REASONS, minutes=MINUTES, following=_back(visit, visit.request.GET.get("next", ""))
    )


@page("unmask", least=Level.DO, act=True)
def shown(visit: Visit) -> HttpResponse:
    """From now on; the entry is written first."""
    reason = visit.request.POST.get("reason", "")
    if reason not in REASONS:
        raise Http404
    audit.enter("console_unmasked", contract=visit.contract, user=visit.number, reason=reason)
    until = clock.now().timestamp() + MINUTES * 60
    visit.request.session[CLEAR] = {**visit.request.session.get(CLEAR, {}), visit.contract: until}
    return visit.to(_back(visit, visit.request.POST.get("next", "")))


@page("unmask", least=Level.DO, act=True)
def mask(visit: Visit) -> HttpResponse:
    """Masked again."""
    held = visit.request.session.get(CLEAR, {})
    visit.request.session[CLEAR] = {contract: until for contract, until in held.items() if contract != visit.contract}
    audit.enter("console_unmasked", contract=visit.contract, user=visit.number, clear=False)
    return visit.to(_back(visit, visit.request.POST.get("next", "")))


def _back(visit: Visit, address: str) -> str:
    safe = url_has_allowed_host_and_scheme(address, {visit.request.get_host()}, require_https=visit.request.is_secure())
    return address if safe and address.startswith("/") else "/today"


urls = [
    path("unmask", unmask, name="unmask"),
    path("unmask/now", shown, name="unmask_now"),
    path("mask", mask, name="mask"),
]
