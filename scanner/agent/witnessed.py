"""The record's head before the hub, which countersigns it if the record only went on (C2SP tlog-witness)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import orjson

from scanner.agent.errors import AgentError, Refused
from scanner.agent.link import Link
from scanner.inventory import ledger
from scanner.inventory.record import proofs, tree, witnessing
from scanner.inventory.store import Store
from scanner.tlog.checkpoint import read
from scanner.tlog.note import Note, parse
from scanner.tlog.proof import AddCheckpoint
from scanner.tlog.tree import consistency

Call = Callable[[str, bytes], dict[str, Any]]


def ask(store: Store, call: Call, mine: Link, seen: int) -> int:
    """Have the newest head signed; returns how many entries are. A head that is newer than what was sent waits for the next time.

    Args:
        call: a signed call.
        seen: entries of the head that the hub signed last.

    Raises ``AgentError`` where the hub has seen a record that this one does not go on from; that is an entry (``mismatch``).
    """
    db = store.connection
    note = proofs.latest(db)
    size = read(parse(note).text).size
    if seen > size:
        _differs(store, mine, "rollback", seen)
    if seen == size and _signed(store, size):
        return size
    hashes = tuple(consistency(seen, size, tree.hashes(db))) if seen else ()
    asked = str(AddCheckpoint(seen, hashes, str(_unsigned(note))))
    keys = [
        json.loads(details)
        for (details,) in map(
            tuple, db.execute("select details from ledger where kind = 'log_key' order by seq").fetchall()
        )
    ]
    told = [{k: str(one.get(k, "")) for k in ("vkey", "before", "signed")} for one in keys]
    try:
        answer = call("/v1/head", orjson.dumps({"request": asked, "keys": told}))
    except Refused as error:
        if error.what == "unsent":
            return seen
        if error.what in ("fork", "rollback"):
            _differs(store, mine, error.what, seen)
        raise
    witnessing.take(store, str(answer.get("line", "")))
    return size


def _signed(store: Store, size: int) -> bool:
    """Whether the head of this size bears a countersignature already."""
    row = store.connection.execute("select cosigned from checkpoints where size = ?", (size,)).fetchone()
    return bool(row and row[0])


def _unsigned(note: str) -> Note:
    """The head with the record's own signature alone."""
    found = parse(note)
    return Note(found.text, found.signatures[:1])


def _differs(store: Store, mine: Link, what: str, size: int) -> None:
    with store.transaction() as db:
        ledger.append(db, "mismatch", table="ledger", copy="hub", what=what, size=size, count=1)
    raise AgentError("record_" + what, hub=mine.url, size=size)
