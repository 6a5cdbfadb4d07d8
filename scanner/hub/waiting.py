"""A hub whose database is not up yet: it waits and says so. Only what waiting mends nothing of, wrong settings, ends it."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

import psutil

from scanner import clock
from scanner.hub import desk as desks
from scanner.hub.desk import Desk
from scanner.hub.errors import HubError
from scanner.inventory.errors import InventoryError
from scanner.inventory.home import Home
from scanner.inventory.secretfile import place

FILE = "hub-serving.json"
LONGEST = 30.0
"""Seconds between two tries, at most; the first is after one, each next one after twice as long."""
UP, STARTING, DOWN, FULL, BUSY, WRONG = "up", "starting", "down", "full", "busy", "wrong"
_PASSING = {"disk_full": FULL, "database_busy": BUSY}
"""What may keep the inventory from being opened, and passes."""
_ROOM = 1 << 20
"""Bytes below which a disk counts as full: SQLite needs some pages and a journal to begin."""
_REFUSED_MOST = 4
"""Tries at a server that is up and does not let us in: it may have no connection to spare; after that the settings are wrong."""
Told = Callable[[str, float], None]
"""Takes why it waits (``STARTING``, ``DOWN``, …) and for how many seconds."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What a serving hub says of itself."""

    process: int
    begun: float
    """When the system started that process: another may have its number later."""
    since: str
    waits: str = ""
    """Why it does not answer yet; empty where it does."""


def opened(home: Home, told: Told) -> Desk:
    """The hub of a folder, as soon as its database is up. Raises ``HubError`` for what waiting does not mend."""
    pause, refused = 1.0, 0
    while True:
        try:
            return desks.opened(home)
        except (HubError, InventoryError) as error:
            why = _PASSING.get(error.code, WRONG) if isinstance(error, InventoryError) else WRONG
            why = state(home) if error.code == "database" else why
            refused = refused + 1 if why == UP else 0
            if why == WRONG or refused >= _REFUSED_MOST:
                raise
        seconds = pause * random.uniform(0.75, 1.25)  # noqa: S311  # spreads those that wait for one server
        keep(home, why)
        told(why, seconds)
        clock.System().sleep(seconds)
        pause = min(pause * 2, LONGEST)


def state(home: Home) -> str:
    """How the server of a hub's tables stands, asked without signing in: ``UP``, ``STARTING`` (it takes nobody yet, or is ending), ``DOWN``, or
    ``WRONG`` where the settings name none; of tables in a file ``FULL`` where their disk has no room, else ``UP``."""
    try:
        address = str(json.loads((home.path / desks.SETTINGS).read_text("utf-8"))["database"])
    except (OSError, ValueError, KeyError, TypeError):
        return WRONG
    if not address.startswith(("postgresql://", "postgres://")):
        return FULL if shutil.disk_usage(home.path).free < _ROOM else UP
    try:
        from psycopg.pq import PGconn, Ping
    except ImportError:
        return WRONG
    answers = {int(Ping.OK): UP, int(Ping.REJECT): STARTING, int(Ping.NO_RESPONSE): DOWN}
    return answers.get(int(PGconn.ping(address.encode())), WRONG)


def keep(home: Home, waits: str = "") -> None:
    """Say how this process stands, for ``hub status``."""
    said = Serving(os.getpid(), psutil.Process().create_time(), clock.stamp(), waits)
    with suppress(OSError):  # nobody's work depends on it
        place(home.path / FILE, json.dumps(asdict(said)).encode(), over=True)


def serving(home: Home) -> Serving | None:
    """The hub that serves from a folder; ``None`` where none does."""
    try:
        found = Serving(**json.loads((home.path / FILE).read_text("utf-8")))
        lives = abs(psutil.Process(found.process).create_time() - found.begun) < 1.0
    except (OSError, ValueError, TypeError, psutil.Error):
        return None
    return found if lives else None


@contextmanager
def said(home: Home) -> Iterator[None]:
    """While it serves."""
    keep(home)
    try:
        yield
    finally:
        with suppress(OSError):
            (home.path / FILE).unlink()
