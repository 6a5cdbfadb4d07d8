"""How people get their keys: the ceremony of the first two, enrolment, change, revocation, and the rule of two itself."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from scanner.acts.attempts import recorded
from scanner.acts.signing import Ask, Rules, Signer, active, people, refuse_backwards, refuse_one_person, signer
from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.people import keyfile, registry, statements
from scanner.inventory.people.errors import PeopleError
from scanner.inventory.people.registry import Proposal, Registry
from scanner.inventory.store import Store
from scanner.policy import persons
from scanner.policy.models import Policy, Worker
from scanner.policy.names import alike

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def begin(home: Home, rules: Rules, first: str, second: str, ask: Ask) -> str:
    """The founding ceremony: two workers enrol each other. Returns the head, to be handed to the entruster.

    Raises ``PeopleError``; a second ceremony is refused.
    """
    with recorded(home, "found"), Store(home.database, only_notes=True) as store:
        if registry.load(store.connection).head or keyfile.kept_head(home.keys):
            raise PeopleError("founded_already")
        workers = [active(rules.policy, text) for text in (first, second)]
        refuse_one_person(*workers)
        phrases = [_chosen(w, ask) for w in workers]
        if phrases[0] == phrases[1]:
            raise PeopleError("same_passphrase")
        keys = [keyfile.new() for _ in workers]
        for worker, key, phrase in zip(workers, keys, phrases, strict=True):
            keyfile.keep(home.keys, worker.id, key, phrase)
        told = [_told(w, statements.public_of(k)) for w, k in zip(workers, keys, strict=True)]
        said = statements.statement("found", people=told, policy=rules.digest)
        signatures = {w.id: statements.sign(k, said) for w, k in zip(workers, keys, strict=True)}
        with store.transaction() as db:
            rules.note(db)
            if registry.load(db).head:
                raise PeopleError("founded_already")
            ledger.append(db, "person_founded", said=said, signatures=signatures)
        head = statements.digest(said)
        keyfile.keep_head(home.keys, head)
    return head


def enrol(home: Home, rules: Rules, text: str, ask: Ask) -> Proposal:
    """A worker makes a key; it is in force when two others have countersigned."""
    with recorded(home, "enrol"), Store(home.database, only_notes=True) as store:
        known = people(store.connection, home)
        worker = active(rules.policy, text)
        if known.key_of(worker.id) is not None:
            raise PeopleError("enrolled_already", worker=worker.id)
        for other in _enrolled(known, rules.policy):
            refuse_one_person(worker, other)
        phrase = _chosen(worker, ask)
        key = keyfile.new()
        keyfile.keep(home.keys, worker.id, key, phrase)
        return _propose(store, rules, known, "enrol", _told(worker, statements.public_of(key)), new=key)


def change(home: Home, rules: Rules, text: str, old: Ask | None, ask: Ask) -> Proposal | None:
    """A new key for somebody who has one: at once with the old passphrase, else (``old`` is ``None``) when two others have
    countersigned; returns what waits then."""
    with recorded(home, "change"), Store(home.database, only_notes=True) as store:
        known = people(store.connection, home)
        worker = active(rules.policy, text)
        held = known.key_of(worker.id)
        if held is None:
            raise PeopleError("not_enrolled", worker=worker.id)
        own = signer(home, known, rules.policy, worker.id, old) if old is not None else None
        phrase = _chosen(worker, ask)
        key = keyfile.new()
        keyfile.keep(home.keys, worker.id, key, phrase)
        proposal = _propose(
            store, rules, known, "change", _told(worker, statements.public_of(key)), new=key, own=own
        )  # fmt: skip
        if own is None:
            return proposal
        keyfile.drop(home.keys, held.number, held.public)
    return None


def revoke(home: Home, rules: Rules, text: str, by: str, ask: Ask) -> Proposal | None:
    """End somebody's key: the person, or two others; returns what waits for the second."""
    with recorded(home, "revoke"), Store(home.database, only_notes=True) as store:
        known = people(store.connection, home)
        held = known.key_of(_number(rules.policy, text))
        if held is None:
            raise PeopleError("nobody_under", text=text)
        one = signer(home, known, rules.policy, by, ask)
        own = alike(one.number) == alike(held.number)
        told = {"number": held.number, "revoked": held.public}
        proposal = _propose(store, rules, known, "revoke", told, own=one if own else None, by=None if own else one)
        if not own:
            return proposal
        keyfile.drop(home.keys, held.number, held.public)
    return None


def rule(home: Home, rules: Rules, two: bool, by: str, ask: Ask) -> Proposal | None:
    """Whether decisions take two people: the stricter rule is in force at once, the laxer when a second person has signed."""
    with recorded(home, "rule"), Store(home.database, only_notes=True) as store:
        known = people(store.connection, home)
        one = signer(home, known, rules.policy, by, ask)
        proposal = _propose(store, rules, known, "rule", {"two_persons": two}, by=one)
    return None if two else proposal


def countersign(home: Home, rules: Rules, text: str, by: str, ask: Ask) -> Proposal:
    """Another person signs what waits about somebody (or, with an empty text, about the rule); returns it with what is missing."""
    with recorded(home, "countersign"), Store(home.database, only_notes=True) as store:
        known = people(store.connection, home)
        number = _number(rules.policy, text) if text else ""
        about = [p for p in known.waiting.values() if alike(p.number) == alike(number)]
        if not about:
            raise PeopleError("nothing_waits", worker=text or "—")
        proposal = max(about, key=lambda p: p.seq)
        if number and alike(active(rules.policy, by).id) == alike(number):
            raise PeopleError("self_countersign", worker=number)
        if "name" in proposal.said:  # who countersigns vouches for the person that their own policy names
            tags = {registry.name_tag(proposal.said["public"], w.name) for w in persons.meant(rules.policy, number)}
            if proposal.said["name"] not in tags:
                raise PeopleError("other_name", worker=number)
        one = signer(home, known, rules.policy, by, ask)
        if alike(one.number) in map(alike, proposal.by):
            raise PeopleError("signed_already", worker=one.number)
        for other in (number, *proposal.by):
            for worker in persons.meant(rules.policy, other) if other else ():
                refuse_one_person(one.worker, worker)
        refuse_backwards(store.connection)
        with store.transaction() as db:
            rules.note(db)
            if _state(db) != _state_of(known):
                raise PeopleError("meanwhile")
            details: dict[str, Any] = {"of": proposal.seq, "by": one.number, "signature": one.sign(dict(proposal.said))}
            ledger.append(db, "person_countersigned", **details)
        proposal.by.append(one.number)
    return proposal


def _propose(
    store: Store,
    rules: Rules,
    known: Registry,
    act: str,
    told: dict[str, Any],
    *,
    new: Ed25519PrivateKey | None = None,
    own: Signer | None = None,
    by: Signer | None = None,
) -> Proposal:
    refuse_backwards(store.connection)
    said = statements.statement(act, head=known.head, policy=rules.digest, **told)
    signatures: dict[str, str] = {}
    if new is not None:
        signatures["new"] = statements.sign(new, said)
    if own is not None:
        signatures["own"] = own.sign(said)
    if by is not None:
        signatures |= {"by": by.number, "other": by.sign(said)}
    with store.transaction() as db:
        rules.note(db)
        if _state(db) != _state_of(known):
            raise PeopleError("meanwhile")
        ledger.append(db, "person_proposed", said=said, signatures=signatures)
        seq = int(db.execute("select max(seq) from ledger").fetchone()[0])
    return Proposal(seq, said, [by.number] if by is not None else [])


def _state(db: sqlite3.Connection) -> tuple[int, int]:
    return _state_of(registry.load(db))


def _state_of(known: Registry) -> tuple[int, int]:
    """Changes with every entry about people that holds."""
    return known.entries, known.last


def _enrolled(known: Registry, policy: Policy) -> list[Worker]:
    """The workers of the register who have a key in force."""
    return [w for c in policy.contract for w in c.worker if known.key_of(w.id) is not None]


def _number(policy: Policy, text: str) -> str:
    """The number that a text means; the text itself of somebody whom no register knows any more."""
    found = persons.meant(policy, text)
    return found[0].id if found else text


def _chosen(worker: Worker, ask: Ask) -> str:
    phrase = ask(worker.id)
    keyfile.refuse_weak(phrase, (worker.id, worker.name, *worker.accounts))
    return phrase


def _told(worker: Worker, public: str) -> dict[str, str]:
    return {"number": worker.id, "public": public, "name": registry.name_tag(public, worker.name)}
