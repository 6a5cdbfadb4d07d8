"""The supervisor: trouble with the state folder, clocks, one watch a folder, what the foreground prints, who outlives whom."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scanner.inventory import ledger
from scanner.inventory.home import Home, prepare
from scanner.inventory.journal import Journal, Mark, Told
from scanner.inventory.store import Store
from scanner.watch import EXIT_FULL
from scanner.watch.lock import Lock
from scanner.watch.part import Part
from scanner.watch.state import read
from scanner.watch.supervisor import Supervisor
from tests.conftest import Sekisho


class FakePart(Part):
    """A child that is only counted."""

    def __init__(self, *_: Any) -> None:
        self.restarts = self.starts = self.killed = 0
        self.ended: int | None = None

    @property
    def alive(self) -> bool:
        return self.starts > 0 and self.ended is None

    @property
    def pid(self) -> int:
        return 4_000_000 if self.alive else 0

    @property
    def code(self) -> int:
        return self.ended or 0

    def ensure(self) -> bool:
        if self.alive:
            return False
        self.starts, self.ended = self.starts + 1, None
        return True

    def forget(self) -> None:
        self.ended = None
        self.starts = 0

    def stop(self, seconds: float = 10.0) -> None:
        self.ended = 0

    def kill(self) -> None:
        self.killed += 1
        self.ended = -9


class Watching:
    """A supervisor without children whose clocks are set by the test."""

    def __init__(self, home: Home, roots: list[bytes]) -> None:
        self.wall, self.steady = 1.8e9, 1_000.0
        self.heard: list[Told] = []
        self.home = home
        self.supervisor = Supervisor(
            home, roots, "", "quick", hear=self.heard.append,
            wall=lambda: self.wall, steady=lambda: self.steady,
        )  # fmt: skip
        self.worker = self.supervisor._worker
        assert isinstance(self.worker, FakePart)

    def turn(self, seconds: float = 1.0, wall: float | None = None) -> None:
        """A second later."""
        self.steady += seconds
        self.wall += seconds if wall is None else wall
        self.supervisor.turn()

    @property
    def journal(self) -> Journal:
        return self.supervisor._open_journal

    def record(self) -> list[tuple[str, str]]:
        db = sqlite3.connect(self.home.database)
        try:
            assert list(ledger.verify(db)) == []
            return [
                (kind, at)
                for kind, at in db.execute("select kind, at from ledger order by seq")
                if kind not in ("committed", "log_key")  # what the record says of itself
            ]
        finally:
            db.close()

    def walked(self) -> None:
        """The walks that are asked for have been done."""
        for root, _, gen in self.journal.rescans():
            self.journal.rescanned(root, gen)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    prepare(made)
    return made


@pytest.fixture
def watching(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    monkeypatch.setattr("scanner.watch.supervisor.Part", FakePart)
    made = Watching(home, [os.fsencode(tmp_path) + (b"/\xff\xfe" if os.name == "posix" else "\\\u200b奇".encode())])
    yield made
    made.supervisor._end()


@pytest.mark.parametrize("jump", [-5 * 3600.0, 5 * 3600.0, 90.0])
def test_clock_that_jumps_is_recorded_and_everything_is_walked(watching: Watching, jump: float) -> None:
    watching.turn()
    watching.walked()
    watching.journal.touch({b"/x": time.monotonic()}, 30)
    watching.turn(1.0, wall=1.0 + jump)
    assert [why for _, why, _ in watching.journal.rescans()] == ["clock jump"]
    assert [k for k, _ in watching.record()] == ["agent_on", "clock_jump"]
    assert watching.worker.alive
    watching.turn()
    assert [k for k, _ in watching.record()] == ["agent_on", "clock_jump"], "recorded once"
    assert [(t.kind, t.code) for t in watching.heard] == [("clock", f"{round(jump):+d}")]


FULL: list[Callable[[], BaseException]] = [
    lambda: sqlite3.OperationalError("database or disk is full"),
    lambda: OSError(errno.ENOSPC, "No space left on device"),
    lambda: OSError(errno.EDQUOT, "Disk quota exceeded"),
]


@pytest.mark.parametrize("fault", FULL)
def test_full_disk_is_said_waited_for_and_recorded_as_a_gap(
    watching: Watching, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], BaseException]
) -> None:
    watching.turn()
    watching.walked()

    def refuse(*_: object) -> None:
        raise fault()

    with monkeypatch.context() as full:
        full.setattr(Journal, "rescan", refuse)
        full.setattr(Journal, "note", refuse)
        full.setattr(Store, "note", refuse)
        full.setattr("shutil.disk_usage", lambda _: _Usage(0))
        watching.turn(4 * 3600.0)
        for _ in range(300):
            watching.turn()
        state = read(watching.home.path)
        assert state is not None
        assert state.trouble == ("disk_full", 1.8e9 + 4 * 3600.0 + 1)
    assert [(t.kind, t.code) for t in watching.heard] == [("trouble", "disk_full")], "said once"
    assert [k for k, _ in watching.record()] == ["agent_on"]
    for _ in range(31):
        watching.turn()
    entries = watching.record()
    assert [k for k, _ in entries][:3] == ["agent_on", "agent_off", "agent_on"]
    assert entries[1][1] == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1.8e9 + 4 * 3600.0 + 1))
    assert [(t.kind, t.code) for t in watching.heard][:2] == [("trouble", "disk_full"), ("trouble_over", "disk_full")]
    assert watching.journal.rescans(), "what happened in between is found by a walk"
    state = read(watching.home.path)
    assert state is not None
    assert state.trouble is None


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def test_disk_that_is_full_at_the_start_is_waited_for(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(Store, "note", lambda *_, **__: (_ for _ in ()).throw(sqlite3.OperationalError("disk is full")))
        for _ in range(60):
            watching.turn()
    assert not watching.worker.alive
    for _ in range(31):
        watching.turn()
    assert [k for k, _ in watching.record()] == ["agent_on"]
    assert watching.worker.alive


def test_worker_that_met_a_full_disk_is_not_started_before_there_is_room(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    watching.turn()
    assert isinstance(watching.worker, FakePart)
    watching.worker.ended = EXIT_FULL
    with monkeypatch.context() as full:
        full.setattr("shutil.disk_usage", lambda _: _Usage(0))
        for _ in range(120):
            watching.turn()
        assert not watching.worker.alive
    for _ in range(31):
        watching.turn()
    assert watching.worker.alive
    assert [k for k, _ in watching.record()] == ["agent_on", "agent_off", "agent_on"]


def test_damaged_journal_is_thrown_away(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.watch.supervisor.Part", FakePart)
    (home.path / "journal.db").write_bytes(b"no database" * 1_000)
    watching = Watching(home, [os.fsencode(tmp_path)])
    watching.turn()
    assert watching.heard == []
    assert watching.journal.roots() == [os.fsencode(tmp_path)]
    watching.supervisor._end()


def test_alert_that_waits_for_another_try_brings_the_worker(watching: Watching) -> None:
    watching.turn()
    watching.walked()
    assert isinstance(watching.worker, FakePart)
    watching.worker.forget()
    watching.journal.mark("url:1", Mark(1, 3, watching.wall, watching.wall + 60, "refused"))
    watching.turn()
    assert not watching.worker.alive
    watching.turn(60)
    assert watching.worker.alive


def test_roots_with_unwatched_folders_are_walked_more_often(watching: Watching) -> None:
    watching.turn()
    walks = 0
    watching.journal.note("unwatched", 7)
    for _ in range(40):
        watching.walked()
        watching.turn(60)
        walks += sum(why == "unwatched" for _, why, _ in watching.journal.rescans())
    assert 3 <= walks <= 4, "every ten minutes"


def test_silence_where_nothing_happens(watching: Watching) -> None:
    for _ in range(100):
        watching.turn()
    assert watching.heard == []


def test_second_watch_is_told_in_a_sentence(sekisho: Sekisho, tmp_path: Path, home: Home) -> None:
    lock = Lock(home.path)
    done = sekisho("watch", tmp_path, "--home", home.path)
    lock.release()
    assert done.code == 2
    assert f"process {os.getpid()}" in done.err
    assert "Traceback" not in done.err


def test_status_tells_everything_that_is_not_as_it_should_be(sekisho: Sekisho, home: Home) -> None:
    Store(home.database).close()
    journal = Journal(home.path / "journal.db")
    journal.started([b"/\xff"])
    for name in ("supervisor", "watcher", "worker"):
        journal.note(name, os.getpid())
    now = time.time()
    journal.note("pause", f'["reduced", "busy", {now}, {now + 300}]')
    journal.note("unwatched", 52_000)
    journal.note("worker_error", "cannot_start")
    journal.mark("url:1", Mark(1, 3, now, now + 60, "refused"))
    for _ in range(3):
        journal.failed(b"/r/\xff\n", "worker_died", lambda _: 60.0, 1, 1)
    lock = Lock(home.path)
    lock.say(trouble="disk_full", since=now)
    shown = sekisho("status", "--home", home.path).out
    assert sekisho("status", "--home", home.path, "--format", "json").code == 0
    lock.release()
    for text in (
        "smaller share",
        "52000 folders",
        "cannot_start",
        r"/r/\xff\x0a",
        "not delivered (url",
        "disk of the state folder",
    ):
        assert text in shown
