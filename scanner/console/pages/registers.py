"""契約と登録簿: what the policy says, down as a workbook, up again, looked at as changes before it is saved."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts import workbooks
from scanner.console import audit
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.answers import download
from scanner.console.roles import Level
from scanner.console.settings import MOST_UPLOAD
from scanner.policy import registers as table
from scanner.policy.models import REGISTERS, Policy
from scanner.policy.registers.labels import label
from scanner.policy.registers.sheets import HOUSE, sheets
from scanner.report import wording
from scanner.report.forms import names

_KEPT_FOR = timedelta(minutes=30)
_MOST_WAITING = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A workbook that was read and not saved yet; kept in memory alone."""

    user: int
    contract: str
    policy: Policy
    before: str
    at: datetime


_waiting: dict[str, _Waiting] = {}


@page("registers", least=Level.SEE)
def registers(visit: Visit) -> HttpResponse:
    """Contracts and their registers, to read."""
    return visit.shown("registers", each=[_contract(c) for c in visit.contracts], house=_house(visit))


def _contract(contract: Any) -> dict[str, Any]:
    by_name = {s.name: s for s in sheets()}
    facts = {**contract.model_dump(exclude=set(REGISTERS)), "items": [wording.entity(e) for e in contract.items]}
    told = [(c.heading, workbooks.said(facts.get(c.key), c.words)) for c in by_name["contract"].columns]
    return {
        "id": contract.id,
        "title": contract.title,
        "facts": [(heading, text) for heading, text in told if text != "—"],
        "registers": [_register(by_name[n], getattr(contract, n)) for n in REGISTERS if getattr(contract, n)],
    }


def _house(visit: Visit) -> list[dict[str, Any]]:
    if visit.rules is None or visit.contract:
        return []
    by_name = {s.name: s for s in sheets()}
    return [_register(by_name[n], getattr(visit.rules.policy, n)) for n in HOUSE if getattr(visit.rules.policy, n)]


def _register(sheet: Any, entries: Any) -> dict[str, Any]:
    rows = [entry.model_dump() for entry in entries]
    used = [c for c in sheet.columns if any(row.get(c.key) not in (None, "", (), False) for row in rows)]
    return {
        "title": sheet.title,
        "headings": [c.heading for c in used],
        "rows": [[workbooks.said(row.get(c.key), c.words) for c in used] for row in rows],
    }


@page("registers", least=Level.SEE)
def workbook(visit: Visit) -> HttpResponse:
    """The registers as a workbook; of one contract that one's alone."""
    policy = _rules(visit)
    mine = workbooks.of_contract(policy, visit.contract) if visit.contract else policy
    with TemporaryDirectory(dir=visit.site.folder) as folder:
        file = Path(folder) / "registers.xlsx"
        table.export(mine, file)
        data = file.read_bytes()
    visit.about["file"] = "registers"
    name = names.file_name("", visit.contract, clock.today(), "xlsx", "登録簿")
    return download(data, name, XLSX)


@page("registers", least=Level.DO, act=True)
def take(visit: Visit) -> HttpResponse:
    """Read a workbook and show what would change."""
    audit.enter("console_viewed", contract=visit.contract, user=visit.number, page="registers", what="workbook_taken")
    given = visit.request.FILES.get("workbook")
    if given is None or given.size > MOST_UPLOAD:
        raise AccountError("no_workbook")
    rules = visit.rules
    before = _rules(visit)
    after = workbooks.merged(before, workbooks.read(given.read()), visit.contract)
    now = clock.now()
    for token in [t for t, w in _waiting.items() if now - w.at > _KEPT_FOR]:
        _waiting.pop(token, None)
    while len(_waiting) >= _MOST_WAITING:
        _waiting.pop(next(iter(_waiting)))
    token = secrets.token_urlsafe(16)
    assert rules is not None
    _waiting[token] = _Waiting(visit.request.user.pk, visit.contract, after, rules.digest, now)
    return visit.shown("changes", changes=[_change(c) for c in workbooks.changes(before, after)], token=token)


def _change(change: workbooks.Change) -> dict[str, Any]:
    title = next((s.title for s in sheets() if s.name == change.register), change.register)
    return {
        "one": change,
        "register": title,
        "fields": [(label(change.register, key), before, after) for key, before, after in change.fields],
    }


@page("registers", least=Level.DO, act=True)
def save(visit: Visit) -> HttpResponse:
    """Save what was looked at: by the same person, for the same contract, against the same policy."""
    waiting = _waiting.pop(visit.request.POST.get("token", ""), None)
    if waiting is None or waiting.user != visit.request.user.pk or waiting.contract != visit.contract:
        raise Http404
    if visit.site.policy_path is None:
        raise AccountError("needs_policy")
    workbooks.save(visit.site.home, visit.site.policy_path, waiting.policy, before=waiting.before, by=visit.number)
    return visit.to("/registers")


def _rules(visit: Visit) -> Policy:
    if visit.rules is None:
        raise AccountError("needs_policy")
    return visit.rules.policy


urls = [
    path("registers", registers, name="registers"),
    path("registers/workbook", workbook, name="workbook"),
    path("registers/take", take, name="registers_take"),
    path("registers/save", save, name="registers_save"),
]
