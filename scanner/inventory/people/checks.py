"""What the record proves of an act at the gate: two signed right answers of two people, over the same facts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from scanner.inventory.people import statements
from scanner.inventory.people.registry import Registry

TOGETHER = timedelta(minutes=10)
"""Two signatures from one account or machine within this time are shown as such."""
_SAME = ("gate", "kind", "contract", "content", "target", "recipient", "consent", "policy")
"""Fields of which the second answer says the same as the first."""


@dataclass(slots=True)
class Entry:
    """An entry of the record with where it came from."""

    seq: int
    at: str
    host: str
    account: str
    told: Mapping[str, Any]


@dataclass(slots=True)
class Act:
    """What the record has of one act."""

    asked: Entry | None = None
    answers: list[Entry] = field(default_factory=list)
    stopped: Entry | None = None
    released: Entry | None = None

    @property
    def old(self) -> bool:
        """Released by seals that the key folder itself could make: nothing can be proved of it."""
        return self.released is not None and any("said" not in a.told for a in self.answers)

    @property
    def together(self) -> str:
        """``account`` or ``machine`` where both answers came from there within minutes, else nothing."""
        return together(self.answers)

    def statement(self) -> Mapping[str, Any]:
        """What was signed, of the first answer; empty where nothing was."""
        return dict(self.answers[0].told.get("said", {})) if self.answers else {}


def acts(db: sqlite3.Connection) -> dict[int, Act]:
    """Every act at the gate that the record knows, by its number."""
    found: dict[int, Act] = {}
    for seq, at, host, account, kind, details in db.execute(
        "select seq, at, host, account, kind, details from ledger"
        " where kind in ('gate_asked', 'gate_answered', 'gate_released', 'gate_stopped') order by seq"
    ):
        entry = Entry(int(seq), at, host, account, json.loads(details))
        act = found.setdefault(int(entry.told["gate"]), Act())
        if kind == "gate_asked" and act.asked is None:
            act.asked = entry
        elif kind == "gate_answered":
            act.answers.append(entry)
        elif kind == "gate_stopped":
            act.stopped = entry
        elif kind == "gate_released":
            act.released = entry
    return found


def signers(known: Registry, act: Act) -> list[str]:
    """Whose valid signatures stand under the answers, in turn, as far as these hold together."""
    good: list[str] = []
    for turn, answer in enumerate(act.answers):
        said, worker = answer.told.get("said", {}), str(answer.told.get("worker", ""))
        first = act.answers[0].told.get("said", {})
        fits = (said.get("act"), said.get("turn"), said.get("result")) == ("gate_answer", turn, "right")
        fits = fits and all(said.get(n) == first.get(n) for n in _SAME)
        fits = fits and said.get("first") == (statements.digest(first) if turn else "")
        if not fits or not known.signed(said, worker, str(answer.told.get("signature", "")), answer.seq):
            break
        good.append(worker)
    return good


def proved(known: Registry, act: Act, number: int) -> bool:
    """Whether the record proves the release of an act: asked, answered rightly by two people, never stopped."""
    if act.asked is None or act.released is None or act.stopped is not None or len(act.answers) != 2:
        return False
    said, asked = act.statement(), act.asked.told
    same = said.get("gate") == number and all(
        said.get(n) == asked.get(n, said.get(n)) for n in ("content", "target", "recipient")
    )
    keys = {k.public for w, a in zip(signers(known, act), act.answers, strict=False) if (k := known.key_of(w, a.seq))}
    return same and said.get("kind") == asked.get("act") and len(keys) == 2


def together(entries: Iterable[Entry]) -> str:
    """``account`` or ``machine`` where two entries came from there within minutes, else nothing."""
    two = list(entries)[:2]
    if len(two) < 2:
        return ""
    one, other = two
    apart = abs(datetime.fromisoformat(one.at) - datetime.fromisoformat(other.at))
    if apart > TOGETHER or one.host != other.host:
        return ""
    return "account" if one.account == other.account else "machine"
