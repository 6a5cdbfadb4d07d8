"""A form on the page as it would be made now: the registers are settled first as for the paper, and nothing is entered of the form
but that it was looked at."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import path

from scanner.acts.issuing import Order, laid_out, refuse_empty
from scanner.acts.settling import settle_by
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.pages.forms import asked_of, offered
from scanner.console.roles import Level
from scanner.errors import SekishoError
from scanner.report import pdf
from scanner.report.forms import names
from scanner.report.forms.interface import Form, FormRefused
from scanner.report.forms.registry import FORMS
from scanner.report.forms.spec import Needs

_SENT = ("month", "year", "since", "family", "accept", "accept_why")
_ROWS = 200
"""Lines of the table that the page shows; the file has all."""
_STYLES = (("docx", "Word (docx)"), ("xlsx", "Excel (xlsx)"), ("pdf", "PDF"), ("html", "HTML"), ("csv", "CSV"))


@page("forms", least=Level.SEE)
def preview(visit: Visit) -> HttpResponse:
    """The form that the address says, for the contract and period that it says."""
    given = visit.request.GET
    number = given.get("form", "")
    if number not in {f["number"] for f in offered()}:
        raise Http404
    spec = FORMS[number]
    if spec.needs is Needs.CONTRACT and not visit.contract:
        raise AccountError("which_contract")
    order = Order(number, spec.usual_style, visit.contract, asked=asked_of(visit, given), by=visit.number)
    policy, digest = (visit.rules.policy, visit.rules.digest) if visit.rules else (None, "")
    settle_by(visit.site.home, visit.site.policy_path, policy, digest)
    visit.reader.db.execute("rollback")  # the page shows the state after it
    visit.reader.db.execute("begin")
    made = laid_out(order, visit.site.home, visit.reader, policy)
    visit.about |= {"form": number}
    return visit.shown(
        "preview",
        form=made,
        number=number,
        called=names.called(number),
        empty=_is_refused(order, made),
        rows=made.rows[:_ROWS],
        more=max(0, len(made.rows) - _ROWS),
        sent=[(key, value) for key in _SENT for value in given.getlist(key) if value],
        styles=[s for s in _STYLES if s[0] != "pdf" or _has_office()],
        usual=spec.usual_style,
        office=_has_office(),
        back=f"/forms?{urlencode({'form': number})}",
    )


def _is_refused(order: Order, made: Form) -> bool:
    """Whether it would not be made but as a draft, for want of a line."""
    try:
        refuse_empty(order, made)
    except FormRefused:
        return True
    return False


def _has_office() -> bool:
    try:
        pdf.program()
    except SekishoError:
        return False
    return True


urls: list[Any] = [path("forms/preview", preview, name="preview")]
