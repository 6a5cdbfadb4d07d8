"""Saved views of 要確認: conditions of the list under a name, for the one account that saved them, in the contract of then."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import path

from scanner.console import audit
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.accounts.models import SavedView

KEYS = ("code", "place", "stage", "older", "late")
"""Conditions of the list; anything else of an address is not kept."""
MOST = 30
_NAME, _QUERY = 60, 500


def conditions(given: Any) -> str:
    """The conditions of an address as they are kept."""
    return urlencode([(key, value) for key in KEYS for value in given.getlist(key) if value])


def mine(request: Any, contract: str) -> Any:
    """The views of whoever asks."""
    return SavedView.objects.filter(user=request.user, contract=contract).order_by("name", "pk")


@page("points", act=True)
def keep(visit: Visit) -> HttpResponse:
    """Keep what the list was narrowed to."""
    given = visit.request.POST
    name, query = given.get("name", "").strip(), conditions(given)
    if not name or len(name) > _NAME or not name.isprintable() or not query or len(query) > _QUERY:
        raise AccountError("view_unnamed")
    if SavedView.objects.filter(user=visit.request.user).count() >= MOST:
        raise AccountError("views_full")
    SavedView.objects.update_or_create(
        user=visit.request.user, contract=visit.contract, name=name, defaults={"query": query}
    )
    audit.enter("console_viewed", contract=visit.contract, user=visit.number, page="points", what="view_kept")
    return visit.to(f"/points?{query}")


@page("points", act=True)
def drop(visit: Visit, number: int) -> HttpResponse:
    """Forget one of one's own."""
    if not SavedView.objects.filter(user=visit.request.user, pk=number).delete()[0]:
        raise Http404
    audit.enter("console_viewed", contract=visit.contract, user=visit.number, page="points", what="view_dropped")
    return visit.to("/points")


urls = [path("points/views", keep, name="view_keep"), path("points/views/<int:number>/drop", drop, name="view_drop")]
