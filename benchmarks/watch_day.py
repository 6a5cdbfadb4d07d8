"""``make bench-day``: twenty-four hours of office work in fast motion under the watch: does memory, do handles or the journal grow?

Every simulated hour people write, save as Office does (new file, rename over the old), copy, rename and delete; nights are quiet.
At the end of each hour the processes are counted once everything is examined.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.watch import Office
from scanner.demo import formats

HOURS = 24


def work(office: Office, chance: random.Random, acts: int) -> None:
    """One hour."""
    for _ in range(acts):
        present = [p for p in office.outside.rglob("*") if p.is_file()]
        act = chance.choice(("write", "write", "save", "save", "copy", "rename", "delete"))
        target = office.outside / f"係{chance.randrange(12)}" / f"{chance.randrange(400):03}.csv"
        target.parent.mkdir(exist_ok=True)
        text = formats.csv_text(
            [
                ["件名", "電話"],
                *((f"照会 {chance.randrange(9999)}", f"03-1234-{chance.randrange(9999):04}") for _ in range(20)),
            ]
        )
        if act == "write" or not present:
            target.write_text(text, encoding="utf-8")
        elif act == "save":
            chosen = chance.choice(present)
            new = chosen.with_name("saving.new")
            new.write_text(text, encoding="utf-8")
            os.replace(new, chosen)
        elif act == "copy":
            shutil.copy(chance.choice(present), target)
        elif act == "rename":
            chance.choice(present).rename(target)
        else:
            chance.choice(present).unlink()


def measured(office: Office) -> tuple[float, int, int, float, float]:
    """PSS in MB and open handles of all processes, rows of the journal, MB of journal and of inventory."""
    root = psutil.Process(office.pid)
    processes = [root, *root.children(recursive=True)]
    pss = handles = 0
    for process in processes:
        try:
            pss += process.memory_full_info().pss
            handles += process.num_fds()
        except psutil.Error:
            continue  # ended between the listing and the look
    journal = office.home / "journal.db"
    db = sqlite3.connect(journal)
    rows = sum(
        db.execute(f"select count(*) from {t[0]}").fetchone()[0]
        for t in db.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
        ).fetchall()
    )
    db.close()
    size = sum(p.stat().st_size for p in office.home.glob("journal.db*")) / 1e6
    return pss / 1e6, handles, rows, size, (office.home / "inventory.db").stat().st_size / 1e6


def churn(office: Office, chance: random.Random, minutes: float) -> None:
    """Without a rest: files and folders are made, renamed and removed as fast as this process can. A line at the end of each
    tenth of the time."""
    began = time.monotonic()
    acts = 0
    for tenth in range(1, 11):
        while time.monotonic() - began < minutes * 6 * tenth:
            folder = office.outside / f"束{chance.randrange(40)}"
            if folder.exists() and chance.random() < 0.1:
                shutil.rmtree(folder)
                continue
            folder.mkdir(exist_ok=True)
            for number in range(20):
                (folder / f"{number}.txt").write_text(f"照会 {chance.randrange(9999)}", encoding="utf-8")
            (folder / "0.txt").rename(folder / "1.txt")
            acts += 21
            time.sleep(0.02)
        told(f"{minutes * tenth / 10:5.1f} min, {acts} acts", measured(office))
    office.converge()
    told("calm", measured(office))


def told(label: str, figures: tuple[float, int, int, float, float]) -> None:
    """A line of figures."""
    pss, handles, rows, journal, inventory = figures
    print(
        f"{label}  {pss:6.0f} MB PSS  {handles:4} handles  journal {rows} rows, {journal:.2f} MB  inventory {inventory:.1f} MB",
        flush=True,
    )


def main() -> None:
    """Print a line an hour."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=150, help="acts an hour of work")
    parser.add_argument("--minutes", type=float, help="instead of a day: churn without a rest for so long")
    chosen = parser.parse_args()
    chance = random.Random(24)
    with tempfile.TemporaryDirectory() as name:
        office = Office(Path(name))
        try:
            if chosen.minutes:
                churn(office, chance, chosen.minutes)
            for hour in range(0 if chosen.minutes else HOURS):
                work(office, chance, chosen.acts if 8 <= hour < 20 else 10)
                office.converge()
                told(f"{hour:02}:00", measured(office))
            known, there = office.known(), {bytes(p) for p in office.outside.rglob("*") if p.is_file()}
            print(
                f"missing {len(there - known)}, ghosts {len({k for k in known if k.startswith(bytes(office.outside))} - there)}"
            )
        finally:
            office.stop()
    sys.stdout.flush()


if __name__ == "__main__":
    main()
