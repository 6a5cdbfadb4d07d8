"""One register: its entries, and each of them as a form whose fields are the columns of the workbook; what would change is shown
before it is saved."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner.acts.workbooks import PolicyChanged, said
from scanner.console import audit, proposed
from scanner.console.access import Visit, page
from scanner.console.fields import begun, fields, given
from scanner.console.pages.incidents import no_points
from scanner.console.pages.points import seen
from scanner.console.pages.registers import whole
from scanner.console.roles import Level
from scanner.policy.models import Policy
from scanner.policy.registers import entries
from scanner.policy.registers.entries import EntryRefused
from scanner.policy.registers.sheets import CONTRACTOR, HOUSE, Sheet, tells

_SHOWN = 7
"""Columns of the list; the form has all."""


def _mine(visit: Visit, register: str) -> Sheet:
    """The sheet of a register that the visitor may see now: what is of the house takes all contracts, what is of a contract a chosen one."""
    try:
        sheet = entries.sheet_of(register)
    except KeyError:
        raise Http404 from None
    if not visit.contract and (sheet.name not in (*HOUSE, CONTRACTOR, "contract") or not whole(visit)):
        raise Http404
    if visit.contract and sheet.name in HOUSE:
        raise Http404
    return sheet


@page("registers", least=Level.SEE)
def register(visit: Visit, register: str) -> HttpResponse:
    """The list of entries."""
    sheet = _mine(visit, register)
    found = entries.of(proposed.in_force(visit), sheet.name, visit.contract)
    visit.about["register"] = sheet.name
    used = [c for c in sheet.columns if c.key != "contract" and any(tells(sheet, c, row) for row in found)]
    return visit.shown(
        "register",
        sheet=sheet,
        headings=[c.heading for c in used[:_SHOWN]],
        rows=[(at, [said(row.get(c.key), c.words) for c in used[:_SHOWN]]) for at, row in enumerate(found)],
        more=_adds(visit, sheet, len(found)),
    )


def _adds(visit: Visit, sheet: Sheet, there: int) -> bool:
    """Whether one more can be put there: one row of letters for each, a contract by who answers for all."""
    if sheet.name == CONTRACTOR:
        return not there
    return sheet.name != "contract" or whole(visit)


@page("registers", least=Level.DO)
def new(visit: Visit, register: str) -> HttpResponse:
    """The form of an entry to come."""
    sheet = _mine(visit, register)
    if not _adds(visit, sheet, len(entries.of(proposed.in_force(visit), sheet.name, visit.contract))):
        raise Http404
    return _form(visit, sheet, None, begun(sheet, visit.request.GET))


@page("registers", least=Level.DO)
def entry(visit: Visit, register: str, at: int) -> HttpResponse:
    """The form of an entry."""
    sheet = _mine(visit, register)
    _row(visit, sheet, at)
    visit.about["register"] = sheet.name
    return _form(visit, sheet, at)


def _row(visit: Visit, sheet: Sheet, at: int) -> dict[str, Any]:
    found = entries.of(proposed.in_force(visit), sheet.name, visit.contract)
    if at >= len(found):
        raise Http404
    return found[at]


def _form(
    visit: Visit, sheet: Sheet, at: int | None, texts: dict[str, str] | None = None, refused: EntryRefused | None = None
) -> HttpResponse:
    policy = proposed.in_force(visit)
    row = _row(visit, sheet, at) if at is not None else {}
    contract = next((c for c in policy.contract if c.id == visit.contract), None)
    faults = refused.faults if refused else []
    made = fields(sheet, contract, row, texts, faults, fixed=sheet.name == "contract" and at is not None)
    answer = visit.shown(
        "entry",
        sheet=sheet,
        at=at,
        fields=made,
        whole=[f for f in faults if f.key not in {field.key for field in made}],
        refused=refused,
        version=visit.rules.digest if visit.rules else "",
        removable=at is not None and (sheet.name != "contract" or whole(visit)),
    )
    answer.status_code = 422 if refused else 200
    return answer


@page("registers", least=Level.DO, act=True)
def put(visit: Visit, register: str) -> HttpResponse:
    """What would change by the form; or the form again, with what is wrong at each field."""
    sheet = _mine(visit, register)
    at = _begun(visit, sheet, "entry_put")
    if at is None and not _adds(visit, sheet, len(entries.of(proposed.in_force(visit), sheet.name, visit.contract))):
        raise Http404
    texts = given(sheet, visit.request.POST)
    try:
        after = entries.put(proposed.in_force(visit), sheet.name, visit.contract, at, texts)
        _points_seen(visit, sheet, at, after)
    except EntryRefused as refused:
        return _form(visit, sheet, at, texts, refused)
    return proposed.shown(visit, after, f"/registers/of/{sheet.name}")


def _points_seen(visit: Visit, sheet: Sheet, at: int | None, after: Policy) -> None:
    """Numbers of points that come anew are of points that the visitor may see; raises ``EntryRefused``."""
    if "points" not in {column.key for column in sheet.columns}:
        return
    had = _row(visit, sheet, at).get("points") or () if at is not None else ()
    row = entries.of(after, sheet.name, visit.contract)[-1 if at is None else at]
    unknown = [number for number in row.get("points") or () if number not in had and not seen(visit, number)]
    if unknown:
        raise no_points(unknown)


@page("registers", least=Level.DO, act=True)
def remove(visit: Visit, register: str) -> HttpResponse:
    """What would change without the entry; refused where another one names it."""
    sheet = _mine(visit, register)
    at = _begun(visit, sheet, "entry_removed")
    if at is None or (sheet.name == "contract" and not whole(visit)):
        raise Http404
    try:
        after = entries.removed(proposed.in_force(visit), sheet.name, visit.contract, at)
    except EntryRefused as refused:
        return _form(visit, sheet, at, None, refused)
    return proposed.shown(visit, after, f"/registers/of/{sheet.name}")


def _begun(visit: Visit, sheet: Sheet, what: str) -> int | None:
    """Enters the act; the place of the entry, ``None`` for a new one. Raises ``PolicyChanged`` where the form was of another policy: the
    same place may be another entry by now."""
    audit.enter(
        "console_viewed", contract=visit.contract, user=visit.number, page="registers", register=sheet.name, what=what
    )
    if visit.rules is None or visit.request.POST.get("version", "") != visit.rules.digest:
        raise PolicyChanged("policy_changed")
    text = visit.request.POST.get("at", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Http404
    _row(visit, sheet, int(text))
    return int(text)


urls = [
    path("registers/of/<str:register>", register, name="register"),
    path("registers/of/<str:register>/new", new, name="entry_new"),
    path("registers/of/<str:register>/<int:at>", entry, name="entry"),
    path("registers/of/<str:register>/put", put, name="entry_put"),
    path("registers/of/<str:register>/remove", remove, name="entry_remove"),
]
