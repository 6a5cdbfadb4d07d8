"""Names that files get in the folder that they are moved to."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.acts.correction import naming
from scanner.acts.correction.stopping import CorrectionError, Stopped
from scanner.paths import names, system

LETTERS = st.sampled_from(["a", "名", "か\u3099", "𠮟", " ", "."])
NAMES = st.lists(LETTERS, min_size=1, max_size=255).map("".join).filter(lambda n: len(n.encode()) <= naming.LONGEST)


@given(name=NAMES, others=st.integers(0, 12))
def test_a_name_that_is_taken_gets_a_number_and_still_fits(name: str, others: int) -> None:
    folder, ending = os.fsencode("/nowhere-at-all"), name.encode()
    taken: set[bytes] = set()
    for _ in range(others + 1):
        taken.add(naming.free_name(folder, ending, taken))
    assert len(taken) == others + 1
    assert all(len(names.name(path)) <= naming.LONGEST for path in taken)


def test_a_longest_name_that_is_taken_is_shortened(tmp_path: Path) -> None:
    name = "名" * 60 + "簿.csv"
    (tmp_path / name).write_bytes(b"x")
    folder = os.fsencode(tmp_path)
    path = naming.free_name(folder, name.encode(), set())
    assert names.name(path).decode() == "名" * 60 + "簿 (2).csv"


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ENAMETOOLONG, errno.ESTALE])
def test_a_folder_that_does_not_answer_is_no_loop(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: bytes) -> None:
        raise OSError(number, "invented", path)

    monkeypatch.setattr(system, "look", refuse)
    with pytest.raises(Stopped):
        naming.free_name(b"/place", b"a.csv", set())


def test_names_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "look", lambda path: None)
    with pytest.raises(CorrectionError) as refused:
        naming.free_name(b"/place", b"a.csv", set())
    assert refused.value.code == "no_free_name"
