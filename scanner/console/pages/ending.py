"""返還・廃棄: the way of a contract's originals to their end: instructed, disposed of or returned, scanned again, and checked that nothing
is left (第9, 第13). What is entered is an entry of a register, what is checked is form 9c."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import path

from scanner import clock
from scanner.console.access import Visit, page
from scanner.console.roles import Level
from scanner.duties.ending import Ending, endings
from scanner.duties.interface import covers
from scanner.inventory.custody import Original, originals
from scanner.policy.acts import Instruction
from scanner.policy.models import Contract
from scanner.policy.registers.entries import sheet_of
from scanner.policy.registers.export import LIST_MARK

_KINDS = ("dispose", "return", "keep")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One original: the last instruction that is about it, and the entry by which it should be gone."""

    original: Original
    instruction: Instruction | None
    ending: Ending | None


@page("ending", least=Level.SEE)
def ending(visit: Visit) -> HttpResponse:
    """The page of one contract."""
    if not visit.contract or not visit.contracts:
        return visit.shown("ending", lines=None)
    contract = visit.contracts[0]
    plain = visit.reader.db.row_factory
    visit.reader.db.row_factory = None
    held = [one for one in originals(visit.reader.db) if one.contract == contract.id]
    visit.reader.db.row_factory = plain
    lines = [_line(contract, one) for one in held]
    swept = visit.reader.rows(
        "select at, verdict, cast(residue as integer) as residue from sweeps where contract = ? order by id desc limit ?",
        (contract.id, _SHOWN),
    )
    scanned = visit.reader.rows("select max(started) from runs where state = 'complete'")[0][0]
    return visit.shown(
        "ending",
        lines=lines,
        instructions=[one for one in contract.instruction if one.kind in _KINDS],
        links=_links(visit, contract, lines) if visit.may("registers") else {},
        scanned=scanned,
        sweeps=swept,
        may_scan=visit.may("scan"),
        may_look=visit.may("forms", Level.SEE),
        accepts=visit.membership.worker if visit.may("decide") else "",
    )


def _line(contract: Contract, one: Original) -> Line:
    replaced = {i.supersedes for i in contract.instruction if i.supersedes}
    about = [
        i for i in contract.instruction if i.kind in _KINDS and i.id not in replaced and covers(i.scope, one.family)
    ]
    ended = endings(contract, one, clock.today())
    return Line(one, max(about, key=lambda i: i.date, default=None), ended[0] if ended else None)


def _links(visit: Visit, contract: Contract, lines: list[Line]) -> dict[str, str]:
    """Forms of the registers, begun with what is known: which originals, on whose instruction."""
    open_ = [line for line in lines if line.ending is None]
    today, mine = clock.today(), LIST_MARK.join(line.original.family for line in open_)
    words = next(c.words for c in sheet_of("instruction").columns if c.key == "kind")
    found: dict[str, dict[str, Any]] = {
        "instruction": {"kind": words["dispose"], "date": today.isoformat(), "scope": mine},
    }
    for kind, register, day in (("dispose", "disposal", "executed_on"), ("return", "handover", "date")):
        told = [line for line in open_ if line.instruction is not None and line.instruction.kind == kind]
        found[register] = {
            "instruction": next((line.instruction.id for line in reversed(told) if line.instruction), ""),
            "scope": LIST_MARK.join(line.original.family for line in told) or mine,
            day: today.isoformat(),
        }
    return {
        register: f"/registers/of/{register}/new?{urlencode({k: v for k, v in begun.items() if v})}"
        for register, begun in found.items()
    }


urls = [path("ending", ending, name="ending")]
