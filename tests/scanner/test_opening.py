"""Opening a database leaves alone what other connections of the same process hold."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scanner.hub.database import Database
from scanner.inventory.opening import opened


def _inventory(path: Path) -> Callable[[], object]:
    return opened(path).close


def _hub(path: Path) -> Callable[[], object]:
    database = Database(str(path))
    database.create()
    return database.close


@pytest.mark.parametrize("again", [_inventory, _hub])
def test_a_second_opening_in_one_process_takes_no_lock_of_the_first(again: Any, tmp_path: Path) -> None:
    """A file that is opened and closed beside SQLite takes the process's locks on it along (POSIX); another process that ends
    then throws away what was committed."""
    path = tmp_path / "a.db"
    again(path)()
    with closing(sqlite3.connect(path, isolation_level=None)) as first:
        first.execute("pragma journal_mode = wal")
        first.execute("create table kept (n)")
        end = again(path)
        first.execute("insert into kept values (1)")
        look = (
            f"import sqlite3; d = sqlite3.connect({str(path)!r}); d.execute('select n from kept').fetchone(); d.close()"
        )
        subprocess.run([sys.executable, "-c", look], check=True)
        end()
    with closing(sqlite3.connect(path)) as last:
        assert last.execute("select n from kept").fetchall() == [(1,)]
