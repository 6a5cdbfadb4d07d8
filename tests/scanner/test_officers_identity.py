"""Signing in by a service of the house: an account that has connected it comes in, nobody else; and what the service may say wrongly."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from scanner.console import configured, starting
from scanner.console.configured import SettingsError, mark
from scanner.console.roles import Role
from scanner.console.site import Site
from tests.conftest import Sekisho, needed
from tests.scanner.chromium import browser as chromium
from tests.scanner.consoles import PASSWORD, Officers
from tests.scanner.issuer import CLIENT, SECRET, Issuer, issuing
from tests.scanner.test_officers_browser import _open, _sent, _violations, pressed, served

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""
BEGIN, CONNECT, BACK = "/accounts/oidc/login/", "/accounts/oidc/connect/", "/accounts/oidc/callback/"


@pytest.fixture
def issuer(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    monkeypatch.setenv("NO_PROXY", "*")
    with issuing() as found:
        _set(officers, found.address)
        yield found


def _set(officers: Officers, address: str) -> None:
    text = f'[oidc]\nname = "庁内認証"\nissuer = "{address}"\nclient_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
    path = officers.home.path / "console" / "settings.toml"
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o600)
    starting.ready(Site(officers.home, officers.folder / "policy.toml"), starting.LOCAL)


def _asked(page: Any) -> dict[str, str]:
    """What the service is asked, by the page that leads there."""
    assert page.status_code == 200, page.status_code
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())
    assert found
    return {k: v[0] for k, v in parse_qs(urlsplit(html.unescape(found[1])).query).items()}


def _back(browser: Any, issuer: Issuer, asked: dict[str, str], **other: str) -> Any:
    """The way back, as the service sends it, and as our page asks itself once more."""
    sent = {"code": issuer.code(asked), "state": asked["state"], **other}
    first = browser.get(f"{BACK}?{urlencode(sent)}")
    assert first.status_code == 200
    assert "_redir=1" in html.unescape(first.content.decode())
    return browser.get(f"{BACK}?{urlencode({**sent, '_redir': '1'})}")


def _connected(officers: Officers, issuer: Issuer) -> Any:
    """Somebody who has connected the own account."""
    browser = officers.person(Role.OFFICER, "A", "W-1", name="someone")
    assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    answer = _back(browser, issuer, _asked(browser.post(CONNECT)))
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == "/me"
    return browser


def test_who_has_connected_comes_in_and_nobody_else(officers: Officers, issuer: Issuer) -> None:
    from allauth.socialaccount.models import SocialAccount, SocialToken
    from django.contrib.auth import get_user_model

    _connected(officers, issuer)
    newcomer = officers.client()
    assert "庁内認証 でサインイン" in newcomer.get("/accounts/login/").content.decode()
    asked = _asked(newcomer.post(BEGIN))
    assert asked["redirect_uri"] == "http://localhost" + BACK
    assert (asked["scope"], asked["response_type"], asked["code_challenge_method"]) == ("openid", "code", "S256")
    assert _back(newcomer, issuer, asked)["Location"] == "/"
    assert newcomer.get("/today").status_code == 200
    (kept,) = SocialAccount.objects.all()
    assert (kept.uid, kept.extra_data) == (f"{mark(issuer.address)}person-1", {}), "a number, neither name nor address"
    assert not SocialToken.objects.exists()
    issuer.subject = "person-2"
    stranger = officers.client()
    assert _back(stranger, issuer, _asked(stranger.post(BEGIN))).status_code == 403
    assert stranger.get("/today").status_code == 302
    assert "unknown_identity" in officers.entries("console_refused")[-1][1]
    assert get_user_model().objects.count() == 1
    kinds = [json.loads(d).get("what") for _, d in officers.entries("console_account")]
    assert kinds == ["identity_asked", "identity_connected"]


def test_a_number_of_another_issuer_is_another_identity(officers: Officers, issuer: Issuer) -> None:
    """Two services give the same number to two people; a service that comes back knows its own again."""
    first = _connected(officers, issuer)
    with issuing() as other:
        _set(officers, other.address)
        stranger = officers.client()
        assert _back(stranger, other, _asked(stranger.post(BEGIN))).status_code == 403
        assert "unknown_identity" in officers.entries("console_refused")[-1][1]
        assert stranger.get("/today").status_code == 302
        assert CONNECT in first.get("/me").content.decode(), "to be connected anew"
        assert _back(first, other, _asked(first.post(CONNECT)))["Location"] == "/me"
        assert _back(stranger, other, _asked(stranger.post(BEGIN)))["Location"] == "/"
    _set(officers, issuer.address)
    again = officers.client()
    assert _back(again, issuer, _asked(again.post(BEGIN)))["Location"] == "/"
    assert CONNECT not in first.get("/me").content.decode()


@pytest.mark.slow
def test_what_the_service_says_wrongly_lets_nobody_in(officers: Officers, issuer: Issuer) -> None:
    _connected(officers, issuer)
    for claims in ({"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}):
        issuer.claims = claims
        browser = officers.client()
        assert _back(browser, issuer, _asked(browser.post(BEGIN))).status_code == 403, claims
        assert "wrong_identity" in officers.entries("console_refused")[-1][1]
        assert browser.get("/today").status_code == 302
    issuer.claims = {}
    for other in ({"code": "none"}, {"state": "another"}, {"state": ""}, {"error": "access_denied"}):
        browser = officers.client()
        browser.raise_request_exception = False
        assert _back(browser, issuer, _asked(browser.post(BEGIN)), **other).status_code == 403, other
        assert browser.get("/today").status_code == 302
    asked = _asked(officers.client().post(BEGIN))
    assert _back(officers.client(), issuer, asked).status_code == 403, "begun in another browser"
    issuer.status = 500
    assert officers.client().post(BEGIN).status_code == 403
    _set(officers, "http://127.0.0.1:9")
    assert officers.client().post(BEGIN).status_code == 403, "nobody is there"


@pytest.mark.slow
def test_connecting_takes_the_password_and_is_taken_back(officers: Officers, issuer: Issuer) -> None:
    browser = officers.person(Role.OFFICER, "A", "W-1", name="someone")
    assert "reauthenticate" in browser.post(CONNECT)["Location"]
    assert officers.client().post(CONNECT).status_code == 302
    assert officers.client().get(BEGIN).status_code == 405, "by a form alone"
    assert officers.client().post(f"{BEGIN}?process=connect").status_code == 404
    _connected_browser = browser
    _connected_browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    _back(browser, issuer, _asked(browser.post(CONNECT)))
    other = officers.person(Role.PREPARER, "A", "W-3", name="other")
    other.post("/accounts/reauthenticate/", {"password": PASSWORD})
    _back(other, issuer, _asked(other.post(CONNECT)))
    from allauth.socialaccount.models import SocialAccount

    assert [a.user.username for a in SocialAccount.objects.all()] == ["someone"], "an identity is of one account"
    assert browser.post("/accounts/oidc/drop/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_without_settings_there_is_no_service(officers: Officers) -> None:
    browser = officers.person(Role.OFFICER, "A", "W-1")
    for where in (BEGIN, CONNECT, BACK):
        assert browser.post(where).status_code in (302, 404), where
    assert BEGIN not in officers.client().get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[oidc", ""), ("[oidc]\nname = 'x'", "oidc.issuer"), ("[other]\nx = 1", "other"),
        ("[oidc]\nname='x'\nclient_id='y'\nissuer='http://login.example.jp'", "oidc.issuer"),
        ("[oidc]\nname='x'\nclient_id='y'\nissuer='https://u@login.example.jp'", "oidc.issuer"),
        ("[oidc]\nname='x'\nclient_id='y'\nissuer='ftp://localhost'", "oidc.issuer"),
        ("[oidc]\nname=''\nclient_id='y'\nissuer='https://login.example.jp'", "oidc.name"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_told(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        configured.load(tmp_path)
    assert str(refused.value.details.get("key", "")) == key


def test_settings_are_read_as_they_are_meant(tmp_path: Path) -> None:
    assert configured.load(tmp_path).oidc is None
    text = "[oidc]\nname = '庁内'\nissuer = 'https://login.example.jp/realm/'\nclient_id = 'c'\n"
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    found = configured.load(tmp_path).oidc
    assert found is not None
    assert found.issuer == "https://login.example.jp/realm"


@pytest.mark.slow
def test_doctor_lists_the_address(sekisho: Sekisho, officers: Officers) -> None:
    _set(officers, "https://login.example.jp")
    assert "https://login.example.jp" in sekisho("doctor", "--home", officers.home.path).out


@pytest.mark.slow
@pytest.mark.posix("chromium")
def test_in_a_browser_from_one_site_to_the_other_and_back(officers: Officers, issuer: Issuer, tmp_path: Path) -> None:
    """Our cookie stays at home on the way back; the page that asks itself once more brings it."""
    needed("chromium")
    with served(officers) as (address, link, errors), chromium(tmp_path) as page:
        _open(page, link)
        _sent(page, {"username": "first", "worker": "W-1", "password": PASSWORD, "again": PASSWORD})
        page.told.clear()
        _open(page, f"{address}/accounts/reauthenticate/")
        _sent(page, {"password": PASSWORD})
        _open(page, f"{address}/me")

        def sent(form: str, at: str) -> None:
            pressed(page, f'form[action="{form}"]')
            for _ in range(600):  # over the pages that lead on by themselves
                if page.value("location.pathname + document.readyState") == f"{at}complete":
                    return
            raise AssertionError(page.value("location.href + document.body.innerText"))

        sent(CONNECT, "/me")
        page.call("Network.clearBrowserCookies")
        _open(page, f"{address}/accounts/login/")
        sent(BEGIN, "/today")
        assert _violations(page) == []
        assert errors.read_text(encoding="utf-8") == ""
    assert [one["client_id"] for one in issuer.asked] == [CLIENT] * 2
