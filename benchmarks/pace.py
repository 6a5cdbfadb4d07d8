"""What detection costs beside another version of the program: ``python -m benchmarks.pace --against FOLDER``, a checkout with a
``.venv`` of its own. Both read the same texts and files by turns; processor seconds, the least of several, and their ratio.

``--only`` takes some lines: short, joined, tables, prose, start, csv, xlsx, share (the last also with two jobs, on the clock).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks.handwritten import handwritten
from benchmarks.rosters import rows, workbook
from benchmarks.shares import build
from benchmarks.yardstick import documents

HERE = Path(__file__).resolve().parent.parent
SEED = 20261130
_CHILD = """
import json, sys, time
from pathlib import Path
from detectors.engine import Engine
texts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
engine = Engine(sys.argv[2])
engine.warm()
for text in texts[:50]:
    engine.analyze(text)
least = None
for _ in range(int(sys.argv[3])):
    began = time.process_time()
    for text in texts:
        engine.analyze(text)
    taken = time.process_time() - began
    least = taken if least is None else min(least, taken)
print(least)
"""
"""Runs in each version's own interpreter: the least of some readings of all texts."""
_START = "from detectors.engine import Engine; Engine('balanced').analyze('担当 山田太郎')"


def texts() -> dict[str, list[str]]:
    """The texts that both analyze, by the line that shows them."""
    short = [sample.text for sample in documents(300)]
    table = ["\n".join(",".join(row) for row in rows(500, seed)) for seed in range(4)]
    prose = [d.text for d in handwritten("dev") if "。" in d.text]
    return {"short": short, "joined": ["\n\n".join(short)], "tables": table, "prose": ["\n\n".join(prose)]}


def children(command: list[str | Path], folder: Path, expected: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """(processor seconds of a command with all its children, seconds on the clock)."""
    before, since = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    assert done.returncode in expected, done.returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - since


def scan(checkout: Path, what: Path, *options: str) -> tuple[float, float]:
    """The same of a scan into a state folder of its own."""
    with tempfile.TemporaryDirectory() as home:
        python = checkout / ".venv/bin/python"
        command = [
            python,
            "-m",
            "scanner.cli.main",
            "scan",
            "--home",
            home,
            "--quiet",
            "--format",
            "json",
            *options,
            what,
        ]
        return children(command, checkout, (0, 1, 3))


def analyzed(checkout: Path, file: Path, depth: str, times: int) -> float:
    """Processor seconds that one reading of all texts takes, without the start."""
    command = [checkout / ".venv/bin/python", "-c", _CHILD, file, depth, str(times)]
    return float(subprocess.run(command, cwd=checkout, stdout=subprocess.PIPE, check=True).stdout)


def csv_file(path: Path, count: int) -> None:
    """Write the roster as a text file."""
    path.write_text("".join(",".join(row) + "\n" for row in rows(count)), encoding="utf-8")


def processor(checkout: Path, what: Path) -> float:
    """Processor seconds of a scan."""
    return scan(checkout, what)[0]


Work = tuple[str, Callable[[Path], float]]


def work(folder: Path, chosen: argparse.Namespace) -> Iterator[Work]:
    """(name, what one checkout needs for it) of each line."""
    for name, some in texts().items():
        file = folder / f"{name}.json"
        file.write_text(json.dumps(some), encoding="utf-8")
        for depth in ("balanced", "quick"):
            yield f"{name} {depth}", partial(analyzed, file=file, depth=depth, times=3)
    yield "start", lambda c: children([c / ".venv/bin/python", "-c", _START], c)[0]
    for name, write in (("csv", csv_file), ("xlsx", workbook)):
        file = folder / f"roster.{name}"
        if not chosen.only or name in chosen.only:
            write(file, chosen.rows)
        yield name, partial(processor, what=file)
    tree = folder / "share"
    if not chosen.only or "share" in chosen.only:
        tree.mkdir()
        build(tree, chosen.files, SEED, pictures=False)
    yield "share", partial(processor, what=tree)
    yield "share on the clock, one job", lambda c: scan(c, tree)[1]
    yield "share on the clock, two jobs", lambda c: scan(c, tree, "--jobs", "2")[1]


def main() -> None:
    """Print one line for each kind of work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=1_000)
    chosen = parser.parse_args()
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    sides = [HERE, *([chosen.against.resolve()] if chosen.against else [])]
    with tempfile.TemporaryDirectory() as folder:
        for name, of in work(Path(folder), chosen):
            if chosen.only and name.split()[0] not in chosen.only:
                continue
            least = [float("inf")] * len(sides)
            for _ in range(chosen.turns):
                least = [min(before, of(side)) for before, side in zip(least, sides, strict=True)]
            ratio = f"{least[0] / least[1]:7.2f} x" if len(least) > 1 else ""
            print(f"{name:32}" + "".join(f"{seconds:9.3f}" for seconds in least) + ratio, flush=True)


if __name__ == "__main__":
    main()
