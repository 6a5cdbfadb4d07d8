"""Files that fail or kill the worker, and faults that are none of theirs."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scanner.inventory.store import Store
from scanner.watch import EXIT_FULL
from scanner.watch.guard import LONG, TRIES, Guard
from scanner.watch.state import read
from scanner.watch.worker import Worker
from tests.scanner.watch_desk import ODD, SEP, Crash, Desk, desk  # noqa: F401

# paths that fail


@pytest.mark.posix("names of any bytes")
def test_path_that_fails_each_time_is_named_and_set_aside_and_the_rest_goes_on(desk: Desk) -> None:
    bad = desk.folder / os.fsdecode(b"bad\xff")
    bad.write_bytes(b"x")
    good = [desk.folder / f"{n}.txt" for n in range(5)]
    for path in good:
        path.write_bytes(b"g")
    desk.poison = lambda ref: ref.path == bytes(bad)
    desk.event(bad, *good)
    worker = desk.start()
    worker.turn()
    assert set(desk.seen) == {bytes(p) for p in good}
    for _ in range(TRIES - 1):
        assert desk.known() == {bytes(p) for p in good}
        expire(desk, worker)
        worker.turn()
    found = desk.journal.aside()[0]
    assert (found.path, found.tries, found.why) == (bytes(bad), TRIES, "Crash")
    assert found.until - found.at == LONG
    assert desk.journal.pending() == (0, 0)
    rows = sqlite3.connect(desk.home.database).execute(
        "select outcome, reason from files where path = ?", (bytes(bad),)
    )
    assert rows.fetchone() == ("not_examined", "crashed")
    assert [t.path for t in desk.journal.told(0) if t.kind == "aside"] == [bytes(bad)]
    log = desk.home.log.read_text(encoding="utf-8")
    assert log.count("set_aside") == 1
    assert "bad\\\\xff" in log
    assert "山田" not in log
    state = read(desk.home.path)
    assert state is not None
    assert [(p.rpartition("/")[2], tries) for p, tries, _, _ in state.aside] == [("bad\\xff", TRIES)]

    before = len(desk.seen)
    desk.journal.rescan(bytes(desk.folder), "hourly")
    desk.work()
    assert len(desk.seen) == before + 5, "it is not tried again by the walk"
    assert bytes(bad) in desk.known(), "and not taken for gone"
    desk.poison = lambda _: False
    bad.write_bytes(b"mended")
    desk.event(bad)
    desk.work()
    assert desk.journal.aside() == []
    assert bytes(bad) in desk.seen


def expire(desk: Desk, worker: Worker) -> None:
    """The patience with all paths that failed is over."""
    desk.journal._db.execute("update aside set until = at")
    desk.journal._db.execute("update dirty set due = 0")
    worker._guard._known = {a.path: a for a in desk.journal.aside()}


def test_path_that_kills_the_worker_is_found_by_the_next_one(desk: Desk, tmp_path: Path) -> None:
    """The process is killed in the middle of the work: the next one knows at which path."""
    bad = os.fsencode(desk.folder) + SEP + ODD
    with open(bad, "wb") as file:
        file.write(b"x")
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom scanner.inventory.journal import Journal\n"
        "from scanner.watch.guard import Guard\nhome = Path(sys.argv[1])\n"
        "with Guard(Journal(home / 'journal.db'), home / 'watch.at').working(os.fsencode(sys.argv[2])):\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    for tries in range(1, TRIES + 1):
        subprocess.run([sys.executable, "-c", program, desk.home.path, bad], check=False)
        worker = desk.start()
        assert [(a.path, a.tries, a.why) for a in desk.journal.aside()] == [(bad, tries, "worker_died")]
        worker.turn()
        assert desk.seen == []
        worker.close()
    desk.work()
    assert desk.known() == {bad}
    assert [t.path for t in desk.journal.told(0) if t.kind == "aside"] == [bad]


def test_worker_that_was_killed_by_chance_blames_no_file(desk: Desk) -> None:
    path = desk.folder / "a.txt"
    path.write_bytes(b"x")
    guard = Guard(desk.journal, desk.home.path / "watch.at")
    guard.failed(bytes(path), "worker_died")
    desk.event(path)
    worker = desk.start()
    expire(desk, worker)
    desk.work()
    assert desk.seen == [bytes(path)]
    assert desk.journal.aside() == []


def test_failures_end_with_the_file(desk: Desk) -> None:
    path = desk.folder / "a.txt"
    path.write_bytes(b"x")
    desk.poison = lambda _: True
    desk.event(path)
    worker = desk.start()
    worker.turn()
    path.unlink()
    expire(desk, worker)
    desk.work()
    assert desk.journal.aside() == []


def test_patience_does_not_outlast_a_clock_that_is_set_back(desk: Desk) -> None:
    path = desk.folder / "a.txt"
    path.write_bytes(b"x")
    wall = [time.time()]
    guard = Guard(desk.journal, desk.home.path / "watch.at", lambda: wall[0])
    guard.failed(bytes(path), "Crash")
    status = path.stat()
    wall[0] += 1
    assert guard.refuses(bytes(path), status.st_size, status.st_mtime_ns)
    assert not guard.refuses(bytes(path), status.st_size + 1, status.st_mtime_ns)
    wall[0] -= 5 * 3600
    assert not guard.refuses(bytes(path), status.st_size, status.st_mtime_ns)


def test_fault_of_the_store_is_no_fault_of_the_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk under the inventory ends the worker, which is started again; no file is blamed."""
    (desk.folder / "a.txt").write_bytes(b"x")
    desk.event(desk.folder / "a.txt")
    worker = desk.start()
    monkeypatch.setattr(
        Store, "put", lambda *_: (_ for _ in ()).throw(sqlite3.OperationalError("database or disk is full"))
    )
    with pytest.raises(sqlite3.OperationalError):
        worker.turn()
    assert desk.journal.aside() == []
    assert desk.journal.pending() == (1, 0)


def test_worker_on_a_full_disk_says_so_by_its_code(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from scanner.watch import worker as module

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Worker, "run", full)
    monkeypatch.setattr(module, "end_with", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["worker", "0", str(desk.home.path), "", "quick"])
    with pytest.raises(SystemExit) as end:
        module.main()
    assert end.value.code == EXIT_FULL
