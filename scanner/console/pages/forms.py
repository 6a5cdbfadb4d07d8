"""帳票: choose a form, contract and period, and take it as a file; what was made when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts.issuing import Order, issue
from scanner.acts.settling import settle_by
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.answers import download
from scanner.console.pages.registers import XLSX
from scanner.console.roles import Level
from scanner.policy.registers.days import day_of
from scanner.report.forms import names
from scanner.report.forms.registry import FORMS
from scanner.report.forms.spec import Needs

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {"xlsx": XLSX, "docx": DOCX, "html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8"}
_LAST = 20_000
"""Entries of the record in which what was made is looked for."""


@page("forms", least=Level.SEE)
def forms(visit: Visit) -> HttpResponse:
    """The list, and what was made."""
    return visit.shown("forms", forms=_offered(), made=_made(visit))


def _offered() -> list[dict[str, Any]]:
    """Forms that nothing more than a contract and a period must be told for."""
    return [
        {
            "number": n,
            "called": names.called(n),
            "usual": spec.usual_style,
            "needs_contract": spec.needs is Needs.CONTRACT,
        }
        for n, spec in FORMS.items()
        if spec.needs in (Needs.NOTHING, Needs.CONTRACT)
    ]


def _made(visit: Visit) -> list[dict[str, Any]]:
    newest = visit.reader.rows("select max(seq) as n from ledger")[0]["n"] or 0
    where, values = ("contract = ?", (visit.contract,)) if visit.contract else ("1", ())
    rows = visit.reader.rows(
        f"select seq, at, contract, details from ledger where kind = 'report_made' and seq > ? and {where}"  # noqa: S608
        " order by seq desc limit 50",
        (newest - _LAST, *values),
    )
    told = [(row, json.loads(row["details"])) for row in rows]
    return [
        {
            "seq": row["seq"],
            "at": row["at"],
            "contract": row["contract"],
            "called": names.called(d["form"]) if d["form"] in FORMS else d["form"],
            "document": d.get("document", ""),
            "draft": bool(d.get("draft")),
            "rows": d.get("rows", ""),
        }
        for row, d in told
    ]


@page("forms", least=Level.DO, act=True)
def make(visit: Visit) -> HttpResponse:
    """One form: the registers are settled first, the form is entered in the record, names in it are masked."""
    given = visit.request.POST
    number, style = given.get("form", ""), given.get("style", "")
    if number not in {f["number"] for f in _offered()}:
        raise Http404
    spec = FORMS[number]
    style = style if style in KINDS else spec.usual_style
    if spec.needs is Needs.CONTRACT and not visit.contract:
        raise AccountError("which_contract")
    asked: dict[str, Any] = {"family": (), "since": _day(given, "since"), "month": _day(given, "month")}
    year = given.get("year", "")
    asked["year"] = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    order = Order(number, style, visit.contract, asked=asked, draft=given.get("draft") == "1", by=visit.number)
    policy, digest = (visit.rules.policy, visit.rules.digest) if visit.rules else (None, "")
    where = visit.site.policy_path
    settle_by(visit.site.home, where, policy, digest)
    if where is not None:
        order.asked["base"] = Path(where).absolute().parent
    data = issue(order, visit.site.home, visit.reader, policy, digest)
    title = names.draft(number) if order.draft else ""
    name = names.file_name(number, visit.contract, clock.today(), order.style.partition("-")[0], title)
    return download(data, name, KINDS[style])


def _day(given: Any, field: str) -> Any:
    text = given.get(field, "").strip()
    if not text:
        return None
    try:
        return day_of(f"{text}/1" if field == "month" else text)
    except ValueError:
        raise AccountError("no_day") from None


urls = [path("forms", forms, name="forms"), path("forms/make", make, name="forms_make")]
