"""``make bench-record``: the record and the officer's reports at the size of a large house. Everything is generated.

Ratios: verifying the record against a plain loop of the same hashes; a scan with and without the seals; memory in MB of one process.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scanner import clock
from scanner.inventory import ledger
from scanner.inventory import store as store_module
from scanner.inventory.home import Home, prepare
from scanner.inventory.record import check, seals, upgrade
from scanner.inventory.record.encoding import leaf_of
from scanner.inventory.store import Run, Store
from scanner.policy.models import Policy
from scanner.policy.verdict import Judge
from scanner.scan import local
from scanner.tlog import tiles


def fill(home: Home, files: int, entries: int) -> None:
    """An inventory of ``files`` files (one in ten with personal data) and a record of ``entries`` entries."""
    prepare(home)
    with Store(home.database) as store:
        run = store.begin(Run("0", "generated", "quick", ("/share",)))
        db = store.connection
        db.execute("pragma synchronous = off")
        db.execute("begin")
        db.executemany(
            "insert into contents (id, key, rule_set, media_type, read, notes, persons_min, persons_max, examined, custody, rows, modulus)"
            " values (?, ?, 'generated', 'text/csv', 1, '[]', ?, ?, '2026-11-01T00:00:00Z', '', 0, 1)",
            ((n, n.to_bytes(16, "big"), 5 * (n % 10 == 0), 5 * (n % 10 == 0)) for n in range(1, files + 1)),
        )
        db.executemany(
            "insert into findings (content_id, entity, count, score, \"check\", places, shape, category) values (?, 'PERSON', 5, 0.9, 'none', '[\"line 1\"]', '漢字4', '')",
            ((n,) for n in range(10, files + 1, 10)),
        )
        db.executemany(
            "insert into files (id, path, size, mtime_ns, ctime_ns, inode, device, stat_at_ns, rule_set, content_id, outcome, verdict, ground, run_id,"
            " first_seen, last_seen, owner) values (?, ?, 1000, 1, 1, ?, 1, 9, 'generated', ?, 'examined', ?, 'network', ?, '2026-11-01T00:00:00Z', '2026-11-01T00:00:00Z', 'clerk')",
            (
                (n, f"/share/部{n % 97}/{n:07}.csv".encode(), n, n, "outside" if n % 1000 == 0 else "in_place", run)
                for n in range(1, files + 1)
            ),
        )
        rows, leaves = [], []
        for seq in range(1, entries + 1):
            details = json.dumps(
                {"path": f"/share/部{seq % 97}/{seq:07}.csv", "persons": [5, 5], ledger.SALT: f"{seq:016x}"},
                separators=(",", ":"),
            )
            fields = (seq, "2026-11-01T00:00:00Z", "changed", "2026-017", "R-1", "pc-001", "clerk", details)
            leaves.append(leaf_of(fields))
            rows.append((*fields, leaves[-1]))
            if len(rows) == 51_200:
                db.executemany("insert into ledger values (?,?,?,?,?,?,?,?,?)", rows)
                rows = []
        db.executemany("insert into ledger values (?,?,?,?,?,?,?,?,?)", rows)
        level = 1
        while leaves := [
            tiles.tile_root(leaves[n : n + tiles.WIDTH])
            for n in range(0, len(leaves) // tiles.WIDTH * tiles.WIDTH, tiles.WIDTH)
        ]:
            db.executemany("insert into log_tiles values (?, ?, ?)", ((level, n, h) for n, h in enumerate(leaves)))
            level += 1
        db.execute("update runs set state = 'complete', ended = started, walked = ?, examined = ?", (files, files))
        db.execute(f"insert into sightings values ({run}, '1-{files}', '')")
        upgrade.after(db, home.keys)
        db.execute("delete from temp.touched_rows")
        db.execute("commit")


def plain(entries: int) -> float:
    """Seconds of the same hashes over as many entries of the same length, without a database and without comparing."""
    details, head = b"x" * 85, b"y" * 66
    began = time.process_time()
    previous = b"\0" * 32
    for _ in range(entries):
        previous = hashlib.sha256(previous + head + hashlib.sha256(details).hexdigest().encode()).digest()
    return time.process_time() - began


def _spent() -> float:
    """Seconds of processor time of this process and of its children that have ended."""
    took = os.times()
    return took.user + took.system + took.children_user + took.children_system


def cost(files: int, folder: Path) -> None:
    """Processor seconds of a scan and of a rescan of small tables with seals, commitment and signature, against the same without."""
    tree = folder / "tree"
    tree.mkdir()
    chance = random.Random(3)
    for number in range(files):
        rows = "".join(
            f"山田 太郎{n},03-{chance.randrange(1000, 9999)}-{chance.randrange(1000, 9999)}\n" for n in range(20)
        )
        (tree / f"{number}.csv").write_text("氏名,電話番号\n" + rows, "utf-8")
    time.sleep(2.1)  # so that the files count as settled
    taken: dict[bool, list[float]] = {}
    for sealed in (True, False, True, False):
        home = Home(folder / f"home-{sealed}-{len(taken.get(sealed, []))}")
        prepare(home)
        if not sealed:
            Store(home.database).close()
        kept = seals.watched, store_module.seal
        if not sealed:
            seals.watched = lambda db: False
            store_module.seal = lambda *a, **k: None
        try:
            judge = Judge(Policy(), host="pc", today=clock.today())
            for _ in range(2):
                began = _spent()
                local.scan(local.Options((bytes(tree),), depth="quick"), home, judge, lambda _: None)
                taken.setdefault(sealed, []).append(_spent() - began)
        finally:
            seals.watched, store_module.seal = kept
    for name, at in (("scan", 0), ("rescan", 1)):
        one, other = min(taken[True][at::2]), min(taken[False][at::2])
        print(
            f"{name} of {files:,} files: {one:.2f} s with the record sealed, {other:.2f} s without, {one / other - 1:+.1%}"
        )


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=5_000_000)
    parser.add_argument("--scan", type=int, default=2_000, help="files of the scan whose cost is measured")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        cost(chosen.scan, Path(name))
        home = Home(Path(name) / "home")
        fill(home, chosen.files, chosen.entries)
        size = home.database.stat().st_size / 1e6
        db = sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)
        began = time.process_time()
        broken = sum(1 for _ in ledger.verify(db))
        seconds = time.process_time() - began
        base = plain(chosen.entries)
        began = time.process_time()
        report = check.verify(db, home.keys)
        whole = time.process_time() - began - seconds
        print(f"record: {chosen.entries:,} entries, {chosen.files:,} files, {size:,.0f} MB")
        print(
            f"verify: {chosen.entries / seconds:,.0f} entries/s, {base / seconds:.2f} x a plain hash loop, {broken} breaks"
        )
        print(f"verify rows: {report.rows / whole:,.0f} rows/s, {len(report.found)} findings")
        for form in ("overview", "1", "2", "4", "19"):
            began = time.perf_counter()
            command = [
                sys.executable,
                "-m",
                "scanner.cli.main",
                "report",
                form,
                "--home",
                str(home.path),
                "-o",
                str(Path(name) / f"{form}.out"),
            ]
            done = subprocess.run([*command, "--format", "csv"], capture_output=True, text=True, check=False)
            most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(
                f"report {form}: {time.perf_counter() - began:.1f} s, at most {most:.0f} MB so far {done.stderr.strip()[-80:]}"
            )


if __name__ == "__main__":
    main()
