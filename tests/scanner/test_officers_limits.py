"""What a person who is signed in still does not get: guesses at codes, other people's files, names for a reason given elsewhere."""

from __future__ import annotations

import json
import re

import pytest

from scanner.console.roles import WAY, Level, Role, level
from tests.scanner.consoles import PASSWORD, Officers

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""


def _second(name: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The code that is right for this account; the time of codes stands still."""
    from allauth.mfa.totp.internal import auth
    from django.contrib.auth import get_user_model

    secret = auth.generate_totp_secret()
    auth.TOTP.activate(get_user_model().objects.get(username=name), secret)
    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter((57_000_000,)))
    return str(auth.format_hotp_value(auth.hotp_value(secret, 57_000_000)))


def test_codes_of_the_second_factor_cannot_be_guessed(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner.console.settings import CODES

    officers.person(Role.OFFICER, "A", "W-1", name="someone")
    right, browser = _second("someone", monkeypatch), officers.client()
    assert browser.post("/accounts/login/", {"login": "someone", "password": PASSWORD}).status_code == 302
    before = len(officers.entries("console_refused"))
    wrong = "0000000"  # a code has six digits
    for _ in range(CODES):
        assert browser.post("/accounts/2fa/authenticate/", {"code": wrong}).status_code == 200
    assert browser.post("/accounts/2fa/authenticate/", {"code": right}).status_code == 200, "it rests"
    told = [json.loads(details) for _, details in officers.entries("console_refused")[before:]]
    assert [one["why"] for one in told] == ["wrong_code"] * (CODES + 1)
    assert all(one["user"].startswith("#") for one in told)
    assert browser.get("/today").status_code == 302


def test_the_right_code_lets_in_and_is_no_refusal(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    officers.person(Role.OFFICER, "A", "W-1", name="someone")
    right, browser = _second("someone", monkeypatch), officers.client()
    browser.post("/accounts/login/", {"login": "someone", "password": PASSWORD})
    assert browser.post("/accounts/2fa/authenticate/", {"code": right}).status_code == 302
    assert browser.get("/today").status_code == 200
    assert not officers.entries("console_refused")


def test_no_page_of_the_systems_role_names_a_file(officers: Officers) -> None:
    """By content: no link to a point, no masked name of a file, though points are open."""
    browser = officers.person(Role.SYSTEMS, "A", "W-3")
    for name in (n for n in WAY if level(n, Role.SYSTEMS) > Level.NONE):
        page = browser.get(f"/{name}").content.decode()
        assert not re.findall(r"/points\b|/approvals\b|/families/", page), name
        assert ".xlsx" not in page, name
    assert ".xlsx" in officers.person(Role.PREPARER, "A", "W-3").get("/today").content.decode()


def test_a_reason_holds_for_its_contract_and_a_role_that_may_give_one(officers: Officers) -> None:
    from django.contrib.auth import get_user_model

    from scanner.console.accounts.models import Membership

    browser = officers.person(Role.PREPARER, "A", "W-3", name="both")
    user = get_user_model().objects.get(username="both")
    member = Membership.objects.create(user=user, contract="B", role=Role.PREPARER, worker="W-9")
    browser.post("/unmask/now?contract=A", {"reason": "correct"})

    def clear(contract: str) -> bool:
        page = browser.get("/points", {"contract": contract}).content.decode()
        told = json.loads(officers.entries("console_viewed")[-1][1])
        assert ("/mask" in re.findall(r'action="(/\w+)"', page)) is told.get("clear", False)
        return bool(told.get("clear"))

    assert (clear("A"), clear("B")) == (True, False)
    browser.post("/unmask/now?contract=B", {"reason": "correct"})
    assert (clear("A"), clear("B")) == (True, True)
    member.role = Role.WORKER
    member.save()
    assert (clear("A"), clear("B")) == (True, False)
    browser.post("/mask?contract=A")
    assert json.loads(officers.entries("console_unmasked")[-1][1])["clear"] is False
    assert not clear("A")
