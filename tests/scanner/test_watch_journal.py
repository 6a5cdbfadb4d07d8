"""The journal of the watch: what waits, what comes meanwhile, and what cannot be kept."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.inventory.journal import Dirty, Journal
from scanner.watch.watcher import Watcher
from tests.scanner.watch_parts import Clock, clock, full, journal  # noqa: F401


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
