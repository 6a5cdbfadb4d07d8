"""The worker step by step, in this process and without waiting: what comes first, what is gone, what fails."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from pathlib import Path

import pytest

from scanner.policy.models import Budget as Rules
from scanner.sources import walk as walking
from scanner.watch.budget import Budget
from scanner.watch.state import read
from tests.scanner.watch_desk import ODD, SEP, Desk, desk  # noqa: F401


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
