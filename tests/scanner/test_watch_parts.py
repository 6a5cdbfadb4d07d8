"""The parts of the watch by themselves: journal, watcher, budget, what we rely on in watchdog."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scanner.inventory.journal import Journal
from scanner.watch.unwatched import Unwatched
from scanner.watch.watcher import IGNORED, Watcher
from tests.scanner.watch_parts import Clock, clock, journal  # noqa: F401


@pytest.mark.parametrize("name", ["~$a.docx", "~WRL0001.tmp", ".~lock.a.odt#", ".a.txt.swp", "4913", ".#a"])
def test_lock_and_swap_files_are_passed_by(name: str) -> None:
    assert IGNORED.search(b"/x/" + os.fsencode(name))


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


def test_parts_that_start_together_all_open_the_journal(tmp_path: Path) -> None:
    """SQLite does not wait while two connections switch one new file to its write-ahead log."""
    together = threading.Barrier(4)

    def opened(number: int) -> None:
        together.wait()
        Journal(tmp_path / f"{number}.db").close()

    with ThreadPoolExecutor(4) as parts:
        for number in range(30):
            list(parts.map(opened, [number] * 4))
