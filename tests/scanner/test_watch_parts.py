"""The parts of the watch by themselves: journal, watcher, budget, what we rely on in watchdog."""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from scanner.inventory.journal import MANY_CHILDREN, Dirty, Journal
from scanner.policy.models import Budget as Rules
from scanner.scan.priority import within
from scanner.watch.budget import Budget
from scanner.watch.watcher import IGNORED, Watcher

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the watch is tested on Linux")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "j.db")


def test_event_during_the_work_is_not_forgotten(journal: Journal) -> None:
    journal.touch({b"/a": time.time() - 1}, 30)
    item = journal.due()[0]
    journal.touch({b"/a": time.time() - 1}, 30)
    journal.done([item])
    assert [d.path for d in journal.due()] == [b"/a"]
    journal.done(journal.due())
    assert journal.pending() == (0, 0)


def test_restless_file_is_looked_at_after_the_cap(journal: Journal) -> None:
    for _ in range(5):
        journal.touch({b"/a": time.time() + 2}, 0.0)
    assert journal.next_due() is not None
    assert journal.next_due() <= time.time() + 2  # type: ignore[operator]


def test_crowded_folder_becomes_one_walk(journal: Journal) -> None:
    journal.touch({b"/x/%d" % n: time.time() for n in range(MANY_CHILDREN + 1)}, 30)
    journal.touch({b"/y/a": time.time()}, 30)
    assert journal.collapse() == 1
    assert journal.pending() == (1, 1)
    root, _, at = journal.rescans()[0]
    assert root == b"/x"
    journal.rescan(b"/x", "again")
    journal.rescanned(root, at)
    assert journal.pending() == (1, 1), "what was asked for during the walk is walked again"
    journal.rescanned(root, journal.rescans()[0][2])
    assert journal.pending() == (1, 0)


def test_file_that_keeps_changing_is_put_off_longer_each_time(journal: Journal) -> None:
    journal.touch({b"/a": time.time()}, 30)
    first = journal.due()[0]
    journal.again(first)
    assert journal.due() == []
    assert journal.pending() == (1, 0)
    journal.again(Dirty(b"/a", 99, 0))
    assert journal.pending() == (1, 0)


def test_lost_events_become_a_walk(journal: Journal, tmp_path: Path) -> None:
    watcher = Watcher(journal, [b"/r"], b"/h/canary/canary", b"/h")
    watcher.lost(b"/r", "overflow")
    watcher.lost(b"/h/canary", "overflow")
    watcher.changed(b"/r/a.txt", False)
    watcher.changed(b"/h/inventory.db", False)
    watcher.changed(b"/r/new", True)
    watcher.changed(b"/h/canary/canary", False)
    watcher._flush()
    assert {r[0] for r in journal.rescans()} == {b"/r", b"/r/new"}
    assert journal.pending()[0] == 1
    assert {"last_overflow", "canary_seen"} <= set(journal.health())


def test_names_in_bytes_survive(journal: Journal) -> None:
    path = "/名簿".encode("cp932") + b"/\xff\xfe"
    journal.touch({path: time.time()}, 30)
    assert journal.due()[0].path == path


@pytest.mark.parametrize("name", ["~$a.docx", "~WRL0001.tmp", ".~lock.a.odt#", ".a.txt.swp", "4913", ".#a"])
def test_lock_and_swap_files_are_passed_by(name: str) -> None:
    assert IGNORED.search(b"/x/" + os.fsencode(name))


def test_budget_sleeps_off_what_was_used() -> None:
    clock = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    cpu = [0.0]
    budget = Budget(
        Rules(cpu_percent=25, mb_per_second=10, pause_on_battery=False),
        clock=lambda: clock[0], cpu=lambda: cpu[0], sleep=sleep, busy=lambda: False,
    )  # fmt: skip
    clock[0], cpu[0] = 1.0, 1.0
    budget.spend(0)
    assert slept == [pytest.approx(3.0)]
    clock[0] += 0.1
    budget.spend(20_000_000)
    assert slept[1] == pytest.approx(1.9)


def test_busy_machine_is_waited_for_but_not_for_ever() -> None:
    slept: list[float] = []
    states = iter([True, True, False])
    rules = Rules(pause_on_battery=False)
    Budget(rules, sleep=slept.append, busy=lambda: next(states)).spend(0)
    assert slept.count(5.0) == 2
    slept.clear()
    Budget(rules, sleep=slept.append, busy=lambda: True).spend(0)
    assert slept.count(5.0) == 12
    Budget(Rules(pause_when_busy=False, pause_on_battery=False), sleep=slept.append, busy=lambda: True).spend(0)
    assert slept.count(5.0) == 12


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


def test_private_names_of_watchdog_that_we_rely_on() -> None:
    from watchdog.observers import inotify
    from watchdog.observers.api import BaseObserver

    group = inotify.InotifyWatchGroup
    assert hasattr(group, "on_queue_overflow")
    assert hasattr(group, "_add_callback")
    assert {"_inotify_fd", "_active_callbacks_by_path", "_active_callbacks_by_watch"} <= set(group.__dataclass_fields__)
    assert callable(inotify.InotifyEmitter.get_event_mask_from_filter)
    assert callable(BaseObserver.schedule)


def test_watch_limit_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch that cannot be set is told; watchdog itself says nothing."""
    import errno

    from watchdog.observers import inotify

    from scanner.sources.watching import observe

    (tmp_path / "sub").mkdir()
    lost: list[tuple[bytes, str]] = []
    original = inotify.InotifyFD.add_callback

    def refuse(self, path, *more):  # type: ignore[no-untyped-def]
        if path.endswith(b"sub"):
            raise OSError(errno.ENOSPC, "inotify watch limit reached")
        return original(self, path, *more)

    monkeypatch.setattr(inotify.InotifyFD, "add_callback", refuse)
    observer = observe([os.fsencode(tmp_path)], lambda *_: None, lambda root, what: lost.append((root, what)))
    observer.stop()
    observer.join()
    assert lost == [(os.fsencode(tmp_path), "watch limit")]


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # a library of the receiver's
def test_alerts_reach_a_receiver_without_names_or_values(tmp_path: Path) -> None:
    """A real receiver on loopback gets one message; neither file nor value nor worker is in it."""
    import http.server
    import threading

    from scanner.inventory.home import Home, prepare
    from scanner.inventory.points import Fact, open_point
    from scanner.inventory.store import Store
    from scanner.policy.models import AlertRules
    from scanner.watch.alerts import Alerts

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
    alerts = Alerts(home, AlertRules(desktop=False, urls=(f"json://127.0.0.1:{server.server_port}/",)))
    assert alerts.send() == 2
    assert alerts.send() == 0  # told once
    server.shutdown()
    server.server_close()
    assert len(taken) == 1
    text = taken[0].decode()
    assert "F10-SILENT" in text
    assert "pc-007" not in text
    refused = Alerts(home, AlertRules(desktop=False, urls=(f"json://127.0.0.1:{server.server_port}/",)))
    with Store(home.database) as store, store.transaction() as db:
        open_point(db, Fact("F10-SILENT", subject="host:pc-008"), 1, "2026-11-23T00:00:00Z")
    assert refused.send() == 1  # nobody answers: noted, and nothing stops
    assert "alert_not_sent" in home.log.read_text(encoding="utf-8")


def test_a_file_in_the_outbox_comes_before_the_gate(tmp_path: Path) -> None:
    import sqlite3

    from scanner.inventory.home import Home, prepare
    from scanner.policy.load import load
    from scanner.policy.verdict import Judge
    from scanner.watch.paths import PathSession
    from tests.scanner.world import text

    (tmp_path / "p.toml").write_text(
        '[gate]\noutbox = "out"\n[[contract]]\nid="A"\ntitle="a"\n[[contract.place]]\nid="s"\nkind="storage"\npath="store"\n'
        '[[contract.consent]]\nid="c"\nkind="send"\nrecipients=["city.example.jp"]\n',
        encoding="utf-8",
    )
    for name in ("out/city.example.jp/a.csv", "out/stranger.example.net/b.csv", "store/c.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text(4, len(name)))
    home = Home(tmp_path / "h")
    prepare(home)
    judge = Judge(load(tmp_path / "p.toml"), base=tmp_path)
    session = PathSession(home, judge, "quick", str(tmp_path / "p.toml"))
    paths = [bytes(p) for p in tmp_path.rglob("*.csv")]
    session.look(paths)
    session.look(paths)
    session.close()
    gates = sqlite3.connect(home.database).execute("select recipient, state from gates order by recipient").fetchall()
    assert gates == [("city.example.jp", "waiting"), ("stranger.example.net", "stopped")]


def test_parts_that_start_together_all_open_the_journal(tmp_path: Path) -> None:
    """SQLite does not wait while two connections switch one new file to its write-ahead log."""
    together = threading.Barrier(4)

    def opened(number: int) -> None:
        together.wait()
        Journal(tmp_path / f"{number}.db").close()

    with ThreadPoolExecutor(4) as parts:
        for number in range(30):
            list(parts.map(opened, [number] * 4))
