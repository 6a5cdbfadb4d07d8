"""What is done on the pages is what the commands do: declared, staged, signed by two people who are two, taken back."""

from __future__ import annotations

import html
import json
import os
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from scanner import clock
from tests.scanner.consoles import PLANTED, Officers
from tests.scanner.officer import PASSPHRASES

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""


def _ended(officers: Officers, browser: Any, worker: str, number: int, **more: str) -> Any:
    until = (clock.today() + timedelta(days=30)).isoformat()
    given = {"action": "accept", "until": until, "reason": "業務上必要", "passphrase": PASSPHRASES[worker], **more}
    return browser.post(f"/points/{number}/end", given)


def _proposal(officers: Officers) -> int:
    """The number of what waits, which the page's form carries."""
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        (found,) = db.execute("select max(id) from proposals where state = 'waiting'").fetchone()
    db.close()
    return int(found)


def _state(officers: Officers, number: int) -> tuple[str, str]:
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        state, stage = db.execute("select state, stage from points where id = ?", (number,)).fetchone()
    db.close()
    return state, stage


@pytest.fixture
def number(officers: Officers) -> int:
    return officers.points()["F07-UNDECLARED"]


@pytest.mark.slow
def test_declared_and_staged(officers: Officers, number: int) -> None:
    browser = officers.person("preparer", "A", "W-3")
    assert browser.post(f"/points/{number}/declare", {"consent": "承諾-1"}).status_code == 302
    assert browser.post(f"/points/{number}/declare", {"consent": "承諾-9"}).status_code == 409, "of another contract"
    assert browser.post(f"/points/{number}/declare", {}).status_code == 409
    due = (clock.today() + timedelta(days=3)).isoformat()
    assert (
        browser.post(f"/points/{number}/stage", {"action": "correct", "due": due, "reason": "移す"}).status_code == 302
    )
    assert browser.post(f"/points/{number}/stage", {"action": "correct", "due": "not a day"}).status_code == 409
    assert _state(officers, number) == ("open", "correcting")
    page = browser.get(f"/points/{number}").content.decode()
    assert "承諾-1" in page
    assert "W-3" in page
    kinds = [kind for kind, _ in officers.entries("declared", "decided")]
    assert kinds == ["declared", "decided"]


def test_two_people_with_a_login_each(officers: Officers, number: int) -> None:
    first, second = officers.person("officer", "A", "W-1"), officers.person("officer", "A", "W-2")
    assert _ended(officers, first, "W-1", number).status_code == 302
    assert _state(officers, number) == ("open", "proposed")
    assert f"/points/{number}" in second.get("/approvals").content.decode()
    shown = {"proposal": str(_proposal(officers))}
    assert second.post(f"/points/{number}/approve", {"passphrase": "wrong", **shown}).status_code == 409
    assert second.post(f"/points/{number}/approve", {"passphrase": PASSPHRASES["W-2"], **shown}).status_code == 302
    assert _state(officers, number)[0] == "closed"
    (_kind, details) = officers.entries("decided")[-1]
    told = json.loads(details)
    assert (told["by"], told["reviewer"]) == ("W-1", "W-2")
    assert set(told["signatures"]) == {"W-1", "W-2"}
    page = first.get("/approvals").content.decode()
    assert "署名を確認" in page
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        (decision,) = db.execute("select id from suppressions").fetchone()
    db.close()
    given = {"reason": "見直し", "passphrase": PASSPHRASES["W-1"]}
    assert officers.person("officer", "B", "W-9").post(f"/decisions/{decision}/revoke", given).status_code == 404
    assert first.post(f"/decisions/{decision}/revoke", given).status_code == 302


def test_nobody_is_two(officers: Officers, number: int) -> None:
    """The same person on another screen, with another account of the same number, or signing for somebody else."""
    first = officers.person("officer", "A", "W-1", name="one")
    assert _ended(officers, first, "W-1", number).status_code == 302
    again = officers.person("officer", "A", "W-1", name="two")
    nobody = officers.person("officer", "A", "", name="three")
    forged = {"passphrase": PASSPHRASES["W-2"], "by": "W-2", "worker": "W-2", "reviewer": "W-2", "number": "W-2"}
    shown = {"proposal": str(_proposal(officers))}
    for browser in (first, again, nobody):
        for given in ({"passphrase": PASSPHRASES["W-1"]}, forged):
            assert browser.post(f"/points/{number}/approve", {**given, **shown}).status_code == 409
    assert _state(officers, number) == ("open", "proposed")
    assert officers.entries("attempt_refused")


def test_the_second_person_signs_what_the_page_has_shown(officers: Officers, number: int) -> None:
    """Neither a proposal that came instead of it, nor one that no page has shown."""
    first, second = officers.person("officer", "A", "W-1"), officers.person("officer", "A", "W-2")
    signed = {"passphrase": PASSPHRASES["W-2"]}
    answer = _ended(officers, first, "W-1", number, action="dismiss", reason="無害")
    assert answer.status_code == 302, answer.content.decode()
    page = second.get(f"/points/{number}").content.decode()
    (shown,) = re.findall(r'name="proposal" value="(\d+)"', page)
    _ended(officers, first, "W-1", number, reason="別の理由")
    for given in ({}, {"proposal": ""}, {"proposal": "x"}, {"proposal": "9" * 30}, {"proposal": shown}):
        assert second.post(f"/points/{number}/approve", {**signed, **given}).status_code == 409, given
    assert _state(officers, number) == ("open", "proposed")
    page = second.get(f"/points/{number}").content.decode()
    assert "別の理由" in page
    (shown,) = re.findall(r'name="proposal" value="(\d+)"', page)
    assert second.post(f"/points/{number}/approve", {**signed, "proposal": shown}).status_code == 302


def test_a_pattern_is_shown_to_the_second_person_before_signing(officers: Officers, number: int) -> None:
    from scanner.acts import decisions
    from scanner.console.site import site

    second, rules = officers.person("officer", "A", "W-2"), site().rules()
    assert rules is not None
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        (path,) = db.execute(
            "select f.path from points p join files f on f.id = p.file_id where p.id = ?", (number,)
        ).fetchone()
    db.close()
    pattern = os.path.join(os.path.dirname(os.fsdecode(path)), "*.xlsx")
    until = clock.today() + timedelta(days=30)
    wish = decisions.Wish("dismiss", "この様式だけ", until, pattern=pattern, most=77)
    decisions.end(officers.home, rules, number, wish, "W-1", lambda worker: PASSPHRASES[worker])
    for where in (f"/points/{number}", "/approvals"):
        page = second.get(where).content.decode()
        assert "77" in page, where
        assert pattern not in page, where
    assert 'name="proposal"' not in second.get(f"/points/{number}").content.decode(), "not before it was seen in clear"
    second.post("/unmask/now", {"reason": "confirm"})
    page = second.get(f"/points/{number}").content.decode()
    assert pattern in html.unescape(page)
    assert 'name="proposal"' in page


@pytest.mark.slow
def test_a_clerk_decides_nothing(officers: Officers, number: int) -> None:
    browser = officers.person("preparer", "A", "W-1")
    assert _ended(officers, browser, "W-1", number).status_code == 403
    assert browser.post(f"/points/{number}/approve", {"passphrase": PASSPHRASES["W-1"]}).status_code == 403


def test_acts_about_another_contract_find_nothing(officers: Officers) -> None:
    theirs = officers.points("B")["F07-UNDECLARED"]
    browser = officers.person("officer", "A", "W-1")
    for act in ("declare", "stage", "end", "approve"):
        given = {"action": "review", "reason": "x", "passphrase": PASSPHRASES["W-1"]}
        assert browser.post(f"/points/{theirs}/{act}", given).status_code == 404, act
        assert browser.post(f"/points/{theirs}/{act}?contract=B", given).status_code == 404, act
    ours = officers.points()["F07-UNDECLARED"]
    assert _ended(officers, browser, "W-1", ours, also=str(theirs)).status_code == 404
    assert _state(officers, theirs) == ("open", "new")
    assert _state(officers, ours) == ("open", "new"), "all of one decision, or nothing"


@pytest.mark.slow
def test_a_passphrase_is_kept_nowhere(officers: Officers, number: int) -> None:
    browser = officers.person("officer", "A", "W-1")
    _ended(officers, browser, "W-1", number)
    phrase = PASSPHRASES["W-1"].encode()
    for path in officers.home.path.rglob("*"):
        if path.is_file():
            assert phrase not in path.read_bytes(), path.name


@pytest.mark.slow
def test_names_are_shown_for_a_reason_and_for_a_while(
    officers: Officers, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = officers.person("officer", "A", "W-1")
    assert PLANTED not in browser.get(f"/points/{number}").content.decode()
    assert browser.post("/unmask/now", {"reason": "curiosity"}).status_code == 404
    assert browser.post("/unmask/now", {"reason": "correct", "next": "//evil.example"})["Location"] == "/today"
    assert PLANTED in browser.get(f"/points/{number}").content.decode()
    _kind, details = officers.entries("console_unmasked")[-1]
    assert json.loads(details)["reason"] == "correct"
    assert json.loads(officers.entries("console_viewed")[-1][1])["clear"] is True
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=16))
    assert PLANTED not in browser.get(f"/points/{number}").content.decode()


@pytest.mark.slow
def test_whoever_must_not_see_names_never_does(officers: Officers, number: int) -> None:
    for role in ("auditor", "systems", "worker"):
        browser = officers.person(role, "A", "W-3")
        assert browser.post("/unmask/now", {"reason": "correct"}).status_code == 403
        assert PLANTED not in browser.get("/today").content.decode()


@pytest.mark.slow
def test_owner_by_number_until_the_review_begins(officers: Officers, number: int) -> None:
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        db.execute(
            "update files set owner = 'OTHER\\third' where id = (select file_id from points where id = ?)", (number,)
        )
    db.close()
    browser = officers.person("officer", "A", "W-1")
    page = browser.get(f"/points/{number}").content.decode()
    assert "W-3" in page
    assert "従事者 三" not in page
    assert "third" not in page
    browser.post(f"/points/{number}/stage", {"action": "review"})
    assert "従事者 三" in browser.get(f"/points/{number}").content.decode()
