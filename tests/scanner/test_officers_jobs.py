"""Long work is asked for on a page and done by a process of its own: who may, one at a time, stopped, broken off, and told in the record."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

import pytest

from scanner.console.jobs import worker
from scanner.console.jobs.queue import SHOWN, Job, Kind, Queue, State
from scanner.console.jobs.work import Made, Stopped
from scanner.console.site import Site
from scanner.errors import StoreFault
from tests.scanner.consoles import PLANTED, Officers, program

pytestmark = pytest.mark.xdist_group("officers")


def queue(officers: Officers) -> Queue:
    return Queue(officers.home.path / "console")


def told(officers: Officers) -> list[tuple[str, str, str]]:
    """(work, what, who) of the record, the newest last."""
    each = [json.loads(details) for _, details in officers.entries("console_job")]
    return [(d["job"], d["what"], d["user"]) for d in each]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does its work at once, in this process."""
    monkeypatch.setattr(worker, "start", worker.run)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker comes."""
    monkeypatch.setattr(worker, "start", lambda site: None)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pack", "report_all"])
def test_what_is_asked_for_is_made_told_and_fetched(officers: Officers, here: None, kind: str) -> None:
    browser = officers.person("officer", "A", "W-1")
    assert browser.post(f"/jobs/ask/{kind}").status_code == 302
    page = browser.get("/jobs").content.decode()
    assert "完了" in page
    answer = browser.get("/jobs/1/file")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        assert package.testzip() is None
        assert package.namelist()
        assert PLANTED.encode() not in b"".join(package.read(name) for name in package.namelist())
    assert told(officers) == [(kind, what, "W-1") for what in ("asked", "begun", "done")]
    made = [json.loads(d) for _, d in officers.entries("report_made")]
    assert made
    assert {d["user"] for d in made} == {"W-1"}
    for other, contract in (("officer", "B"), ("worker", "A"), ("systems", "A"), ("auditor", "A")):
        assert officers.person(other, contract, "W-9" if contract == "B" else "W-3").get(
            "/jobs/1/file"
        ).status_code in (403, 404)
    queue(officers).result(1).unlink()
    assert browser.get("/jobs/1/file").status_code == 404
    assert "ダウンロード" not in browser.get("/jobs").content.decode()


@pytest.mark.slow
def test_a_scan_runs_as_the_command_does(officers: Officers, here: None) -> None:
    """By the person who looks after the machines, over what was scanned before; its points are there afterwards."""
    (officers.folder / "store/new.csv").write_text(
        "氏名,電話\n鈴木一郎,090-1234-5678\n", encoding="utf-8", newline="\n"
    )
    browser = officers.person("systems", "A")
    assert browser.post("/jobs/ask/scan").status_code == 302
    assert "完了" in browser.get("/jobs").content.decode()
    (_, last), (_, ended) = officers.entries("scan_ended")[-1], officers.entries("console_job")[-1]
    assert json.loads(ended)["what"] == "done"
    assert last
    assert officers.person("worker", "A", "W-3").post("/jobs/ask/scan").status_code == 403
    for kind in ("pack", "report_all"):
        assert browser.post(f"/jobs/ask/{kind}").status_code == 409


def test_the_same_work_is_asked_for_once_and_stopped_before_it_begins(officers: Officers, nobody: None) -> None:
    browser = officers.person("officer", "A", "W-1")
    assert browser.post("/jobs/ask/pack").status_code == 302
    assert browser.post("/jobs/ask/pack").status_code == 409
    assert browser.post("/jobs/ask/root").status_code == 404
    assert "順番待ち" in browser.get("/jobs").content.decode()
    assert officers.person("officer", "B", "W-9").post("/jobs/1/stop").status_code == 404
    assert '<td class="num"' not in officers.person("officer", "B", "W-9", name="other").get("/jobs").content.decode()
    assert browser.post("/jobs/1/stop").status_code == 302
    assert browser.post("/jobs/1/stop").status_code == 409
    assert queue(officers).job(1).state is State.CANCELLED
    assert told(officers) == [("pack", "asked", "W-1"), ("pack", "cancel_asked", "W-1")]
    assert queue(officers).take() is None


def test_work_that_was_broken_off_says_so_and_what_waits_is_taken_up(
    officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a power cut: one ran, another waited; no worker lives."""
    started: list[Site] = []
    monkeypatch.setattr(worker, "start", started.append)
    browser = officers.person("officer", "A", "W-1")
    browser.post("/jobs/ask/pack")
    assert queue(officers).take() is not None
    browser.post("/jobs/ask/report_all")
    started.clear()
    page = browser.get("/jobs").content.decode()
    assert "中断" in page
    assert "順番待ち" in page
    assert len(started) == 1
    assert ("pack", "interrupted", "W-1") in told(officers)
    assert queue(officers).job(1).state is State.INTERRUPTED


@pytest.mark.parametrize(
    ("raised", "state", "code"),
    [
        (Stopped(), State.CANCELLED, ""),
        (StoreFault("database_busy"), State.FAILED, "database_busy"),
        (ValueError(PLANTED), State.FAILED, "error_broken"),
    ],
    ids=["stopped", "refused", "fault"],
)
def test_how_work_ends_is_kept_and_told_without_values(
    officers: Officers, here: None, monkeypatch: pytest.MonkeyPatch, raised: Exception, state: State, code: str
) -> None:
    def done(job: Job, site: Site, step: Any) -> Made:
        raise raised

    monkeypatch.setattr(worker, "done", done)
    browser = officers.person("officer", "A", "W-1")
    browser.post("/jobs/ask/pack")
    job = queue(officers).job(1)
    assert (job.state, job.code.rpartition(".")[2]) == (state, code)
    assert told(officers)[-1] == ("pack", state.value, "W-1")
    assert PLANTED not in browser.get("/jobs").content.decode()
    assert not officers.home.log.exists() or PLANTED not in officers.home.log.read_text(encoding="utf-8")


def test_a_wish_to_stop_reaches_the_work_at_its_next_step(
    officers: Officers, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[int] = []

    def done(job: Job, site: Site, step: Any) -> Made:
        for n in range(5):
            steps.append(n)
            if n == 2:
                queue(officers).stop(job.id)
            step(n, 5)
        raise AssertionError

    monkeypatch.setattr(worker, "done", done)
    officers.person("officer", "A", "W-1").post("/jobs/ask/pack")
    assert steps == [0, 1, 2]
    job = queue(officers).job(1)
    assert (job.state, job.done, job.of) == (State.CANCELLED, 2, 5)


def test_files_go_after_a_week(officers: Officers, here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "done", lambda job, site, step: Made("pack.zip", b"PK"))
    officers.person("officer", "A", "W-1").post("/jobs/ask/pack")
    mine, browser = queue(officers), officers.person("officer", "A", "W-1", name="again")
    (mine.files / "99.zip").write_bytes(b"of nothing that is known")
    mine.tidy()
    assert [f.name for f in mine.files.iterdir()] == ["1.zip"]
    assert browser.get("/jobs/1/file").content == b"PK"
    monkeypatch.setattr("scanner.console.jobs.queue.KEPT_DAYS", -1)
    assert browser.get("/jobs/1/file").status_code == 404, "also before anybody has removed it"
    assert "/jobs/1/file" not in browser.get("/jobs").content.decode()
    mine.tidy()
    assert not list(mine.files.iterdir())


@pytest.mark.slow
def test_a_worker_of_its_own_does_it(officers: Officers) -> None:
    """The process as the console starts it: it goes on without anybody, and ends when nothing waits."""
    site = Site(officers.home, officers.folder / "policy.toml")
    number = queue(officers).ask(Kind.PACK, "A", "W-1")
    worker.start(site)
    worker.start(site)
    until = time.monotonic() + 120
    while not queue(officers).job(number).is_over:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert queue(officers).job(number).state is State.DONE
    for child in worker._started:
        child.wait(60)
    assert told(officers) == [("pack", "begun", "W-1"), ("pack", "done", "W-1")], "by one of the two"


def test_a_scan_beside_another_is_refused(officers: Officers, here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.inventory.alive.scanning", lambda db, path: True)
    browser = officers.person("officer", "A", "W-1")
    browser.post("/jobs/ask/scan")
    assert "別のスキャンが実行中" in browser.get("/jobs").content.decode()


def test_however_much_came_after_it_work_is_what_it_says(officers: Officers, nobody: None) -> None:
    """Broken off or waiting behind a page full of later ones; it is listed for its contract, whatever others ask for."""
    mine = queue(officers)
    broken, waits = mine.ask(Kind.SCAN, "", "W-1"), mine.ask(Kind.PACK, "A", "W-1")
    mine.take()
    for _ in range(SHOWN + 1):
        mine.stop(mine.ask(Kind.PACK, "B", "W-9"))
    assert mine.waits()
    assert [job.id for job in mine.broken_off()] == [broken]
    assert [job.id for job in mine.jobs(contract="A")] == [waits, broken]
    assert len(mine.jobs()) == SHOWN
    browser = officers.person("officer", "A", "W-1")
    assert browser.post("/jobs/ask/scan").status_code == 302, "the one before it runs no more"
    assert mine.job(broken).state is State.INTERRUPTED
    assert f'action="/jobs/{waits}/stop"' in browser.get("/jobs").content.decode()


def test_what_waits_when_the_console_starts_gets_a_worker(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Site] = []
    monkeypatch.setattr(worker, "start", started.append)
    monkeypatch.setattr("scanner.console.server.run", lambda listening, told: told())
    monkeypatch.setattr("scanner.console.starting.first_link", lambda address, anew: "")
    queue(officers).ask(Kind.PACK, "A", "W-1")
    program("console", "--home", officers.home.path, "-p", officers.folder / "policy.toml")
    assert [site.home.path for site in started] == [officers.home.path]
