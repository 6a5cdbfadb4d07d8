"""Who signs: a worker of the policy's register whose key the record has, opened with the passphrase."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner import clock
from scanner.inventory.home import Home
from scanner.inventory.people import keyfile, registry, statements
from scanner.inventory.people.errors import PeopleError
from scanner.inventory.people.registry import Registry
from scanner.inventory.store import enter_policy
from scanner.policy import persons
from scanner.policy.models import Policy, Worker

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Ask = Callable[[str], str]
"""Asks the worker of a number for the passphrase."""
_BACK = timedelta(hours=1)
"""A clock that stands further behind the record than this is not believed."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy under which somebody acts, and the SHA-256 of its file."""

    policy: Policy
    digest: str
    path: str = ""

    def note(self, db: sqlite3.Connection) -> None:
        """An entry of the record where this policy was not the last one used; inside a transaction."""
        enter_policy(db, self.path, self.digest)


@dataclass(frozen=True, slots=True)
class Signer:
    """A person with an open key."""

    worker: Worker
    key: Ed25519PrivateKey

    @property
    def number(self) -> str:
        """Number of the register."""
        return self.worker.id

    def sign(self, said: dict[str, Any]) -> str:
        """The signature over a statement."""
        return statements.sign(self.key, said)


def people(db: sqlite3.Connection, home: Home) -> Registry:
    """The people of the record; raises ``PeopleError`` where nobody has begun, or the record is not the one this machine knows."""
    found = registry.load(db)
    kept = keyfile.kept_head(home.keys)
    if kept and kept != found.head:
        raise PeopleError("head_differs", kept=kept[:16], found=found.head[:16] or "—")
    if not found.head:
        raise PeopleError("not_founded")
    return found


def active(policy: Policy, text: str, contract: str = "") -> Worker:
    """The worker that a text means, who works on the task today; raises ``PeopleError``."""
    found = persons.meant(policy, text, contract, clock.today())
    if not found:
        raise PeopleError("unknown_person")
    if not found[0].active(clock.today()):
        raise PeopleError("not_active", worker=found[0].id)
    return found[0]


def signer(home: Home, known: Registry, policy: Policy, text: str, ask: Ask, contract: str = "") -> Signer:
    """The person that a text means, with the key open.

    Raises ``PeopleError``: nobody of the register, nobody of the record, another name under the same number, another key in the
    folder, a wrong passphrase.
    """
    worker = active(policy, text, contract)
    mine = [w for w in persons.meant(policy, text, contract, clock.today()) if w.active(clock.today())]
    held = [(w, k) for w in mine if (k := known.key_of(w.id)) is not None]
    if not held:
        raise PeopleError("not_enrolled", worker=worker.id)
    same = [(w, k) for w, k in held if registry.name_tag(k.public, w.name) == k.tag]
    if not same:
        raise PeopleError("other_name", worker=worker.id)
    worker, key = same[0]
    return Signer(worker, keyfile.opened(home.keys, key.number, key.public, ask(worker.id)))


def refuse_one_person(first: Worker, second: Worker) -> None:
    """Raise ``PeopleError`` where two entries of the register are one person."""
    if persons.one_person(first, second):
        raise PeopleError("same_person")


def refuse_backwards(db: sqlite3.Connection) -> None:
    """Raise ``PeopleError`` where the clock stands behind the newest entry: what has ended must not be in force again."""
    row = db.execute("select max(at) from ledger").fetchone()
    if row[0] and clock.now() + _BACK < datetime.fromisoformat(row[0]):
        raise PeopleError("clock_back", last=row[0])


def keys_of(home: Home) -> Path:
    """Folder of the people's keys."""
    return keyfile.folder(home.keys)
