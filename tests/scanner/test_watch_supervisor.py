"""The supervisor: trouble with the state folder, clocks, one watch a folder, what the foreground prints, who outlives whom."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.watched import Watched
from scanner.cli.watch import say
from scanner.inventory import ledger
from scanner.inventory.home import Home, prepare
from scanner.inventory.journal import Journal, Mark, Told
from scanner.inventory.store import Store
from scanner.watch import EXIT_FULL
from scanner.watch.lock import Lock, Taken, said
from scanner.watch.part import Part
from scanner.watch.state import read
from scanner.watch.supervisor import Supervisor
from tests.conftest import Sekisho, lacking


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


# one watch a state folder


def test_second_watch_is_refused_and_a_dead_one_blocks_nobody(tmp_path: Path) -> None:
    first = Lock(tmp_path)
    with pytest.raises(Taken) as taken:
        Lock(tmp_path)
    assert taken.value.pid == os.getpid()
    first.say(trouble="disk_full", since=1.0)
    assert said(tmp_path)["trouble"] == "disk_full"
    first.release()
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from scanner.watch.lock import Lock\n"
            "lock = Lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)",
            tmp_path,
        ],
        stdout=subprocess.PIPE,
    )
    assert held.stdout is not None
    assert held.stdout.readline().strip() == b"held"
    with pytest.raises(Taken) as taken:
        Lock(tmp_path)
    assert taken.value.pid == held.pid
    held.kill()
    held.wait()
    held.stdout.close()
    Lock(tmp_path).release()


def test_second_watch_is_told_in_a_sentence(sekisho: Sekisho, tmp_path: Path, home: Home) -> None:
    lock = Lock(home.path)
    done = sekisho("watch", tmp_path, "--home", home.path)
    lock.release()
    assert done.code == 2
    assert f"process {os.getpid()}" in done.err
    assert "Traceback" not in done.err


# what the foreground prints


@pytest.mark.parametrize(
    ("told", "text", "error"),
    [
        (Told(1, 0, "alert", "F03-OUTSIDE", b"/x/a\n\x1b[31m\xff"), r"F03-OUTSIDE  /x/a\x0a\x1b[31m\xff", False),
        (Told(1, 0, "pause", "reduced:busy:1000", b""), "smaller share", False),
        (Told(1, 0, "pause", "paused:quiet_hours:1000", b""), "quiet hours", False),
        (Told(1, 0, "pause", "reduced:battery:0", b""), "until it is over", False),
        (Told(1, 0, "pause", "full::0", b""), "normally", False),
        (Told(1, 0, "lost", "overflow", b"/x"), "events were lost", False),
        (Told(1, 0, "lost", "watch_limit", b"/x"), "limit of watches", False),
        (Told(1, 0, "lost", "deaf", b""), "afresh", False),
        (Told(1, 0, "clock", "-3600", b""), "-3600 s", False),
        (Told(1, 0, "aside", "worker_died", b"/x"), "set aside", False),
        (Told(1, 0, "undelivered", "refused", b""), "did not take it", False),
        (Told(1, 0, "trouble", "disk_full", b""), "is full", True),
        (Told(1, 0, "trouble_over", "disk_full", b""), "again", True),
    ],
)
def test_everything_that_is_told_has_its_words(
    told: Told, text: str, error: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    for language in ("ja", "en"):
        monkeypatch.setenv("SEKISHO_LANG", language)
        say(told)
        out, err = capsys.readouterr()
        line = err if error else out
        assert (out if error else err) == ""
        assert line.count("\n") == 1
        assert line[:-1].isprintable()
    assert text in line


def test_log_of_the_system_gets_no_path(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    say(Told(1, 0, "alert", "F03-OUTSIDE", b"/x/list"))
    assert "/x" not in capsys.readouterr().out


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


# with its processes


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path / os.fsdecode(b"of\xff"))
    yield made
    made.stop()


@pytest.mark.posix("names of any bytes")
def test_foreground_prints_alerts_and_nothing_of_the_watch_outlives_it(office: Watched) -> None:
    """One run for much: names that are no text everywhere, alerts as they come, and a supervisor that is killed."""
    command = [sys.executable, "-m", "scanner.cli.main", "watch", "-p", "policy.toml", "--home", str(office.home)]
    office.process = subprocess.Popen(command, cwd=office.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines: list[str] = []
    stream = office.process.stdout
    assert stream is not None
    reader = threading.Thread(target=lambda: lines.extend(line.decode() for line in stream), daemon=True)
    reader.start()
    office.wait(lambda: office.part("watcher") > 0 and office.quiet())
    name = os.fsencode(office.outside) + b"/\xff\xfe\x1b.txt"
    with open(name, "wb") as file:
        file.write("氏名 山田 太郎 個人番号 123456789018".encode())
    office.wait(lambda: any("F03-OUTSIDE" in line for line in lines))
    told = [line for line in lines if "F03-OUTSIDE" in line]
    assert len(told) == 1
    assert r"\xff\xfe\x1b.txt" in told[0]
    assert "123456789018" not in "".join(lines)
    assert office.known() == {name}
    below = descendants(office.pid)
    assert len(below) >= 2
    os.kill(office.pid, signal.SIGKILL)
    office.process.wait(10)
    office.wait(lambda: not any(alive(p) for p in below), 10)
    reader.join(10)
    stream.close()


def descendants(process: int) -> list[int]:
    """Numbers of all processes below one."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *descendants(int(child))]
    return found


def alive(process: int) -> bool:
    """Whether it is more than an entry that nobody has collected."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_watch_on_a_disk_that_fills_up_lives_and_goes_on(office: Watched) -> None:
    """A real small disk under the state folder: filled, waited on, freed."""
    office.home.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "none", office.home], capture_output=True, check=False
    )
    if mounted.returncode:
        lacking("the right to mount", promise="SEKISHO_MAY_MOUNT")
    try:
        office.start()
        processes = {office.pid, office.part("watcher")}
        filler = office.home / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                pass
        for number in range(300):
            (office.inside / f"{number}-{'x' * 200}.txt").write_bytes(b"%d" % number)
        office.wait(lambda: said(office.home).get("trouble") == "disk_full", 90)
        time.sleep(2)  # time in which the watcher cannot write what it sees
        assert {office.pid, office.part("watcher")} == processes, "nobody died of it"
        filler.unlink()
        office.wait(lambda: office.quiet() and office.known() == office.disk(), 120)
        assert office.part("watcher") in processes
        db = sqlite3.connect(office.home / "inventory.db")

        def kinds() -> list[str]:
            return [k for (k,) in db.execute("select kind from ledger where kind like 'agent_%' order by seq")]

        # the gap is entered by the supervisor, which may look a little later than the worker
        office.wait(lambda: kinds() == ["agent_on", "agent_off", "agent_on"], 60)
        assert list(ledger.verify(db)) == []
        db.close()
    finally:
        office.stop()
        subprocess.run(["umount", "-l", office.home], check=True)
