"""Saved views of the list, and several points at once: what will be done is listed first, and what came of each is told."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from scanner import clock
from scanner.console.roles import Role
from tests.scanner.consoles import Officers
from tests.scanner.officer import PASSPHRASES

pytestmark = pytest.mark.xdist_group("officers")
"""One office for all of them, and one Django in a process."""


def _stages(officers: Officers) -> dict[int, str]:
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        found = dict(db.execute("select id, stage from points").fetchall())
    db.close()
    return found


def _numbers(officers: Officers, code: str = "") -> list[int]:
    """Open points of contract A."""
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        rows = db.execute(
            "select p.id from points p join point_contracts c on c.point = p.id where c.contract = 'A' and p.state = 'open' and (? = '' or p.code = ?)"
            " order by p.id",
            (code, code),
        ).fetchall()
    db.close()
    return [number for (number,) in rows]


def test_several_are_listed_before_anything_is_done(officers: Officers) -> None:
    browser, numbers = officers.person(Role.PREPARER, "A", "W-3"), _numbers(officers)[:2]
    before = _stages(officers)
    form = browser.get("/points").content.decode()
    assert set(map(str, numbers)) & set(re.findall(r'name="point" value="(\d+)"', form))
    assert 'value="accept"' not in form, "a clerk decides nothing"
    page = browser.get("/points/several", {"action": "review", "point": numbers}).content.decode()
    assert re.findall(r'name="point" value="(\d+)"', page) == [str(n) for n in numbers]
    assert _stages(officers) == before
    answer = browser.post("/points/several/done", {"action": "review", "point": numbers, "reason": "確かめる"})
    assert answer.status_code == 200
    assert {_stages(officers)[n] for n in numbers} == {"review"}
    assert len(officers.entries("decided")) == len(numbers)


def test_what_cannot_be_done_is_told_and_the_rest_is(officers: Officers) -> None:
    """A declaration with a consent of another contract is refused for each; one that stands is entered."""
    browser, numbers = officers.person(Role.PREPARER, "A", "W-3"), _numbers(officers)[:2]
    page = browser.post(
        "/points/several/done", {"action": "declare", "point": numbers, "consent": "承諾-9"}
    ).content.decode()
    assert "行えなかったもの" in page
    assert not officers.entries("declared")
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        db.execute("update points set state = 'closed', closed = opened where id = ?", (numbers[0],))
    db.close()
    listed = browser.get("/points/several", {"action": "declare", "point": numbers}).content.decode()
    assert re.findall(r'name="point" value="(\d+)"', listed) == [str(numbers[1])]
    page = browser.post(
        "/points/several/done", {"action": "declare", "point": numbers, "reason": "業務"}
    ).content.decode()
    assert ("行ったもの" in page, "行えなかったもの" in page) == (True, True)


@pytest.mark.slow
def test_several_are_signed_by_the_person_who_is_there(officers: Officers) -> None:
    browser, numbers = officers.person(Role.OFFICER, "A", "W-1"), _numbers(officers, "F07-UNDECLARED")
    until = (clock.today() + timedelta(days=30)).isoformat()
    given = {"action": "accept", "point": numbers, "reason": "業務上必要", "until": until}
    assert "行えなかったもの" in browser.post("/points/several/done", {**given, "passphrase": "wrong"}).content.decode()
    assert set(_stages(officers).values()) == {"new"}
    assert (
        "行ったもの"
        in browser.post("/points/several/done", {**given, "passphrase": PASSPHRASES["W-1"]}).content.decode()
    )
    assert {_stages(officers)[n] for n in numbers} == {"proposed"}


def test_what_is_asked_wrongly_does_nothing(officers: Officers) -> None:
    officer, clerk = officers.person(Role.OFFICER, "A", "W-1"), officers.person(Role.PREPARER, "A", "W-3")
    worker, numbers = officers.person(Role.WORKER, "A", "W-2"), _numbers(officers)
    for browser, given, status in (
        (clerk, {"action": "accept", "point": numbers[:1]}, 404), (clerk, {"action": "purge", "point": numbers[:1]}, 404),
        (clerk, {"point": numbers[:1]}, 404), (clerk, {"action": "review"}, 409), (clerk, {"action": "review", "point": ["x"]}, 404),
        (clerk, {"action": "review", "point": [10**9]}, 404), (clerk, {"action": "review", "point": list(range(51))}, 409),
        (worker, {"action": "declare", "point": numbers[:1]}, 404), (worker, {"action": "review", "point": numbers[:1]}, 404),
        (officer, {"action": "dismiss", "point": numbers, "passphrase": PASSPHRASES["W-1"]}, 409),
    ):  # fmt: skip
        if len(numbers) < 2 and browser is officer:
            continue
        assert browser.get("/points/several", given).status_code == status, given
        assert browser.post("/points/several/done", given).status_code == status, given
    assert set(_stages(officers).values()) == {"new"}


def _kept(browser: Any, **given: str) -> Any:
    return browser.post("/points/views", given)


@pytest.mark.slow
def test_views_are_of_one_account(officers: Officers) -> None:
    mine, other = officers.person(Role.OFFICER, "A", "W-1"), officers.person(Role.PREPARER, "A", "W-3")
    answer = _kept(mine, name="遅れ", late="1", place="outside", page="7", contract="B", evil="1")
    assert answer["Location"] == "/points?place=outside&late=1", "conditions alone"
    page = mine.get("/points").content.decode()
    assert "遅れ" in page
    assert "/points?place=outside&amp;late=1" in page
    assert "遅れ" not in other.get("/points").content.decode()
    (number,) = re.findall(r"/points/views/(\d+)/drop", page)
    assert other.post(f"/points/views/{number}/drop").status_code == 404
    _kept(mine, name="遅れ", code="F07-UNDECLARED")
    assert mine.get("/points").content.decode().count("遅れ</a>") == 1, "the same name again is the same view"
    for wrong in (
        {"name": ""},
        {"name": "x" * 61, "late": "1"},
        {"name": "x\u202ey", "late": "1"},
        {"name": "x"},
        {"name": "x", "code": "y" * 600},
    ):
        assert _kept(mine, **wrong).status_code == 409, wrong
    assert mine.post(f"/points/views/{number}/drop").status_code == 302
    assert "遅れ" not in mine.get("/points").content.decode()
    for n in range(31):
        last = _kept(mine, name=str(n), late="1")
    assert last.status_code == 409
