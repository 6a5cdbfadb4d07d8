"""An original is received on a page: only out of the places of the chosen contract, read by a job, told without its name."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner import clock
from scanner.console.jobs import worker
from scanner.console.jobs.queue import Kind, Queue, State
from tests.scanner.consoles import PLANTED, Officers
from tests.scanner.world import table

pytestmark = pytest.mark.xdist_group("officers")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does its work at once, in this process."""
    monkeypatch.setattr(worker, "start", worker.run)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker comes."""
    monkeypatch.setattr(worker, "start", lambda site: None)


def queue(officers: Officers) -> Queue:
    return Queue(officers.home.path / "console")


def placed(officers: Officers, seed: int = 5) -> Path:
    """A file with a name of a person in a place of contract A."""
    path = officers.folder / "store" / f"{PLANTED}_{seed}.xlsx"
    path.write_bytes(table(8, seed))
    return path


def given(path: object, **more: str) -> dict[str, str]:
    return {"path": str(path), "origin": "provided", "received": clock.today().isoformat(), **more}


@pytest.mark.slow
def test_what_lies_in_a_place_is_registered_and_told_by_its_number(officers: Officers, here: None) -> None:
    browser, path = officers.person("preparer", "A", "W-2"), placed(officers)
    before = path.stat()
    assert 'href="/receive"' in browser.get("/families").content.decode()
    assert browser.get("/receive").status_code == 200
    answer = browser.post("/receive/take", given(f'"{path}"', name="第2回調査票", giver="市民部", count="9"))
    assert answer.status_code == 302
    page = browser.get("/jobs").content.decode()
    assert "完了" in page
    assert 'href="/families/R-3"' in page
    assert "第2回調査票" in browser.get("/families").content.decode()
    (_, details) = officers.entries("received")[-1]
    told = json.loads(details)
    assert (told["user"], told["declared"], told["origin"]) == ("W-2", 9, "provided")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert "F13-COUNT" in "".join(c for c, *_ in _points(officers)) or told["persons"] != [9, 9]
    answer = browser.post("/receive/take", given(path))
    assert "すでに R-3(契約 A)として" in browser.get("/jobs").content.decode(), "twice"
    for data in (queue(officers).path.read_bytes(), browser.get("/jobs").content):
        for text in (PLANTED, json.dumps(PLANTED).strip('"')):
            assert text.encode() not in data, "what was asked for goes when it is done"


def _points(officers: Officers) -> list[Any]:
    with closing(sqlite3.connect(officers.home.database)) as db:
        return db.execute("select code from points").fetchall()


def test_nothing_outside_the_places_of_the_contract_is_taken_or_told_of(officers: Officers, nobody: None) -> None:
    """The same refusal whether there is such a file, a folder, nothing, or a link that leads out."""
    browser = officers.person("officer", "A", "W-1")
    placed(officers)
    away = officers.folder / "away" / f"{PLANTED}_名簿.xlsx"
    assert away.exists()
    outside = [
        away,
        officers.folder / "other/list.xlsx",
        officers.folder / "nothing/here.xlsx",
        officers.folder / "store/../other/list.xlsx",
        officers.home.database,
    ]
    texts = set()
    for path in outside:
        answer = browser.post("/receive/take", given(path))
        assert answer.status_code == 422, path
        told = answer.content.decode()
        assert "作業場所・保管場所にあるファイルだけ" in told, path
        texts.add(told[told.index('role="alert"') :].partition("</div>")[0])
    assert len(texts) == 1
    assert queue(officers).jobs() == []


@pytest.mark.posix("symlink")
def test_a_link_that_leads_out_is_followed_before_it_is_judged(officers: Officers, nobody: None) -> None:
    link = officers.folder / "store/link.xlsx"
    link.symlink_to(officers.folder / "other/list.xlsx")
    assert officers.person("officer", "A", "W-1").post("/receive/take", given(link)).status_code == 422


def test_what_was_typed_stays_where_it_is_refused(officers: Officers, nobody: None) -> None:
    wrong: list[dict[str, str]] = [
        {"path": "away/list.xlsx"},
        {"path": ""},
        {"origin": "found"},
        {"count": "十二"},
        {"count": "9" * 12},
        {"received": (clock.today() + timedelta(days=2)).isoformat()},
        {"received": "きのう"},
        {"name": "090-1234-5678"},
    ]
    browser, whole = officers.person("officer", "A", "W-1"), given(placed(officers), giver="市民部 係")
    for one in wrong:
        answer = browser.post("/receive/take", {**whole, **one})
        assert answer.status_code == 422, one
        assert 'value="市民部 係"' in answer.content.decode()
    assert queue(officers).jobs() == []


def test_who_may_not_receive_and_what_of_all_contracts_is_not(officers: Officers, nobody: None) -> None:
    path = placed(officers)
    for role in ("worker", "systems", "auditor"):
        browser = officers.person(role, "A", "W-3")
        assert browser.get("/receive").status_code == 403
        assert browser.post("/receive/take", given(path)).status_code == 403
    assert 'href="/receive"' not in officers.person("auditor", "A", name="eye").get("/families").content.decode()
    whole = officers.person("officer", "*", "W-1")
    assert "契約を1つ選ぶ" in whole.get("/receive").content.decode()
    assert whole.post("/receive/take", given(path)).status_code == 409
    assert officers.person("officer", "B", "W-9").post("/receive/take", given(path)).status_code == 422
    assert queue(officers).jobs() == []


def test_a_path_is_kept_no_longer_than_it_is_needed(officers: Officers, nobody: None) -> None:
    """Waiting it is; stopped before it began it is gone, and what runs cannot be stopped half-way."""
    browser, path = officers.person("officer", "A", "W-1"), placed(officers).relative_to(officers.folder)
    for turn in (1, 2):
        assert browser.post("/receive/take", given(path)).status_code == 302
        assert PLANTED in json.loads(queue(officers).job(turn).said)["path"]
        assert PLANTED not in browser.get("/jobs").content.decode()
        if turn == 1:
            assert browser.post("/receive/take", given(path)).status_code == 409, "asked for already"
            assert browser.post("/jobs/1/stop").status_code == 302
            assert queue(officers).job(1).said == ""
    assert browser.post("/jobs/ask/receive").status_code == 404, "only by its form"
    assert queue(officers).take() is not None
    assert 'action="/jobs/2/stop"' not in browser.get("/jobs").content.decode()
    assert queue(officers).job(2).said == "", "broken off, as nobody works"


def test_a_table_of_an_earlier_version_gets_what_it_lacks(tmp_path: Path) -> None:
    columns = "id integer primary key, kind text, contract text, by text, asked text, begun text default '', ended text default ''"
    columns += ", state text, done integer default 0, steps integer default 0, wish integer default 0, code text default '', file text default ''"
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as db:
        db.execute(f"create table jobs ({columns})")
        db.execute("insert into jobs (kind, contract, by, asked, state) values ('pack', 'A', 'W-1', '', 'waiting')")
        db.commit()
    old = Queue(tmp_path)
    number = old.ask(Kind.RECEIVE, "A", "W-1", "{}")
    assert [(job.id, job.said) for job in old.jobs()] == [(number, "{}"), (1, "")]
    assert old.job(1).state is State.WAITING
