"""A folder under watch with its real processes, for tests and benchmarks."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from scanner import processes
from scanner.inventory.journal import Journal

POLICY = """[[contract]]
id = "A"
title = "a"
[[contract.place]]
id = "s"
kind = "storage"
path = "in"
consent = "c"
[watch]
roots = ["in", "out"]
depth = "quick"
[watch.budget]
cpu_percent = 100
mb_per_second = 0
pause_on_battery = false
pause_when_busy = false
"""


class Watched:
    """A watched folder with its processes: ``in`` is a place of the contract, ``out`` is not."""

    def __init__(self, folder: Path, policy: str = POLICY) -> None:
        self.folder, self.home = folder, folder / ".home"
        self.inside, self.outside = folder / "in", folder / "out"
        for place in (self.inside, self.outside):
            place.mkdir(parents=True)
        (folder / "policy.toml").write_text(policy, encoding="utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 60.0) -> None:
        """Start the watch and wait (at most so long) until all parts run and what was there is known."""
        command = [sys.executable, "-m", "scanner.cli.main", "watch", "-p", "policy.toml", "--home", str(self.home)]
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.wait(lambda: self.part("watcher") > 0 and self.quiet(), seconds)
        except AssertionError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the watch and all its parts."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    @property
    def pid(self) -> int:
        """Process number of the watch itself."""
        if self.process is None:
            raise RuntimeError("the watch was not started")
        return self.process.pid

    def part(self, name: str) -> int:
        """Process number of a part, 0 if it is not known."""
        try:
            with closing(Journal(self.home / "journal.db")) as journal:
                value = journal.health().get(name, ("0", 0.0))[0]
        except sqlite3.Error:
            return 0
        return int(value) if processes.alive(int(value)) else 0

    def quiet(self) -> bool:
        """Whether nothing waits in the journal."""
        try:
            with closing(Journal(self.home / "journal.db")) as journal:
                return journal.pending() == (0, 0)
        except sqlite3.Error:
            return False

    def known(self) -> set[bytes]:
        """Live files of the inventory."""
        if not (self.home / "inventory.db").exists():
            return set()
        db = sqlite3.connect(self.home / "inventory.db")
        try:
            return {r[0] for r in db.execute("select path from files where gone is null")}
        except sqlite3.Error:
            return set()
        finally:
            db.close()

    def disk(self) -> set[bytes]:
        """Files that there are."""
        return {os.fsencode(p) for place in (self.inside, self.outside) for p in place.rglob("*") if p.is_file()}

    def wait(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait for a condition; fails after so many seconds and tells how many files are known and there."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, (len(self.known()), len(self.disk()))
            time.sleep(0.2)
