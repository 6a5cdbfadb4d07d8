"""``make bench-flood``: a flood of empty folders under the watch, and one file with a My Number in the midst of it.

The time counts from the moment at which the file is settled (two seconds after its close) to its alert. ``--limit`` gives the
watch fewer inotify watches than there are folders, in a user namespace of its own, so that nothing of the machine is changed.
``--pace`` chooses the budget that ships instead of a whole core.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.watch import Office
from benchmarks.watched import POLICY
from scanner.watch.state import read
from scanner.watch.watcher import SETTLE_SECONDS

_LIMIT = Path("/proc/sys/user/max_inotify_watches")
_SHIPPED = POLICY.replace('depth = "quick"\n', "").partition("[watch.budget]")[0]


class Flooded(Office):
    """An office into which folders pour."""

    def pour(self, count: int, shape: str, chance: random.Random) -> list[Path]:
        """Make ``count`` empty folders: ``flat`` in one, ``nested`` six deep, or ``mixed``."""
        made = [self.outside]
        nest: list[Path] = []
        for number in range(count):
            if shape == "flat":
                folder = self.outside / f"f{number}"
            elif shape == "nested":
                nest = [self.outside] if len(nest) in (0, 7) else nest
                folder = nest[-1] / f"f{number}"
                nest.append(folder)
            else:
                folder = chance.choice(made[-2_000:]) / f"f{number}"
                if len(folder.parts) > 40:
                    folder = self.outside / f"f{number}"
            folder.mkdir()
            made.append(folder)
        return made

    def told(self) -> int:
        """Alerts so far."""
        log = self.home / "sekisho.log"
        return log.read_text(encoding="utf-8").count('"event": "alert"') if log.exists() else 0

    def late(self, folder: Path, number: int, patience: float = 300.0) -> float:
        """Seconds from the settling of a personal file in ``folder`` to its alert."""
        before = self.told()
        (folder / f"名簿{number}.txt").write_text("氏名 山田 太郎 個人番号 123456789018", encoding="utf-8")
        began = time.monotonic()
        while self.told() == before and time.monotonic() - began < patience:
            time.sleep(0.05)
        return time.monotonic() - began - SETTLE_SECONDS


def measure(arguments: argparse.Namespace) -> None:
    """One flood."""
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name:
        office = Flooded(Path(name), _SHIPPED if arguments.pace else None)
        try:
            office.late(office.outside, 0)
            began = time.monotonic()
            made = office.pour(arguments.folders, arguments.shape, chance)
            poured = time.monotonic() - began
            first = office.late(made[-1], 1)
            second = office.late(chance.choice(made), 2)
            missing, ghosts, rest = office.converge()
            calm = office.late(chance.choice(made), 3)
            state = read(office.home)
            print(
                f"{arguments.folders:,} folders ({arguments.shape}) in {poured:.1f} s, load {os.getloadavg()[0]:.1f}:"
                f" a file in the last of them is told {first:.1f} s after its settling, one in any {second:.1f} s;"
                f" calm after {rest:.0f} s, missing {missing}, ghosts {ghosts}, then {calm:.1f} s;"
                f" without a watch {state.unwatched if state else '?'}",
                flush=True,
            )
        finally:
            office.stop()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folders", type=int, default=60_000)
    parser.add_argument("--shape", choices=("flat", "nested", "mixed"), default="nested")
    parser.add_argument("--limit", type=int, help="inotify watches that there are")
    parser.add_argument("--pace", action="store_true", help="the budget that ships")
    parser.add_argument("--seed", type=int, default=24)
    arguments = parser.parse_args()
    if arguments.limit and "SEKISHO_FLOOD" not in os.environ:
        again = [sys.executable, "-m", "benchmarks.watch_flood", *sys.argv[1:]]
        environment = {**os.environ, "SEKISHO_FLOOD": "1"}
        sys.exit(subprocess.run(["unshare", "-Ur", *again], env=environment, check=False).returncode)
    if arguments.limit:
        _LIMIT.write_text(str(arguments.limit), encoding="ascii")
    measure(arguments)


if __name__ == "__main__":
    main()
