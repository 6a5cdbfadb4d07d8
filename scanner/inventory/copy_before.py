"""The inventory as it was before its schema changed, beside it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path


def copied(path: Path, step: str) -> None:
    """Keep the inventory as it is now. The caller holds the lock, so nobody writes; a second connection may still read."""
    kept = path.with_name(f"{path.name}.before-{step}")
    temporary = path.with_name(f".{kept.name}.{os.getpid()}")
    os.close(os.open(temporary, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(temporary)) as target:
            source.backup(target)
        os.replace(temporary, kept)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            temporary.with_name(temporary.name + ending).unlink(missing_ok=True)
