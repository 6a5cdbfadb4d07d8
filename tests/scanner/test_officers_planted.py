"""Values that are planted in names, files, passwords and wrong fields: on no page of any role, in no header, cookie, session, table or log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from scanner.console.roles import Role
from tests.scanner.consoles import PASSWORD, PLANTED, Officers
from tests.scanner.officer import PASSPHRASES
from tests.scanner.test_officers_access import address
from tests.scanner.test_officers_attacks import pages
from tests.scanner.test_officers_pages import _values

pytestmark = [pytest.mark.xdist_group("officers"), pytest.mark.slow]
"""One office for all of them, and one Django in a process."""
TYPED = "鈴木花代 0312345678"
"""What somebody types into a field that was meant for something else."""


def _errors(officers: Officers, browser: Any) -> list[Any]:
    """Pages of what goes wrong: not there, not allowed, refused, of another method, without token, for a stranger."""
    browser.raise_request_exception = False
    stranger = officers.client()
    number = officers.points()["F07-UNDECLARED"]
    return [
        browser.get(f"/{TYPED}"),
        browser.get("/points", {"place": TYPED, "code": TYPED}),
        browser.get("/record", {"user": TYPED, "family": TYPED}),
        browser.get(f"/points/{10**9}"),
        browser.post("/today"),
        browser.post(f"/points/{number}/end", {"action": "accept", "reason": "x", "passphrase": TYPED, "until": "x"}),
        browser.post(f"/points/{number}/approve", {"passphrase": PASSPHRASES["W-2"]}),
        browser.post("/registers/take", {"workbook": TYPED}),
        browser.post("/forms/make", {"form": TYPED}),
        browser.get("/forms/preview", {"form": "1", "month": TYPED}),
        stranger.get("/points"),
        stranger.get(f"/start/{TYPED}"),
        stranger.post("/accounts/login/", {"login": TYPED, "password": TYPED}),
        officers.client(strict=True).post("/accounts/login/", {"login": TYPED, "password": TYPED}),
    ]


def test_planted_values_are_nowhere(officers: Officers) -> None:
    from django.contrib.sessions.models import Session

    values = {PLANTED, str(officers.folder), PASSWORD, *PASSPHRASES.values(), *_values(officers)}
    assert len(values) > 25
    for role in Role:
        browser = officers.person(role, "A", "W-3" if role is Role.WORKER else "W-1")
        shown = [browser.get(address(name, officers)) for name in pages()]
        shown += _errors(officers, browser) if role is Role.OFFICER else []
        for answer in shown:
            text = answer.content.decode("utf-8", "replace") + str(answer.headers) + str(answer.cookies)
            found = [value for value in values if value in text]
            assert not found, (role, answer.request["PATH_INFO"])
            answer.close()
    kept = str([session.get_decoded() for session in Session.objects.all()])
    for value in (*values, TYPED):
        assert value not in kept
    _read_all(officers, values)


def _read_all(officers: Officers, values: set[str]) -> None:
    """What is kept: the tables of the console, the record, the log; the names of accounts are theirs alone."""
    for path in (officers.home.path / "console").iterdir():
        data = path.read_bytes()
        assert not [v for v in (*values - {str(officers.folder)}, TYPED) if v.encode() in data], path.name
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        told = " ".join(
            d
            for (d,) in db.execute("select details from ledger where kind like 'console%' or kind = 'attempt_refused'")
        )
    db.close()
    assert not [v for v in (*values, TYPED) if v in told]
    log = officers.home.log.read_text(encoding="utf-8") if officers.home.log.exists() else ""
    assert not [v for v in (*values - {str(officers.folder)}, TYPED) if v in log]
