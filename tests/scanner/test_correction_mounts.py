"""Moves over file systems, and disks that are really full; where the test may mount."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.acts.correction import steps
from scanner.acts.correction.stopping import Stopped
from tests.conftest import lacking
from tests.scanner.test_correction_steps import DATA, Case, key

pytestmark = [pytest.mark.slow, pytest.mark.posix("mount")]
MIB = 1 << 20


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Case]:
    """The agreed place is a file system of its own with room for three MiB."""
    case = Case(tmp_path)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "none", case.there], capture_output=True, check=False
    )
    if done.returncode:
        lacking("right to mount")
    yield case
    subprocess.run(["umount", case.there], check=True)


def test_a_move_to_another_file_system_and_back(small: Case) -> None:
    status = os.stat(small.source)
    steps.move(small.job(), key, small.writing())
    assert (small.read(small.source), small.read(small.target)) == (None, DATA)
    assert os.stat(small.target).st_dev != status.st_dev
    small.here, small.there = small.there, small.here
    small.source, small.target = small.target, small.source
    steps.move(small.job(), key, small.writing())
    assert (small.read(small.source), small.read(small.target)) == (None, DATA)
    small.here, small.there = small.there, small.here


@pytest.mark.parametrize("left", [0, 100, MIB])
def test_a_disk_that_is_full_in_the_middle(small: Case, left: int) -> None:
    room = os.statvfs(small.there).f_bavail * os.statvfs(small.there).f_frsize
    (small.there / "filler").write_bytes(bytes(room - left // 4096 * 4096))
    with pytest.raises(Stopped) as stopped:
        steps.move(small.job(), key, small.writing())
    assert (stopped.value.code, small.read(small.source)) == ("full", DATA)
    assert small.names() == ({small.name}, {b"filler"})
    os.unlink(small.there / "filler")
    steps.move(small.job(), key, small.writing())
    assert (small.read(small.source), small.read(small.target)) == (None, DATA)


def test_a_place_that_can_only_be_read(small: Case) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small.there], check=True)
    with pytest.raises(Stopped) as stopped:
        steps.move(small.job(), key, small.writing())
    assert (stopped.value.code, small.read(small.source)) == ("read_only", DATA)
    assert steps.clean(small.made(True), None)


def test_a_medium_that_is_gone_when_it_should_be_gone_on_with(small: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    job = small.job()

    def stop(name: str) -> None:
        if name == "placed":
            raise KeyboardInterrupt

    monkeypatch.setattr(steps, "checkpoint", stop)
    with pytest.raises(KeyboardInterrupt):
        steps.move(job, key, small.writing())
    monkeypatch.undo()
    aside = small.there.with_name("elsewhere")
    aside.mkdir()
    subprocess.run(["mount", "--move", small.there, aside], check=False, capture_output=True)
    if not small.read(small.target):  # the medium is away: nothing is taken for gone that may come back
        with pytest.raises(Stopped):
            small.recover(move=True)
        assert small.read(small.source) == DATA
        subprocess.run(["mount", "--move", aside, small.there], check=True)
    assert small.recover(move=True)
    assert (small.read(small.source), small.read(small.target)) == (None, DATA)
