"""The handling record: append-only events, each a leaf of one tree (第17, 第10二); ``record`` around it keeps and checks the tree.

What an entry holds are kinds, counts, places and numbers of registers, never a value. Its bytes are in ``record.encoding``.
Entries of earlier versions are hashed together with the one before; the head of their chain is the first leaf.
"""

from __future__ import annotations

import getpass
import json
import secrets
import socket
import sqlite3
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from scanner import clock
from scanner.inventory.record import tree
from scanner.inventory.record.encoding import SALT, chained, digest_of, leaf_of
from scanner.inventory.record.entries import Break, verify

__all__ = ["KINDS", "SALT", "Break", "anchor", "append", "chained", "digest_of", "entered", "verify", "who"]

KINDS = (
    "received",
    "original_named",
    "count_corrected",
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
    "backed_up",
    "restored",
    "purged",
    "originals_shared",
    "originals_taken",
    "merged",
    "log_begun",
    "log_key",
    "committed",
    "mismatch",
    "removed",
    "copy_set",
    "witness_added",
    "cosigned",
    "stamped",
    "points_judged_again",
    "hub_joined",
    "hub_left",
    "hub_differs",
    "policy_taken",
    "hub_begun",
    "terminal_enrolled",
    "terminal_approved",
    "terminal_revoked",
    "terminal_stopped",
    "policy_published",
    "terminal_asked",
    "deed_answered",
    "terminals_vouched",
    "original_delivered",
    "original_owner",
    "quiet_time",
    "digest_sent",
    "events_sent",
    "events_imported",
    "correction_enabled",
    "correction_prepared",
    "correction_signed",
    "correction_withdrawn",
    "correction_begun",
    "correction_ended",
    "excluded",
    "agreement_proposed",
    "agreement_signed",
    "agreement_ended",
    "schedule_set",
    "schedule_ran",
    "schedule_missed",
    "point_assigned",
    "console_signed_in",
    "console_signed_out",
    "console_refused",
    "console_account",
    "console_viewed",
    "console_unmasked",
    "console_job",
    "policy_saved",
    "form_handed",
)


CLOCK_SLACK = timedelta(seconds=5)
"""A clock that was put right by less is not told; the entry then has the time of the one before."""


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
    """Add an entry; returns its leaf hash. Only inside a transaction, whose lock keeps the number of the entry and what it is
    about together: of two processes none takes the other's number.

    ``at``: when it was, if that is not now; then ``noted`` in the details says when it was entered. A clock that has gone back
    since the last entry is an entry of its own before this one (``clock_jump``).
    """
    if not db.in_transaction:
        raise RuntimeError("the record is appended to inside a transaction only")
    if kind not in KINDS:
        raise ValueError(f"no such kind of entry: {kind}")
    row = db.execute("select seq, at, details from ledger order by seq desc limit 1").fetchone()
    moment = clock.stamp()
    last = entered(row[1], row[2]) if row else ""
    if moment < last:
        if _apart(moment, last) > CLOCK_SLACK and kind != "clock_jump":
            _enter(db, int(row[0]) + 1, moment, "clock_jump", "", "", {"before": last, "back": True})
            return append(db, kind, contract=contract, family=family, at=at, **details)
        moment = moment if kind == "clock_jump" else last
    if at and at != moment:
        details["noted"] = moment
    return _enter(db, int(row[0]) + 1 if row else 1, at or moment, kind, contract, family, details)


def ahead(db: sqlite3.Connection) -> str:
    """The last moment (UTC) of the record that is still to come by more than a day; empty where all have passed. Then the clock ran
    ahead once, or is behind now."""
    row = db.execute("select max(at) as at from ledger").fetchone()
    last = str(row[0] or "")
    return last if last > clock.stamp_in(timedelta(days=1)) else ""


def entered(at: str, details: str) -> str:
    """When an entry was written, which may be later than what it is about."""
    if '"noted":"' not in details:
        return at
    return str(json.loads(details)["noted"])


def _apart(one: str, other: str) -> timedelta:
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other))


def _enter(
    db: sqlite3.Connection, seq: int, at: str, kind: str, contract: str, family: str, details: dict[str, Any]
) -> bytes:
    salted = {**details, SALT: secrets.token_hex(8)}
    body = json.dumps(salted, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    fields = (seq, at, kind, contract, family, *who(), body)
    digest = leaf_of(fields)
    db.execute(
        "insert into ledger (seq, at, kind, contract, family, host, account, details, hash) values (?,?,?,?,?,?,?,?,?)",
        (*fields, digest),
    )
    if (seq - tree.base(db)) % 256 == 0:
        tree.close_tiles(db, seq - tree.base(db))
    return digest


def anchor(db: sqlite3.Connection) -> str:
    """A short text for the entruster: time, number of the last entry, 32 digits of the root of the tree up to it; empty while there
    is no entry."""
    row = db.execute("select at, seq from ledger order by seq desc limit 1").fetchone()
    return f"{row[0]} {row[1]}:{tree.root(db, tree.size(db)).hex()[:32]}" if row else ""
