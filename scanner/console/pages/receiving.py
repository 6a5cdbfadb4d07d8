"""受領: entrusted data is registered as an original, by a form; the file is read by a job, as the command reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from django.http import HttpResponse
from django.urls import path

from scanner import clock
from scanner.acts import naming
from scanner.acts.receive import ORIGINS, ReceiveError
from scanner.console import audit
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.jobs.queue import Kind
from scanner.console.pages.deeds import day_given, rules_of
from scanner.console.pages.jobs import asked
from scanner.console.roles import Level
from scanner.errors import SekishoError
from scanner.model import VerdictKind
from scanner.paths.system import real
from scanner.policy.verdict import Judge
from scanner.report.faults import sentence
from scanner.sources.ground import ground_of
from scanner.sources.volumes import volume_of

_LONGEST = {"path": 4_000, "name": 200, "giver": 200, "medium": 200}
_MOST = 10**9


@page("receive", least=Level.DO)
def receive(visit: Visit) -> HttpResponse:
    """The form."""
    return _form(visit, {"origin": ORIGINS[0], "received": clock.today().isoformat()})


def _form(visit: Visit, typed: Mapping[str, str], refused: str = "") -> HttpResponse:
    places = [(p.id, p.unc or p.path or p.volume or "") for c in visit.contracts for p in c.place]
    answer = visit.shown(
        "receive",
        typed=typed,
        origins=ORIGINS,
        places=places,
        refused=refused,
        day=clock.today(),
    )
    answer.status_code = 422 if refused else 200
    return answer


@page("receive", act=True, least=Level.DO)
def take(visit: Visit) -> HttpResponse:
    """Have it read and registered; or the form again, with what is wrong."""
    audit.enter("console_viewed", contract=visit.contract, user=visit.number, page="receive", what="receipt_given")
    if not visit.contract:
        raise AccountError("which_contract")
    given = visit.request.POST
    try:
        said = _said(visit, given)
    except SekishoError as refused:
        return _form(visit, given, sentence(refused))
    return asked(visit, Kind.RECEIVE, json.dumps(said, sort_keys=True))


def _said(visit: Visit, given: Mapping[str, str]) -> dict[str, object]:
    """What the job is to be done with. Raises ``SekishoError``."""
    texts = {key: given.get(key, "").strip()[:most] for key, most in _LONGEST.items()}
    origin, number, day = given.get("origin", ""), given.get("count", "").strip(), day_given(given.get("received", ""))
    if origin not in ORIGINS:
        raise ReceiveError("no_origin")
    if number and not (number.isascii() and number.isdigit() and int(number) <= _MOST):
        raise ReceiveError("no_count")
    if day is not None and day > clock.today():
        raise ReceiveError("day_ahead")
    return {
        **texts,
        "path": os.fsdecode(_in_place(visit, texts["path"])),
        "name": naming.checked(texts["name"]) if texts["name"] else "",
        "origin": origin,
        "count": int(number) if number else None,
        "received": day.isoformat() if day else "",
        "partial": given.get("partial") == "1",
    }


def _in_place(visit: Visit, text: str) -> bytes:
    """The file, which must lie in an agreed place of the chosen contract: nobody learns by this form what else there is on the machine.

    Raises ``ReceiveError``."""
    rules = rules_of(visit)
    base = Path(rules.path).resolve().parent
    text = text.strip("\"'")  # as the explorer of Windows copies a path
    if not text or "\0" in text:
        raise ReceiveError("no_path")
    file = real(os.fsencode(base / os.path.expanduser(text)))  # as the policy says where its places are
    verdict = Judge(rules.policy, base=base, volume=volume_of).verdict(file, ground_of(file))
    if verdict.kind is not VerdictKind.IN_PLACE or verdict.contract != visit.contract:
        raise ReceiveError("not_in_place", contract=visit.contract)
    return file


urls = [path("receive", receive, name="receive"), path("receive/take", take, name="receive_take")]
