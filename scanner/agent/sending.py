"""One conversation with the hub: what it has, what it lacks, the record's head, what it asks for.

Every step may be cut off anywhere: what was made is kept, and the next conversation begins with the question what the hub has.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from pydantic import ValidationError

from scanner import __version__, clock
from scanner.agent import client, deeds, link, originals, outbox, quiet, swept, taking, witnessed
from scanner.agent.errors import AgentError, Later, Refused, Unreachable
from scanner.agent.masking import Masking
from scanner.agent.swept import Rules
from scanner.fleet import box
from scanner.fleet.calls import Welcome
from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.store import Store
from scanner.inventory.transaction import transaction

Call = Callable[[str, bytes], dict[str, Any]]
_ENDS = {"revoked": "revoked", "conflict": "stopped", "stopped": "stopped"}
"""What the hub says of the terminal → how the terminal remembers it."""


@dataclass(slots=True)
class Told:
    """How a conversation went."""

    state: str = ""
    batches: int = 0
    """Sent and taken in this conversation."""
    waiting: int = 0
    """Left behind, because the hub waits for a person's approval or asked for patience."""
    size: int = 0
    """Entries of the record that the hub countersigned."""
    policy: int = 0
    """Version of the policy that was taken; 0: none."""
    asked: tuple[dict[str, str], ...] = ()
    deeds: int = 0
    """Decisions of the hub's officers, and times to be quiet, that were taken."""
    originals: int = 0
    """Originals of other terminals that were taken; files here are to be compared with them."""
    later: int = 0
    """Seconds after which the hub wants to be called again."""
    sizes: list[int] = field(default_factory=list)
    """Bytes of the frames."""


def send(home: Home, rules: Rules | None = None, *, patient: bool = False) -> Told:
    """Tell the hub everything that is new. Raises ``AgentError``: not enrolled, unreachable, refused; nothing is lost then.

    Args:
        rules: the policy in force: how paths leave, and of which places is told whether they were gone through.
        patient: whether to keep to the time at which the hub said to come again, and to times of quiet; a person who asks need not.
    """
    if not home.database.exists():
        raise AgentError("not_enrolled")
    key = installation_key(home)
    with Store(home.database, only_notes=True) as store:
        store.seal()  # the head that the hub signs covers all that is told
        mine = link.needed(store.connection)
        patience = max(asked_for(mine.later), quiet.until(store.connection)) if patient else ""
        if patience > clock.stamp():
            return Told(mine.state, later=1 + int((clock.moment_of(patience) - clock.now()).total_seconds()))
        if mine.state in ("revoked", "stopped"):
            raise AgentError(f"is_{mine.state}")
        seed = link.seed(home.database)
        address = client.Address(mine.url, mine.pin, mine.ca)
        told = Told(mine.state)
        try:
            with client.calling(address, seed, mine.hub, mine.terminal, lambda: _number(store)) as call:
                _conversation(
                    store, home, call, seed, Masking(key, rules.policy.hub.paths if rules else "masked"), rules, told
                )
        except Later as error:
            told.later = error.seconds + random.randrange(1 + error.seconds // 4)  # noqa: S311  # spreads the terminals
            with store.transaction() as db:
                link.keep(db, later=clock.stamp_in(timedelta(seconds=told.later)))
        except Refused as error:
            _remember(store, error)
            raise
        told.waiting = len(outbox.waiting(store.connection, _acknowledged(store.connection)))
    return told


def asked_for(later: str) -> str:
    """Until when the hub asked for patience; empty where that is further off than it may ask: a clock ran ahead when it was entered."""
    return later if later <= clock.stamp_in(timedelta(seconds=client.LATER_MOST * 5 // 4)) else ""


def _conversation(
    store: Store, home: Home, call: Call, seed: bytes, masking: Masking, rules: Rules | None, told: Told
) -> None:
    db = store.connection
    mine = link.needed(db)
    number, digest_of_last = outbox.last(db)
    said = {
        "version": __version__,
        "policy": mine.policy_version,
        "number": number,
        "digest": digest_of_last.hex(),
        "box": box.public_of(seed),
        "box_proof": box.proof_of(seed),
        "taken": [r["id"] for r in mine.requests if "done" in r],
    }
    hello = _welcome(_hello(store, call, orjson.dumps(said)))
    has, there = hello.number, bytes.fromhex(hello.digest)
    told.state = hello.state
    with transaction(db, store.path):
        link.keep(db, heard=clock.stamp(), later="", state=told.state)
    if told.state in _ENDS:
        raise Refused(told.state, {})
    _refuse_other(store, has, there)
    state = _state(db, mine, rules.digest if rules else "")
    sweeps = swept.told(db, rules) if "places" in hello.knows else None
    with transaction(db, store.path):
        outbox.acknowledge(db, has)
        if outbox.whole(db, has):
            outbox.make(db, seed, masking, state, sweeps=sweeps)
            first = has
        else:  # the hub was restored from a copy that is older than what is kept here
            first = outbox.last(db)[0]
            outbox.make(db, seed, masking, state, (has, there, hello.leaves), sweeps)
    if told.state != "approved":
        return
    for number in outbox.waiting(db, first):
        packed = outbox.frame_of(db, number)
        call("/v1/batch", packed)
        told.batches += 1
        told.sizes.append(len(packed))
        with transaction(db, store.path):
            outbox.acknowledge(db, number)
    told.size = witnessed.ask(store, call, mine, hello.seen)
    told.policy = taking.policy(store, home, call, hello.policy)
    told.deeds = deeds.take(store, call, hello.deeds)
    told.originals = originals.exchange(store, home, call, seed, (hello.vouched, hello.parcels))
    told.asked = taking.requests(store, hello.requests)


def _welcome(answer: dict[str, Any]) -> Welcome:
    """Raises ``AgentError`` where a hub answers what is none."""
    try:
        return Welcome.model_validate(answer)
    except ValidationError:
        raise Unreachable("no_answer", status=200) from None


def _hello(store: Store, call: Call, body: bytes) -> dict[str, Any]:
    """The first call. Where the hub has heard later ones (this inventory was put back, or is a copy), it is made once more behind those,
    so that the hub learns how far this one is and finds the difference itself."""
    try:
        return call("/v1/hello", body)
    except Refused as error:
        last = error.facts.get("call")
        if error.what != "replay" or not isinstance(last, int) or not 0 < last < 1 << 62:
            raise
        with transaction(store.connection, store.path) as db:
            link.keep(db, call=last)
        return call("/v1/hello", body)


def _refuse_other(store: Store, has: int, there: bytes) -> None:
    """The hub has a batch that this terminal never made: the inventory was rolled back, or another machine is a copy of this one.
    Raises ``AgentError``; nothing is sent over it."""
    here = outbox.digest_of(store.connection, has)
    if here == there:
        return
    what = "rollback" if here is None else "fork"
    with store.transaction() as db:
        ledger.append(db, "hub_differs", what=what, number=has, here=outbox.last(db)[0])
        link.keep(db, state="stopped")
    raise AgentError("differs_" + what, number=has, here=outbox.last(store.connection)[0])


def _remember(store: Store, error: Refused) -> None:
    state = _ENDS.get(error.what)
    if state:
        with store.transaction() as db:
            link.keep(db, state=state)


def _state(db: sqlite3.Connection, mine: link.Link, digest: str) -> dict[str, Any]:
    run = db.execute("select rule_set from runs where host = '' order by id desc limit 1").fetchone()
    facts = db.execute("select facts from terminals where host = '' order by id desc limit 1").fetchone()
    return {
        "version": __version__,
        "rule_set": run[0] if run else "",
        "policy_sha256": digest,
        "policy_version": mine.policy_version,
        "host": ledger.who()[0][:120],
        "facts": {str(k)[:120]: str(v)[:1_000] for k, v in (orjson.loads(facts[0]) if facts else {}).items()},
    }


def _acknowledged(db: sqlite3.Connection) -> int:
    return int(db.execute("select coalesce(max(number), 0) from hub_outbox where acknowledged = 1").fetchone()[0])


def _number(store: Store) -> int:
    with transaction(store.connection, store.path) as db:
        return link.next_call(db)
