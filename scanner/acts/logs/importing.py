"""Logs of other products as declared facts (第6, 第17): who, when, which medium, which file; paths and accounts as codes.

A row is known by its code under the key of the installation, so that the same log, or another that overlaps it, enters it once.
"""

from __future__ import annotations

import socket
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.acts.hiding import hidden_by
from scanner.acts.logs import rows
from scanner.acts.logs.files import Files
from scanner.acts.logs.mapping import Mapping
from scanner.inventory import ledger, outside
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.machines import Machines
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
    strange: int = 0
    """Rows about a machine that it does not know, or that may be several of its machines."""
    bad: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=dict)
    """The first lines of each reason."""


def imported(home: Home, policy: Policy | None, path: Path, mapping: Mapping) -> Imported:
    """Take a log in. Raises ``MappingError``, ``InventoryError``; whole thousands of rows are entered or not at all, and the record
    tells of those that were also where the rest was not."""
    zone = clock.zone_of(policy.time_zone if policy else clock.DEFAULT_ZONE)
    found = Imported()
    key = installation_key(home)  # before any transaction: at a first start it is made, in a transaction of its own
    with Store(home.database, only_notes=True) as store:
        whole = False
        try:
            _enter_all(store, key, policy, mapping, rows.read(path, mapping, zone), found)
            whole = True
        finally:
            if whole or found.new or found.known:
                _note(store, mapping, found, whole)
    return found


def _enter_all(
    store: Store,
    key: bytes,
    policy: Policy | None,
    mapping: Mapping,
    given: Iterator[rows.Row | rows.Bad],
    found: Imported,
) -> None:
    files, machines = Files(store.connection), Machines.of(store.connection, socket.gethostname())
    while batch := list(islice(given, _AT_ONCE)):
        tried = Imported()
        with store.transaction() as db:
            for one in _good(batch, found):
                machine = machines.meant(one.host)
                tried.strange += machine is None
                _enter(db, key, policy, mapping, one, files.named(machine, (one.path, one.target)), tried)
        for name in ("new", "known", "matched", "strange"):
            setattr(found, name, getattr(found, name) + getattr(tried, name))


def _note(store: Store, mapping: Mapping, found: Imported, whole: bool) -> None:
    told: dict[str, Any] = {
        "product": mapping.product,
        "new": found.new,
        "known": found.known,
        "matched": found.matched,
    }
    if found.strange:
        told["strange"] = found.strange
    if not whole:
        told["whole"] = False
    with store.transaction() as db:
        ledger.append(db, "events_imported", bad=sum(found.bad.values()), **told)


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
    key: bytes,
    policy: Policy | None,
    mapping: Mapping,
    one: rows.Row,
    file: int | None,
    found: Imported,
) -> None:
    told = "\0".join((mapping.product, one.at, one.action, one.path, one.target, one.account, one.host, one.serial))
    code = bytes.fromhex(hidden_by(key, "outside", told))[:16]
    made = outside.Seen(
        code, mapping.product, one.at, one.action, one.host, _who(key, policy, one), one.medium, one.serial,
        hidden_by(key, "name", one.path or one.target)[:16], file,
    )  # fmt: skip
    if outside.enter(db, made, now()):
        found.new += 1
        found.matched += file is not None
    else:
        found.known += 1


def _who(key: bytes, policy: Policy | None, one: rows.Row) -> str:
    """The number of the worker whose account it is, else a code."""
    if not one.account:
        return ""
    day = clock.day_of(one.at)
    for contract in policy.contract if policy else ():
        worker = contract.worker_of(one.account, day)
        if worker is not None:
            return worker.id
    return "?" + hidden_by(key, "account", one.account.lower())[:8]
