"""取扱記録: its entries by kind, family, day and person; whether it holds."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.utils.safestring import mark_safe

from scanner import clock
from scanner.console import audit, checking
from scanner.console.access import Visit, page
from scanner.console.accounts.invitations import AccountError
from scanner.console.pages import standing
from scanner.console.roles import Level
from scanner.inventory.ledger import KINDS, SALT, anchor
from scanner.inventory.point_lists import entries_about
from scanner.policy.registers.days import day_of
from scanner.report.details import told
from scanner.report.qr import inline
from scanner.report.verified import sentence

SIZE = 100
_LOOKED_AT = 50_000
"""Entries that one page looks through for what is rare; then it offers to look further back."""
_SIGNED = (SALT, "said", "signature", "signatures", "hash", "root", "schema", "tables")
"""Details for machines; ``ledger show --format jsonl`` has them."""
_NO_PATH = frozenset({"rule", "rule_set", "place", "at", "noted", "form", "document", "subject", "from", "until"})
"""Details with slashes that are no paths."""


@page("record", least=Level.SEE)
def record(visit: Visit) -> HttpResponse:
    """The list, the newest first."""
    given = visit.request.GET
    kind = given["kind"] if given.get("kind") in KINDS else ""
    user, family = given.get("user", "").strip()[:50], given.get("family", "").strip()[:20]
    since, until = _day(given.get("since", "")), _day(given.get("until", ""))
    before = given.get("before", "")
    newest = visit.reader.rows("select max(seq) as n from ledger")[0]["n"] or 0
    top = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else newest + 1
    where, values = entries_about(visit.contract)
    terms, bound = [where, "seq < ?", "seq >= ?"], [*values, top, max(0, top - _LOOKED_AT)]
    for term, value in (
        ("kind = ?", kind), ("family = ?", family), ("at >= ?", since), ("at < ?", until),
        ("json_extract(details, '$.user') = ?", user),
    ):  # fmt: skip
        if value:
            terms.append(term)
            bound.append(value)
    rows = visit.reader.rows(
        f"select * from ledger where {' and '.join(terms)} order by seq desc limit ?",  # noqa: S608  # only marks are put in
        (*bound, SIZE + 1),
    )
    more = rows[SIZE - 1]["seq"] if len(rows) > SIZE else max(0, top - _LOOKED_AT)
    if kind or user or family:
        visit.about["search"] = True
    check = checking.state(visit.site.home)
    return visit.shown(
        "record",
        entries=[(row, list(told(_shown(visit, json.loads(row["details"]))))) for row in rows[:SIZE]],
        kinds=KINDS,
        asked={
            "kind": kind,
            "user": user,
            "family": family,
            "since": given.get("since", ""),
            "until": given.get("until", ""),
        },
        more=more if more > 1 else 0,
        newest=newest,
        anchor=anchor(visit.reader.db),
        picture=mark_safe(inline(anchor(visit.reader.db))) if newest else "",  # noqa: S308  # made of our own digits
        check=check,
        found=[sentence(one) for one in check.found] if check else [],
    )


def _day(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return clock.begin_of(day_of(text))
    except ValueError:
        raise AccountError("no_day") from None


def _shown(visit: Visit, details: dict[str, Any]) -> dict[str, Any]:
    """Without signatures; paths as the visitor sees names."""
    plain = {k: v for k, v in details.items() if k not in _SIGNED}
    if isinstance(plain.get("subject"), str):
        plain["subject"] = standing.about_no_file(visit, plain["subject"])
    return {k: v if k in _NO_PATH else _masked(visit, v) for k, v in plain.items()}


def _masked(visit: Visit, value: Any) -> Any:
    if isinstance(value, str):
        return visit.names.of(value) if "/" in value or "\\" in value else value
    if isinstance(value, list):
        return [_masked(visit, one) for one in value]
    if isinstance(value, dict):
        return {k: v if k in _NO_PATH else _masked(visit, v) for k, v in value.items()}
    return value


@page("record", least=Level.SEE, act=True)
def verify(visit: Visit) -> HttpResponse:
    """Begin to check the whole record; the page shows what came out."""
    audit.enter("console_viewed", contract=visit.contract, user=visit.number, page="record", what="record_verified")
    checking.begin(visit.site.home, visit.number)
    return visit.to("/record#check")


urls = [path("record", record, name="record"), path("record/verify", verify, name="record_verify")]
