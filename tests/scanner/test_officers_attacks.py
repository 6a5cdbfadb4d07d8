"""What somebody who means harm sends: to every address alike, by method, header, name, number and upload. Refused, and told in the record."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from scanner.console.roles import Role
from tests.scanner.consoles import PASSWORD, Officers, hidden
from tests.scanner.test_officers_access import address, views

pytestmark = [pytest.mark.xdist_group("officers"), pytest.mark.slow]
"""One office for all of them, and one Django in a process."""
SECRET = "従事者 九"
"""Stands in the registers of contract B alone."""


def _acts() -> list[str]:
    return [name for name, pattern in views().items() if pattern.callback.act]


def pages() -> list[str]:
    return [name for name, pattern in views().items() if not pattern.callback.act]


def _of_b(officers: Officers) -> Iterator[tuple[str, str]]:
    """(method, address) of every object of contract B that an address can name."""
    from scanner.console.accounts import invitations
    from scanner.console.accounts.models import Invitation, Membership

    boss = officers.person(Role.OFFICER, "B", "W-9", name="boss")
    invitations.invite("B", Role.PREPARER, by="W-9", maker=Membership.objects.get(user__username="boss").user)
    boss.post("/forms/make", {"form": "1", "style": "csv"})
    boss.post("/points/views", {"name": "mine", "late": "1"})
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        (paper,) = db.execute("select max(seq) from ledger where kind = 'report_made'").fetchone()
    db.close()
    member, link = Membership.objects.get(user__username="boss").pk, Invitation.objects.get(contract="B").pk
    for number in officers.points("B").values():
        yield "get", f"/points/{number}"
        for act in ("declare", "stage", "end", "approve"):
            yield "post", f"/points/{number}/{act}"
        yield "get", f"/points/several?action=declare&point={number}"
    yield from (
        ("get", where)
        for where in ("/families/R-2", "/registers/of/worker?contract=B", "/registers/of/worker/0?contract=B")
    )
    yield from (
        ("get", f"/{page}?contract=B")
        for page in ("today", "points", "record", "forms", "registers/workbook", "people")
    )
    yield from (
        ("post", where)
        for where in (f"/people/{member}", f"/people/links/{link}", "/points/views/1/drop", "/jobs/ask/pack?contract=B")
    )
    yield "post", f"/forms/handed/{paper}"


def test_nothing_of_another_contract_by_any_address(officers: Officers) -> None:
    from django.contrib.auth import get_user_model

    from scanner.console import audit

    theirs = list(_of_b(officers))
    browser = officers.person(Role.OFFICER, "A", "W-1")
    mine = audit.number_of(get_user_model().objects.get(username="officer-A-W-1"))
    assert len(theirs) > 20
    given = {"action": "review", "reason": "x", "role": "officer", "remove": "1", "to": "entruster", "means": "post"}
    for method, where in theirs:
        before = len(officers.entries("console_refused"))
        answer = browser.get(where) if method == "get" else browser.post(where, given)
        assert answer.status_code in (404, 409), where
        assert SECRET not in answer.content.decode(), where
        if answer.status_code == 404:
            told = [json.loads(d) for _, d in officers.entries("console_refused")[before:]]
            assert [one["user"] in ("W-1", mine) for one in told] == [True], where
    boss = officers.signed_in("boss")
    assert "mine" in boss.get("/points").content.decode(), "still there"
    assert boss.get("/people").status_code == 200


def test_every_form_needs_its_token(officers: Officers) -> None:
    """Signed in, from no page of ours: whatever address, nothing happens and the refusal is told."""
    officers.person(Role.OFFICER, "*", "W-1", name="someone")
    browser = officers.client(strict=True)
    token = hidden(browser.get("/accounts/login/"))
    browser.post("/accounts/login/", {"login": "someone", "password": PASSWORD, "csrfmiddlewaretoken": token})
    policy = (officers.folder / "policy.toml").read_bytes()
    acts = [address(name, officers) for name in _acts()]
    own = ["/language", "/accounts/logout/", "/accounts/password/change/", "/accounts/2fa/totp/activate/"]
    assert len(acts) > 20
    for where in (*acts, *own):
        before = len(officers.entries("console_refused"))
        for more in (
            {},
            {"headers": {"origin": "https://evil.example"}},
            {"headers": {"referer": "https://evil.example/"}},
        ):
            answer = browser.post(where, {"csrfmiddlewaretoken": "x" * 64}, **more)
            assert answer.status_code == 403, where
        assert len(officers.entries("console_refused")) == before + 3, where
    assert (officers.folder / "policy.toml").read_bytes() == policy
    assert browser.get("/today").status_code == 200, "nor signed out"


def test_no_method_stands_for_another(officers: Officers) -> None:
    browser = officers.person(Role.OFFICER, "*", "W-1")
    for name in _acts():
        where, before = address(name, officers), len(officers.entries("console_refused"))
        headers = {"x-http-method-override": "POST", "x-method-override": "POST", "x-http-method": "POST"}
        assert (
            browser.get(where, {"_method": "POST", "csrfmiddlewaretoken": "x"}, headers=headers).status_code == 405
        ), name
        assert browser.head(where).status_code == 405, name
        assert len(officers.entries("console_refused")) == before + 2, name
    for name in pages():
        assert browser.post(address(name, officers), {"_method": "GET"}).status_code == 405, name


def test_every_page_shuts_out_frames_caches_and_guesses_of_type(officers: Officers) -> None:
    browser = officers.person(Role.OFFICER, "A", "W-1")
    for name in (*pages(), "no-such-page"):
        where = "/no-such-page" if name == "no-such-page" else address(name, officers)
        answer = browser.get(where)
        assert answer["Cache-Control"] == "no-store", where
        assert answer["X-Frame-Options"] == "DENY", where
        assert answer["X-Content-Type-Options"] == "nosniff", where
        assert (
            "frame-ancestors 'none'" in answer["Content-Security-Policy"]
            or "sandbox" in answer["Content-Security-Policy"]
        )
        kind = answer["Content-Type"]
        assert kind.endswith("charset=utf-8") or kind.startswith("application/"), where
        assert (
            not kind.startswith("text/html")
            or answer.content.startswith(b"<!doctype html>")
            or "attachment" in answer["Content-Disposition"]
        )


_NO_ANSWER_LEADS_ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "/\t/evil.example",
    "http://localhost@evil.example",
    "http://localhost.evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/today\r\nSet-Cookie: a=b",
    "%2F%2Fevil.example",
]


def test_no_answer_leads_elsewhere(officers: Officers) -> None:
    """By every form that carries where to go on."""
    browser = officers.person(Role.OFFICER, "A", "W-1", name="someone")
    for back in _NO_ANSWER_LEADS_ELSEWHERE:
        _no_answer_leads_elsewhere(officers, browser, back)


def _no_answer_leads_elsewhere(officers: Officers, browser: Any, back: str) -> None:
    for where, given in (
        ("/language", {"lang": "en"}),
        ("/unmask/now", {"reason": "correct"}),
        ("/mask", {}),
        ("/accounts/logout/", {}),
    ):
        answer = browser.post(where, {**given, "next": back})
        target = answer["Location"]
        assert urlsplit(urljoin("http://localhost/a", target)).netloc == "localhost", (where, target)
        assert not re.search(r"[\\\s]", target), (where, target)
        assert "\n" not in target
        assert "a" not in answer.cookies
    assert officers.client().get("/unmask", {"next": back}).status_code == 302


_NO_HEADER_SAYS_WHO_OR_WHERE_WE_ARE = [
    "X-Forwarded-Host",
    "X-Host",
    "X-Original-URL",
    "X-Rewrite-URL",
    "Forwarded",
    "X-Forwarded-For",
]


def test_no_header_says_who_or_where_we_are(officers: Officers) -> None:
    """Links are made of our own name; nobody is let in, or somewhere else, by a header of proxies."""
    browser = officers.person(Role.OFFICER, "A", "W-1")
    for name in _NO_HEADER_SAYS_WHO_OR_WHERE_WE_ARE:
        _no_header_says_who_or_where_we_are(officers, browser, name)


def _no_header_says_who_or_where_we_are(officers: Officers, browser: Any, name: str) -> None:
    headers = {name: "evil.example", "x-forwarded-proto": "https"}
    page = browser.post(
        "/people/invite", {"contract": "A", "role": "officer", "worker": ""}, headers=headers
    ).content.decode()
    assert "http://localhost/start/" in page
    assert "evil.example" not in page
    assert officers.client().get("/today", headers={name: "/people"}).status_code == 302


_NO_ADDRESS_IS_A_PATH = [
    "../secret",
    "..%2fsecret",
    "%2e%2e/secret",
    "..%5csecret",
    "%252e%252e%252fsecret",
    "....//secret",
    "console.css/../../console.db",
    "/etc/passwd",
    "console.css%00.html",
    "..\\console.db",
]


def test_no_address_is_a_path(officers: Officers) -> None:
    browser = officers.person(Role.OFFICER, "*", "W-1")
    for tail in _NO_ADDRESS_IS_A_PATH:
        _no_address_is_a_path(officers, browser, tail)


def _no_address_is_a_path(officers: Officers, browser: Any, tail: str) -> None:
    secret = (officers.home.path / "console" / "secret").read_bytes()
    for folder in ("/static/", "/families/", "/coverage/", "/registers/of/", "/start/", "/forms/"):
        answer = browser.get(folder + tail)
        assert answer.status_code in (301, 302, 404, 410), folder
        assert secret not in answer.content, folder
        assert b"root:" not in answer.content, folder
        answer.close()
    for field in ("form", "style"):
        given = {"form": "1", "style": "csv", field: tail}
        assert browser.post("/forms/make", given).status_code in (200, 404), field
    assert not list(officers.folder.rglob("secret.*"))
