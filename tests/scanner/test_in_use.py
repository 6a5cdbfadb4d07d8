"""Files that another program keeps to itself: named, and tried again until it lets go. That it does makes no event."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.inventory.home import Home, prepare
from scanner.inventory.journal import Journal
from scanner.model import Contents, FileRef, Outcome, Reason
from scanner.pipeline import conclude
from scanner.policy.models import Budget as Rules
from scanner.scan.adapters import LocalTools
from scanner.watch.budget import Budget
from scanner.watch.walks import IN_USE_SECONDS
from scanner.watch.worker import Worker


@pytest.mark.parametrize("how", ["event", "walk"])
def test_a_file_in_use_is_examined_once_it_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    folder = tmp_path / "root"
    folder.mkdir()
    book, other = folder / "a.xlsx", folder / "b.txt"
    book.write_bytes(b"book")
    other.write_bytes(b"other")
    ahead = [0.0]
    journal = Journal(home.path / "journal.db", clock=lambda: time.monotonic() + ahead[0])
    journal.started([bytes(folder)])
    held, looks = {bytes(book)}, list[bytes]()

    def examined(ref: FileRef, tools: LocalTools) -> Outcome:
        looks.append(ref.path)
        reason = Reason.IN_USE if ref.path in held else None
        return conclude(ref, tools, Contents("text/plain", reason=reason, read=reason is None), b"k" * 16, None)

    monkeypatch.setattr("scanner.watch.paths.scan_file", examined)
    spending = Budget(Rules(pause_on_battery=False, pause_when_busy=False, mb_per_second=0), used=lambda: (0.0, 0.0))
    worker = Worker(home, "", "quick", journal, spending)
    worker.recover()

    def work_until(done: Callable[[], bool]) -> None:
        for _ in range(3_000):
            if done():
                return
            worker.turn()
        raise AssertionError(journal.pending())

    if how == "event":
        journal.touch({bytes(book): 0.0, bytes(other): 0.0}, 0.0)
    else:
        journal.rescan(bytes(folder), "start")
    work_until(lambda: journal.pending() == (1, 0) and bytes(book) in looks and bytes(other) in looks)
    for _ in range(8):  # each turn of the clock is one look at most
        before = looks.count(bytes(book))
        ahead[0] += IN_USE_SECONDS + 1
        work_until(lambda before=before: looks.count(bytes(book)) > before)  # type: ignore[misc]
        worker.turn()
        assert looks.count(bytes(book)) == before + 1
        assert journal.pending() == (1, 0)
    held.clear()
    ahead[0] += IN_USE_SECONDS + 1
    work_until(lambda: journal.pending() == (0, 0))
    assert looks.count(bytes(other)) == 1
    rows = worker._open()._store.connection.execute("select reason from files where gone is null").fetchall()
    assert {r[0] for r in rows} == {None}
    worker.close()
