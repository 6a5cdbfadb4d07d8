"""A head for the entruster: one line and a picture of it, which the record is held against later."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.hub.world import Hub, Terminal, connected
from scanner.report.qr import inline, picture
from tests.conftest import Sekisho


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path / "hub")
    with connected(made):
        yield made
    made.desk.database.close()


@pytest.mark.slow
def test_a_terminals_head_is_held_against_its_record(hub: Hub, tmp_path: Path, sekisho: Sekisho) -> None:
    one = Terminal(tmp_path / "t", "PC-01")
    one.enrol(hub.token())
    one.change()
    one.send()
    shutil.copytree(one.home.path, tmp_path / "older")
    one.change()
    one.send()
    files = [tmp_path / f"head.{kind}" for kind in ("svg", "png")]
    for file in files:
        done = sekisho("hub", "head", "PC-01", "--qr", file, "--home", hub.home.path)
        assert done.code == 0, done.err
    anchor = done.out.splitlines()[0]
    assert [picture(anchor, file.suffix) == file.read_bytes() for file in files] == [True, True]
    assert sekisho("hub", "head", "PC-01", "--anchor", "--home", hub.home.path).out.strip() == anchor
    one.change()  # the record goes on
    verified = sekisho("ledger", "verify", "--anchor", anchor, "--home", one.home.path)
    assert verified.code == 0, verified.out
    assert sekisho("ledger", "verify", "--anchor", anchor, "--home", tmp_path / "older").code == 1


def test_the_hubs_own_head_is_held_against_its_record(hub: Hub, tmp_path: Path, sekisho: Sekisho) -> None:
    file = tmp_path / "own.svg"
    done = sekisho("hub", "head", "--qr", file, "--home", hub.home.path)
    assert done.code == 0, done.err
    anchor = done.out.splitlines()[0]
    assert picture(anchor, ".svg") == file.read_bytes()
    Terminal(tmp_path / "t", "PC-01").enrol(hub.token())
    hub.fold()
    assert sekisho("ledger", "verify", "--anchor", anchor, "--home", hub.home.path).code == 0
    own = sekisho("ledger", "anchor", "--qr", tmp_path / "ledger.png", "--home", hub.home.path)
    assert (own.code, (tmp_path / "ledger.png").read_bytes()[:4]) == (0, b"\x89PNG")
    assert sekisho("ledger", "anchor", "--qr", tmp_path / "ledger.gif", "--home", hub.home.path).code == 2
    assert inline(anchor).startswith("<svg")
