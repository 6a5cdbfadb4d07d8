"""Moves that were broken off, and copies that people change or remove before the next start."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.acts.correction import steps
from scanner.acts.correction.stopping import Stopped
from tests.scanner.test_correction_steps import DATA, Case, key


def saved_anew(path: bytes) -> None:
    with open(path + b".new", "wb") as file:
        file.write(b"edited")
    os.replace(path + b".new", path)


def edited(path: bytes) -> None:
    with open(path, "r+b") as file:
        file.write(b"edited")


def broken_off(case: Case, at: str) -> None:
    """A move that came to a step, and no further."""

    def stop(name: str) -> None:
        if name == at:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(steps, "checkpoint", stop)
        with pytest.raises(KeyboardInterrupt):
            steps.move(case.job(), key, case.writing())


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("happening", [saved_anew, edited, os.unlink])
def test_a_move_whose_source_went_is_done_whatever_becomes_of_the_copy(
    tmp_path: Path, happening: Callable[[bytes], None], again: bool
) -> None:
    case = Case(tmp_path)
    broken_off(case, "removed")
    happening(case.target)
    left = case.read(case.target)
    if again:  # and the old name has been used for something else
        with open(case.source, "wb") as file:
            file.write(b"new")
    assert not steps.clean(case.made(True), None, case.kept()["step"]) or again
    assert case.recover(move=True)
    assert (case.read(case.target), case.read(case.source)) == (left, b"new" if again else None)
    assert case.kept()["step"] == "done"


@pytest.mark.parametrize("at", ["placed", "aside", "removing"])
@pytest.mark.parametrize("happening", [saved_anew, edited, os.unlink])
def test_a_source_that_has_not_gone_is_given_back_where_the_copy_is_no_more(
    tmp_path: Path, happening: Callable[[bytes], None], at: str
) -> None:
    case = Case(tmp_path)
    broken_off(case, at)
    happening(case.target)
    left = case.read(case.target)
    for _ in range(2):  # and the next start, should this one break off before it tells
        with pytest.raises(Stopped) as stopped:
            case.recover(move=True)
        assert (stopped.value.code, case.read(case.source), case.read(case.target)) == ("target_gone", DATA, left)
