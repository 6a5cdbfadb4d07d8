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
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.watched import POLICY, Watched
from scanner.inventory.journal import Journal


class Office(Watched):
    """A watched folder that is measured, at the depth that ships."""

    def __init__(self, folder: Path, policy: str | None = None) -> None:
        super().__init__(folder, policy or POLICY.replace('depth = "quick"\n', ""))
        self.start()
        self.converge()

    def converge(self) -> tuple[int, int, float]:
        """(missing, ghosts, seconds) once nothing is left to do."""
        began = time.monotonic()
        quiet = 0
        while quiet < 3 and time.monotonic() - began < 900:
            time.sleep(1)
            quiet = quiet + 1 if Journal(self.home / "journal.db").pending() == (0, 0) else 0
        known, disk = self.known(), self.disk()
        return len(disk - known), len(known - disk), time.monotonic() - began

    def alert(self, number: int) -> float:
        """Seconds from the close of a personal file to its alert."""
        log = self.home / "sekisho.log"
        before = log.read_text(encoding="utf-8").count('"alert"') if log.exists() else 0
        began = time.monotonic()
        (self.outside / f"alert{number}.txt").write_text("氏名 山田 太郎 個人番号 123456789018", encoding="utf-8")
        while (log.read_text(encoding="utf-8").count('"alert"') if log.exists() else 0) == before:
            time.sleep(0.05)
            if time.monotonic() - began > 60:
                break
        return time.monotonic() - began

    def cost(self, seconds: int) -> tuple[float, float]:
        """(PSS in MB of all processes, CPU seconds) over a time of rest."""
        parts = [self.pid, self.part("watcher")]

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
            (office.outside / f"{number}.txt").write_bytes(b"%d" % number)

    def renames() -> None:
        for turn in range(10):
            for number in range(size // 25):
                (office.outside / f"{number}{'x' * turn}.txt").rename(
                    office.outside / f"{number}{'x' * (turn + 1)}.txt"
                )

    def stopped() -> None:
        watcher = office.part("watcher")
        os.kill(watcher, signal.SIGSTOP)
        for number in range(size // 2):
            (office.outside / f"s{number}.txt").write_bytes(b"%d" % number)
        time.sleep(5)
        os.kill(watcher, signal.SIGCONT)

    def killed() -> None:
        for number in range(size // 5):
            (office.outside / f"k{number}.txt").write_bytes(b"%d" % number)
            if number == size // 10:
                os.kill(office.part("watcher"), signal.SIGKILL)

    def removal() -> None:
        shutil.rmtree(office.outside)
        office.outside.mkdir()

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
            office.stop()


if __name__ == "__main__":
    main()
