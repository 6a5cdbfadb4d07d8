"""Links for newcomers: good as long as who made them may invite; and who did what is in the record, also what was not found."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from scanner.console.roles import EVERY, Role
from tests.scanner.consoles import PASSWORD, Officers

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""
GIVEN = {"username": "newcomer", "password": PASSWORD, "again": PASSWORD}


def _link(browser: Any, **more: str) -> str:
    answer = browser.post("/people/invite", {"contract": "A", "role": "officer", "worker": "", "ends": "", **more})
    found = re.search(r"http://localhost(/start/[\w-]+)", answer.content.decode())
    assert found, answer.status_code
    return found[1]


@pytest.mark.parametrize(
    "how", ["removed", "ended", *(pytest.param(how, marks=pytest.mark.slow) for how in ("lowered", "inactive"))]
)
def test_a_link_is_void_when_its_maker_may_not_invite(officers: Officers, how: str) -> None:
    from datetime import timedelta

    from django.contrib.auth import get_user_model

    from scanner import clock
    from scanner.console.accounts.models import Invitation, Membership

    one, top = officers.person(Role.OFFICER, "A", "W-1", name="one"), officers.person(Role.OFFICER, EVERY)
    link, other = _link(one, worker="W-2"), _link(top)
    assert officers.client().get(link).status_code == 200
    member = Membership.objects.get(user__username="one")
    if how in ("removed", "lowered"):
        given = {"remove": "1"} if how == "removed" else {"role": "preparer"}
        assert top.post(f"/people/{member.pk}", given).status_code == 302
        assert Invitation.objects.filter(used=None).count() == 1
    elif how == "ended":
        Membership.objects.filter(pk=member.pk).update(ends=clock.today() - timedelta(days=1))
    else:
        get_user_model().objects.filter(username="one").update(is_active=False)
    assert officers.client().post(link, GIVEN).status_code == 410
    assert officers.client().post(other, GIVEN).status_code == 302, "of somebody else"


def test_a_newcomer_does_not_choose_a_number(officers: Officers) -> None:
    from scanner.console.accounts.models import Membership

    link, browser = _link(officers.person(Role.OFFICER, "A", "W-1")), officers.client()
    assert 'name="worker"' not in browser.get(link).content.decode()
    for number in ("W-3", "W-9", "nobody"):
        answer = browser.post(link, {**GIVEN, "worker": number, "again": "other"})
        assert answer.status_code == 200
        assert "登録簿にない" not in answer.content.decode()
    assert browser.post(link, {**GIVEN, "worker": "W-3"}).status_code == 302
    assert Membership.objects.get(user__username="newcomer").worker == ""


def test_a_link_is_kept_nowhere_in_clear(officers: Officers) -> None:
    from django.contrib.sessions.models import Session

    token = _link(officers.person(Role.OFFICER, "A", "W-1")).rpartition("/")[2]
    assert not any(token in json.dumps(one.get_decoded()) for one in Session.objects.all())
    for path in officers.home.path.rglob("*"):
        if path.is_file():
            assert token.encode() not in path.read_bytes(), path.name


def test_who_asked_is_in_the_record(officers: Officers) -> None:
    """Acts that make no entry by what they do make one by themselves; the person stands in each."""
    clerk = officers.person(Role.PREPARER, "A", "W-3")
    number = officers.points()["F07-UNDECLARED"]
    officer = officers.person(Role.OFFICER, "A", "W-1")
    for browser, where, given, kind, who in (
        (clerk, "/forms/make", {"form": "1", "style": "csv"}, "report_made", ("user", "W-3")),
        (clerk, f"/points/{number}/declare", {"reason": "x"}, "declared", ("by", "W-3")),
        (clerk, "/record/verify", {}, "console_viewed", ("user", "W-3")),
        (clerk, "/mask", {}, "console_unmasked", ("user", "W-3")),
        (officer, "/registers/take", {"workbook": ""}, "console_viewed", ("user", "W-1")),
    ):
        before = len(officers.entries())
        browser.post(where, given)
        mine = [json.loads(details) for one, details in officers.entries()[before:] if one == kind]
        assert mine, where
        assert mine[-1][who[0]] == who[1], where


def test_asking_for_what_is_of_others_is_in_the_record(officers: Officers) -> None:
    browser = officers.person(Role.PREPARER, "A", "W-3")
    theirs = officers.points("B")["F07-UNDECLARED"]
    for where, page in (
        (f"/points/{theirs}", "points"), (f"/points/{10**9}", "points"), ("/today?contract=B", "today"), ("/families/R-2", "families"),
    ):  # fmt: skip
        before = len(officers.entries())
        assert browser.get(where).status_code == 404, where
        ((kind, details),) = officers.entries()[before:]
        told = json.loads(details)
        assert (kind, told["why"], told["page"]) == ("console_refused", "nothing", page)
        assert told["user"] in ("W-3", f"#{browser.session['_auth_user_id']}")
