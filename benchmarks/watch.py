"""``make bench-watch``: what the watch loses (nothing), how soon it tells, what it costs, with its real processes.

Bursts at full size: 50,000 files, their removal, 20,000 renames of 2,000 files, a watcher stopped for a while. After each
the inventory is compared with the disk. Then the time from the close of a file with a My Number outside every place to the
alert, cold and warm, and memory and CPU at rest.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

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
[watch.budget]
cpu_percent = 100
mb_per_second = 0
pause_on_battery = false
pause_when_busy = false
"""


class Office:
    """A watched folder with its processes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.out = folder, folder / ".home", folder / "out"
        (folder / "in").mkdir()
        self.out.mkdir()
        (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
        command = [sys.executable, "-m", "scanner.cli.main", "watch", "-p", "policy.toml", "--home", str(self.home)]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        time.sleep(5)
        self.converge()

    def known(self) -> set[bytes]:
        """Live files of the inventory."""
        db = sqlite3.connect(self.home / "inventory.db")
        found = {r[0] for r in db.execute("select path from files where gone is null")}
        db.close()
        return found

    def disk(self) -> set[bytes]:
        """Files that there are."""
        return {os.fsencode(p) for place in ("in", "out") for p in (self.folder / place).rglob("*") if p.is_file()}

    def converge(self) -> tuple[int, int, float]:
        """(missing, ghosts, seconds) once nothing is left to do."""
        began = time.monotonic()
        quiet = 0
        while quiet < 3 and time.monotonic() - began < 900:
            time.sleep(1)
            quiet = quiet + 1 if Journal(self.home / "journal.db").pending() == (0, 0) else 0
        known, disk = self.known(), self.disk()
        return len(disk - known), len(known - disk), time.monotonic() - began

    def part(self, name: str) -> int:
        """Process number of a part."""
        return int(Journal(self.home / "journal.db").health().get(name, ("0", 0.0))[0])

    def alert(self, number: int) -> float:
        """Seconds from the close of a personal file to its alert."""
        log = self.home / "sekisho.log"
        before = log.read_text(encoding="utf-8").count('"alert"') if log.exists() else 0
        began = time.monotonic()
        (self.out / f"alert{number}.txt").write_text("氏名 山田 太郎 個人番号 123456789018", encoding="utf-8")
        while (log.read_text(encoding="utf-8").count('"alert"') if log.exists() else 0) == before:
            time.sleep(0.05)
            if time.monotonic() - began > 60:
                break
        return time.monotonic() - began

    def cost(self, seconds: int) -> tuple[float, float]:
        """(PSS in MB of all processes, CPU seconds) over a time of rest."""
        parts = [self.process.pid, self.part("watcher")]

        def cpu() -> float:
            ticks = os.sysconf("SC_CLK_TCK")
            return sum(sum(map(int, Path(f"/proc/{p}/stat").read_text().split()[13:15])) / ticks for p in parts)

        before = cpu()
        time.sleep(seconds)
        pss = sum(
            int(line.split()[1])
            for p in parts
            for line in Path(f"/proc/{p}/smaps_rollup").read_text().splitlines()
            if line.startswith("Pss:")
        )
        return pss / 1024, cpu() - before


def trials(office: Office, size: int) -> dict[str, Callable[[], None]]:
    """Name → what happens to the folder."""

    def burst() -> None:
        for number in range(size):
            (office.out / f"{number}.txt").write_bytes(b"%d" % number)

    def renames() -> None:
        for turn in range(10):
            for number in range(size // 25):
                (office.out / f"{number}{'x' * turn}.txt").rename(office.out / f"{number}{'x' * (turn + 1)}.txt")

    def stopped() -> None:
        watcher = office.part("watcher")
        os.kill(watcher, signal.SIGSTOP)
        for number in range(size // 2):
            (office.out / f"s{number}.txt").write_bytes(b"%d" % number)
        time.sleep(5)
        os.kill(watcher, signal.SIGCONT)

    def killed() -> None:
        for number in range(size // 5):
            (office.out / f"k{number}.txt").write_bytes(b"%d" % number)
            if number == size // 10:
                os.kill(office.part("watcher"), signal.SIGKILL)

    def removal() -> None:
        shutil.rmtree(office.out)
        office.out.mkdir()

    return {
        f"burst of {size:,} files": burst,
        f"{size * 2 // 5:,} renames of {size // 25:,} files": renames,
        f"watcher stopped during {size // 2:,} files": stopped,
        f"watcher killed during {size // 5:,} files": killed,
        "rm -rf of all": removal,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="The watch: losses, delay, cost.")
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--rest", type=int, default=60, help="seconds of rest to measure")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        office = Office(Path(name))
        try:
            print(f"to the alert, cold: {office.alert(0):.1f} s")
            warm = [office.alert(n) for n in range(1, 8)]
            print(f"to the alert, warm: median {statistics.median(warm):.1f} s")
            for label, act in trials(office, arguments.files).items():
                act()
                missing, ghosts, seconds = office.converge()
                print(f"{label:<48} missing {missing}, ghosts {ghosts}, after {seconds:.0f} s", flush=True)
            time.sleep(40)
            memory, cpu = office.cost(arguments.rest)
            print(f"at rest: {memory:.0f} MB PSS, {cpu:.2f} CPU seconds in {arguments.rest} s")
        finally:
            office.process.terminate()
            office.process.wait(30)


if __name__ == "__main__":
    main()
