"""A worker of the watch over a folder of the test."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scanner.inventory.home import Home, prepare
from scanner.inventory.journal import Journal
from scanner.model import Contents, FileRef, Outcome, OutcomeKind
from scanner.pipeline import conclude
from scanner.policy.models import Budget as Rules
from scanner.scan.adapters import LocalTools
from scanner.watch.budget import Budget
from scanner.watch.worker import Worker

ODD = b"\xff\xfe.txt" if os.name == "posix" else "\u200b奇.txt".encode()


SEP = os.fsencode(os.sep)


class Crash(Exception):
    """A fault that no file should cause."""


@dataclass
class Desk:
    """A worker on a folder. Everything that an event told of counts as settled at once; nothing costs anything."""

    folder: Path
    home: Home
    journal: Journal
    seen: list[bytes] = field(default_factory=list)
    poison: Callable[[FileRef], bool] = lambda _: False
    worker: Worker | None = None

    def start(self) -> Worker:
        """A new worker, as after the end of an earlier one."""
        rules = Rules(pause_on_battery=False, pause_when_busy=False, mb_per_second=0)
        spending = Budget(rules, used=lambda: (0.0, 0.0))
        self.worker = Worker(self.home, "", "quick", self.journal, spending)
        self.worker.recover()
        return self.worker

    def event(self, *paths: bytes | Path) -> None:
        self.journal.touch({bytes(p) if isinstance(p, Path) else p: 0.0 for p in paths}, 30)

    def work(self, most: int = 3_000) -> None:
        """Until nothing is left."""
        worker = self.worker or self.start()
        for _ in range(most):
            if not worker.turn() and self.journal.pending() == (0, 0):
                return
        raise AssertionError(self.journal.pending())

    def known(self) -> set[bytes]:
        db = sqlite3.connect(self.home.database)
        try:
            return {r[0] for r in db.execute("select path from files where gone is null")}
        finally:
            db.close()

    def disk(self) -> set[bytes]:
        return {os.fsencode(p) for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    home = Home(tmp_path / "home")
    prepare(home)
    folder = tmp_path / "root"
    folder.mkdir()
    journal = Journal(home.path / "journal.db", clock=lambda: time.monotonic() + 1_000_000)
    made = Desk(folder, home, journal)

    def examined(ref: FileRef, tools: LocalTools) -> Outcome:
        if made.poison(ref):
            raise Crash("氏名 山田 太郎")
        made.seen.append(ref.path)
        known = tools.known(ref)
        if known is not None:
            return conclude(ref, tools, known[0], known[1], OutcomeKind.UNCHANGED)
        with open(ref.path, "rb") as file:
            key = file.read().ljust(16, b".")[:16]
        return conclude(ref, tools, Contents("text/plain"), key, None)

    monkeypatch.setattr("scanner.watch.paths.scan_file", examined)
    journal.started([bytes(folder)])
    yield made
    if made.worker is not None:
        made.worker.close()
