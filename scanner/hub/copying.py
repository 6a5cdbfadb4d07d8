"""Copies of a hub: one file with its inventory, settings and tables, whichever database these are in, and its keys apart, sealed.

A restored hub may be older than its terminals: they are told what it has, and send the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from scanner.acts import backup, restoring
from scanner.acts.backup import Made
from scanner.hub import desk as desks
from scanner.hub.database import Database, Work
from scanner.hub.desk import SETTINGS, TLS, Desk
from scanner.hub.errors import HubError
from scanner.inventory.home import Home
from scanner.inventory.secretfile import place

FILE = "hub.db"
_TABLES = (
    "meta",
    "tokens",
    "terminals",
    "refusals",
    "requests",
    "events",
    "deeds",
    "pieces",
    "box_keys",
    "vouchers",
    "parcels",
    "boxes_sent",
    "parcel_parts",
)
_TOGETHER = 500


def make(desk: Desk, output: Path, keys: Path | None, passphrase: Callable[[], str]) -> Made:
    """Copy a hub to ``output`` and, where ``keys`` is given, its keys to that file under a passphrase. Works beside a hub that serves.
    Raises ``BackupError`` or ``HubError``."""
    with backup.scratch_folder(output.parent) as scratch:
        tables, settings = scratch / FILE, scratch / SETTINGS
        with Database(str(tables)) as target:
            copy(desk.database, target)
        place(settings, _without_address((desk.home.path / SETTINGS).read_bytes()))
        more = {FILE: tables, SETTINGS: settings}
        more |= {TLS: desk.certificate} if desk.own else {}
        return backup.make(desk.home, output, keys, passphrase, more=more)


def restore(file: Path, home: Home, keys: Path | None, passphrase: Callable[[], str], database: str | None) -> Made:
    """Make a hub of a copy; raises ``BackupError`` or ``HubError``.

    Args:
        database: where its tables go: ``postgresql://…``, empty or ``None`` for a file. They must be empty.
    """
    made = restoring.restore(file, home, keys, passphrase)
    settings = home.path / SETTINGS
    try:
        told = json.loads(settings.read_text("utf-8"))
    except (OSError, ValueError):
        raise HubError("no_hub", path=home.path) from None
    place(settings, json.dumps({**told, "database": database or ""}, ensure_ascii=False).encode(), over=True)
    if database:
        with Database(str(home.path / FILE)) as source, Database(database) as target:
            copy(source, target)
        (home.path / FILE).unlink()
    desks.opened(home).database.close()
    return made


def _without_address(settings: bytes) -> bytes:
    """The address of a database may hold its password, and is of the machine, not of the copy."""
    return json.dumps({**json.loads(settings), "database": ""}, ensure_ascii=False).encode()


def copy(source: Database, target: Database) -> None:
    """Every row of one into another, which is made and must be empty; as the source stands at one moment. Both are closed.

    Raises ``HubError``: ``not_empty``.
    """
    target.create()
    source.create()
    with closing(source), closing(target), source.transaction() as given, target.transaction() as taken:
        given.still()
        if taken.all("select 1 from terminals limit 1") or taken.all("select 1 from batches limit 1"):
            raise HubError("not_empty")
        for table in _TABLES:
            _insert(taken, table, given.all(f"select * from {table}"))  # noqa: S608  # names of our own tables
        for (terminal,) in given.all("select id from terminals order by id"):
            last = 0
            while rows := given.all(
                f"select * from batches where terminal = ? and number > ? order by number limit {_TOGETHER}",  # noqa: S608
                (terminal, last),
            ):
                _insert(taken, "batches", rows)
                last = int(rows[-1][1])


def _insert(taken: Work, table: str, rows: list[tuple[object, ...]]) -> None:
    for row in rows:
        taken.run(f"insert into {table} values ({', '.join('?' * len(row))})", row)  # noqa: S608
