"""``python -m benchmarks.hub_rows``: how what a person asks a hub for grows with the rows of all terminals.

    python -m benchmarks.hub_rows [--files 10000 100000 1000000]

Batches as those of ``hub_load`` (20 files with findings and a point each) of 1,000 terminals are entered as the hub enters them, until the inventory has so many
files; then each command is run as a user does, in a process of its own. Told are CPU seconds and the most memory of each.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.hub.simulated import FILES, MOMENT, rows
from benchmarks.hub.world import Hub
from scanner.fleet.batch import Batch
from scanner.hub import entering
from scanner.inventory.store import Store

TERMINALS = 1_000
_TOGETHER = 200
RUN = {
    **{
        "id": 1,
        "started": MOMENT,
        "ended": MOMENT,
        "state": "complete",
        "tool": "load",
        "rule_set": "r",
        "depth": "balanced",
    },
    **{"policy_sha256": None, "walked": FILES, "examined": FILES, "unchanged": 0, "partial": 0, "not_examined": 0},
    **{"bytes": 0, "seconds": 1.0, "gaps": 0},
}
COMMANDS = (
    ("hub", "status"),
    ("points", "--limit", "50"),
    ("families",),
    ("articles",),
    ("report", "overview", "-o", "overview.html"),
    ("report", "2", "-o", "2.csv", "--draft"),
    ("report", "10", "-o", "10.csv", "--draft"),
    ("ledger", "verify"),
)


def batch(terminal: str, number: int) -> Batch:
    """Number ``number`` (from 1) of a terminal."""
    said = {
        "v": 1,
        "terminal": terminal,
        "number": number,
        "since": number - 1,
        "before": "0" * 64,
        "made": MOMENT,
        "rows": {**rows((number - 1) * FILES), "runs": [RUN]},
    }
    return Batch.model_validate(said)


def fill(hub: Hub, begin: int, end: int) -> float:
    """Batches ``begin`` to ``end`` of all terminals in their turn; returns CPU seconds."""
    began = time.process_time()
    with Store(hub.home.database, only_notes=True) as store:
        for first in range(begin, end, _TOGETHER):
            with store.transaction() as db:
                for at in range(first, min(first + _TOGETHER, end)):
                    number, terminal = divmod(at, TERMINALS)
                    entering.enter(db, f"{terminal:016x}", f"PC-{terminal:06}", batch(f"{terminal:016x}", number + 1))
    return time.process_time() - began


def asked(home: Path, words: tuple[str, ...]) -> str:
    """CPU, memory and how it ended."""
    child = subprocess.Popen(
        [sys.executable, "-c", "from scanner.cli.main import main; main()", *words, "--home", str(home)],
        cwd=home,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    out = child.stdout.read() if child.stdout else b""
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    cpu = used.ru_utime + used.ru_stime
    return f"{' '.join(words)}: {cpu:.1f} s, {used.ru_maxrss / 1024:.0f} MB, {len(out) / 1e6:.1f} MB told, exit {child.returncode}"


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", default=None)
    words = parser.parse_args()
    os.environ["SEKISHO_LANG"] = "en"
    with tempfile.TemporaryDirectory(prefix="sekisho-rows", dir=words.folder) as folder:
        hub = Hub(Path(folder) / "hub")
        (hub.home.path / "policy.toml").write_text('[[host]]\nid = "PC-000001"\nsilent_days = 30\n', encoding="utf-8")
        done = 0
        for files in words.files:
            end = files // FILES
            cpu = fill(hub, done, end)
            size = hub.home.database.stat().st_size
            each = cpu / max(end - done, 1) * 1000
            print(f"{files:,} files: {each:.1f} ms of CPU a batch, {size / 1e6:.0f} MB", flush=True)
            done = end
            for one in COMMANDS:
                print("  " + asked(hub.home.path, one), flush=True)
        hub.desk.database.close()


if __name__ == "__main__":
    main()
