"""kill -9 at any moment of a scan, then scan again: the inventory is whole and every file is there once."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import Sekisho

pytestmark = pytest.mark.slow

FILES = 120
KILLS = 10


@pytest.mark.posix("SIGKILL")
def test_inventory_survives_kills(command: list[str], sekisho: Sekisho, tmp_path: Path) -> None:
    tree, home = tmp_path / "tree", tmp_path / "home"
    tree.mkdir()
    for number in range(FILES):
        (tree / f"{number:03d}.txt").write_text(f"整理 {number}\n電話 03-1234-{number:04d}\n" * 20, encoding="utf-8")
    chance = random.Random(11)
    for _ in range(KILLS):
        child = subprocess.Popen(
            [*command, "scan", "--home", str(home), str(tree)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.1, 1.6))
        child.send_signal(signal.SIGKILL)
        child.wait()
        database = home / "inventory.db"
        if database.exists():
            connection = sqlite3.connect(database)
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
            connection.close()
    result = sekisho("scan", "--home", home, "--format", "jsonl", tree)
    assert result.code == 0, result.err
    s = result.summary()
    assert s["walked"] == FILES == s["examined"] + s["unchanged"]
    connection = sqlite3.connect(home / "inventory.db")
    assert connection.execute("select count(*), count(distinct path) from files where gone is null").fetchone() == (
        FILES,
        FILES,
    )
    assert connection.execute("select count(*) from runs where state = 'running'").fetchone() == (0,)
    assert connection.execute(
        "select count(*) from files f left join contents c on c.id = f.content_id where c.id is null"
    ).fetchone() == (0,)
    connection.close()
    leftovers = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=False).stdout
    assert str(home) not in leftovers
