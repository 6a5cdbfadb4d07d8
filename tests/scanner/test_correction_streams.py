"""What lies behind a file (alternate data streams) goes where it goes. Wine has no streams: they are files ``name:stream`` here, and
the calls that take them along on Windows do so."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.acts.correction import medium, steps
from scanner.acts.correction.folders import Folder
from scanner.acts.correction.stopping import Stopped
from scanner.paths import names, system
from scanner.report.forms import corrections
from tests.scanner.test_correction_steps import DATA, Case, key

MORE, MARK = b"\xe6\x8e\xa7\xe3\x81\x88", b"Zone.Identifier"
"""A stream of a person, and one of the system."""
pytestmark = pytest.mark.posix("files with a colon in their name stand for streams")


class Disk:
    """Streams as NTFS has them; ``bare``: folders whose file system keeps none."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.bare: set[bytes] = set()
        rename, remove, made = Folder.rename, Folder.remove, Folder.made

        def streams(path: bytes) -> list[bytes]:
            folder, name = os.path.split(path)
            return sorted(n[len(name) + 1 :] for n in os.listdir(folder) if n.startswith(name + b":"))

        def renamed(folder: Folder, name: bytes, other: Folder, to: bytes) -> None:
            behind = folder.streams(name)
            rename(folder, name, other, to)
            for stream in behind:
                rename(folder, name + b":" + stream, other, to + b":" + stream)

        def removed(folder: Folder, name: bytes) -> None:
            for stream in folder.streams(name):
                remove(folder, name + b":" + stream)
            remove(folder, name)

        def make(folder: Folder, name: bytes) -> int:
            if b":" in name and folder.path in self.bare:
                raise OSError(errno.EINVAL, "no such name here")
            return made(folder, name)

        patched.setattr(system, "streams", streams)
        for name, call in (("rename", renamed), ("remove", removed), ("made", make)):
            patched.setattr(Folder, name, call)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def behind(case: Case, stream: bytes, data: bytes) -> None:
    Path(os.fsdecode(case.source + b":" + stream)).write_bytes(data)


def test_a_move_takes_along_what_lies_behind(tmp_path: Path, disk: Disk) -> None:
    case = Case(tmp_path)
    for stream, data in ((MORE, DATA), (b"empty", b""), (MARK, b"[ZoneTransfer]\r\nZoneId=3\r\n")):
        behind(case, stream, data)
    job, journal = case.job(), case.writing()
    steps.move(job, key, journal)
    assert case.names() == (set(), {case.name, *(case.name + b":" + s for s in (MORE, b"empty", MARK))})
    assert (case.read(case.target + b":" + MORE), case.read(case.target + b":empty")) == (DATA, b"")
    assert "origin" not in (journal.lost or [])


def test_a_place_that_keeps_no_streams_gets_no_file_with_one(tmp_path: Path, disk: Disk) -> None:
    case = Case(tmp_path)
    behind(case, MORE, b"more")
    disk.bare.add(os.fsencode(case.there))
    with pytest.raises(Stopped) as stopped:
        steps.move(case.job(), key, case.writing())
    assert (stopped.value.code, case.names()) == ("streams", ({case.name, case.name + b":" + MORE}, set()))
    assert steps.clean(case.made(True), None)


def test_a_mark_of_the_system_costs_the_mark_alone(tmp_path: Path, disk: Disk) -> None:
    case = Case(tmp_path)
    behind(case, MARK, b"[ZoneTransfer]")
    disk.bare.add(os.fsencode(case.there))
    job, journal = case.job(), case.writing()
    steps.move(job, key, journal)
    assert (case.names(), "origin" in (journal.lost or [])) == ((set(), {case.name}), True)


@pytest.mark.parametrize("at", ["written", "copied", "named", "placed", "taken"])
def test_what_is_written_behind_it_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disk: Disk, at: str
) -> None:
    case = Case(tmp_path)
    behind(case, MORE, b"first")
    job = case.job()
    name = b".s-1.out" if at == "taken" else case.name

    def writes(step: str) -> None:
        if step == at:
            (case.here / os.fsdecode(name + b":" + MORE)).write_bytes(b"second")

    monkeypatch.setattr(steps, "checkpoint", writes)
    stopped = False
    try:
        steps.move(job, key, case.writing())
    except Stopped:
        stopped = True
    assert stopped is (at != "written")  # copied after that
    kept = case.source if stopped else case.target
    assert (case.read(kept), case.read(kept + b":" + MORE)) == (DATA, b"second")


def test_an_erasure_writes_over_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disk: Disk) -> None:
    case = Case(tmp_path)
    behind(case, MORE, b"0312345678" * 99)
    seen: list[bytes | None] = []
    aside = os.path.join(os.fsencode(case.here), b".s-1.out")
    monkeypatch.setattr(
        steps, "checkpoint",
        lambda name: seen.extend((case.read(aside), case.read(aside + b":" + MORE))) if name == "emptied" else None,
    )  # fmt: skip
    steps.erase(case.job(move=False), key, case.writing())
    assert (seen, case.names()) == ([b"", b""], (set(), set()))


def test_what_lies_behind_is_told_with_the_medium(tmp_path: Path, disk: Disk) -> None:
    case = Case(tmp_path)
    behind(case, MARK, b"")
    assert not any(code.startswith("streams") for code in medium.codes(case.source))
    behind(case, MORE, b"")
    assert "streams:1" in medium.codes(case.source)


NAME = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='\\/:*?"<>|'), min_size=1).map(
    lambda text: text.encode()
)


@given(NAME, NAME, st.sampled_from([b"C:\\", b"\\\\fs1\\itaku\\", b"\\\\?\\C:\\"]))
def test_the_name_of_a_stream_is_told_apart(name: bytes, stream: bytes, front: bytes) -> None:
    assert names.stream(front + name + b":" + stream) == stream
    assert names.stream(front + name) == b""
    assert names.stream(front) == b""
    assert names.stream(b"/srv/" + name + b":" + stream) == b""


@given(NAME)
def test_the_order_names_what_goes_along(name: bytes) -> None:
    path = b"C:\\" + name
    db = sqlite3.connect(":memory:")
    db.execute("create table files (path, host, gone)")
    there = (path, path + b":a", path + b":b", path + b";", path + b".x:a", b"D" + path[1:] + b":a")
    db.executemany("insert into files values (?, '', null)", [(one,) for one in dict.fromkeys(there)])
    db.execute("insert into files values (?, '', 'gone')", (path + b":c",))
    context: Any = SimpleNamespace(reader=SimpleNamespace(db=db), name=lambda path: path)
    order: Any = SimpleNamespace(path=path, kind="move", state="prepared", undo_until="", work={})
    behind: Any = corrections._behind  # what it names is as ``Context.name`` gives it: bytes here
    assert behind(context, order) == [path + b":a", path + b":b"]
    order.path = b"/srv/" + name
    assert behind(context, order) == []
