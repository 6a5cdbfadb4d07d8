"""What somebody who means harm writes into fields, names of files, numbers and cookies: it sets nothing, breaks nothing, and is only text."""

from __future__ import annotations

import html
import json
import os
import re
import sqlite3
from contextlib import closing
from typing import Any

import hypothesis
import pytest
from hypothesis import settings
from hypothesis import strategies as st

from scanner.console.roles import Role
from tests.scanner.consoles import PASSWORD, Officers
from tests.scanner.test_officers_access import OPEN, address
from tests.scanner.test_officers_attacks import SECRET, pages

pytestmark = [pytest.mark.xdist_group("officers"), pytest.mark.slow]
"""One office for all of them, and one Django in a process."""


def test_an_account_that_is_not_there_looks_like_one_that_is(
    officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same answer after the same work: as many hashes are made for a name that nobody has."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    officers.person(Role.OFFICER, "A", "W-1", name="someone")
    made: list[str] = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    for name, work in (("encode", encode), ("verify", verify)):

        def counted(*words: Any, _work: Any = work) -> Any:
            made.append("hash")
            return _work(*words)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)

    def told(name: str) -> tuple[int, str, int]:
        made.clear()
        answer = officers.client().post("/accounts/login/", {"login": name, "password": "a wrong sentence"})
        text = re.sub(r'value="[^"]*"', "", answer.content.decode())
        return answer.status_code, text, len(made)

    assert told("someone") == told("nobody") == told("SOMEONE") == told("' or 1=1 --")
    assert told("someone")[2] == 1
    for where in (
        "/accounts/none/signup/",
        "/accounts/none/reset_password/",
        "/accounts/signup/",
        "/accounts/password/reset/",
    ):
        assert officers.client().get(where).status_code == 404, where


def test_nothing_is_set_that_the_form_does_not_have(officers: Officers) -> None:
    """Who signs, for which contract, in which role: never by a field."""
    from django.contrib.auth import get_user_model

    from scanner.console.accounts.models import Membership

    officer, other = officers.person(Role.OFFICER, "A", "W-1"), officers.person(Role.PREPARER, "A", "W-3", name="other")
    number = officers.points()["F07-UNDECLARED"]
    forged = {
        "by": "W-2",
        "user": "W-2",
        "worker": "W-2",
        "contract": "B",
        "at": "2020-01-01",
        "state": "closed",
        "is_superuser": "1",
    }
    assert other.post(f"/points/{number}/declare", {"reason": "理由", **forged}).status_code == 302
    told = json.loads(officers.entries("declared")[-1][1])
    assert "W-2" not in json.dumps(told)
    member = Membership.objects.get(user__username="other")
    given = {
        "role": "preparer",
        "ends": "",
        "user": "1",
        "user_id": "1",
        "contract": "*",
        "worker": "W-1",
        "pk": "1",
        "id": "1",
    }
    assert officer.post(f"/people/{member.pk}", given).status_code == 302
    after = Membership.objects.get(pk=member.pk)
    assert (after.user_id, after.contract, after.worker) == (member.user_id, "A", "W-3")
    link = re.search(
        r"localhost(/start/[\w-]+)",
        officer.post("/people/invite", {"contract": "A", "role": "systems"}).content.decode(),
    )
    assert link
    words = {
        "username": "new",
        "password": PASSWORD,
        "again": PASSWORD,
        "is_staff": "1",
        "is_superuser": "1",
        "role": "officer",
        "contract": "*",
    }
    assert officers.client().post(link[1], words).status_code == 302
    made = get_user_model().objects.get(username="new")
    assert not made.is_staff
    assert not made.is_superuser
    assert [(m.role, m.contract) for m in Membership.objects.filter(user=made)] == [("systems", "A")]


def test_of_a_field_sent_twice_one_is_checked_and_used(officers: Officers) -> None:
    browser = officers.person(Role.OFFICER, "A", "W-1")
    assert browser.get("/today?contract=A&contract=B").status_code == 404
    page = browser.get("/today?contract=B&contract=A").content.decode()
    assert "alert(1)" not in page, "the title of B"
    assert SECRET not in page
    for first, last, status in (("curiosity", "correct", 302), ("correct", "curiosity", 404)):
        assert browser.post("/unmask/now", {"reason": [first, last]}).status_code == status
    number, theirs = officers.points()["F07-UNDECLARED"], officers.points("B")["F07-UNDECLARED"]
    for pair in ([number, theirs], [theirs, number]):
        query = "&".join(f"point={n}" for n in pair)
        assert browser.get(f"/points/several?action=declare&{query}").status_code == 404
        assert (
            browser.post("/points/several/done", {"action": "declare", "reason": "x", "point": pair}).status_code == 404
        )
    assert not officers.entries("declared"), "all of them, or none"


def test_a_session_that_somebody_else_chose_is_none(officers: Officers) -> None:
    officers.person(Role.OFFICER, "A", "W-1", name="someone")
    browser = officers.client()
    for planted in (
        "attackerchosenkey1234567890abcdef",
        "../../secret",
        "x" * 5_000,
        "'; drop table django_session; --",
    ):
        browser.cookies["sekisho"] = planted
        page = browser.get("/accounts/login/")
        assert page.status_code == 200
        officers.signed_in("someone", browser)
        assert browser.cookies["sekisho"].value != planted
        other = officers.client()
        other.cookies["sekisho"] = planted
        assert other.get("/today").status_code == 302
    key = browser.cookies["sekisho"].value
    for changed in (key[:-1] + ("a" if key[-1] != "a" else "b"), key.upper(), key + "0"):
        other.cookies["sekisho"] = changed
        assert other.get("/today").status_code == 302


def test_whoever_has_no_role_any_more_is_out_at_once(officers: Officers) -> None:
    from django.contrib.auth import get_user_model

    from scanner.console.accounts.models import Membership

    browser = officers.person(Role.PREPARER, "A", "W-3", name="someone")
    assert browser.get("/points").status_code == 200
    Membership.objects.filter(user__username="someone").update(role=Role.SYSTEMS)
    assert browser.get("/points").status_code == 403
    Membership.objects.filter(user__username="someone").delete()
    assert browser.get("/places").status_code == 404
    get_user_model().objects.filter(username="someone").update(is_active=False)
    assert browser.get("/me").status_code == 302


EVIL = "<script>alert(1)</script>\u202excel.exe\u2066\x1b[31m\x07\n=cmd|'/c calc'!A0\"'.xlsx"
"""Markup, turned writing, escapes of terminals, a line, a formula, in one name."""


@pytest.mark.posix("names of files with such characters")
@pytest.mark.parametrize("clear", [False, True], ids=["masked", "clear"])
def test_a_name_of_a_file_is_only_text(officers: Officers, clear: bool) -> None:
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        for number, path in db.execute("select id, path from files").fetchall():
            db.execute(
                "update files set path = ? where id = ?",
                (os.path.dirname(path) + b"/" + f"{number}{EVIL}".encode(), number),
            )
    db.close()
    browser = officers.person(Role.OFFICER, "A", "W-1")
    if clear:
        browser.post("/unmask/now", {"reason": "correct"})
    for name in pages():
        page = browser.get(address(name, officers))
        if page["Content-Type"].startswith("text/html") and "Content-Disposition" not in page:
            text = page.content.decode()
            assert "<script>" not in text, name
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]", text.replace("\r", "")), name
    if clear:
        assert "&lt;script&gt;" in browser.get("/points").content.decode()


@hypothesis.given(st.text(max_size=60), st.sampled_from(["xlsx", "csv", "zip"]))
@settings(max_examples=60)
def test_no_name_of_a_download_breaks_its_header(name: str, ending: str) -> None:
    import django
    from django.conf import settings as configured

    if not configured.configured:
        configured.configure()
        django.setup()
    from scanner.console.answers import download

    header = download(b"", f"{name}.{ending}", "text/csv")["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename=\"[\w.-]*\"; filename\*=UTF-8''[\w.%~-]*", header, re.ASCII), header


def test_no_cell_of_a_download_is_a_formula(officers: Officers) -> None:
    """Whatever an entry of a register begins with."""
    import io

    from openpyxl import load_workbook

    policy = officers.folder / "policy.toml"
    begins = ["=", "+", "-", "@", "\\t=", "＝", " ="]
    more = "".join(f'[[contract.worker]]\nid = "X-{n}"\nname = "{b}cmd|\'/c calc\'!A0"\n' for n, b in enumerate(begins))
    text = policy.read_text(encoding="utf-8")
    at = text.index("[[contract]]", 10)
    policy.write_text(text[:at] + more + text[at:], encoding="utf-8", newline="\n")
    browser = officers.person(Role.OFFICER, "A", "W-1")
    book = load_workbook(io.BytesIO(browser.get("/registers/workbook").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if "calc" in str(cell.value)]
    assert len(cells) == len(begins)
    assert all(cell.data_type == "s" and str(cell.value).startswith("'") for cell in cells)
    book.close()


_NO_NUMBER_BREAKS_A_PAGE = ["-1", "1e3", "９", "1" * 19, "1" * 40, "0x1", "1;drop table points", "1%00", "null", "1.0"]


def test_no_number_breaks_a_page(officers: Officers) -> None:
    browser = officers.person(Role.OFFICER, "A", "W-1")
    for number in _NO_NUMBER_BREAKS_A_PAGE:
        _no_number_breaks_a_page(officers, browser, number)


def _no_number_breaks_a_page(officers: Officers, browser: Any, number: str) -> None:
    browser.raise_request_exception = False
    for where in (
        f"/points/{number}",
        f"/families/R-{number}",
        f"/registers/of/worker/{number}",
        f"/points/several?action=declare&point={number}",
    ):
        assert browser.get(where).status_code in (404, 409), where
    for query in ("page", "older", "late", "stage", "place", "code", "before", "after", "kind", "user", "family"):
        for page in ("points", "record", "families", "coverage/encrypted"):
            assert browser.get(f"/{page}", {query: number}).status_code in (200, 404, 409), (page, query)


def test_of_many_fields_and_files_nothing_is_read(officers: Officers) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = officers.person(Role.OFFICER, "A", "W-1")
    browser.raise_request_exception = False
    assert browser.post("/registers/of/worker/put", {f"f{n}": "x" for n in range(600)}).status_code == 400
    files = {f"workbook{n}": SimpleUploadedFile("a.xlsx", b"x") for n in range(3)}
    assert browser.post("/registers/take", files).status_code == 400
    assert browser.post("/points/1/declare", {"reason": SimpleUploadedFile("a.txt", b"x")}).status_code in (404, 409)


def test_a_code_is_good_once(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen over the shoulder, it lets nobody else in."""
    from tests.scanner.test_officers_limits import _second

    officers.person(Role.OFFICER, "A", "W-1", name="someone")
    code = _second("someone", monkeypatch)
    one, two = officers.client(), officers.client()
    for browser in (one, two):
        assert browser.post("/accounts/login/", {"login": "someone", "password": PASSWORD}).status_code == 302
    assert one.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert two.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert two.get("/today").status_code == 302


def test_grave_changes_of_an_account_ask_again(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever finds a screen unlocked takes away no second factor and sets no password."""
    from datetime import timedelta

    from django.utils import timezone

    browser, now = officers.person(Role.OFFICER, "A", "W-1", name="someone"), timezone.now()
    import time

    later = time.time() + 400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=400))
    for where in (
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/webauthn/add/",
    ):
        answer = browser.get(where)
        assert answer.status_code == 302, where
        assert "reauthenticate" in answer["Location"], where
    given = {"oldpassword": "wrong", "password1": "another long sentence", "password2": "another long sentence"}
    browser.post("/accounts/password/change/", given)
    assert officers.signed_in("someone")


def test_what_allauth_has_besides_is_not_there() -> None:
    from scanner.console.urls import urlpatterns

    names = {p.name for p in urlpatterns if p.name}
    assert not {n for n in names if re.search("signup|reset|email|inactive", n)} - OPEN
    assert html.escape("<") == "&lt;"
