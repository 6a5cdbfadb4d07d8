"""The logs of a state folder: lines appended, old ones put aside under a name of their own, the oldest thrown away.

Several processes write: a line is one append, and nobody holds a log open. Names of what is put aside differ by moment and process, so
that two processes that do it at once take nothing from each other.
"""

from __future__ import annotations

import os
from pathlib import Path

from scanner import clock

MOST_BYTES = 5_000_000
KEPT = 6
"""Logs that were put aside; with the one in use 35 MB at most."""


def append(path: Path, line: str) -> None:
    """Add a line, with its end. Raises ``OSError`` where the log cannot be written."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(line + "\n")
        full = file.tell() > MOST_BYTES
    if full:
        _put_aside(path)


def all_of(path: Path) -> list[Path]:
    """The log and what was put aside of it, the oldest first."""
    return [*sorted(path.parent.glob(f"{path.stem}-*{path.suffix}")), *([path] if path.exists() else [])]


def _put_aside(path: Path) -> None:
    try:
        path.rename(path.with_name(f"{path.stem}-{clock.stat_ns():020d}-{os.getpid()}{path.suffix}"))
    except OSError:
        return  # another process does it, or has the log open (Windows): the next line tries again
    for old in sorted(path.parent.glob(f"{path.stem}-*{path.suffix}"))[:-KEPT]:
        old.unlink(missing_ok=True)
