"""Which key is whose, by the record alone: its entries about people are replayed in their order and every signature is tried.

- ``person_founded``: the first two enrol each other; only the first such entry counts. Its digest, the *head*, is what the
  entruster is given, and every later statement names it.
- ``person_proposed``: somebody enrols, changes a key, is revoked, or the rule of two is changed; signed by whoever proposes.
- ``person_countersigned``: another person signs the same statement. An enrolment takes two others, so that nobody makes a second
  self; a change the old key or two others; a revocation the person or two others; the rule of one, two people.

An entry that does not hold is passed over; the chain of the record shows that it is there.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.inventory.people import statements
from scanner.policy.names import alike, folded

OTHERS = 2
"""So many other people vouch for a key, or stand in for its owner."""
KINDS = ("person_founded", "person_proposed", "person_countersigned")
WHERE = "substr(kind, 1, 7) = 'person_'"
"""As the index of the record has it, so that millions of other entries are not read."""


@dataclass(slots=True)
class Key:
    """A key of a person, in force from one entry of the record to another."""

    number: str
    public: str
    tag: str
    """Digest of the person's name under this key: whether a register still means the same person by the number."""
    since: int
    until: int = 0
    """The entry that ended it; 0 while it is in force."""

    def holds(self, seq: int) -> bool:
        """Whether it was in force when entry ``seq`` was written."""
        return self.since < seq and (not self.until or seq <= self.until)


@dataclass(slots=True)
class Proposal:
    """A statement about a person that waits for others."""

    seq: int
    said: Mapping[str, Any]
    by: list[str] = field(default_factory=list)
    """The others who have signed."""

    @property
    def act(self) -> str:
        """``enrol``, ``change``, ``revoke`` or ``rule``."""
        return str(self.said["act"])

    @property
    def number(self) -> str:
        """Whom it is about; empty for the rule."""
        return str(self.said.get("number", ""))

    @property
    def missing(self) -> int:
        """Signatures that are still needed."""
        return OTHERS - len(self.by)


class Registry:
    """Everybody's keys, now and at any entry."""

    def __init__(self) -> None:
        self.head = ""
        self.keys: list[Key] = []
        self.waiting: dict[tuple[str, str], Proposal] = {}
        """(act, number) → proposal; a later one takes the place of an earlier."""
        self.entries = self.last = 0
        """How many entries were replayed, and the last one."""
        self._rules: list[tuple[int, bool]] = []
        self._publics: set[str] = set()

    def key_of(self, number: str, seq: int | None = None) -> Key | None:
        """The key of a person that is in force now, or was at an entry."""
        for key in reversed(self.keys):
            if alike(key.number) == alike(number) and (not key.until if seq is None else key.holds(seq)):
                return key
        return None

    def signed(self, said: Mapping[str, Any], number: str, signature: str, seq: int) -> bool:
        """Whether a person signed a statement of this record with the key that was in force at entry ``seq``."""
        key = self.key_of(number, seq)
        return key is not None and said.get("head") == self.head and statements.valid(key.public, said, signature)

    def signed_once(self, said: Mapping[str, Any], number: str, signature: str) -> bool:
        """Whether any key that the person ever had signed a statement."""
        mine = [k for k in self.keys if alike(k.number) == alike(number)]
        return any(statements.valid(k.public, said, signature) for k in mine)

    def two_persons(self, seq: int | None = None) -> bool:
        """Whether a decision took two people then; only two people can have changed that."""
        return next((two for at, two in reversed(self._rules) if seq is None or at < seq), True)

    def used(self, public: str) -> bool:
        """Whether a public key was ever anybody's."""
        return public in self._publics

    def apply(self, seq: int, kind: str, details: Mapping[str, Any]) -> None:
        """The next entry about people."""
        self.entries, self.last = self.entries + 1, seq
        try:
            if kind == "person_founded":
                self._found(seq, details["said"], details["signatures"])
            elif kind == "person_proposed":
                self._propose(seq, details["said"], details["signatures"])
            elif kind == "person_countersigned":
                self._countersign(seq, int(details["of"]), str(details["by"]), str(details["signature"]))
        except (KeyError, TypeError, ValueError, AttributeError):
            return  # written by nobody of ours: it makes nobody a person

    def _found(self, seq: int, said: Mapping[str, Any], signatures: Mapping[str, str]) -> None:
        people = said["people"]
        apart = len({alike(p["number"]) for p in people}) == len({p["public"] for p in people}) == 2
        if self.head or not apart or said["act"] != "found":
            return
        if all(statements.valid(p["public"], said, signatures[p["number"]]) for p in people):
            self.head = statements.digest(said)
            for p in people:
                self._enter(p["number"], p["public"], p["name"], seq)

    def _propose(self, seq: int, said: Mapping[str, Any], signatures: Mapping[str, str]) -> None:
        if not self.head or said["head"] != self.head:
            return
        proposal, act = Proposal(seq, said), said["act"]
        number = proposal.number
        new = said.get("public", "")
        if act in ("enrol", "change"):
            fresh = new not in self._publics and statements.valid(new, said, signatures["new"])
            if not fresh or (self.key_of(number) is None) != (act == "enrol"):
                return
        own = bool(number) and self.signed(said, number, signatures.get("own", ""), seq)
        by = signatures.get("by", "")
        if by and alike(by) != alike(number) and self.signed(said, by, signatures["other"], seq):
            proposal.by.append(by)
        if act == "revoke" and self.key_of(number) is None:
            return
        alone = own if act in ("change", "revoke") else act == "rule" and bool(said["two_persons"] and proposal.by)
        if alone:  # the stricter rule takes one person, the laxer two
            self._carry_out(proposal, seq)
        elif act in ("enrol", "change") or proposal.by:
            self.waiting[act, number] = proposal

    def _countersign(self, seq: int, of: int, by: str, signature: str) -> None:
        proposal = next((p for p in self.waiting.values() if p.seq == of), None)
        if proposal is None or alike(by) == alike(proposal.number) or alike(by) in map(alike, proposal.by):
            return
        if self.signed(proposal.said, by, signature, seq):
            proposal.by.append(by)
            if not proposal.missing:
                self._carry_out(proposal, seq)

    def _carry_out(self, proposal: Proposal, seq: int) -> None:
        self.waiting.pop((proposal.act, proposal.number), None)
        if proposal.act == "rule":
            self._rules.append((seq, bool(proposal.said["two_persons"])))
            return
        held = self.key_of(proposal.number)
        if held is not None:
            held.until = seq
        if proposal.act != "revoke":
            self._enter(proposal.number, proposal.said["public"], proposal.said["name"], seq)

    def _enter(self, number: str, public: str, tag: str, seq: int) -> None:
        self.keys.append(Key(number, public, tag, seq))
        self._publics.add(public)


def load(db: sqlite3.Connection) -> Registry:
    """The people of a record; without any where it was never founded."""
    registry = Registry()
    for seq, kind, details in db.execute(f"select seq, kind, details from ledger where {WHERE} order by seq"):  # noqa: S608
        registry.apply(int(seq), kind, json.loads(details))
    return registry


def name_tag(public: str, name: str) -> str:
    """What the record keeps of a person's name: enough to see that a register means somebody else now."""
    return hashlib.sha256(f"{public}|{folded(name)}".encode()).hexdigest()[:32]
