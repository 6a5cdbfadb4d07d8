"""The handling record: append-only events, each hashed together with the one before (第17, 第10二).

The hash of an entry is SHA-256 over the previous hash, the entry's fields, and the digest of its details in canonical JSON,
so that anybody with the database alone can verify the chain, and an inspector even with a copy in which the details (they
name paths) are masked: the digest is enough. A random salt in the details keeps the digest from being guessed. Entries
without a salt are older and have their details themselves in the chain. What an entry holds are kinds, counts, places and
numbers of registers, never a value.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import secrets
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scanner import clock

START = b"\0" * 32
SALT = "_salt"
_SALTED = f'"{SALT}":"'
KINDS = (
    "received",
    "first_seen",
    "changed",
    "copied",
    "moved",
    "renamed",
    "vanished",
    "carried_to_medium",
    "declared",
    "point_opened",
    "point_closed",
    "policy_loaded",
    "scan_begun",
    "scan_ended",
    "key_made",
    "key_exported",
    "key_imported",
    "key_destroyed",
    "agent_on",
    "agent_off",
    "clock_jump",
    "report_made",
    "view_opened",
    "decided",
    "decision_proposed",
    "decision_revoked",
    "pattern_exceeded",
    "person_founded",
    "person_proposed",
    "person_countersigned",
    "attempt_refused",
    "swept",
    "incident",
    "manifest",
    "arrival",
    "gate_asked",
    "gate_answered",
    "gate_released",
    "gate_stopped",
    "keys_renewed",
    "originals_shared",
    "originals_taken",
    "merged",
)


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold: the entry, and what is wrong (``hash``, ``gap``, ``tail``, ``time``)."""

    seq: int
    what: str


@lru_cache(maxsize=1)
def who() -> tuple[str, str]:
    """This machine and the account that runs the program."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = "?"
    return socket.gethostname(), account


def append(
    db: sqlite3.Connection, kind: str, *, contract: str = "", family: str = "", at: str = "", **details: Any
) -> bytes:
    """Add an entry; returns its hash. Only inside a transaction, whose lock keeps the number of the entry and what it is about
    together: of two processes none takes the other's number."""
    if not db.in_transaction:
        raise RuntimeError("the record is appended to inside a transaction only")
    if kind not in KINDS:
        raise ValueError(f"no such kind of entry: {kind}")
    last = db.execute("select seq, hash from ledger order by seq desc limit 1").fetchone()
    seq, previous = (int(last[0]) + 1, bytes(last[1])) if last else (1, START)
    host, account = who()
    moment = at or clock.stamp()
    body = json.dumps(
        {**details, SALT: secrets.token_hex(8)}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    digest = chained(previous, (seq, moment, kind, contract, family, host, account, body))
    db.execute(
        "insert into ledger (seq, at, kind, contract, family, host, account, details, hash) values (?,?,?,?,?,?,?,?,?)",
        (seq, moment, kind, contract, family, host, account, body, digest),
    )
    return digest


def chained(previous: bytes, fields: tuple[Any, ...]) -> bytes:
    """The hash of an entry whose fields end with its details. A unit separator between the fields keeps their borders."""
    seq, at, kind, contract, family, host, account, details = fields
    if _SALTED in details:
        details = digest_of(details)
    text = f"{seq}\x1f{at}\x1f{kind}\x1f{contract}\x1f{family}\x1f{host}\x1f{account}\x1f{details}"
    return hashlib.sha256(previous + text.encode("utf-8", "surrogatepass")).digest()


def digest_of(details: str) -> str:
    """What stands for the details in the chain."""
    return hashlib.sha256(details.encode("utf-8", "surrogatepass")).hexdigest()


def verify(db: sqlite3.Connection, anchor: tuple[int, str] | None = None) -> Iterator[Break]:
    """Every place where the chain is broken. ``anchor``: (entry, first 16 hexadecimal digits of its hash) as given to the
    entruster earlier; it finds a record that was cut short or replaced."""
    previous, expected = START, 1
    anchored = anchor is None
    sha = hashlib.sha256
    cursor = db.cursor()
    cursor.row_factory = None
    for seq, at, kind, contract, family, host, account, details, digest in cursor.execute(
        "select seq, at, kind, contract, family, host, account, details, hash from ledger order by seq"
    ):
        if seq != expected:
            yield Break(expected, "gap")
        # as in ``chained``, without its call: millions of entries are verified in one go
        body = sha(details.encode()).hexdigest() if _SALTED in details else details
        text = f"{seq}\x1f{at}\x1f{kind}\x1f{contract}\x1f{family}\x1f{host}\x1f{account}\x1f{body}"
        if sha(previous + text.encode()).digest() != digest:
            yield Break(seq, "hash")
        if anchor is not None and seq == anchor[0]:
            anchored = True
            if digest.hex()[: len(anchor[1])] != anchor[1]:
                yield Break(seq, "anchor")
        previous, expected = digest, seq + 1
    if not anchored and anchor is not None:
        yield Break(anchor[0], "tail")
