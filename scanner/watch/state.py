"""How the watch is, as its journal tells: for ``status``, ``doctor`` and ``service status``. Starts nothing."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class State:
    """One look at the watch."""

    running: bool
    watcher: bool
    worker: bool
    dirty: int
    walks: int
    last_walk: float
    last_walk_why: str
    last_overflow: float
    last_watch_limit: float
    lag: float
    """Seconds that the oldest settled path has waited."""
    policy_error: bool
    """Whether the worker could not start, because the policy file has faults now."""
    roots: tuple[str, ...]


def read(home: Path) -> State | None:
    """The state, or ``None`` where the watch has never run."""
    path = home / "journal.db"
    if not path.exists():
        return None
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        health: dict[str, tuple[str, float]] = {
            n: (v, at) for n, v, at in db.execute("select name, value, at from health")
        }
        dirty, oldest = db.execute("select count(*), min(due) from dirty").fetchone()
        walks = db.execute("select count(*) from rescans").fetchone()[0]
    except sqlite3.Error:
        return None
    finally:
        db.close()

    def alive(name: str) -> bool:
        value = health.get(name, ("", 0.0))[0]
        return value.isdigit() and _alive(int(value))

    def when(name: str) -> float:
        return health.get(name, ("", 0.0))[1]

    return State(
        alive("supervisor"),
        alive("watcher"),
        alive("worker"),
        dirty,
        walks,
        when("last_walk"),
        health.get("last_walk", ("", 0.0))[0],
        when("last_overflow"),
        when("last_watch_limit"),
        max(0.0, time.time() - oldest) if oldest else 0.0,
        health.get("policy_error", ("0", 0.0))[0] not in ("0", ""),
        tuple(r for r in health.get("roots", ("", 0.0))[0].split("\0") if r),
    )


def _alive(number: int) -> bool:
    if os.name != "posix":
        return True  # cannot be told without rights; the times in the state tell it
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
