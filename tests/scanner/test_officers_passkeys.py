"""Passkeys in a real browser with an authenticator of its own: as second factor, and instead of a password; and what is no passkey."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scanner.console.roles import Role
from tests.conftest import needed
from tests.scanner.chromium import Page, browser
from tests.scanner.consoles import PASSWORD, Officers
from tests.scanner.test_officers_browser import _open, _sent, _violations, pressed, served

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""
ADD, IN = "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/login/"


def _pressed(page: Page) -> None:
    """The form of a passkey is sent; its script asks the authenticator first."""
    pressed(page, "form[data-passkey]")


@pytest.mark.slow
@pytest.mark.posix("chromium")
def test_a_passkey_is_made_and_lets_in(officers: Officers, tmp_path: Path) -> None:
    needed("chromium")
    with served(officers) as (address, link, errors), browser(tmp_path) as page:
        page.call("WebAuthn.enable")
        kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        page.call(
            "WebAuthn.addVirtualAuthenticator",
            options={**kind, "isUserVerified": True, "automaticPresenceSimulation": True},
        )
        _open(page, link)
        _sent(page, {"username": "first", "worker": "W-1", "password": PASSWORD, "again": PASSWORD})
        page.told.clear()
        _open(page, f"{address}{ADD}")
        if "reauthenticate" in page.value("location.pathname"):
            _sent(page, {"password": PASSWORD})
        assert page.value("location.pathname") == ADD
        page.value("document.getElementById('id_passwordless').checked = true")
        _pressed(page)
        assert page.value("location.pathname").startswith("/accounts/2fa/recovery-codes"), (
            "codes for the day on which it is lost"
        )
        _open(page, f"{address}/me")
        assert "パスキー" in page.value("document.body.innerText")
        page.call("Network.clearBrowserCookies")
        _open(page, f"{address}{IN}")
        assert _violations(page) == []
        _pressed(page)
        assert page.value("location.pathname") == "/today"
        page.call("Network.clearBrowserCookies")
        _open(page, f"{address}/accounts/login/")
        _sent(page, {"login": "first", "password": PASSWORD})
        assert page.value("location.pathname") == "/accounts/2fa/authenticate/", "the password alone is not enough now"
        _open(page, f"{address}/today")
        assert page.value("location.pathname") == "/accounts/2fa/authenticate/"
        _pressed(page)
        assert page.value("location.pathname") == "/today"
        assert _violations(page) == []
        assert not [u for u in page.requests() if not u.startswith((address, "data:"))]
        assert errors.read_text(encoding="utf-8") == ""
    assert not [d for _, d in officers.entries("console_refused") if "wrong_passkey" in d]


def _again(browser: Any) -> Any:
    """The password once more, which grave changes ask for."""
    assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return browser


def _answers() -> list[str]:
    """What is no answer of an authenticator."""
    shape = {"type": "public-key", "id": "AA", "rawId": "AA", "clientExtensionResults": {}}
    client = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQUFBQSIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3QifQ"
    parts = {"clientDataJSON": client, "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"}
    yield_ = [
        {},
        [],
        "x",
        1,
        None,
        {"response": {}},
        {**shape, "response": parts},
        {**shape, "response": {**parts, "userHandle": None}},
    ]
    yield_ += [
        {**shape, "response": {**parts, "userHandle": "LTE"}},
        {**shape, "response": {**parts, "authenticatorData": "A" * 200}},
    ]
    return ["", "{", "x" * 40_000, *map(json.dumps, yield_)]


def test_what_is_no_passkey_lets_nobody_in(officers: Officers) -> None:
    officers.person(Role.OFFICER, "A", "W-1", name="someone")
    stranger = officers.client()
    stranger.raise_request_exception = False
    from django.core.cache import cache

    for answer in _answers():
        before = len(officers.entries("console_refused"))
        cache.clear()  # how often it was tried
        stranger.get(IN)
        assert stranger.post(IN, {"credential": answer}).status_code == 200, answer[:60]
        assert "wrong_passkey" in officers.entries("console_refused")[-1][1]
        assert len(officers.entries("console_refused")) == before + 1
    assert 429 in {stranger.post(IN, {"credential": "{}"}).status_code for _ in range(40)}, (
        "it may not be tried without end"
    )
    assert stranger.get("/today").status_code == 302


@pytest.mark.slow
def test_what_is_no_passkey_is_none_that_is_added(officers: Officers) -> None:
    from allauth.mfa.models import Authenticator

    browser = _again(officers.person(Role.OFFICER, "A", "W-1", name="someone"))
    browser.raise_request_exception = False
    for answer in _answers():
        browser.get(ADD)
        assert browser.post(ADD, {"name": "x", "credential": answer}).status_code == 200, answer[:60]
    assert not Authenticator.objects.exists()


def _script(answer: Any) -> str:
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "'none'"
    return str(policy["script-src"])


def test_one_script_runs_on_the_pages_of_passkeys_alone(officers: Officers) -> None:
    """By a nonce of each answer; on every other page none does, and without a script there is the code."""
    browser = _again(officers.person(Role.OFFICER, "A", "W-1", name="someone"))
    told = set()
    for page in (browser.get(ADD), officers.client().get(IN), officers.client().get(IN)):
        (nonce,) = re.findall(
            r'<script src="/static/passkeys.js" nonce="([^"]+)" defer></script>', page.content.decode()
        )
        assert page.content.decode().count("<script") == 1
        assert _script(page) == f"'nonce-{nonce}'"
        assert "<noscript>" in page.content.decode()
        told.add(nonce)
    assert len(told) == 3
    for where in ("/today", "/me", "/accounts/login/"):
        assert _script(browser.get(where)) == "'none'", where
    text = (Path(__file__).parents[2] / "scanner/console/static/passkeys.js").read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(|fetch\(|XMLHttp|import\(|setTimeout\([\"'`]",
        text,
    )


@pytest.mark.slow
def test_a_passkey_of_another_is_not_taken_away(officers: Officers) -> None:
    from allauth.mfa.models import Authenticator
    from django.contrib.auth import get_user_model

    browser = _again(officers.person(Role.OFFICER, "A", "W-1", name="someone"))
    officers.person(Role.PREPARER, "A", "W-3", name="other")
    other = get_user_model().objects.get(username="other")
    key = Authenticator.objects.create(
        user=other, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}}
    )
    for method in (browser.get, browser.post):
        assert method(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()
