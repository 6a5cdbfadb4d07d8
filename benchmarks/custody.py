"""``make bench-custody``: recall and precision of copies over a generated office, and what looking up tokens costs.

The office has originals of 100 to 100,000 rows, derived copies of every kind and unrelated files (``custody_office``).
Costs are ratios within one run: looking a file up against to extracting it, at 10^5, 10^6 and 10^7 stored tokens.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.custody_office import Made, office

POLICY = """[[contract]]
id = "A-1"
title = "集計業務"
[[contract.place]]
id = "store"
kind = "storage"
path = "originals"
consent = "承諾-1"
"""
SIZES = (100, 100, 200, 300, 300, 500, 500, 1_000, 1_000, 2_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000)


def _sekisho(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scanner.cli.main", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def matrix(folder: Path, made: list[Made], depth: str) -> dict[str, tuple[int, int]]:
    """Kind of copy → (files, files put into the right family); of unrelated files those put into none."""
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    common = ("-p", folder / "policy.toml", "--home", folder / ".home", "--depth", depth)
    for item in made:
        if item.kind == "original":
            done = _sekisho("receive", item.path, "--contract", "A-1", *common)
            if done.returncode:
                raise SystemExit(done.stderr)
    places = [folder / name for name in ("originals", "copies", "others")]
    done = _sekisho("scan", *places, *common, "--format", "jsonl", "--jobs", os.cpu_count() or 1)
    found = {o["path"]: o["family"] for o in map(json.loads, done.stdout.splitlines()) if o["type"] == "file"}
    result: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for item in made:
        wanted = f"R-{item.original}" if item.original else None
        result[item.kind or "unrelated"][0] += 1
        result[item.kind or "unrelated"][1] += found.get(str(item.path)) == wanted
    return {kind: (files, right) for kind, (files, right) in result.items()}


def lookups(counts: tuple[int, ...]) -> None:
    """Time to look up the tokens of a file of 1,000 rows, and bytes a stored token."""
    from scanner.inventory import custody, migrations

    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.db"
        migrations.apply(str(path))
        db = sqlite3.connect(path)
        empty, stored = path.stat().st_size, 0
        for count in counts:
            while stored < count:  # originals of half a million tokens each
                size = min(500_000, count - stored)
                tokens = {chance.getrandbits(64) - (1 << 63): n // 8 for n in range(size)}
                custody.put_tokens(db, stored // 500_000 + 1, tokens)
                stored += size
            db.commit()
            db.execute("pragma wal_checkpoint(truncate)")
            asked = [chance.getrandbits(64) - (1 << 63) for _ in range(5_000)]
            began = time.process_time()
            custody.lookup(db, asked)
            spent = time.process_time() - began
            size = (path.stat().st_size - empty) / stored
            print(f"{stored:>12,} tokens: {spent * 1000:7.1f} ms for 1,000 rows, {size:.1f} bytes a token", flush=True)
        db.close()


def extraction() -> float:
    """Milliseconds of CPU to extract a worksheet of 1,000 rows, to compare with."""
    from benchmarks.custody_office import HEADER, rows
    from scanner.demo import formats
    from scanner.extract.interface import Source
    from scanner.extract.worker import read
    from scanner.limits import limits

    data = formats.xlsx({"名簿": [HEADER, *rows(1_000, 3)]})
    for _ in range(2):
        began = time.process_time()
        read(Source("a.xlsx", io.BytesIO(data), len(data)), limits(), lambda _: None)
    return (time.process_time() - began) * 1000


def changed(depth: str) -> None:
    """Recall over kinds of change to one list, precision over rows that only look like it."""
    from benchmarks.custody_changes import CHANGES, Bench, people, recall, wrong

    small = Bench(depth)
    persons = people(200, 5)
    small.receive(*CHANGES["headings set wide"](persons, random.Random(1)))
    found = recall(small, persons)
    for name, share in sorted(found.items(), key=lambda item: item[1])[:8]:
        print(f"  {name:<44}{share:6.1%} of its rows")
    print(f"recall over {len(found)} kinds of change {sum(s > 0 for s in found.values()) / len(found):.4f}", flush=True)
    large = Bench(depth)
    persons = people(5_000, 5)
    large.receive(*CHANGES["csv"](persons, random.Random(1)))
    seen, mistaken = wrong(large, persons, 10_000)
    print(f"of {seen:,} unrelated rows taken for a copy or a piece: {sum(mistaken.values())} files {mistaken}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Custody: copies found, and their cost.")
    parser.add_argument("--small", action="store_true", help="an office of 500 files instead of 3,000")
    parser.add_argument("--depth", default="balanced", choices=("quick", "balanced"))
    parser.add_argument("--tokens", type=int, default=10_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes, copies, unrelated = (SIZES[:8], 96, 380) if arguments.small else (SIZES, 400, 2_500)
        made = office(folder, sizes=sizes, copies=copies, unrelated=unrelated)
        began = time.monotonic()
        result = matrix(folder, made, arguments.depth)
        print(f"{len(made):,} files in {time.monotonic() - began:.0f} s (receiving and scanning)")
    derived = [v for k, v in result.items() if k not in ("original", "unrelated")]
    wrong = result["unrelated"][0] - result["unrelated"][1]
    right = sum(r for _, r in derived)
    for kind, (files, good) in sorted(result.items()):
        print(f"  {kind:<28}{good:>6} of {files}")
    print(f"recall {right / sum(n for n, _ in derived):.4f}, precision {right / max(1, right + wrong):.4f}")
    print(f"extracting 1,000 rows of xlsx: {extraction():.1f} ms")
    changed(arguments.depth)
    lookups(tuple(n for n in (100_000, 1_000_000, 10_000_000) if n <= arguments.tokens))


if __name__ == "__main__":
    main()
