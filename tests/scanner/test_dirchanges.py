"""The watch on Windows, at the border of the system: overflows, short names, roots that go and come."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanner.sources import dirchanges
from scanner.sources.dirchanges import AGAIN_SECONDS, Buffers, Root


@dataclass
class Event:
    src_path: str
    is_added: bool = False
    is_renamed_new: bool = False
    is_removed_self: bool = False


class Below:
    """A root whose system is the test."""

    def __init__(self, path: Path) -> None:
        self.told: list[tuple[bytes, bool]] = []
        self.lost: list[bytes] = []
        self.begun = 0
        self.now = 0.0
        self.refuses = False
        self.path = os.fsencode(path)
        self.root = Root(
            self.path,
            lambda p, folder: self.told.append((p, folder)),
            lambda p, _: self.lost.append(p),
            self._begin,
            lambda: self.now,
        )

    def _begin(self, _: Root) -> None:
        if self.refuses:
            raise OSError(0, "no")
        self.begun += 1


@pytest.fixture
def below(tmp_path: Path) -> Below:
    made = Below(tmp_path)
    made.root.mend()
    return made


def test_files_and_new_folders_are_told_and_changed_folders_are_not(below: Below, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "名簿.csv").write_text("x")
    events = [
        Event("new", is_added=True),
        Event("new"),
        Event("名簿.csv"),
        Event("gone.csv"),
        Event("new", is_renamed_new=True),
    ]
    below.root.tell(events)
    folder, file, gone = (os.path.join(below.path, n.encode()) for n in ("new", "名簿.csv", "gone.csv"))
    assert below.told == [(folder, True), (file, False), (gone, False)]
    assert below.lost == []


def test_short_name_of_what_is_gone_makes_a_walk_of_its_folder(below: Below, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    below.root.tell([Event(os.path.join("d", "MEIBO~1.CSV"))])
    assert below.told == [(os.fsencode(os.path.realpath(tmp_path / "d")), True)]


def test_every_empty_buffer_but_the_first_is_an_overflow() -> None:
    lost: list[str] = []
    buffers = Buffers(lambda: lost.append("lost"))
    for buffer in (b"", b"abc", b"", b"de", b""):
        buffers.put((buffer, True))
    assert lost == ["lost", "lost"]
    assert [buffers.get()[0] for _ in range(buffers.qsize())] == [b"", b"abc", b"de"]


def test_root_that_goes_is_told_once_and_taken_up_again_with_a_walk(below: Below, tmp_path: Path) -> None:
    below.root.tell([Event("", is_removed_self=True), Event("", is_removed_self=True)])
    assert below.lost == [below.path]
    moved = tmp_path.with_name("elsewhere")
    os.rename(tmp_path, moved)
    below.now += AGAIN_SECONDS
    below.root.mend()
    assert below.begun == 1  # it is not there
    os.rename(moved, tmp_path)
    below.root.mend()
    assert below.begun == 1  # not asked at every turn
    below.now += AGAIN_SECONDS
    below.root.mend()
    below.root.mend()
    assert below.begun == 2
    assert below.lost == [below.path, below.path]


def test_root_that_is_refused_is_tried_again(tmp_path: Path) -> None:
    below = Below(tmp_path)
    below.refuses = True
    below.root.mend()
    below.refuses = False
    below.now += AGAIN_SECONDS
    below.root.mend()
    assert below.begun == 1
    assert below.lost == [below.path]  # what came before it was watched


def test_a_root_that_is_not_there_at_the_start_does_not_hold_up_the_others(tmp_path: Path) -> None:
    begun: list[bytes] = []
    roots = [
        Root(os.fsencode(tmp_path / name), lambda *_: None, lambda *_: None, lambda r: begun.append(r.path))
        for name in ("missing", "there")
    ]
    (tmp_path / "there").mkdir()
    for root in roots:
        root.mend()
    assert begun == [os.fsencode(tmp_path / "there")]
    assert dirchanges.OVERFLOW == "overflow"


def test_root_that_goes_without_a_word_is_noticed(below: Below, tmp_path: Path) -> None:
    os.rename(tmp_path, tmp_path.with_name("away"))
    below.root.mend()
    assert below.lost == []
    below.now += AGAIN_SECONDS
    below.root.mend()
    assert below.lost == [below.path]
    os.rename(tmp_path.with_name("away"), tmp_path)
    below.now += AGAIN_SECONDS
    below.root.mend()
    assert (below.begun, below.lost) == (2, [below.path, below.path])
