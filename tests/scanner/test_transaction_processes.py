"""The inventory under many processes, kills and a disk that is full."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scanner.inventory import opening
from scanner.inventory.errors import InventoryError
from tests.conftest import ROOT, Sekisho, lacking
from tests.scanner.failing import dump, failing_at, old_inventory


@pytest.mark.posix("os.fork")
@pytest.mark.parametrize("what", ["together", pytest.param("migrations", marks=pytest.mark.slow)])
def test_many_processes_and_kills(what: str, tmp_path: Path) -> None:
    """New inventories opened by several at once, whose entries all arrive; migrations killed at every statement."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.scanner.failing", what, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_migration_that_fails_leaves_the_inventory_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    old_inventory(path)
    before = dump(path)
    with failing_at(12), pytest.raises(InventoryError):
        opening.opened(path)
    assert dump(path) == before
    opening.opened(path).close()
    (kept,) = tmp_path.glob("inventory.db.before-*")
    assert dump(kept) == before
    assert sys.platform == "win32" or kept.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(path)) as db:  # the keys of the record are known
        assert db.execute("select name, state from key_ids order by name").fetchall() == [
            ("A", "held"),
            ("B", "destroyed"),
        ]


@pytest.mark.slow
def test_a_disk_that_is_really_full(sekisho: Sekisho, tmp_path: Path) -> None:
    tree, home = tmp_path / "tree", tmp_path / "small"
    tree.mkdir()
    home.mkdir()
    for number in range(300):
        (tree / f"{number}.txt").write_text(f"氏名 山田太郎 電話 03-1234-{number:04}")
    mount = shutil.which("mount")
    options = ("-t", "tmpfs", "-o", "size=400k", "tmpfs", str(home))
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        lacking("right to mount")
    try:
        scan = ("scan", "--home", home / "h", "--depth", "quick", "--format", "jsonl", tree)
        full = sekisho(*scan)
        assert full.code == 4
        assert "The disk is full" in full.err
        subprocess.run([mount, "-o", "remount,size=8m", str(home)], check=True)
        assert sekisho(*scan).summary()["walked"] == 300
        assert sekisho("ledger", "verify", "--home", home / "h").code == 0
    finally:
        subprocess.run(["umount", str(home)], check=True)
