"""The worker step by step, in this process and without waiting: what comes first, what is gone, what fails."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scanner.inventory.home import Home, prepare
from scanner.inventory.journal import Journal
from scanner.inventory.store import Store
from scanner.model import Contents, FileRef, Outcome, OutcomeKind
from scanner.pipeline import conclude
from scanner.policy.models import Budget as Rules
from scanner.scan.adapters import LocalTools
from scanner.sources import walk as walking
from scanner.watch import EXIT_FULL
from scanner.watch.budget import Budget
from scanner.watch.guard import LONG, TRIES, Guard
from scanner.watch.state import read
from scanner.watch.worker import Worker

ODD = b"\xff\xfe.txt" if os.name == "posix" else "\u200b奇.txt".encode()
SEP = os.fsencode(os.sep)


class Crash(Exception):
    """A fault that no file should cause."""


@dataclass
class Desk:
    """A worker on a folder. Everything that an event told of counts as settled at once; nothing costs anything."""

    folder: Path
    home: Home
    journal: Journal
    seen: list[bytes] = field(default_factory=list)
    poison: Callable[[FileRef], bool] = lambda _: False
    worker: Worker | None = None

    def start(self) -> Worker:
        """A new worker, as after the end of an earlier one."""
        rules = Rules(pause_on_battery=False, pause_when_busy=False, mb_per_second=0)
        spending = Budget(rules, used=lambda: (0.0, 0.0))
        self.worker = Worker(self.home, "", "quick", self.journal, spending)
        self.worker.recover()
        return self.worker

    def event(self, *paths: bytes | Path) -> None:
        self.journal.touch({bytes(p) if isinstance(p, Path) else p: 0.0 for p in paths}, 30)

    def work(self, most: int = 3_000) -> None:
        """Until nothing is left."""
        worker = self.worker or self.start()
        for _ in range(most):
            if not worker.turn() and self.journal.pending() == (0, 0):
                return
        raise AssertionError(self.journal.pending())

    def known(self) -> set[bytes]:
        db = sqlite3.connect(self.home.database)
        try:
            return {r[0] for r in db.execute("select path from files where gone is null")}
        finally:
            db.close()

    def disk(self) -> set[bytes]:
        return {os.fsencode(p) for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    home = Home(tmp_path / "home")
    prepare(home)
    folder = tmp_path / "root"
    folder.mkdir()
    journal = Journal(home.path / "journal.db", clock=lambda: time.monotonic() + 1_000_000)
    made = Desk(folder, home, journal)

    def examined(ref: FileRef, tools: LocalTools) -> Outcome:
        if made.poison(ref):
            raise Crash("氏名 山田 太郎")
        made.seen.append(ref.path)
        known = tools.known(ref)
        if known is not None:
            return conclude(ref, tools, known[0], known[1], OutcomeKind.UNCHANGED)
        with open(ref.path, "rb") as file:
            key = file.read().ljust(16, b".")[:16]
        return conclude(ref, tools, Contents("text/plain"), key, None)

    monkeypatch.setattr("scanner.watch.paths.scan_file", examined)
    journal.started([bytes(folder)])
    yield made
    if made.worker is not None:
        made.worker.close()


def test_settled_file_comes_before_a_walk_that_is_under_way(desk: Desk) -> None:
    for number in range(1_000):
        (desk.folder / f"{number}.txt").write_bytes(b"%d" % number)
    desk.journal.rescan(bytes(desk.folder), "start")
    worker = desk.start()
    while not desk.seen:
        assert worker.turn()
    assert len(desk.seen) < 200, "a step is small"
    urgent = desk.folder / "zz.txt"
    urgent.write_bytes(b"x")
    desk.event(urgent)
    before = len(desk.seen)
    assert worker.turn()
    assert desk.seen[before:] == [bytes(urgent)]
    desk.work()
    assert desk.known() == desk.disk()
    runs = sqlite3.connect(desk.home.database).execute("select state, walked from runs").fetchall()
    assert runs == [("complete", 1_000)], "one walk is one run; what was taken in between is not of its count"


def test_settled_file_comes_before_folders_and_new_folders_before_a_root(desk: Desk) -> None:
    """300 nests of 6 folders, each with a file, came while a root is walked; one settled file is not behind them."""
    for number in range(300):
        nest = desk.folder / str(number) / "a" / "b" / "c" / "d" / "e"
        nest.mkdir(parents=True)
        (nest / "f.txt").write_bytes(b"%d" % number)
    old = time.time() - 60
    for path in desk.disk():
        os.utime(path, (old, old))
    desk.journal.rescan(bytes(desk.folder), "start")
    desk.journal.enter_folders(
        SEP.join([bytes(desk.folder), b"%d" % n, *([b"a", b"b", b"c", b"d", b"e"][:deep])]) for n in range(300) for deep in range(6)
    )  # fmt: skip
    assert desk.journal.pending() == (0, 301), "a nest is one walk, not six"
    worker = desk.start()
    worker.turn()
    desk.event(desk.folder / "299" / "a" / "b" / "c" / "d" / "e" / "f.txt")
    before = len(desk.seen)
    worker.turn()
    assert os.path.dirname(desk.seen[before]).endswith(SEP.join([b"299", b"a", b"b", b"c", b"d", b"e"]))
    assert len(desk.seen) == before + 1
    while desk.journal.pending()[1] > 1:
        assert worker._whole is None, "the root waits for the new folders"
        worker.turn()
    desk.work()
    assert desk.known() == desk.disk()


def test_files_without_an_end_do_not_starve_a_walk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step now and then, so that the truth comes although something is always due."""
    monkeypatch.setattr("scanner.watch.worker.STARVING_SECONDS", 0.0)
    for number in range(300):
        (desk.folder / f"{number}.txt").write_bytes(b"%d" % number)
    restless = desk.folder / "restless.txt"
    restless.write_bytes(b"x")
    desk.journal.rescan(bytes(desk.folder), "start")
    worker = desk.start()
    for _ in range(200):
        desk.event(restless)
        assert worker.turn()
        if not desk.journal.rescans():
            break
    assert desk.known() == desk.disk()
    desk.work()


@pytest.mark.parametrize("seed", range(6))
def test_after_a_whole_walk_the_inventory_equals_the_disk(desk: Desk, seed: int) -> None:
    """Whatever happens between the steps, and whichever events are lost: the walk that is asked for then makes good for it."""
    chance = random.Random(seed)
    folders = [desk.folder]

    def happen() -> None:
        files = sorted(desk.disk())
        act = chance.choice(("write", "write", "write", "delete", "rename", "mkdir", "move", "rmtree"))
        folder = chance.choice([f for f in folders if f.is_dir()] or [desk.folder])
        touched: list[bytes] = []
        if act == "write" or (act in ("delete", "rename") and not files):
            target = os.fsencode(folder) + SEP + b"%d" % chance.randrange(99) + ODD
            with open(target, "wb") as file:
                file.write(b"%d" % chance.randrange(1 << 30))
            touched = [target]
        elif act == "delete":
            touched = [chance.choice(files)]
            os.unlink(touched[0])
        elif act == "rename":
            touched = [chance.choice(files), os.fsencode(folder) + SEP + b"renamed"]
            os.replace(*touched)
        elif act == "mkdir":
            new = folder / str(chance.randrange(9))
            new.mkdir(exist_ok=True)
            folders.append(new)
            desk.journal.enter_folders([bytes(new)])
        elif folder != desk.folder:
            moved = desk.folder / f"moved{chance.randrange(10**6)}"
            try:
                folder.rename(moved)
            except PermissionError:  # Windows: it is being listed at this moment
                return
            folders.append(moved)
            if act == "rmtree":
                import shutil

                shutil.rmtree(moved)
            touched = [bytes(folder)]
            desk.journal.enter_folders([bytes(moved)])
        if chance.random() < 0.5:  # else the event was lost
            desk.event(*touched)

    worker = desk.start()
    desk.journal.rescan(bytes(desk.folder), "start")
    for turn in range(250):
        happen()
        if chance.random() < 0.5:
            worker.turn()
        if turn % 60 == 59:
            desk.journal.rescan(bytes(desk.folder), "hourly")
    desk.journal.rescan(bytes(desk.folder), "overflow")
    desk.work()
    assert desk.known() == desk.disk()


def test_folder_in_place_of_another_has_none_of_its_files(desk: Desk) -> None:
    """Moved away and made anew, with one event for the folder only: what lay in the old one is gone."""
    folder = desk.folder / "d"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"a")
    desk.journal.rescan(bytes(desk.folder), "start")
    desk.work()
    folder.rename(desk.home.path / "away")
    folder.mkdir()
    desk.journal.enter_folders([bytes(folder)])
    desk.work()
    assert desk.known() == set()


def test_files_below_a_folder_that_cannot_be_read_are_not_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = desk.folder / "d"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"a")
    desk.journal.rescan(bytes(desk.folder), "start")
    desk.work()
    original = walking._listed

    def refuse(met: walking._Folder) -> object:
        if met.path == bytes(folder):
            raise PermissionError(13, "refused")
        return original(met)

    monkeypatch.setattr(walking, "_listed", refuse)
    desk.journal.rescan(bytes(desk.folder), "hourly")
    desk.work()
    assert bytes(folder / "a.txt") in desk.known()
    reasons = sqlite3.connect(desk.home.database).execute("select reason from files where path = ?", (bytes(folder),))
    assert reasons.fetchone() == ("unreadable",)


def test_root_that_is_not_there_loses_nothing_whatever_its_name(desk: Desk, tmp_path: Path) -> None:
    root = os.fsencode(tmp_path) + SEP + ODD
    os.mkdir(root)
    with open(root + SEP + ODD, "wb") as file:
        file.write(b"a")
    desk.journal.started([root])
    desk.journal.rescan(root, "start")
    desk.work()
    assert desk.known() == {root + SEP + ODD}
    os.rename(root, os.fsencode(tmp_path) + SEP + b"hidden")
    desk.journal.rescan(root, "hourly")
    desk.work()
    assert desk.known() == {root + SEP + ODD}


def test_walk_of_a_worker_that_died_begins_again(desk: Desk) -> None:
    for number in range(500):
        (desk.folder / f"{number}.txt").write_bytes(b"%d" % number)
    desk.journal.rescan(bytes(desk.folder), "start")
    desk.journal.enter_folders([bytes(desk.folder / "none")])
    worker = desk.start()
    while len(desk.seen) < 50:
        worker.turn()
    assert worker._session is not None
    worker._session._store.commit()  # what a killed process leaves is what it has committed
    worker.close()
    desk.start()
    desk.work()
    assert desk.known() == desk.disk()


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


def test_pause_is_shown_and_nothing_is_examined_in_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / "a.txt").write_bytes(b"x")
    desk.event(desk.folder / "a.txt")
    worker = desk.start()
    battery = [True]
    monkeypatch.setattr(worker, "_sleep", lambda _: None)
    monkeypatch.setattr("scanner.watch.budget._LOOK_SECONDS", 0.0)
    worker._budget = Budget(Rules(pause_when_busy=False), battery=lambda: battery[0])
    desk.journal.note("worker", os.getpid())
    assert worker.turn(), "there is something to do, so it stays"
    assert desk.seen == []
    state = read(desk.home.path)
    assert state is not None
    assert state.pause is not None
    kind, why, since, until = state.pause
    assert (kind, why, round(until - since)) == ("paused", "battery", 300)
    battery[0] = False
    worker.turn()
    assert desk.seen == [bytes(desk.folder / "a.txt")]
    state = read(desk.home.path)
    assert state is not None
    assert state.pause is None
    assert [t.code.rpartition(":")[0] for t in desk.journal.told(0) if t.kind == "pause"] == ["paused:battery", "full:"]
