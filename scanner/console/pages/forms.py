"""帳票: choose a form, contract and period, and take it as a file; what was made when, and handed to whom."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts import handing_over
from scanner.acts.issuing import Order, issue
from scanner.acts.settling import settle_by
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.answers import download
from scanner.console.pages.deeds import reason_given, signer
from scanner.console.pages.registers import XLSX
from scanner.console.roles import Level
from scanner.policy.registers.days import day_of
from scanner.report import pdf
from scanner.report.forms import names
from scanner.report.forms.registry import FORMS
from scanner.report.forms.spec import Needs

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {
    "xlsx": XLSX,
    "docx": DOCX,
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}
_FAMILY, _FAMILIES = re.compile("R-[0-9]{1,9}"), 500
_LAST = 20_000
"""Entries of the record in which what was made is looked for."""


@page("forms", least=Level.SEE)
def forms(visit: Visit) -> HttpResponse:
    """The list, and what was made."""
    one = visit.contracts[0] if visit.contract and visit.contracts else None
    return visit.shown(
        "forms",
        forms=offered(),
        made=_made(visit),
        asked=visit.request.GET.get("form", ""),
        recipients=handing_over.recipients(one) if one else [],
        means=handing_over.MEANS,
    )


def offered() -> list[dict[str, Any]]:
    """Forms that nothing more than a contract and a period must be told for."""
    return [
        {"number": n, "called": names.called(n), "needs_contract": spec.needs is Needs.CONTRACT}
        for n, spec in FORMS.items()
        if spec.needs in (Needs.NOTHING, Needs.CONTRACT)
    ]


def _entries(visit: Visit, kind: str, most: int) -> list[tuple[Any, dict[str, Any]]]:
    newest = visit.reader.rows("select max(seq) as n from ledger")[0]["n"] or 0
    where, values = ("contract = ?", (visit.contract,)) if visit.contract else ("1", ())
    rows = visit.reader.rows(
        f"select seq, at, contract, details from ledger where kind = ? and seq > ? and {where} order by seq desc limit ?",  # noqa: S608
        (kind, newest - _LAST, *values, most),
    )
    return [(row, json.loads(row["details"])) for row in rows]


def _made(visit: Visit) -> list[dict[str, Any]]:
    handed: dict[int, list[dict[str, Any]]] = {}
    for _, told in _entries(visit, "form_handed", 500):
        handed.setdefault(told["entry"], []).append(told)
    return [
        {
            "seq": row["seq"],
            "at": row["at"],
            "contract": row["contract"],
            "called": names.called(d["form"]) if d["form"] in FORMS else d["form"],
            "document": d.get("document", ""),
            "draft": bool(d.get("draft")),
            "rows": d.get("rows", ""),
            "handed": handed.get(row["seq"], [])[::-1],
        }
        for row, d in _entries(visit, "report_made", 50)
    ]


@page("forms", least=Level.DO, act=True)
def make(visit: Visit) -> HttpResponse:
    """One form: the registers are settled first, the form is entered in the record, names in it are masked."""
    given = visit.request.POST
    number, style = given.get("form", ""), given.get("style", "")
    if number not in {f["number"] for f in offered()}:
        raise Http404
    spec = FORMS[number]
    style = style if style in KINDS else spec.usual_style
    if spec.needs is Needs.CONTRACT and not visit.contract:
        raise AccountError("which_contract")
    if style == "pdf":
        pdf.program()  # before the form is entered in the record
    written = spec.usual_style if style == "pdf" else style
    draft = given.get("draft") == "1"
    order = Order(number, written, visit.contract, asked=asked_of(visit, given), draft=draft, by=visit.number)
    policy, digest = (visit.rules.policy, visit.rules.digest) if visit.rules else (None, "")
    settle_by(visit.site.home, visit.site.policy_path, policy, digest)
    data = issue(order, visit.site.home, visit.reader, policy, digest)
    if style == "pdf":
        (data,) = pdf.converted([(written, data)])
    title = names.draft(number) if order.draft else ""
    return download(data, names.file_name(number, visit.contract, clock.today(), style, title), KINDS[style])


def asked_of(visit: Visit, given: Any) -> dict[str, Any]:
    """What is asked beyond the form; raises ``AccountError`` for a day that is none."""
    asked: dict[str, Any] = {"since": _day(given, "since"), "month": _day(given, "month")}
    year = given.get("year", "")
    asked["year"] = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    asked |= _of_residue(visit, given)
    if visit.site.policy_path is not None:
        asked["base"] = Path(visit.site.policy_path).absolute().parent
    return asked


def _of_residue(visit: Visit, given: Any) -> dict[str, Any]:
    """What form 9c takes: which originals, and that whoever is signed in accepts what was not looked at; nobody accepts it for another."""
    families = tuple(f for f in given.getlist("family")[:_FAMILIES] if _FAMILY.fullmatch(f))
    if given.get("accept", "") != "1":
        return {"family": families}
    if not visit.may("decide"):
        raise AccountError("error_role")
    return {"family": families, "accept": signer(visit), "accept_why": reason_given(given, "accept_why")}


@page("forms", least=Level.DO, act=True)
def hand(visit: Visit, number: int) -> HttpResponse:
    """A form was handed over: to one of the parties of the contract."""
    if not visit.contract or not visit.contracts:
        raise AccountError("which_contract")
    given = visit.request.POST
    on = _day(given, "on") or clock.today()
    to, means = given.get("to", ""), given.get("means", "")
    handing_over.handed(visit.site.home, visit.contracts[0], number, to, on, means, visit.number)
    return visit.to("/forms#made")


def _day(given: Any, field: str) -> Any:
    text = given.get(field, "").strip()
    if not text:
        return None
    try:
        return day_of(f"{text}/1" if field == "month" else text)
    except ValueError:
        raise AccountError("no_day") from None


urls = [
    path("forms", forms, name="forms"),
    path("forms/make", make, name="forms_make"),
    path("forms/handed/<int:number>", hand, name="hand"),
]
