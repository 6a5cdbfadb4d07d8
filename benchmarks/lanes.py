"""``python -m benchmarks.lanes --before PYTHON``: one scan of a generated share of 2,000 mixed files, processor time of this
version against another one (the interpreter of whose installation is given), and the gain of a second job. Ratios in one run."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.shares import build

SEED = 20261130


def scan(python: str, folder: Path, *options: str) -> tuple[float, float]:
    """(processor seconds of all its processes, seconds on the clock) of one scan into a fresh state folder."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    since = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [
                python,
                "-m",
                "scanner.cli.main",
                "scan",
                "--home",
                home,
                "--format",
                "json",
                "--quiet",
                *options,
                str(folder),
            ],
            stdout=subprocess.DEVNULL,
            cwd=os.path.abspath(os.sep),
            check=False,
        )
    assert done.returncode in (0, 1, 3), done.returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - since


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", help="interpreter of the other version")
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--depth", default="balanced")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        build(tree, chosen.files, SEED)
        depth = ("--depth", chosen.depth)
        one = scan(sys.executable, tree, *depth)
        print(f"one job: {one[0]:.1f} CPU s, {one[1]:.1f} s")
        if chosen.before:
            other = scan(chosen.before, tree, *depth)
            print(
                f"before:  {other[0]:.1f} CPU s, {other[1]:.1f} s; processor time now / before {one[0] / other[0]:.3f}"
            )
        two = scan(sys.executable, tree, *depth, "--jobs", "2")
        print(f"two jobs: {two[0]:.1f} CPU s, {two[1]:.1f} s; gain {one[1] / two[1]:.2f}")


if __name__ == "__main__":
    main()
