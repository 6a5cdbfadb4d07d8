"""``python -m benchmarks.hostile``: every hostile file through the command line, one scan each, then all in one.

Reports CPU seconds, seconds on the wall and peak memory of the largest process for each file, the dearest first. Fails if one
takes more than 30 s or 1 GB, or if one is missing from the coverage of the scan of all.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from tests.scanner import hostile

SECONDS, MEGABYTES = 30.0, 1_000.0


class Cost(NamedTuple):
    """Of one scan: processor and wall seconds, megabytes of the largest process, and what the scan said."""

    name: str
    cpu: float
    wall: float
    megabytes: float
    code: int
    said: str


def scan(
    paths: list[Path], state: Path, depth: str, limit: float = 4 * SECONDS
) -> tuple[Cost, list[dict[str, object]]]:
    """One scan in a process of its own, with its children; it is ended after ``limit`` seconds."""
    out = state / "out.jsonl"
    out.unlink(missing_ok=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "scanner.cli.main", "scan", *map(str, paths), "--home", str(state / "home")]
    child = os.spawnv(
        os.P_NOWAIT,
        sys.executable,
        [*command, "--full", "--jobs", "1", "--depth", depth, "--format", "jsonl", "-o", str(out)],
    )
    end = threading.Timer(limit, os.kill, (child, signal.SIGKILL))
    end.start()
    _, status, usage = os.wait4(child, 0)
    end.cancel()
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
    said = ", ".join(str(r.get("reason") or r.get("outcome") or "") for r in rows if "path" in r)
    return (
        Cost(
            paths[0].name,
            usage.ru_utime + usage.ru_stime,
            time.monotonic() - began,
            usage.ru_maxrss / 1024,
            os.waitstatus_to_exitcode(status),
            said[:60],
        ),
        rows,
    )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Hostile files through the command line.")
    parser.add_argument("--only", default="", help="files whose name holds this")
    parser.add_argument("--depth", default="balanced")
    parser.add_argument("--show", type=int, default=40, help="lines of the table, the dearest first")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        office, state = Path(folder) / "office", Path(folder) / "state"
        office.mkdir()
        state.mkdir()
        made = {n: make for n, make in hostile.every().items() if arguments.only in n}
        costs = []
        for name, make in made.items():
            path = office / name
            path.write_bytes(make())
            cost, _ = scan([path], state, arguments.depth)
            costs.append(cost)
            print(f"{len(costs):>4}/{len(made)} {name}", file=sys.stderr, flush=True)
        costs.sort(key=lambda c: -c.wall)
        print(f"{'file':<36}{'CPU s':>8}{'wall s':>8}{'MB':>7}  {'code':>4}  said")
        for cost in costs[: arguments.show]:
            print(
                f"{cost.name:<36}{cost.cpu:>8.1f}{cost.wall:>8.1f}{cost.megabytes:>7.0f}  {cost.code:>4}  {cost.said}"
            )
        whole, rows = scan([office], state, arguments.depth, 3_600.0)
        seen = {Path(str(r["path"])).name for r in rows if "path" in r}
        print(f"all {len(made)} in one scan: {whole.cpu:.0f} CPU s, {whole.wall:.0f} s, {whole.megabytes:.0f} MB")
        missing = sorted(set(made) - seen)
        dear = [c.name for c in costs if c.wall > SECONDS or c.megabytes > MEGABYTES]
        broken = [c.name for c in costs if c.code not in (0, 1, 3)]
        for label, names in (
            ("over 30 s or 1 GB", dear),
            ("missing from the coverage", missing),
            ("ended badly", broken),
        ):
            if names:
                print(f"{label}: {', '.join(names)}")
        raise SystemExit(bool(missing or dear or broken))


if __name__ == "__main__":
    main()
