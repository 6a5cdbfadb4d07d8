"""What the record proves: that two people enabled corrections as the policy has them, and that two people signed an order.

As at the gate: statements over the very bytes, signed with the people's own keys, read from the record and never from a table.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner.acts.hiding import hidden
from scanner.inventory.corrections import Correction
from scanner.inventory.home import Home
from scanner.inventory.people import statements
from scanner.inventory.people.registry import Registry
from scanner.policy.corrections import CorrectRules

SIGNERS = 2


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature of the record under an order."""

    seq: int
    worker: str
    said: Mapping[str, Any]
    signature: str


def about(home: Home, one: Correction, *, undo: bool = False) -> dict[str, Any]:
    """What a statement says of an order."""
    return {
        "correction": one.number,
        "kind": one.kind,
        "contract": one.contract,
        "family": one.family,
        "instruction": one.instruction,
        "worker": one.worker,
        "due": one.due,
        "point": one.point,
        "file": one.file,
        "target": hidden(home, "target", os.fsdecode(one.path)),
        "place": one.place,
        "to": hidden(home, "target", os.fsdecode(one.target)),
        "content": one.content.hex(),
        "undo": undo,
    }


def signatures(
    db: sqlite3.Connection, home: Home, known: Registry, one: Correction, policy: str, *, undo: bool = False
) -> list[Signed]:
    """The valid signatures of different people over this order as the table has it now, in turn: none, one or two. ``policy``: SHA-256
    of the one that is used now. Only what was signed under it counts, and only since it was last the one in use: where another came
    in between, as with a hold, both sign anew. A signature under a key that is not in force any more counts no more."""
    wanted = {**about(home, one, undo=undo), "policy": policy}
    found: list[Signed] = []
    publics: set[str] = set()
    for seq, kind, details in db.execute(
        "select seq, kind, details from ledger where kind in ('correction_signed', 'policy_loaded') order by seq"
    ):
        told = json.loads(details)
        if kind == "policy_loaded":
            if told.get("sha256") != policy:
                found, publics = [], set()
            continue
        if told.get("correction") != one.number or told.get("undo", False) is not undo:
            continue
        said, worker, signature = told.get("said", {}), str(told.get("worker", "")), str(told.get("signature", ""))
        if any(said.get(name) != value for name, value in wanted.items()) or said.get("act") != "correction":
            continue
        if said.get("first") != (statements.digest(found[0].said) if found else ""):
            continue  # under another first signature
        key = known.key_of(worker, int(seq))
        gone = key is not None and known.key_of(worker) is not key
        if key is None or gone or key.public in publics or not known.signed(said, worker, signature, int(seq)):
            continue
        if len(found) < SIGNERS:
            found.append(Signed(int(seq), worker, said, signature))
            publics.add(key.public)
    return found


def enabled(db: sqlite3.Connection, known: Registry, rules: CorrectRules) -> bool:
    """Whether the policy enables corrections, and two people have signed just these rules; the last entry about it counts."""
    if not rules.enabled:
        return False
    row = db.execute(
        "select seq, details from ledger where kind = 'correction_enabled' order by seq desc limit 1"
    ).fetchone()
    if row is None:
        return False
    seq, told = int(row[0]), json.loads(row[1])
    said, given = told.get("said", {}), dict(told.get("signatures", {}))
    if said.get("act") != "correction_enable" or said.get("rules") != rules.digest:
        return False
    if not all(known.signed(said, worker, str(signature), seq) for worker, signature in given.items()):
        return False
    return len({key.public for worker in given if (key := known.key_of(worker, seq))}) >= SIGNERS
