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
from scanner.messages import LANGUAGES, speaking, t_or
from tests.conftest import ROOT
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


def _shown(browser: Any, act: str, numbers: list[int]) -> dict[str, str]:
    """The versions of the points that the page before the act carries."""
    page = browser.get("/points/several", {"action": act, "point": numbers}).content.decode()
    return dict(re.findall(r'name="(shown_\d+)" value="([^"]+)"', page))


def _told(browser: Any, given: dict[str, Any]) -> str:
    """The page after an act: one that can be looked at again."""
    answer = browser.post("/points/several/done", given)
    assert answer.status_code == 302, answer.content.decode()
    looked, again = (browser.get(answer["Location"]).content.decode().partition("<main")[2] for _ in range(2))
    assert looked == again
    return str(looked)


def test_several_are_listed_before_anything_is_done(officers: Officers) -> None:
    browser, numbers = officers.person(Role.PREPARER, "A", "W-3"), _numbers(officers)[:2]
    before = _stages(officers)
    form = browser.get("/points").content.decode()
    assert set(map(str, numbers)) & set(re.findall(r'name="point" value="(\d+)"', form))
    assert 'value="accept"' not in form, "a clerk decides nothing"
    page = browser.get("/points/several", {"action": "review", "point": numbers}).content.decode()
    assert re.findall(r'name="point" value="(\d+)"', page) == [str(n) for n in numbers]
    assert _stages(officers) == before
    given = {"action": "review", "point": numbers, "reason": "確かめる", **_shown(browser, "review", numbers)}
    assert f"行ったもの {len(numbers)} 件" in _told(browser, given)
    assert {_stages(officers)[n] for n in numbers} == {"review"}
    assert len(officers.entries("decided")) == len(numbers)


def test_what_cannot_be_done_is_told_and_the_rest_is(officers: Officers) -> None:
    """A declaration with a consent of another contract is refused for each; one that stands is entered."""
    browser, numbers = officers.person(Role.PREPARER, "A", "W-3"), _numbers(officers)[:2]
    seen = _shown(browser, "declare", numbers)
    page = _told(browser, {"action": "declare", "point": numbers, "consent": "承諾-9", **seen})
    assert "行えなかったもの" in page
    assert not officers.entries("declared")
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        db.execute("update points set state = 'closed', closed = opened where id = ?", (numbers[0],))
    db.close()
    listed = browser.get("/points/several", {"action": "declare", "point": numbers}).content.decode()
    assert re.findall(r'name="point" value="(\d+)"', listed) == [str(numbers[1])]
    page = _told(browser, {"action": "declare", "point": numbers, "reason": "業務", **seen})
    assert ("行ったもの" in page, "行えなかったもの" in page) == (True, True)


@pytest.mark.slow
def test_several_are_signed_by_the_person_who_is_there(officers: Officers) -> None:
    browser, numbers = officers.person(Role.OFFICER, "A", "W-1"), _numbers(officers, "F07-UNDECLARED")
    until = (clock.today() + timedelta(days=30)).isoformat()
    given = {
        "action": "accept",
        "point": numbers,
        "reason": "業務上必要",
        "until": until,
        **_shown(browser, "accept", numbers),
    }
    assert "行えなかったもの" in _told(browser, {**given, "passphrase": "wrong"})
    assert set(_stages(officers).values()) == {"new"}
    page = _told(browser, {**given, "passphrase": PASSPHRASES["W-1"]})
    assert (f"二人目の署名を待つもの {len(numbers)} 件" in page, "行ったもの" in page) == (True, False)
    assert {_stages(officers)[n] for n in numbers} == {"proposed"}


@pytest.mark.slow
def test_what_another_has_signed_meanwhile_is_not_replaced(officers: Officers) -> None:
    """Neither by several at once nor on the page of one point: each form is made from what was shown."""
    mine, other = officers.person(Role.OFFICER, "A", "W-1"), officers.person(Role.OFFICER, "A", "W-2")
    (number, *_) = _numbers(officers, "F07-UNDECLARED")
    until = (clock.today() + timedelta(days=30)).isoformat()
    wish = {"reason": "業務上必要", "until": until, "action": "accept", "passphrase": PASSPHRASES["W-1"]}
    seen = _shown(mine, "accept", [number])
    page = mine.get(f"/points/{number}").content.decode()
    assert dict(re.findall(r'name="(shown_\d+)" value="([^"]+)"', page)).items() >= seen.items()
    first = {**wish, **seen, "action": "dismiss", "passphrase": PASSPHRASES["W-2"]}
    assert other.post(f"/points/{number}/end", first).status_code == 302
    assert "points approve" not in other.get(f"/points/{number}").content.decode(), "words of a page, not of a command"
    assert "行えなかったもの" in _told(mine, {**wish, **seen, "point": [number]})
    assert mine.post(f"/points/{number}/end", {**wish, **seen}).status_code == 409
    with closing(sqlite3.connect(officers.home.database)) as db, db:
        assert db.execute("select action, state from proposals").fetchall() == [("dismiss", "waiting")]


def test_the_same_form_that_comes_twice_is_done_once(officers: Officers) -> None:
    """As from a second click; what was never shown is not done, and what came of it is nobody else's to read."""
    browser, other = officers.person(Role.PREPARER, "A", "W-3"), officers.person(Role.PREPARER, "A", "W-2")
    (number, *_) = _numbers(officers)
    given = {"action": "declare", "reason": "業務", "point": [number]}
    assert "行えなかったもの" in _told(browser, given)
    seen = _shown(browser, "declare", [number])
    answer = browser.post("/points/several/done", {**given, **seen})
    assert other.get(answer["Location"]).status_code == 404
    assert "行えなかったもの" in _told(browser, {**given, **seen})
    assert browser.post(f"/points/{number}/declare", {**given, **seen}).status_code == 409
    assert len(officers.entries("declared")) == 1
    seen = _shown(browser, "review", [number])
    assert "行ったもの" in _told(browser, {"action": "review", "point": [number], **seen})
    assert browser.post(f"/points/{number}/stage", {"action": "correct", **seen}).status_code == 409
    assert _stages(officers)[number] == "review"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_names_no_option_of_a_command(language: str) -> None:
    """Whatever a decision or declaration is refused for is told on pages too."""
    told = "".join(
        (ROOT / f"scanner/acts/{name}.py").read_text(encoding="utf-8") for name in ("decisions", "declaring", "seen")
    )
    codes = set(re.findall(r'(?:DecisionError|ActedMeanwhile)\(\s*"(\w+)"', told)) - {"pattern_of_terminal"}
    assert len(codes) > 10
    with speaking(language):
        texts = {code: t_or(f"points.{code}", "") for code in codes}
    assert all(texts.values())
    assert not [code for code, text in texts.items() if "--" in text]


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
