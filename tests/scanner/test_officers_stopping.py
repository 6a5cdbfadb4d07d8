"""A scan that is stopped on the page is stopped: the processes that read and judge are gone, and what was finished is kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import psutil
import pytest

from scanner.console.jobs import worker
from scanner.console.jobs.queue import Kind, Queue, State
from scanner.console.site import Site
from tests.scanner.consoles import Officers

pytestmark = [pytest.mark.slow, pytest.mark.posix("SIGINT"), pytest.mark.xdist_group("officers")]
_FILES = 4_000
"""So many that no machine has read them before somebody could press a button."""


def until(what: Callable[[], bool]) -> None:
    late = time.monotonic() + 120
    while not what():
        assert time.monotonic() < late
        time.sleep(0.1)


def test_the_processes_of_a_stopped_scan_are_gone(officers: Officers) -> None:
    folder = officers.folder / "store/many"
    folder.mkdir()
    for n in range(_FILES):
        (folder / f"{n}.csv").write_text(f"番号,備考\n{n},資料 {n * 7919}\n" * 20, encoding="utf-8", newline="\n")
    mine, site = Queue(officers.home.path / "console"), Site(officers.home, officers.folder / "policy.toml")
    number = mine.ask(Kind.SCAN, "", "W-1")
    worker.start(site)
    me, begun = psutil.Process(), set[psutil.Process]()

    def reads() -> bool:
        begun.update(child for child in me.children(recursive=True))
        return any("scan" in child.cmdline() and child.children() for child in begun if child.is_running())

    until(reads)
    browser = officers.person("systems", "A")
    assert browser.post(f"/jobs/{number}/stop").status_code == 302
    assert "取りやめ" in browser.get("/jobs").content.decode()
    until(lambda: mine.job(number).is_over)
    assert mine.job(number).state is State.CANCELLED
    for child in worker._started:
        child.wait(60)
    until(lambda: not [one for one in begun if one.is_running() and one.status() != psutil.STATUS_ZOMBIE])
    with closing(sqlite3.connect(officers.home.database)) as db:
        ((state, files),) = db.execute(
            "select r.state, (select count(*) from files f where f.run_id = r.id) from runs r order by r.id desc limit 1"
        )
    assert state == "interrupted"
    assert files < _FILES
