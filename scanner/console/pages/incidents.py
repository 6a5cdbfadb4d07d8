"""事故: those of the register with their clocks, opened from points, written down item by item, told by drafts, closed by two."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts import incidents as acts
from scanner.acts.issuing import Order, issue
from scanner.acts.settling import settle_by
from scanner.console import audit, proposed
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.answers import download
from scanner.console.pages.deeds import Passphrase, reason_given, rules_of, signer
from scanner.console.pages.forms import KINDS
from scanner.console.pages.points import seen
from scanner.console.roles import Level
from scanner.inventory.people import agreements as record
from scanner.inventory.people.agreements import Agreement
from scanner.messages import t
from scanner.policy.acts import Incident
from scanner.policy.models import Policy
from scanner.policy.registers import entries
from scanner.policy.registers.entries import EntryRefused, Fault
from scanner.policy.registers.labels import label
from scanner.printable import printable
from scanner.report import deadlines
from scanner.report.forms import names

DRAFTS = ("11a", "11b", "11c")
ITEMS = ("summary", "cause", "secondary", "response", "publication", "measures", "planned", "other")
"""Of the nine, those that people tell; items and numbers of persons are counted."""
_MOST_POINTS = 50
_TYPED = ("id", "kind", "known_on", "recognised_by", "points", "summary")
"""Fields of the form that opens one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One incident: where it stands in the register of its contract, its dates, what was signed about it."""

    at: int
    contract: str
    entry: Incident
    clock: deadlines.Clock | None
    day: int
    """Which day of the clock today is; 0 while it is not known when it was known, or before that day."""
    agreement: Agreement | None
    differs: bool
    """Whether the register says something else than what was signed, or nothing any more."""
    gone: bool = False
    """Whether the register has no such entry any more; then ``at`` counts on behind its last one."""

    @property
    def is_closed(self) -> bool:
        """Whether two people have signed what the register says."""
        return self.agreement is not None and bool(self.agreement.second) and not self.differs

    @property
    def late(self) -> bool:
        """Whether the last day has passed without a report to the commission where one was instructed."""
        waits = self.entry.instructed and not self.entry.submitted_on and not self.is_closed
        return bool(self.clock and waits and clock.today() > self.clock.final_due)


def lines(visit: Visit) -> list[Line]:
    """Those of the contracts that the visitor sees, open ones first; with those that were signed and are in no register any more."""
    signed = acts.closed(visit.reader.db)
    found = [
        _line(c.id, at, one, signed.pop((c.id, one.id), None))
        for c in visit.contracts
        for at, one in enumerate(c.incident)
    ]
    begin = {c.id: len(c.incident) for c in visit.contracts}
    for (contract, number), agreement in sorted(signed.items()):
        if visit.contract in ("", contract):
            begin[contract] = 1 + (at := begin.get(contract, 0))
            found.append(
                Line(at, contract, Incident.model_validate({"id": number}), None, 0, agreement, differs=True, gone=True)
            )
    return sorted(found, key=lambda one: (one.is_closed, one.entry.known_on or date.max, one.contract, one.at))


def _line(contract: str, at: int, entry: Incident, agreement: Agreement | None) -> Line:
    known = entry.known_on
    running = deadlines.clock(known, wrongful=entry.wrongful) if known else None
    day = max(0, (clock.today() - known).days + 1) if known else 0
    return Line(at, contract, entry, running, day, agreement, bool(agreement and not acts.stands(agreement, entry)))


@page("incidents", least=Level.SEE)
def incidents(visit: Visit) -> HttpResponse:
    """The list, and the form that opens one."""
    policy = visit.rules.policy if visit.rules else None
    number = acts.next_number(policy, clock.today()) if policy else ""
    points = " ".join(map(str, _points(visit.request.GET.getlist("point"))))
    return _list(visit, {"id": number, "known_on": clock.today().isoformat(), "points": points})


def _list(visit: Visit, typed: Mapping[str, str], refused: EntryRefused | None = None) -> HttpResponse:
    """The page with a form that holds what was typed, and what is wrong at its fields."""
    faults = refused.faults if refused else []
    answer = visit.shown(
        "incidents",
        incidents=lines(visit),
        fields={key: _field(key, typed.get(key, ""), faults) for key in _TYPED},
        whole=[one for one in faults if one.key not in _TYPED],
        refused=refused,
        day=clock.today(),
    )
    answer.status_code = 422 if refused else 200
    return answer


def _field(key: str, value: str, faults: Sequence[Fault]) -> dict[str, Any]:
    about = {"points": "console.incident_points_note", "summary": "console.no_values"}.get(key, "")
    told = [t(f"policy.{one.code}", **one.details) for one in faults if one.key == key]
    return {"id": key, "value": value, "about": t(about) if about else "", "faults": told}


@page("incidents", act=True, least=Level.DO)
def begin(visit: Visit) -> HttpResponse:
    """An entry of the register out of points: what would change is shown before it is saved; or the form again, with what is wrong."""
    audit.enter("console_viewed", contract=visit.contract, user=visit.number, page="incidents", what="incident_begun")
    if not visit.contract:
        raise AccountError("which_contract")
    try:
        after = _begun(visit)
    except EntryRefused as refused:
        return _list(visit, visit.request.POST, refused)
    return proposed.shown(visit, after, "/incidents")


def _begun(visit: Visit) -> Policy:
    """The policy with the entry that the form tells. Raises ``EntryRefused``."""
    given, policy = visit.request.POST, proposed.in_force(visit)
    points = _told_points(visit, given.get("points", ""))
    texts = {
        "id": given.get("id", ""),
        "kind": given.get("kind", ""),
        "known_on": given.get("known_on", ""),
        "recognised_by": given.get("recognised_by", ""),
        "summary": given.get("summary", ""),
        "points": "、".join(map(str, points)),
    }
    return entries.put(policy, "incident", visit.contract, None, texts)


@page("incidents", least=Level.SEE)
def incident(visit: Visit, contract: str, at: int) -> HttpResponse:
    """One: its clock, the nine items, drafts, entries, the two signatures."""
    one = _one(visit, contract, at)
    visit.about |= {"incident": at + 1}
    told = [(label("incident", name), getattr(one.entry, name) or "") for name in ITEMS]
    return visit.shown(
        "incident",
        one=one,
        items=told,
        missing=[label("incident", name) for name in acts.missing(one.entry)],
        drafts=[(number, names.called(number)) for number in DRAFTS],
        made=_made(visit, contract),
        here=visit.contract == contract,
        shown=acts.digest(one.entry),
        mine=one.agreement is not None and one.agreement.by == visit.membership.worker,
        day=clock.today(),
    )


@page("incidents", act=True, least=Level.DO)
def draft(visit: Visit, contract: str, at: int) -> HttpResponse:
    """A draft of a report as a file; the report itself takes its number when it is issued."""
    one = _one(visit, contract, at)
    number = visit.request.POST.get("form", "")
    if number not in DRAFTS:
        raise Http404
    rules = rules_of(visit)
    settle_by(visit.site.home, visit.site.policy_path, rules.policy, rules.digest)
    asked: dict[str, Any] = {"family": (), "incident": one.entry.id, "base": Path(rules.path).absolute().parent}
    order = Order(number, "docx", contract, asked=asked, draft=True, by=visit.number)
    data = issue(order, visit.site.home, visit.reader, rules.policy, rules.digest)
    return download(data, names.file_name(number, contract, clock.today(), "docx", names.draft(number)), KINDS["docx"])


@page("incidents", act=True, least=Level.DO)
def close(visit: Visit, contract: str, at: int) -> HttpResponse:
    """The first signature, the second, or open again: whatever the button says, about the entry that the page has shown."""
    one, given = _one(visit, contract, at), visit.request.POST
    if given.get("shown", "") != acts.digest(one.entry):
        raise AccountError("policy_changed")
    rules, who, ask = rules_of(visit), signer(visit), Passphrase(given)
    wish, home = given.get("wish", ""), visit.site.home
    reason = reason_given(given)
    if wish == "propose" and one.agreement is None:
        acts.propose(home, rules, contract, one.entry.id, reason, who, ask)
    elif wish == "confirm" and one.agreement is not None:
        acts.confirm(home, rules, one.agreement.number, who, ask)
    elif wish == "reopen" and one.agreement is not None:
        acts.reopen(home, rules, one.agreement.number, reason, who, ask)
    else:
        raise Http404
    return visit.to(f"/incidents/{contract}/{at}")


def _one(visit: Visit, contract: str, at: int) -> Line:
    found = [one for one in lines(visit) if (one.contract, one.at) == (contract, at)]
    if not found:
        raise Http404
    return found[0]


def _points(given: list[str]) -> list[int]:
    return list(dict.fromkeys(int(n) for n in given[:_MOST_POINTS] if n.isascii() and n.isdigit() and len(n) < 12))


def _told_points(visit: Visit, text: str) -> list[int]:
    """Numbers of points as they were typed. Raises ``EntryRefused`` where one of them is none that the visitor may see: drafts tell
    what lies there, so a number typed at a venture must not lead to it."""
    given = text.replace(",", " ").replace("、", " ").split()
    if len(given) > _MOST_POINTS:
        raise AccountError("several_many")
    unknown = [one for one in given if not any(seen(visit, number) for number in _points([one]))]
    if unknown:
        raise no_points(unknown)
    return _points(given)


def no_points(numbers: Iterable[object]) -> EntryRefused:
    """The refusal of numbers that are none of a point that the visitor may see, be it there or not."""
    told = t("list.separator").join(printable(str(one))[:20] for one in numbers)
    return EntryRefused([Fault("points", "fault_no_point", {"key": label("incident", "points"), "numbers": told})])


def _made(visit: Visit, contract: str) -> list[dict[str, Any]]:
    """Entries of the record about incidents of the contract, the newest first; those of no contract for whoever sees all of them."""
    rows = visit.reader.rows(
        "select seq, at, kind, contract, details from ledger where kind in ('report_made', 'incident', 'agreement_proposed',"
        " 'agreement_signed', 'agreement_ended') and seq > ? order by seq desc limit 2000",
        ((visit.reader.rows("select max(seq) from ledger")[0][0] or 0) - 200_000,),
    )
    signed = {a.number for a in record.load(visit.reader.db, acts.ACT) if a.said["contract"] == contract}
    found = []
    for row in rows:
        told = json.loads(row["details"])
        if row["kind"].startswith("agreement_"):
            about = int(told.get("of", row["seq"])) in signed
        else:
            mine = row["contract"] in (contract, *(() if visit.contract else ("",)))
            about = mine and (row["kind"] == "incident" or told.get("form") in DRAFTS)
        if about:
            found.append(
                {
                    "seq": row["seq"],
                    "at": row["at"],
                    "kind": row["kind"],
                    "form": told.get("form", ""),
                    "by": told.get("user") or told.get("by", ""),
                }
            )
    return found[:50]


urls = [
    path("incidents", incidents, name="incidents"),
    path("incidents/begin", begin, name="incidents_begin"),
    path("incidents/<path:contract>/<int:at>", incident, name="incident"),
    path("incidents/<path:contract>/<int:at>/draft", draft, name="incident_draft"),
    path("incidents/<path:contract>/<int:at>/close", close, name="incident_close"),
]
