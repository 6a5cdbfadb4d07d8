"""The outbox: what is put into ``outbox/RECIPIENT/`` comes before the gate by itself."""

from __future__ import annotations

import os
from pathlib import Path

from scanner.acts.gate import Gate, GateError, ask
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.model import Outcome, display
from scanner.paths import names, system
from scanner.policy.models import Contract, Policy


def from_outbox(home: Home, policy: Policy, base: Path | None, outcome: Outcome, depth: str) -> Gate | None:
    """A file that was put into ``outbox/RECIPIENT/`` comes before the gate by itself, once for the same bytes. ``None`` where it
    lies elsewhere, waits already, or was stopped at once (the record says so)."""
    if not policy.gate.outbox or outcome.content_key is None:
        return None
    outbox = system.real(os.fsencode(Path(policy.gate.outbox) if base is None else base / policy.gate.outbox))
    steps = names.below(outcome.ref.path, outbox)
    contract = _contract_of(policy, home, outcome)
    if len(steps) < 2 or contract is None:
        return None
    recipient = display(steps[0])  # a name that is no text names no party that any register knows
    with Store(home.database, only_notes=True) as store:
        known = store.connection.execute(
            "select 1 from gates where content_key = ? and recipient = ?", (outcome.content_key.hex(), recipient)
        ).fetchone()
    if known:
        return None
    try:
        examined = (outcome.contents, outcome.content_key)
        return ask(home, contract, outcome.ref.path, "send", recipient, examined, depth=depth)
    except GateError:
        return None


def _contract_of(policy: Policy, home: Home, outcome: Outcome) -> Contract | None:
    """The contract whose data a file holds; the only one where nothing tells."""
    numbers = {outcome.verdict.contract or ""}
    originals = [c.original for c in outcome.contents.copies if not c.weak]
    if originals:
        with Store(home.database, only_notes=True) as store:
            marks = ",".join("?" * len(originals))
            numbers = {
                r[0]
                for r in store.connection.execute(f"select contract from originals where id in ({marks})", originals)  # noqa: S608
            }
    found = [c for c in policy.contract if c.id in numbers] or list(policy.contract)
    return found[0] if len(found) == 1 else None
