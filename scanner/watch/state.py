"""How the watch is, as its journal tells: for ``status``, ``doctor`` and ``service status``. Starts nothing."""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from scanner import processes
from scanner.model import display
from scanner.watch.guard import TRIES
from scanner.watch.lock import said


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
    worker_error: str = ""
    """Code of the fault of reader or judge for which the worker cannot work at all."""
    pause: tuple[str, str, float, float] | None = None
    """(``paused`` or ``reduced``, why, since, until at the latest); until 0: until the reason is over."""
    unwatched: int = 0
    """Folders for which the system has no watch left: they are asked in turn."""
    trouble: tuple[str, float] | None = None
    """(``disk_full`` or ``state_unusable``, since)."""
    aside: tuple[tuple[str, int, str, float], ...] = ()
    """Paths that are set aside: (path, tries, why, until)."""
    undelivered: tuple[tuple[str, int, str, float, float], ...] = ()
    """Channels of alerts that fail: (channel, tries, why, since, next try)."""


def read(home: Path) -> State | None:
    """The state, or ``None`` where the watch has never run."""
    path = home / "journal.db"
    if not path.exists():
        return None
    held = said(home)
    trouble = (str(held["trouble"]), float(held["since"])) if "trouble" in held else None
    try:
        db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)
    except sqlite3.Error:
        return None
    try:
        health: dict[str, tuple[str, float]] = {
            n: (v, at) for n, v, at in db.execute("select name, value, at from health")
        }
        dirty, oldest = db.execute("select count(*), min(due) from dirty").fetchone()
        walks = db.execute("select (select count(*) from rescans) + (select count(*) from folders)").fetchone()[0]
        roots = [r[0] for r in db.execute("select path from roots")]
        aside = db.execute(
            "select path, tries, why, until from aside where tries >= ? order by path limit ?", (TRIES, _MOST_ASIDE)
        ).fetchall()
        failing = db.execute("select channel, tries, why, at, retry from marks where tries > 0").fetchall()
    except sqlite3.Error:
        return None
    finally:
        db.close()

    def alive(name: str) -> bool:
        value = health.get(name, ("", 0.0))[0]
        return value.isdigit() and processes.alive(int(value))

    def when(name: str) -> float:
        return health.get(name, ("", 0.0))[1]

    pause, unwatched = health.get("pause", ("", 0.0))[0], int(health.get("unwatched", ("0", 0.0))[0])
    return State(
        alive("supervisor"),
        alive("watcher"),
        alive("worker"),
        dirty,
        walks,
        when("last_walk"),
        health.get("last_walk", ("", 0.0))[0],
        when("last_overflow"),
        when("last_watch_limit") if unwatched else 0.0,
        max(0.0, time.monotonic() - oldest) if oldest is not None else 0.0,
        health.get("policy_error", ("0", 0.0))[0] not in ("0", ""),
        tuple(display(r) for r in roots),
        health.get("worker_error", ("", 0.0))[0],
        tuple(json.loads(pause)) if pause and alive("worker") else None,
        unwatched,
        trouble if alive("supervisor") else None,
        tuple((display(p), tries, why, until) for p, tries, why, until in aside),
        tuple(failing),
    )


_MOST_ASIDE = 100
