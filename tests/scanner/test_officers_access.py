"""Who sees and does what: every page × role, contracts apart, sessions, and no value on any page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from scanner.console.roles import OF_HUB, PAGES, WAY, Level, Role, level
from tests.scanner.consoles import MARKUP, PASSWORD, PLANTED, Officers, hidden

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""
OPEN = {
    "start", "language", "me", "account_login", "account_logout", "account_reauthenticate", "account_change_password", "mfa_index",
    "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "openid_connect_login", "openid_connect_callback", "oidc_connect", "oidc_drop", "socialaccount_signup", "socialaccount_connections",
    "socialaccount_login_cancelled", "socialaccount_login_error", "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_login_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn",
    "account_signup", "account_email", "account_reset_password", "account_set_password", "account_inactive",
}  # fmt: skip
"""Addresses of the own account; everything else has a row in the table of roles."""


def views() -> dict[str, Any]:
    """Name → pattern; of a Django that is set up."""
    from scanner.console.urls import urlpatterns

    return {p.name: p for p in urlpatterns if p.name and p.name not in OPEN}


def address(name: str, officers: Officers) -> str:
    """Some address of a view."""
    known: dict[str, Any] = {
        "number": officers.points()["F07-UNDECLARED"],
        "family": "R-1",
        "form": "1",
        "code": "encrypted",
        "kind": "nothing",
        "contract": "A",
        "register": "worker",
        "at": 0,
    }
    route = str(views()[name].pattern)
    return "/" + re.sub(r"<\w+:(\w+)>", lambda m: str(known[m[1]]), route)


def test_every_address_has_a_row_in_the_table(officers: Officers) -> None:
    for name, pattern in views().items():
        view = pattern.callback
        assert view.page in PAGES, name
    for row in PAGES.values():
        assert len(row) == len(Role)
    assert set(WAY) <= set(PAGES)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_by_role(officers: Officers, role: Role) -> None:
    """Least right by default: what the table does not grant is refused, told in the record, and not in the way."""
    browser = officers.person(role, "A", "W-3")
    shown = browser.get("/me").content.decode()
    for name, pattern in views().items():
        view = pattern.callback
        granted = level(view.page, role) >= view.least
        where = address(name, officers)
        answer = browser.post(where) if view.act else browser.get(where)
        if not granted:
            assert answer.status_code == 403, (name, role)
            assert officers.entries()[-1][0] == "console_refused"
        else:
            assert answer.status_code in (200, 302, 303, 404, 409, 422), (name, role, answer.status_code)
        if name in WAY and name not in OF_HUB:  # which this folder is none of
            assert (f'href="/{name}"' in shown) is (level(name, role) > Level.NONE), (name, role)
        wrong = browser.get(where) if view.act else browser.post(where)
        assert wrong.status_code == 405, name


def test_nobody_who_is_not_signed_in_sees_anything(officers: Officers) -> None:
    browser = officers.client()
    for name, pattern in views().items():
        where = address(name, officers)
        answer = browser.post(where) if getattr(pattern.callback, "act", False) else browser.get(where)
        assert answer.status_code == 302, name
        assert "/accounts/login/" in answer["Location"]


def test_contracts_are_apart(officers: Officers) -> None:
    """By number, by address, by choice: whoever has a part in A learns nothing of B, not even that it is there."""
    theirs = officers.points("B")
    browser = officers.person("officer", "A", "W-1")
    for number in {*theirs.values(), 10**9}:
        answer = browser.get(f"/points/{number}")
        assert answer.status_code == 404, number
    for name in ("B", "*", "nowhere"):
        assert browser.get("/today", {"contract": name}).status_code == (200 if name == "*" else 404)
    assert str(next(iter(theirs.values()))) not in re.findall(r"/points/(\d+)", browser.get("/points").content.decode())
    other = officers.person("officer", "B", "W-9")
    assert other.get(f"/points/{theirs['F07-UNDECLARED']}").status_code == 200
    assert other.get(f"/points/{officers.points('A')['F07-UNDECLARED']}").status_code == 404


def test_a_worker_sees_own_files_alone(officers: Officers) -> None:
    import sqlite3

    number = officers.points()["F07-UNDECLARED"]
    stranger, owner = officers.person("worker", "A", "W-2"), officers.person("worker", "A", "W-3")
    with sqlite3.connect(officers.home.database) as db:
        db.execute(
            "update files set owner = 'PC-7\\third' where id = (select file_id from points where id = ?)", (number,)
        )
    db.close()
    assert stranger.get(f"/points/{number}").status_code == 404
    assert owner.get(f"/points/{number}").status_code == 200
    listed = re.findall(r'href="/points/([0-9]+)"', owner.get("/points").content.decode())
    assert [owner.get(f"/points/{n}").status_code for n in listed] == [200]
    assert re.findall(r'href="/points/([0-9]+)"', stranger.get("/today").content.decode()) == []
    assert "third" not in owner.get(f"/points/{number}").content.decode()


@pytest.mark.slow
def test_a_role_ends_by_itself(officers: Officers) -> None:
    from datetime import timedelta

    from scanner import clock
    from scanner.console.accounts.models import Membership

    browser = officers.person("auditor", "A")
    assert browser.get("/points").status_code == 200
    Membership.objects.update(ends=clock.today() - timedelta(days=1))
    assert browser.get("/points").status_code == 404


def test_every_view_is_an_entry_and_without_entry_there_is_no_page(
    officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = officers.person("officer", "A", "W-1")
    number = officers.points()["F07-UNDECLARED"]
    browser.get(f"/points/{number}")
    kind, details = officers.entries()[-1]
    told = json.loads(details)
    assert (kind, told["page"], told["point"], told["user"]) == ("console_viewed", "points", number, "W-1")
    from scanner.console import audit
    from scanner.inventory.errors import InventoryError

    def full(*words: Any, **more: Any) -> None:
        raise InventoryError("disk_full", officers.home.database)

    monkeypatch.setattr(audit, "enter", full)
    answer = browser.get(f"/points/{number}")
    assert answer.status_code == 503
    assert "xlsx" not in answer.content.decode()
    assert str(officers.home.path) not in answer.content.decode()


def test_names_of_files_are_masked_and_markup_is_text(officers: Officers) -> None:
    browser = officers.person("officer", "*", "W-1")
    number = officers.points()["F07-UNDECLARED"]
    for where in ("/today", "/points", f"/points/{number}"):
        page = browser.get(where).content.decode()
        assert PLANTED not in page, where
        assert str(officers.folder) not in page, where
        assert MARKUP not in page, where
    assert "&lt;b onmouseover" in browser.get("/today").content.decode()


@pytest.mark.slow
def test_session_is_of_one_browser(officers: Officers) -> None:
    browser = officers.person("officer", "A", "W-1")
    assert browser.get("/today").status_code == 200
    assert browser.get("/today", headers={"user-agent": "Another"}).status_code == 302
    assert browser.get("/today").status_code == 302, "and it is over for the first too"


@pytest.mark.slow
def test_session_gets_a_new_key_when_somebody_signs_in_and_ends_when_out(officers: Officers) -> None:
    officers.person("officer", "A", "W-1", name="someone")
    browser = officers.client()
    browser.get("/accounts/login/")
    before = browser.cookies["sekisho"].value
    officers.signed_in("someone", browser)
    after = browser.cookies["sekisho"].value
    assert after != before
    browser.post("/accounts/logout/")
    stolen = officers.client()
    stolen.cookies["sekisho"] = after
    assert stolen.get("/today").status_code == 302


@pytest.mark.slow
def test_session_lasts_a_day_at_most(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from scanner import clock

    browser, now = officers.person("officer", "A", "W-1"), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=11))
    assert browser.get("/today").status_code == 302


@pytest.mark.slow
def test_wrong_passwords_make_an_account_rest(officers: Officers) -> None:
    officers.person("officer", "A", "W-1", name="someone")
    browser = officers.client()
    codes = [browser.post("/accounts/login/", {"login": "someone", "password": "wrong"}).status_code for _ in range(6)]
    assert codes[0] == 200
    assert codes[-1] == 429
    assert browser.post("/accounts/login/", {"login": "someone", "password": PASSWORD}).status_code == 429
    assert (
        "wrong_password" in officers.entries("console_refused")[-1][1]
        or "locked" in officers.entries("console_refused")[-1][1]
    )


def test_forms_of_elsewhere_are_refused(officers: Officers) -> None:
    officers.person("officer", "A", "W-1", name="someone")
    browser = officers.client(strict=True)
    token = hidden(browser.get("/accounts/login/"))
    given = {"login": "someone", "password": PASSWORD}
    assert browser.post("/accounts/login/", given).status_code == 403
    assert (
        browser.post(
            "/accounts/login/", {**given, "csrfmiddlewaretoken": token}, headers={"origin": "https://evil.example"}
        ).status_code
        == 403
    )
    assert browser.post("/accounts/login/", {**given, "csrfmiddlewaretoken": token}).status_code == 302
    assert "csrf" in officers.entries("console_refused")[-1][1]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "", "127.0.0.2"]
)
def test_only_our_own_names_are_answered(officers: Officers, host: str) -> None:
    answer = officers.client().get("/accounts/login/", headers={"host": host or " "})
    assert answer.status_code == 400
    assert answer.content == b"Bad Request"


@pytest.mark.slow
@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_sent_elsewhere(officers: Officers, back: str) -> None:
    browser = officers.client()
    assert browser.post("/language", {"lang": "en", "next": back})["Location"] == "/"
    officers.person("officer", "A", "W-1", name="someone")
    answer = browser.post("/accounts/login/", {"login": "someone", "password": PASSWORD, "next": back})
    assert answer["Location"] == "/"


@pytest.mark.slow
def test_a_fault_says_nothing_and_is_logged_without_text(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner.console.pages import standing

    def broken(*words: Any) -> None:
        raise ValueError(PLANTED)

    browser = officers.person("officer", "A", "W-1")
    browser.raise_request_exception = False
    monkeypatch.setattr(standing, "silence", broken)
    answer = browser.get("/today")
    assert answer.status_code == 500
    assert PLANTED not in answer.content.decode()
    log = officers.home.log.read_text(encoding="utf-8")
    assert '"console_fault"' in log
    assert PLANTED not in log
