"""The parts of the watch by themselves: journal, watcher, budget, what we rely on in watchdog."""

from __future__ import annotations

import itertools
import os
import sqlite3
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.inventory.home import Home, prepare
from scanner.inventory.journal import Dirty, Journal, Mark
from scanner.inventory.points import Fact, open_point
from scanner.inventory.store import Store
from scanner.policy.models import AlertRules
from scanner.policy.models import Budget as Rules
from scanner.scan.priority import within
from scanner.watch.alerts import Alerts, Undelivered
from scanner.watch.budget import Budget, cpu_seconds
from scanner.watch.unwatched import Unwatched
from scanner.watch.watcher import IGNORED, Watcher


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, at: float = 1_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Journal:
    return Journal(tmp_path / "j.db", clock=clock)


def test_event_during_the_work_is_not_forgotten(journal: Journal, clock: Clock) -> None:
    journal.touch({b"/a": clock.at - 1}, 30)
    item = journal.due()[0]
    journal.touch({b"/a": clock.at - 1}, 30)
    journal.done([item])
    assert [d.path for d in journal.due()] == [b"/a"]
    journal.done(journal.due())
    assert journal.pending() == (0, 0)


def test_restless_file_is_looked_at_after_the_cap(journal: Journal, clock: Clock) -> None:
    for _ in range(100):
        journal.touch({b"/a": clock.at + 2}, 30)
        clock.at += 1
    assert journal.next_due() == 1_030


def test_clock_that_is_set_back_blinds_nobody(tmp_path: Path) -> None:
    """What decides when a file is due is the steady clock, whatever the wall clock does."""
    steady, wall = Clock(), Clock(1.8e9)
    journal = Journal(tmp_path / "j.db", clock=steady, wall=wall)
    journal.touch({b"/a": steady.at + 2}, 30)
    wall.at -= 5 * 3600
    steady.at += 3
    assert [d.path for d in journal.due()] == [b"/a"]


def test_rows_of_an_earlier_start_of_the_machine_wait_for_nothing(tmp_path: Path) -> None:
    Journal(tmp_path / "j.db", clock=Clock(5e6)).touch({b"/a": 5e6}, 30)
    journal = Journal(tmp_path / "j.db", clock=Clock(10.0))
    assert journal.due() == []
    journal.started([b"/r"])
    assert [d.path for d in journal.due()] == [b"/a"]


def test_journal_of_an_earlier_version_is_thrown_away(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "j.db")
    db.execute("create table rescans (root blob primary key, why text not null, at real not null) without rowid")
    db.execute("insert into rescans values (x'61', 'old', 0)")
    db.commit()
    db.close()
    journal = Journal(tmp_path / "j.db")
    journal.rescan(b"/r", "new")
    assert [(r, w) for r, w, _ in journal.rescans()] == [(b"/r", "new")]


def test_more_paths_than_can_be_kept_become_a_walk(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.inventory.journal.MOST_DIRTY", 100)
    journal.started([b"/x", b"/y"])
    journal.touch({b"/x/%d" % n: 0.0 for n in range(100)}, 30)
    assert not journal.collapse()
    journal.touch({b"/x/one more": 0.0}, 30)
    assert journal.collapse()
    assert journal.pending() == (0, 2)


def test_wish_during_a_walk_asks_for_another(journal: Journal) -> None:
    journal.rescan(b"/x", "start")
    root, _, gen = journal.rescans()[0]
    journal.rescan(b"/x", "again")
    journal.rescanned(root, gen)
    assert journal.pending() == (0, 1), "what was asked for during the walk is walked again"
    journal.rescanned(root, journal.rescans()[0][2])
    assert journal.pending() == (0, 0)


_NAMES = st.lists(st.sampled_from([b"a", b"b", b"c0", b"\xff\xfe"]), min_size=1, max_size=5)


@settings(max_examples=30)
@given(st.lists(st.lists(_NAMES.map(lambda parts: b"/r/" + b"/".join(parts)), max_size=6), max_size=4))
def test_folders_that_wait_cover_all_that_came_and_none_twice(batches: list[list[bytes]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        journal = Journal(Path(name) / "j.db")
        for batch in batches:
            journal.enter_folders(batch)
        taken = journal.take_folders(1_000)
        journal.close()
    for path in (p for batch in batches for p in batch):
        assert any(path == t or path.startswith(t + b"/") for t in taken)
    for one in taken:
        assert not any(one != other and one.startswith(other + b"/") for other in taken)


def test_folder_that_comes_again_while_it_is_walked_is_walked_again(journal: Journal) -> None:
    journal.enter_folders([b"/r/a"])
    assert journal.take_folders(10) == [b"/r/a"]
    assert journal.take_folders(10) == []
    journal.enter_folders([b"/r/a", b"/r/b"])
    journal.walked([b"/r/a"])
    assert journal.take_folders(10) == [b"/r/a", b"/r/b"]
    journal.untake()
    assert journal.take_folders(10) == [b"/r/a", b"/r/b"], "a worker that died had them"
    journal.walked([b"/r/a", b"/r/b"])
    assert journal.pending() == (0, 0)


def test_file_that_keeps_changing_is_put_off_longer_each_time(journal: Journal, clock: Clock) -> None:
    journal.touch({b"/a": clock.at}, 30)
    waits = []
    for _ in range(10):
        item = journal.due()[0]
        journal.again(item)
        waits.append((journal.next_due() or 0) - clock.at)
        clock.at += waits[-1]
    assert waits == sorted(waits)
    assert waits[-1] <= 600
    journal.again(Dirty(b"/a", 99, 0))
    assert journal.pending() == (1, 0)


def test_lost_events_become_a_walk(journal: Journal) -> None:
    watcher = Watcher(journal, [b"/r"], b"/h/canary/canary", b"/h", Clock())
    watcher.lost(b"/r", "overflow")
    watcher.lost(b"/h/canary", "overflow")
    watcher.changed(b"/r/a.txt", False)
    watcher.changed(b"/h/inventory.db", False)
    watcher.changed(b"/r/new", True)
    watcher.changed(b"/h/canary/canary", False)
    assert watcher.flush()
    assert [r[0] for r in journal.rescans()] == [b"/r"]
    assert journal.take_folders(10) == [b"/r/new"]
    assert journal.pending()[0] == 1
    assert {"last_overflow", "canary_seen"} <= set(journal.health())
    assert [(told.kind, told.code) for told in journal.told(0)] == [("lost", "overflow")]
    watcher.lost(b"/r", "overflow")
    assert watcher.flush()
    assert len(journal.told(0)) == 1, "told once, not at each of a storm"


def test_events_that_cannot_be_written_are_kept_until_they_can(journal: Journal, clock: Clock) -> None:
    """A full disk: nothing of what was seen is lost, and the process lives."""
    watcher = Watcher(journal, [b"/r"], b"/h/canary/canary", b"/h", Clock())
    full(journal)
    watcher.changed(b"/r/new", True)
    for number in range(500):
        watcher.changed(b"/r/%d-%s" % (number, b"x" * 200), False)
    watcher.lost(b"/r", "overflow")
    assert not watcher.flush()
    watcher.changed(b"/r/later", False)
    assert not watcher.flush()
    full(journal, False)
    assert watcher.flush()
    assert journal.pending() == (501, 2)
    clock.at += 60
    assert b"/r/later" in {d.path for d in journal.due(1_000)}


def test_more_events_than_can_be_kept_become_a_walk(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.watch.watcher.MOST_DIRTY", 100)
    watcher = Watcher(journal, [b"/r"], b"/h/canary/canary", b"/h", Clock())
    full(journal)
    for number in range(101):
        watcher.changed(b"/r/%d-%s" % (number, b"x" * 200), False)
    assert not watcher.flush()
    full(journal, False)
    assert watcher.flush()
    assert journal.pending() == (0, 1)


def full(journal: Journal, yes: bool = True) -> None:
    """Let the disk be full for this connection, as SQLite says it: no page more than there are."""
    pages = journal._db.execute("pragma page_count").fetchone()[0] if yes else 1_000_000
    journal._db.execute(f"pragma max_page_count = {pages}")


def test_names_in_bytes_survive(journal: Journal, clock: Clock) -> None:
    path = "/名簿".encode("cp932") + b"/\xff\xfe"
    journal.started([path])
    journal.touch({path: clock.at}, 30)
    journal.enter_folders([path])
    journal.rescan(path, "start")
    journal.tell("alert", "F03-OUTSIDE", path)
    assert [journal.roots()[0], journal.due()[0].path, journal.take_folders(1)[0]] == [path] * 3
    assert [journal.rescans()[0][0], journal.told(0)[0].path] == [path] * 2


def test_what_is_told_does_not_grow_without_end(journal: Journal) -> None:
    for number in range(1_100):
        journal.tell("alert", str(number))
    told = journal.told(0)
    assert len(told) == 1_000
    assert told[-1].code == "1099"
    assert journal.last_told() == told[-1].seq


@pytest.mark.parametrize("name", ["~$a.docx", "~WRL0001.tmp", ".~lock.a.odt#", ".a.txt.swp", "4913", ".#a"])
def test_lock_and_swap_files_are_passed_by(name: str) -> None:
    assert IGNORED.search(b"/x/" + os.fsencode(name))


class Machine:
    """A machine whose clocks, load and battery are set by the test."""

    def __init__(self, rules: Rules) -> None:
        self.clock, self.cpu, self.threads = Clock(), 0.0, 0.0
        self.busy = self.battery = False
        self.moment = datetime(2026, 11, 30, 9, 0)
        self.budget = Budget(
            rules, clock=self.clock, used=lambda: (self.cpu, self.threads), busy=lambda: self.busy,
            battery=lambda: self.battery, moment=lambda: self.moment,
        )  # fmt: skip

    def work(self, seconds: float, size: int = 0, *, walking: bool = False, thread: float = 0.0) -> float:
        """Do work of so many CPU seconds; returns the wait after it, and waits."""
        self.budget.begin()
        self.pass_(seconds)
        self.cpu += seconds
        self.threads += thread
        self.budget.spend(size, walking=walking)
        wait = self.budget.wait(walking=walking)
        self.pass_(wait)
        return wait

    def pass_(self, seconds: float) -> None:
        self.clock.at += seconds
        self.moment += timedelta(seconds=seconds)


def test_budget_waits_off_what_was_used() -> None:
    machine = Machine(Rules(cpu_percent=25, mb_per_second=10))
    assert machine.work(1.0) == pytest.approx(3.0)
    assert machine.work(0.1, 20_000_000) == pytest.approx(1.9)
    assert machine.work(1_000.0) == pytest.approx(10.0), "no file makes others wait longer"
    assert machine.work(0.0) == 0.0


def test_file_does_not_pay_for_a_walk_but_a_walk_for_everything() -> None:
    machine = Machine(Rules(cpu_percent=25, mb_per_second=0))
    machine.budget.begin()
    machine.cpu, machine.threads = 1.0, 1.0
    machine.budget.spend(walking=True)
    assert machine.budget.wait(walking=True) == pytest.approx(8.0)
    assert machine.budget.wait() == 0.0
    machine.budget.begin()
    machine.cpu += 2.5
    machine.budget.spend()
    assert machine.budget.wait() == pytest.approx(10.0)
    assert machine.budget.wait(walking=True) == pytest.approx(10.0)


def test_busy_machine_gets_a_smaller_share_for_some_minutes_and_no_standstill() -> None:
    machine = Machine(Rules(cpu_percent=25, reduced_percent=10, pause_minutes=5, mb_per_second=0))
    machine.busy = True
    assert machine.work(0.1) == pytest.approx(0.9)
    mode = machine.budget.mode()
    assert (mode.kind, mode.why) == ("reduced", "busy")
    assert mode.until - mode.since == pytest.approx(300)
    files = 0
    while machine.clock.at < 1_000 + 150:
        machine.work(0.01)
        files += 1
    assert files > 1_000, "not one a minute"
    machine.pass_(300)
    assert machine.budget.mode().kind == "full", "the ceiling"
    machine.busy = False
    machine.pass_(10)
    machine.budget.mode()
    machine.busy = True
    machine.pass_(10)
    assert machine.budget.mode().kind == "reduced"
    machine = Machine(Rules(pause_when_busy=False))
    machine.busy = True
    assert machine.budget.mode().kind == "full"


def test_battery_pauses_for_some_minutes_and_then_slows_down() -> None:
    machine = Machine(Rules(pause_minutes=3))
    machine.battery = True
    assert machine.budget.mode().kind == "paused"
    machine.pass_(170)
    assert machine.budget.mode().kind == "paused"
    machine.pass_(20)
    assert (machine.budget.mode().kind, machine.budget.mode().why) == ("reduced", "battery")
    machine.battery = False
    machine.pass_(10)
    assert machine.budget.mode().kind == "full"


@pytest.mark.parametrize(
    ("hours", "now", "end"),
    [
        ("08:30-17:15", "09:00", "30 17:15"),
        ("22:00-06:00", "23:30", "01 06:00"),
        ("22:00-06:00", "05:59", "30 06:00"),
        ("00:00-24:00", "12:00", "01 00:00"),
    ],
)
def test_quiet_hours_say_when_they_end(hours: str, now: str, end: str) -> None:
    machine = Machine(Rules(quiet_hours=hours))
    machine.moment = datetime.strptime(f"2026-11-30 {now}", "%Y-%m-%d %H:%M")
    mode = machine.budget.mode()
    assert (mode.kind, mode.why) == ("paused", "quiet_hours")
    assert datetime.fromtimestamp(mode.until).strftime("%d %H:%M") == end
    assert mode.since == machine.moment.timestamp()


def test_cost_of_children_and_threads_is_counted() -> None:
    main, threads = cpu_seconds()
    until = time.thread_time() + 0.05
    while time.thread_time() < until:
        pass
    assert cpu_seconds()[0] >= main + 0.05
    thread = threading.Thread(target=lambda: sum(range(2_000_000)))
    thread.start()
    thread.join()
    assert cpu_seconds()[1] > threads


@pytest.mark.parametrize(
    ("hours", "time_", "inside"),
    [
        ("08:30-17:15", "12:00", True),
        ("08:30-17:15", "18:00", False),
        ("22:00-06:00", "23:30", True),
        ("22:00-06:00", "12:00", False),
    ],
)
def test_quiet_hours(hours: str, time_: str, inside: bool) -> None:
    assert within(hours, datetime.strptime(time_, "%H:%M")) is inside


@pytest.mark.posix("inotify")
def test_private_names_of_watchdog_that_we_rely_on() -> None:
    from watchdog.observers import inotify, inotify_c
    from watchdog.observers.api import BaseObserver

    group = inotify.InotifyWatchGroup
    assert hasattr(group, "on_queue_overflow")
    for name in ("_add_callback", "_add_all_callbacks", "_build_event_source_path", "_move_watches", "on_event"):
        assert callable(getattr(group, name))
    assert callable(inotify_c.InotifyFD.add_callback)
    assert {"_inotify_fd", "_active_callbacks_by_path", "_active_callbacks_by_watch"} <= set(group.__dataclass_fields__)
    assert callable(inotify.InotifyEmitter.get_event_mask_from_filter)
    assert callable(BaseObserver.schedule)


@pytest.fixture
def short_of_watches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The system has so many watches left as the one number of the list says."""
    import errno

    from watchdog.observers import inotify_c

    left = [0]
    original = inotify_c.InotifyFD.add_callback

    def refuse(self, path, *more):  # type: ignore[no-untyped-def]
        if left[0] <= 0:
            raise OSError(errno.ENOSPC, "inotify watch limit reached")
        left[0] -= 1
        return original(self, path, *more)

    monkeypatch.setattr(inotify_c.InotifyFD, "add_callback", refuse)
    return left


@pytest.mark.posix("inotify")
def test_folder_without_a_watch_is_said_and_watched_when_there_is_one(
    tmp_path: Path, short_of_watches: list[int]
) -> None:
    """A watch that cannot be set is told; watchdog itself says nothing."""
    from scanner.sources.watching import WATCH_LIMIT, observe

    (tmp_path / "a" / "sub").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    roots = [os.fsencode(tmp_path / "a"), os.fsencode(tmp_path / "b")]
    short_of_watches[0] = 1
    lost: list[tuple[bytes, str]] = []
    observer = observe(roots, lambda *_: None, lambda path, what: lost.append((path, what)))
    assert lost == [(roots[0] + b"/sub", WATCH_LIMIT), (roots[1], WATCH_LIMIT)], "the first root is served first"
    assert not observer.watch(roots[1])
    short_of_watches[0] = 2
    assert observer.watch(roots[1])
    assert observer.watch(roots[0] + b"/sub")
    assert not observer.watch(b"/elsewhere")
    observer.stop()
    observer.join()


@pytest.mark.posix("inotify")
def test_events_are_told_with_the_path_that_a_file_has_now(tmp_path: Path) -> None:
    """Through nests that come at once, and folders that are renamed, with names that are no text."""
    from scanner.sources.watching import observe

    told: set[tuple[bytes, bool]] = set()
    root = os.fsencode(tmp_path)
    observer = observe([root], lambda path, folder: told.add((path, folder)), lambda *_: None)

    def wait(*events: tuple[bytes, bool]) -> None:
        until = time.monotonic() + 20
        while not told >= set(events) and time.monotonic() < until:
            time.sleep(0.01)
        assert told >= set(events), told
        told.clear()

    os.makedirs(root + b"/\xff/b/c")
    wait((root + b"/\xff", True))
    time.sleep(0.2)  # the watches below it are set without another event
    (tmp_path / os.fsdecode(b"\xff") / "b" / "c" / "x").write_bytes(b"x")
    wait((root + b"/\xff/b/c/x", False))
    os.rename(root + b"/\xff/b", root + b"/moved")
    wait((root + b"/\xff/b", False), (root + b"/moved", True))
    (tmp_path / "moved" / "c" / "y").write_bytes(b"x")
    wait((root + b"/moved/c/y", False))
    os.rename(root + b"/moved/c/y", root + b"/z")
    wait((root + b"/moved/c/y", False), (root + b"/z", False))
    os.unlink(root + b"/z")
    wait((root + b"/z", False))
    observer.stop()
    observer.join()


@pytest.mark.posix("inotify")
@pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")
def test_after_an_overflow_what_is_young_is_told_and_all_is_watched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without taking a watch away: that would make as many events anew."""
    from scanner.sources import inotify
    from scanner.sources.watching import observe

    monkeypatch.setattr(inotify, "CALM_SECONDS", 0.0)
    root = os.fsencode(tmp_path)
    told: list[tuple[bytes, bool]] = []
    lost: list[tuple[bytes, str]] = []
    observer = observe([root], lambda *event: told.append(event), lambda *what: lost.append(what))
    (group,) = observer._groups
    with monkeypatch.context() as deaf:
        deaf.setattr(inotify.Group, "on_event", lambda *_: None)
        (tmp_path / "a" / "b").mkdir(parents=True)
        (tmp_path / "a" / "b" / "young").write_bytes(b"x")
        time.sleep(0.2)
    group.on_queue_overflow()
    assert lost == [(root, "overflow")]
    while not group.mend(0.0001):
        pass
    assert told == [(root + b"/a/b/young", False)]
    (tmp_path / "a" / "b" / "later").write_bytes(b"x")
    until = time.monotonic() + 20
    while (root + b"/a/b/later", False) not in told and time.monotonic() < until:
        time.sleep(0.01)
    assert (root + b"/a/b/later", False) in told
    observer.stop()
    observer.join()


@pytest.mark.posix("a folder of Windows is watched as a tree")
def test_folders_without_a_watch_are_asked_in_turn(tmp_path: Path) -> None:
    changed: list[tuple[bytes, bool]] = []
    none_left = Unwatched(lambda _: False, lambda path, folder: changed.append((path, folder)))
    folders = [tmp_path / f"{n:03}" for n in range(300)]
    for folder in folders:
        folder.mkdir()
        os.utime(folder, (1, 1))
        none_left.add(os.fsencode(folder))
    none_left.turn()
    assert changed == []
    (folders[250] / "名簿.csv").write_bytes(b"x")
    (folders[7] / "new" / "deep").mkdir(parents=True)
    folders[9].rmdir()
    for _ in range(10):
        none_left.turn(0.0)  # a turn looks at some at the least, and each has its turn
    new = os.fsencode(folders[7] / "new")
    assert sorted(changed) == sorted(
        [(os.fsencode(folders[250] / "名簿.csv"), False), (new, True), (os.fsencode(folders[9]), False)]
    )
    assert len(none_left) == 300 - 1 + 2, "what is new in them is asked too"
    (tmp_path / "007" / "new" / "deep" / "a.txt").write_bytes(b"x")
    none_left.turn(5)
    assert changed[-1] == (new + b"/deep/a.txt", False)


def test_folders_are_watched_again_when_there_are_watches(tmp_path: Path) -> None:
    left = [0]

    def watch(_: bytes) -> bool:
        left[0] -= 1
        return left[0] >= 0

    none_left = Unwatched(watch, lambda *_: None)
    for number in range(5):
        (tmp_path / str(number)).mkdir()
        none_left.add(os.fsencode(tmp_path / str(number)))
    left[0] = 3
    none_left.turn()
    assert len(none_left) == 2


def test_limit_of_watches_is_told_once(journal: Journal, tmp_path: Path) -> None:
    watcher = Watcher(journal, [os.fsencode(tmp_path)], b"/h/canary/canary", b"/h", Clock())
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        watcher.lost(os.fsencode(tmp_path / str(number)), "watch limit")
        assert watcher.flush()
    assert journal.health()["unwatched"][0] == "3"
    assert [(told.kind, told.code) for told in journal.told(0)] == [("lost", "watch_limit")]
    assert journal.pending() == (0, 0), "no walk of the root for each folder"
    for number in range(3):
        (tmp_path / str(number)).rmdir()
    assert watcher.flush()
    assert journal.health()["unwatched"][0] == "0"


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # a library of the receiver's
def test_alerts_reach_a_receiver_without_names_or_values(tmp_path: Path) -> None:
    """A real receiver on loopback gets one message; neither file nor value nor worker is in it."""
    import http.server

    taken: list[bytes] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = Home(tmp_path)
    prepare(home)
    with Store(home.database) as store, store.transaction() as db:
        open_point(db, Fact("F10-SILENT", subject="host:pc-007"), 1, "2026-11-23T00:00:00Z")
        open_point(db, Fact("F06-OVERDUE", subject="carryout:C-1"), 1, "2026-11-23T00:00:00Z")
    clock, journal = Clock(1.8e9), Journal(home.path / "journal.db")
    alerts = Alerts(home, AlertRules(desktop=False, urls=(f"json://127.0.0.1:{server.server_port}/",)), journal, clock)
    assert alerts.send() == 2
    assert alerts.send() == 0  # told once
    server.shutdown()
    server.server_close()
    assert len(taken) == 1
    text = taken[0].decode()
    assert "F10-SILENT" in text
    assert "pc-007" not in text
    with Store(home.database) as store, store.transaction() as db:
        open_point(db, Fact("F10-SILENT", subject="host:pc-008"), 1, "2026-11-23T00:00:00Z")
    assert alerts.send() == 1  # nobody answers: noted, and nothing stops
    assert "alert_not_sent" in home.log.read_text(encoding="utf-8")


@pytest.fixture
def told(tmp_path: Path) -> Home:
    """An installation with two open points."""
    home = Home(tmp_path)
    prepare(home)
    with Store(home.database) as store, store.transaction() as db:
        for number in range(2):
            open_point(db, Fact("F10-SILENT", subject=f"host:pc-{number}"), 1, "2026-11-23T00:00:00Z")
    return home


_ONE = AlertRules(desktop=False, urls=("json://127.0.0.1:9/",))


def test_channel_that_fails_is_tried_again_later_each_time_and_holds_up_no_other(
    told: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, journal = Clock(1.8e9), Journal(told.path / "journal.db")
    alerts = Alerts(told, _ONE, journal, clock)
    tries: list[float] = []
    works = [False]

    def deliver(self: Alerts, url: str, rows: list[sqlite3.Row]) -> None:
        tries.append(clock.at)
        if not works[0]:
            raise Undelivered("refused")
        assert len(rows) == 2, "all that was not told"

    monkeypatch.setattr(Alerts, "_to_address", deliver)
    assert alerts.send() == 2
    for _ in range(180):
        clock.at += 60
        assert alerts.send() == 0, "the log has told them"
    waits = [b - a for a, b in itertools.pairwise(tries)]
    assert waits == sorted(waits)
    assert waits[0] == 60
    assert waits[-1] <= 3600
    ((channel, mark),) = [(c, m) for c, m in journal.marks().items() if m.tries]
    assert channel.startswith("url:")
    assert "127" not in channel
    assert (mark.why, mark.at) == ("refused", 1.8e9)
    works[0] = True
    clock.at += 3600
    alerts.send()
    assert not any(m.tries for m in journal.marks().values())


def test_alert_that_is_interrupted_is_told_again(told: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marked after the delivery: a crash in between repeats, and loses nothing."""
    journal = Journal(told.path / "journal.db")
    original = Journal.mark

    def crash(self: Journal, channel: str, mark: Mark) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Journal, "mark", crash)
    with pytest.raises(KeyboardInterrupt):
        Alerts(told, AlertRules(desktop=False), journal).send()
    monkeypatch.setattr(Journal, "mark", original)
    assert Alerts(told, AlertRules(desktop=False), journal).send() == 2
    assert told.log.read_text(encoding="utf-8").count('"event": "alert"') == 4


@pytest.mark.parametrize(("text", "new"), [(b"", 2), (b"\xff\xfe", 2), (b"1", 1), (b"2", 0), (b"-5\n", 2)])
def test_mark_of_earlier_versions_is_taken_over_whatever_stands_in_it(told: Home, text: bytes, new: int) -> None:
    (told.path / "last_alert").write_bytes(text)
    assert Alerts(told, AlertRules(desktop=False)).send() == new
    assert not (told.path / "last_alert").exists()
    assert Alerts(told, AlertRules(desktop=False)).send() == 0


def test_new_channel_does_not_begin_with_the_past(told: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Alerts(told, AlertRules(desktop=False)).send() == 2
    monkeypatch.setattr(Alerts, "_to_address", lambda *_: pytest.fail("nothing is new"))
    assert Alerts(told, _ONE).send() == 0


@pytest.mark.posix("names of any bytes")
def test_a_file_in_the_outbox_comes_before_the_gate(tmp_path: Path) -> None:
    from scanner.acts.gate import load as load_gate
    from scanner.policy.load import load
    from scanner.policy.verdict import Judge
    from scanner.watch.paths import PathSession
    from tests.scanner.world import text

    (tmp_path / "p.toml").write_text(
        '[gate]\noutbox = "out"\n[[contract]]\nid="A"\ntitle="a"\n[[contract.place]]\nid="s"\nkind="storage"\npath="store"\n'
        '[[contract.consent]]\nid="c"\nkind="send"\nrecipients=["city.example.jp"]\n',
        encoding="utf-8",
    )
    odd = os.fsdecode(b"out/city.example.jp/\xff\xfe.csv"), os.fsdecode(b"out/\xff\xfe.example.jp/d.csv")
    for number, name in enumerate(("out/city.example.jp/a.csv", "out/stranger.example.net/b.csv", "store/c.csv", *odd)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text(4, number + 1))
    home = Home(tmp_path / "h")
    prepare(home)
    judge = Judge(load(tmp_path / "p.toml"), base=tmp_path)
    session = PathSession(home, judge, "quick", str(tmp_path / "p.toml"))
    paths = [bytes(p) for p in tmp_path.rglob("*.csv")]
    session.look(paths)
    session.look(paths)
    session.close()
    with Store(home.database, only_notes=True) as store:
        targets = {load_gate(store, n).target for (n,) in store.connection.execute("select id from gates")}
    assert os.fsencode(tmp_path / odd[0]) in targets, "a name that is no text is kept as it is"
    gates = sqlite3.connect(home.database).execute("select recipient, state from gates order by recipient").fetchall()
    assert gates == [
        ("\\xff\\xfe.example.jp", "stopped"),
        ("city.example.jp", "waiting"),
        ("city.example.jp", "waiting"),
        ("stranger.example.net", "stopped"),
    ]


def test_parts_that_start_together_all_open_the_journal(tmp_path: Path) -> None:
    """SQLite does not wait while two connections switch one new file to its write-ahead log."""
    together = threading.Barrier(4)

    def opened(number: int) -> None:
        together.wait()
        Journal(tmp_path / f"{number}.db").close()

    with ThreadPoolExecutor(4) as parts:
        for number in range(30):
            list(parts.map(opened, [number] * 4))
