"""A clock to turn and a journal, for the tests of the watch's parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.inventory.home import Home, prepare
from scanner.inventory.journal import Journal
from scanner.inventory.points import Fact, open_point
from scanner.inventory.store import Store


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, at: float = 1_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Journal:
    return Journal(tmp_path / "j.db", clock=clock)


def full(journal: Journal, yes: bool = True) -> None:
    """Let the disk be full for this connection, as SQLite says it: no page more than there are."""
    pages = journal._db.execute("pragma page_count").fetchone()[0] if yes else 1_000_000
    journal._db.execute(f"pragma max_page_count = {pages}")


@pytest.fixture
def told(tmp_path: Path) -> Home:
    """An installation with two open points."""
    home = Home(tmp_path)
    prepare(home)
    with Store(home.database) as store, store.transaction() as db:
        for number in range(2):
            open_point(db, Fact("F10-SILENT", subject=f"host:pc-{number}"), 1, "2026-11-23T00:00:00Z")
    return home
