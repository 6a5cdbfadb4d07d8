"""Logs of other products as declared facts (第6, 第17): who, when, which medium, which file; paths and accounts as codes.

A row is known by its code under the key of the installation, so that the same log, or another that overlaps it, enters it once.
"""

from __future__ import annotations

import ntpath
import os
import socket
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from scanner import clock
from scanner.acts.hiding import hidden
from scanner.acts.logs import rows
from scanner.acts.logs.mapping import Mapping
from scanner.inventory import ledger, outside
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.policy.models import Policy

_AT_ONCE = 1_000
NAMED = 20
"""So many lines that say nothing are named for each reason; all are counted."""


@dataclass(slots=True)
class Imported:
    """What became of the rows of a log."""

    new: int = 0
    known: int = 0
    matched: int = 0
    """Of the new ones, those about a file that the inventory knows."""
    bad: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=dict)
    """The first lines of each reason."""


def imported(home: Home, policy: Policy | None, path: Path, mapping: Mapping) -> Imported:
    """Take a log in. Raises ``MappingError``, ``InventoryError``; whole thousands of rows are entered or not at all."""
    zone = clock.zone_of(policy.time_zone if policy else clock.DEFAULT_ZONE)
    found = Imported()
    with Store(home.database, only_notes=True) as store:
        given, files = rows.read(path, mapping, zone), Files(store.connection)
        while batch := list(islice(given, _AT_ONCE)):
            with store.transaction() as db:
                for one in _good(batch, found):
                    _enter(db, home, policy, mapping, one, files.named(one.host, (one.path, one.target)), found)
        with store.transaction() as db:
            said = {"product": mapping.product, "new": found.new, "known": found.known, "bad": sum(found.bad.values())}
            ledger.append(db, "events_imported", **said, matched=found.matched)  # type: ignore[arg-type]
    return found


def _good(batch: Iterable[rows.Row | rows.Bad], found: Imported) -> Iterator[rows.Row]:
    for one in batch:
        if isinstance(one, rows.Row):
            yield one
            continue
        found.bad[one.why] += 1
        lines = found.lines.setdefault(one.why, [])
        if len(lines) < NAMED:
            lines.append(one.line)


def _enter(
    db: sqlite3.Connection,
    home: Home,
    policy: Policy | None,
    mapping: Mapping,
    one: rows.Row,
    file: int | None,
    found: Imported,
) -> None:
    told = "\0".join((mapping.product, one.at, one.action, one.path, one.target, one.account, one.host, one.serial))
    code = bytes.fromhex(hidden(home, "outside", told))[:16]
    made = outside.Seen(
        code, mapping.product, one.at, one.action, one.host, _who(home, policy, one), one.medium, one.serial,
        hidden(home, "name", one.path or one.target)[:16], file,
    )  # fmt: skip
    if outside.enter(db, made, now()):
        found.new += 1
        found.matched += file is not None
    else:
        found.known += 1


def _who(home: Home, policy: Policy | None, one: rows.Row) -> str:
    """The number of the worker whose account it is, else a code."""
    if not one.account:
        return ""
    day = clock.day_of(one.at)
    for contract in policy.contract if policy else ():
        worker = contract.worker_of(one.account, day)
        if worker is not None:
            return worker.id
    return "?" + hidden(home, "account", one.account.lower())[:8]


class Files:
    """Files of this inventory that hold something of an original, also those that are gone: by their paths and by their names."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._paths: dict[tuple[str, str], int] = {}
        self._names: dict[tuple[str, str], list[int]] = {}
        found = db.execute(
            "select distinct f.id, f.path, f.host from files f join copies k on k.content_id = f.content_id and k.weak = 0"
        )
        for number, path, host in found.fetchall():
            shown = os.fsdecode(path)
            self._paths[host.lower(), _folded(shown)] = int(number)
            self._names.setdefault((host.lower(), _folded(ntpath.basename(shown))), []).append(int(number))

    def named(self, host: str, paths: Iterable[str]) -> int | None:
        """The file that a row names: by its whole path, else, where that names no folder, by a name that one file alone has."""
        short = host.partition(".")[0].lower()
        where = "" if short in ("", socket.gethostname().partition(".")[0].lower()) else host.lower()
        for path in filter(None, paths):
            if ntpath.basename(path) != path:
                number = self._paths.get((where, _folded(path)))
            else:
                alike = self._names.get((where, _folded(path)), [])
                number = alike[0] if len(alike) == 1 else None
            if number is not None:
                return number
        return None


def _folded(path: str) -> str:
    """A path for comparing: NFC; of Windows without case and with one kind of separator."""
    plain = unicodedata.normalize("NFC", path)
    windows = plain[1:2] == ":" or plain.startswith("\\\\") or "/" not in plain
    return plain.replace("/", "\\").lower() if windows else plain
