"""契約と登録簿: what the policy says, down as a workbook, up again, looked at as changes before it is saved."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts import versions, workbooks
from scanner.console import audit, proposed
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.answers import download
from scanner.console.roles import EVERY, Level
from scanner.console.settings import MOST_UPLOAD
from scanner.policy import registers as table
from scanner.policy.models import REGISTERS
from scanner.policy.registers import entries
from scanner.policy.registers.sheets import CONTRACTOR, HOUSE, sheets, tells
from scanner.report import wording
from scanner.report.forms import names

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_VERSIONS = 100


@page("registers", least=Level.SEE)
def registers(visit: Visit) -> HttpResponse:
    """Contracts and their registers: how many entries each has, and the way to them."""
    return visit.shown(
        "registers",
        each=[_contract(visit, c) for c in visit.contracts],
        house=_counted(visit, ("", *HOUSE)) if whole(visit) else [],
        whole=whole(visit),
    )


def whole(visit: Visit) -> bool:
    """Whether the visitor answers for all contracts and has chosen none: then what is of the house is theirs too."""
    return visit.membership.contract == EVERY and not visit.contract


def _contract(visit: Visit, contract: Any) -> dict[str, Any]:
    facts = next(row for row in entries.of(proposed.in_force(visit), "contract", contract.id))
    facts["items"] = [wording.entity(e) for e in contract.items]
    sheet = next(s for s in sheets() if s.name == "contract")
    told = [c for c in sheet.columns if tells(sheet, c, facts)]
    return {
        "id": contract.id,
        "title": contract.title,
        "facts": [(c.heading, workbooks.said(facts.get(c.key), c.words)) for c in told],
        "registers": _counted(visit, REGISTERS, contract.id),
    }


def _counted(visit: Visit, names: tuple[str, ...], contract: str = "") -> list[tuple[str, str, int]]:
    policy = proposed.in_force(visit)
    chosen = [s for s in sheets() if s.name in (*names, CONTRACTOR)]
    return [(s.name, s.title, len(entries.of(policy, s.name, contract))) for s in chosen]


@page("registers", least=Level.SEE)
def workbook(visit: Visit) -> HttpResponse:
    """The registers as a workbook; of one contract that one's alone."""
    policy = proposed.in_force(visit)
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
    before = proposed.in_force(visit)
    return proposed.shown(visit, workbooks.merged(before, workbooks.read(given.read()), visit.contract))


@page("registers", least=Level.DO, act=True)
def save(visit: Visit) -> HttpResponse:
    """Save what was looked at."""
    return visit.to(proposed.save(visit))


@page("registers", least=Level.DO)
def history(visit: Visit) -> HttpResponse:
    """The versions of the policy: who saved which when."""
    now = visit.rules.digest if visit.rules else ""
    found = versions.listed(visit.site.home, visit.reader, _VERSIONS)
    return visit.shown("versions", versions=found, now=now)


@page("registers", least=Level.DO, act=True)
def back(visit: Visit) -> HttpResponse:
    """What would change if an earlier version came back: all of it, or what it says of the chosen contract."""
    audit.enter("console_viewed", contract=visit.contract, user=visit.number, page="registers", what="version")
    before = proposed.in_force(visit)
    earlier = versions.version(visit.site.home, visit.request.POST.get("version", ""))
    if not visit.contract:
        return proposed.shown(visit, earlier, "/registers/versions")
    if visit.contract not in {c.id for c in earlier.contract}:
        raise Http404
    return proposed.shown(visit, workbooks.merged(before, earlier, visit.contract), "/registers/versions")


urls = [
    path("registers", registers, name="registers"),
    path("registers/workbook", workbook, name="workbook"),
    path("registers/take", take, name="registers_take"),
    path("registers/save", save, name="registers_save"),
    path("registers/versions", history, name="registers_versions"),
    path("registers/versions/back", back, name="registers_back"),
]
