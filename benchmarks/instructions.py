"""What the work costs in instructions of the processor and in memory, beside what it cost before: ``make instructions``.

Each task is prepared, done once, then counted by valgrind's callgrind (Debian package ``valgrind``): the same program and data give the same
number on a busy machine and on an idle one. Memory is the peak of a run without valgrind. ``instructions.tsv`` keeps the figures; a task that
takes over 5 % more than in its last line fails, one that takes as much less asks for a new line (``--keep``). Figures of another minor version
of Python or another processor are not compared: libraries choose other code there.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

KEPT = Path(__file__).with_name("instructions.tsv")
FIELDS = ("day", "commit", "python", "machine", "task", "instructions", "peak_kb")
ALLOWED = 0.05
"""Two runs of one machine differed by 0.02 % in instructions and in memory."""


def quick() -> Callable[[], object]:
    """Numbers and labels in what people write: 20,000 characters without names."""
    from benchmarks.handwritten import handwritten
    from detectors.engine import Engine

    engine = Engine("quick")
    text = "\n".join(document.text for document in handwritten("dev"))[:20_000]
    return lambda: engine.analyze(text)


def names() -> Callable[[], object]:
    """Names in 4,000 characters of the same."""
    from benchmarks.handwritten import handwritten
    from detectors.engine import Engine

    engine = Engine("balanced")
    engine.warm()
    text = "\n".join(document.text for document in handwritten("dev"))[:4_000]
    return lambda: engine.analyze(text)


def roster() -> Callable[[], object]:
    """A table of 200 persons as text."""
    from benchmarks.rosters import rows
    from detectors.engine import Engine

    engine = Engine("balanced")
    engine.warm()
    text = "\n".join(",".join(row) for row in rows(200))
    return lambda: engine.analyze(text)


def workbook() -> Callable[[], object]:
    """A worksheet of 2,000 persons, read."""
    import io

    from benchmarks import rosters
    from scanner.extract.dispatch import dispatch
    from scanner.extract.interface import Sink, Source
    from scanner.limits import Limits

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "a.xlsx")
        rosters.workbook(path, 2_000)
        data = path.read_bytes()

    def read() -> None:
        sink = Sink(Limits(read_seconds=0), lambda items: None, dispatch)
        dispatch(Source("a.xlsx", io.BytesIO(data), len(data)), sink)
        sink.flush()

    return read


TASKS: dict[str, Callable[[], Callable[[], object]]] = {
    "quick": quick, "names": names, "roster": roster, "workbook": workbook,
}  # fmt: skip


def _child(task: str, counted: bool) -> None:
    """The task in this process; callgrind counts between two calls of its own control program."""
    work = TASKS[task]()
    work()
    if counted:
        _control("on")
    work()
    if counted:
        _control("off")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _control(word: str) -> None:
    subprocess.run(["callgrind_control", "-i", word, str(os.getpid())], check=True, stdout=subprocess.DEVNULL)


def measured(task: str) -> tuple[int, int]:
    """Instructions and peak of memory in KiB."""
    own = [sys.executable, "-m", __spec__.name, "--child", task]
    still = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch, "out")
        grind = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        env = {**os.environ, **still}
        subprocess.run([*grind, *own, "--counted"], check=True, env=env, stdout=subprocess.DEVNULL)
        total = re.search(r"^totals: (\d+)$", out.read_text(encoding="utf-8"), re.MULTILINE)
        peak = subprocess.run(own, check=True, env=env, capture_output=True, text=True).stdout.split()[-1]
    if total is None:
        sys.exit("callgrind counted nothing")
    return int(total[1]), int(peak)


def before(rows: list[dict[str, str]], task: str, python: str, machine: str) -> dict[str, str] | None:
    """The last line of a task under the same Python on the same kind of processor."""
    same = [row for row in rows if (row["task"], row["python"], row["machine"]) == (task, python, machine)]
    return same[-1] if same else None


def change(now: int, then: int) -> float:
    """Share by which a figure grew; below nought where it shrank."""
    return now / then - 1


def processor() -> str:
    """What decides which code the libraries choose: architecture and the widest vectors."""
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split() if Path("/proc/cpuinfo").exists() else []
    return f"{platform.machine()}{'-avx512' if 'avx512f' in flags else '-avx2' if 'avx2' in flags else ''}"


def main() -> int:
    """Measure, compare, and keep where asked; 1 where a task got dearer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="add the figures to instructions.tsv")
    parser.add_argument("--only", choices=TASKS, action="append")
    parser.add_argument("--child", choices=TASKS, help=argparse.SUPPRESS)
    parser.add_argument("--counted", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        _child(asked.child, asked.counted)
        return 0
    if shutil.which("valgrind") is None:
        sys.exit("This needs valgrind: apt-get install valgrind")
    with KEPT.open(encoding="utf-8", newline="") as file:
        kept = list(csv.DictReader(file, delimiter="\t"))
    python, machine = ".".join(platform.python_version_tuple()[:2]), processor()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True).stdout
    dearer, made = False, []
    for task in asked.only or TASKS:
        instructions, peak = measured(task)
        made.append((date.today().isoformat(), commit.strip(), python, machine, task, instructions, peak))
        known, line = before(kept, task, python, machine), f"{task:<10}{instructions:>16,}{peak:>10,} KiB"
        if known:
            grown = [change(instructions, int(known["instructions"])), change(peak, int(known["peak_kb"]))]
            line += "".join(f"{share:>+9.1%}" for share in grown) + f"  since {known['commit']}"
            dearer = dearer or max(grown) > ALLOWED
            line += "  <- dearer" if max(grown) > ALLOWED else "  <- keep this" if min(grown) < -ALLOWED else ""
        print(line, flush=True)
    if asked.keep:
        with KEPT.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter="\t", lineterminator="\n").writerows(made)
    return int(dearer and not asked.keep)


if __name__ == "__main__":
    sys.exit(main())
