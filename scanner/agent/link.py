"""Which hub a terminal sends to, as whom, and how far it is: one row of its own inventory. Its key lies with the other keys."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from scanner.agent.errors import AgentError
from scanner.inventory.record import key
from scanner.inventory.secretfile import place

FILE, ASKED = "terminal.key", "terminal.key.asked"
_LENGTH = 32
_FIELDS = (
    "url, hub, pin, ca, terminal, name, officers, call, entries, policy_version, state, heard, later, whole, requests"
)


@dataclass(frozen=True, slots=True)
class Link:
    """The row."""

    url: str
    hub: str
    """The hub's key as a witness (vkey)."""
    pin: str
    ca: str
    terminal: str
    name: str
    officers: dict[str, str]
    """Number → public key, hexadecimal: whose signatures make a policy."""
    call: int
    entries: int
    """Entries of the record that were put into batches."""
    policy_version: int
    state: str
    """``waiting``, ``approved``, ``revoked``, ``stopped`` (the hub has something else of this terminal), ``left``."""
    heard: str
    later: str
    """Not to be called before this moment (UTC)."""
    whole: str
    """When everything was last told anew."""
    requests: tuple[dict[str, str], ...]
    """What the hub asked for and was not done yet."""


def read(db: sqlite3.Connection) -> Link | None:
    """``None`` where the terminal is enrolled nowhere."""
    row = db.execute(f"select {_FIELDS} from hub_link").fetchone()  # noqa: S608
    if row is None:
        return None
    found = dict(zip(_FIELDS.split(", "), tuple(row), strict=True))
    return Link(
        **{**found, "officers": json.loads(found["officers"]), "requests": tuple(json.loads(found["requests"]))}
    )


def needed(db: sqlite3.Connection) -> Link:
    """Raises ``AgentError`` where the terminal is enrolled nowhere, or has left."""
    found = read(db)
    if found is None or found.state == "left":
        raise AgentError("not_enrolled")
    return found


def fresh(
    url: str, hub: str, pin: str, ca: Path | None, answer: dict[str, object], name: str, officers: dict[str, str]
) -> Link:
    """A new one, out of what the hub answered to the enrolment."""
    authority = str(ca.resolve()) if ca else ""
    terminal, state = str(answer.get("terminal", "")), str(answer.get("state", "waiting"))
    return Link(url, hub, pin, authority, terminal, name, officers, 0, 0, 0, state, "", "", "", ())


def begin(db: sqlite3.Connection, link: Link) -> None:
    """Enter a new one in the place of an old; what was sent to the old one is forgotten. Inside a transaction."""
    forget(db)
    db.execute("delete from hub_link")
    values = (link.url, link.hub, link.pin, link.ca, link.terminal, link.name, json.dumps(link.officers), link.state)
    db.execute(
        "insert into hub_link (id, url, hub, pin, ca, terminal, name, officers, state) values (1, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )


def forget(db: sqlite3.Connection) -> None:
    """What was sent to a hub, and when it asked not to be called, is nothing to another one. Inside a transaction."""
    for table in ("hub_sent", "hub_outbox", "quiet_times"):
        db.execute(f"delete from {table}")  # noqa: S608


def keep(db: sqlite3.Connection, **fields: object) -> None:
    """Change fields. Inside a transaction."""
    named = ", ".join(f"{name} = ?" for name in fields)
    values = [json.dumps(v) if name in ("requests", "officers") else v for name, v in fields.items()]
    db.execute(f"update hub_link set {named}", values)  # noqa: S608  # names of our own columns


def next_call(db: sqlite3.Connection) -> int:
    """The number of the next call. Inside a transaction, which is on the disk before the call is made."""
    db.execute("update hub_link set call = call + 1")
    return int(db.execute("select call from hub_link").fetchone()[0])


def seed(database: Path) -> bytes:
    """The terminal's key; raises ``AgentError`` where it is missing or damaged."""
    try:
        found = (key.beside(database) / FILE).read_bytes()
    except OSError:
        found = b""
    if len(found) != _LENGTH:
        raise AgentError("key_missing", path=key.beside(database) / FILE)
    return found


def asking_seed(database: Path, given: str) -> bytes:
    """The key that a terminal asks to be taken in with, kept until it is: who asks again with the same token, because no answer came, is
    the same terminal to the hub and uses the token once. ``given``: the token. For each enrolment its own."""
    path, mark = key.beside(database) / ASKED, hashlib.sha256(given.encode()).digest()
    try:
        found = path.read_bytes()
    except OSError:
        found = b""
    if len(found) == _LENGTH + len(mark) and found[_LENGTH:] == mark:
        return found[:_LENGTH]
    made = secrets.token_bytes(_LENGTH)
    place(path, made + mark, over=True)
    return made


def taken_in(database: Path, seed: bytes) -> None:
    """The key that the hub knows is the terminal's from now on."""
    place(key.beside(database) / FILE, seed, over=True)


def asked_no_more(database: Path) -> None:
    """What was asked with is no longer needed."""
    (key.beside(database) / ASKED).unlink(missing_ok=True)
