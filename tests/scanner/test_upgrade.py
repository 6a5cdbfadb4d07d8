"""Inventories of earlier versions open: kept as those versions made them of an invented office (``upgrade/``, named by commit)."""

from __future__ import annotations

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scanner.inventory import migrations
from tests.conftest import ROOT, Sekisho

KEPT = {"b2ffd77": ("m003_duties", 21), "255f2fc": ("m010_stamps", 29)}
"""Commit → the newest step that it knew, entries of its record."""
POLICY = """[[contract]]
id = "2026-017"
title = "集計業務"
starts = 2026-04-01
ends = 2027-03-31
[[contract.place]]
id = "store-1"
kind = "storage"
path = "{store}"
"""


@pytest.fixture(params=KEPT)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with tarfile.open(ROOT / f"tests/scanner/upgrade/{request.param}.tar.xz") as kept:
        kept.extractall(tmp_path, filter="data")
    return tmp_path / "home"


def _of(home: Path, statement: str, name: str = "inventory.db") -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / name)) as db:
        return db.execute(statement).fetchall()


def _steps(home: Path, name: str = "inventory.db") -> list[object]:
    return [row[0] for row in _of(home, "select name from _sqlite_migrations order by rowid", name)]


@pytest.mark.slow
@pytest.mark.posix("paths from the root")
def test_an_earlier_inventory_is_told_then_renewed_with_a_copy_beside_it_and_nothing_is_lost(
    home: Path, sekisho: Sekisho, tmp_path: Path
) -> None:
    before, known = (home / "inventory.db").read_bytes(), _steps(home)
    tables = ("originals", "points", "decisions", "declarations", "sweeps", "suppressions", "tokens")
    counted = {table: _of(home, f"select count(*) from {table}") for table in tables}
    ledger = _of(home, "select seq, at, kind, hash from ledger order by seq")
    assert (known[-1], len(ledger)) in KEPT.values()
    told = sekisho("status", "--home", home)
    assert told.code == 2
    assert "sekisho scan" in told.err
    assert (home / "inventory.db").read_bytes() == before
    (tmp_path / "other").mkdir()
    (tmp_path / "other/memo.txt").write_text("打合せ", encoding="utf-8")
    assert sekisho("scan", "--home", home, tmp_path / "other").code == 0
    assert _steps(home) == list(migrations.NAMES)
    (copy,) = home.glob("inventory.db.before-*")
    assert _steps(home, copy.name) == known
    assert _of(home, "select seq, at, kind, hash from ledger order by seq", copy.name) == ledger
    assert _of(home, "select seq, at, kind, hash from ledger order by seq")[: len(ledger)] == ledger
    assert {table: _of(home, f"select count(*) from {table}") for table in tables} == counted
    assert sekisho("ledger", "verify", "--home", home).code == 0
    assert sekisho("points", "--home", home).code == 1
    assert "F03-OUTSIDE" in sekisho("points", "--home", home).out
    for number in ("2",):
        made = sekisho("report", number, "--home", home, "-o", tmp_path / f"{number}.csv")
        assert made.code == 0, made.err


@pytest.mark.slow
@pytest.mark.posix("paths from the root")
@pytest.mark.parametrize("home", ["b2ffd77"], indirect=True)
@pytest.mark.parametrize("changed", [False, True])
def test_an_original_known_by_an_earlier_key_of_its_bytes_is_still_the_original(
    home: Path, sekisho: Sekisho, tmp_path: Path, changed: bool
) -> None:
    """The first version knew contents by another keyed hash: while the file is the same, the first scan renews it before anything
    is compared, and accuses the original of being its own copy nowhere."""
    roster = tmp_path / "store/名簿.csv"
    roster.parent.mkdir()
    people = [f"{a}{b}" for a in ("山田", "鈴木", "佐藤", "高橋") for b in ("太郎", "花子", "一郎")]
    rows = [f"{who},東京都千代田区丸の内{n + 1}-1-1,090-1234-56{n:02}" for n, who in enumerate(people)]
    roster.write_bytes("".join(f"{line}\n" for line in ("氏名,住所,電話番号", *rows)).encode())
    at = roster.stat()
    with closing(sqlite3.connect(home / "inventory.db")) as db, db:
        where = str(roster).encode()
        db.execute("update originals set path = ?", (where,))
        db.execute(
            "update files set path = ?, size = ?, mtime_ns = ?, ctime_ns = ?, inode = ? where id = 4",
            (where, at.st_size, at.st_mtime_ns, at.st_ctime_ns + changed, at.st_ino),
        )
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.format(store=roster.parent), encoding="utf-8")
    done = sekisho("scan", "--home", home, "-p", policy, "--format", "jsonl", roster.parent)
    assert done.code in (0, 1), done.err
    assert ("F07-UNDECLARED" in done.out) == changed
    (original,) = _of(home, "select version from originals")
    assert (original[0] >= 2) == (not changed)
