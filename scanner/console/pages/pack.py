"""調査: the pack that an inspector takes along, the page that verifies it, and the key by which it is known."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.urls import path

from scanner import clock
from scanner.console.access import Visit, page
from scanner.console.answers import download
from scanner.console.roles import Level
from scanner.inventory.ledger import anchor
from scanner.inventory.record import heads
from scanner.report.forms import names
from scanner.report.pack.verifier import joined
from scanner.report.pack.verifier.notes import fingerprint

_LAST = 20_000


@page("pack", least=Level.SEE)
def pack(visit: Visit) -> HttpResponse:
    """What was made, and how it is verified."""
    keys = heads.verifiers(visit.reader.db)
    digits = fingerprint(keys[-1].vkey) if keys else ""
    newest = visit.reader.rows("select max(seq) as n from ledger")[0]["n"] or 0
    where, values = ("contract = ?", (visit.contract,)) if visit.contract else ("1", ())
    rows = visit.reader.rows(
        "select seq, at, contract, details from ledger where kind = 'report_made' and seq > ?"  # noqa: S608
        f" and json_extract(details, '$.form') = '14' and {where} order by seq desc limit 20",
        (newest - _LAST, *values),
    )
    return visit.shown(
        "pack",
        made=[(row, json.loads(row["details"]).get("manifest", "")) for row in rows],
        vkey=keys[-1].vkey if keys else "",
        fingerprint=" ".join(digits[at : at + 8] for at in range(0, len(digits), 8)),
        anchor=anchor(visit.reader.db),
    )


@page("pack", least=Level.SEE)
def verifier(visit: Visit) -> HttpResponse:
    """The page by which anybody verifies a pack, offline."""
    return download(joined.page(), names.file_name("verifier", "", clock.today(), "html"), "text/html; charset=utf-8")


urls = [
    path("pack", pack, name="pack"),
    path("pack/verifier", verifier, name="verifier"),
]
