"""What a terminal takes from its hub: a policy that two officers signed, and requests. All of it is data; nothing of it is run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from scanner.agent import link
from scanner.agent.errors import AgentError
from scanner.fleet import pieces
from scanner.fleet.errors import WireError
from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.secretfile import place
from scanner.inventory.store import Store
from scanner.policy.load import PolicyError, parsed

KINDS = ("scan", "report")
"""What a hub may ask for: to scan soon, to tell its state."""
_MOST = 16
POLICY = "policy.toml"


def policy(store: Store, home: Home, call: Callable[[str, bytes], dict[str, Any]], offered: int) -> int:
    """Take the policy of version ``offered`` where it is newer; returns the version, 0 where there was nothing to take.

    Raises ``AgentError``: the pieces are not of two officers, older than what is here, or no policy together.
    """
    mine = link.needed(store.connection)
    if offered <= mine.policy_version:
        return 0
    answer = call("/v1/policy", orjson.dumps({"have": mine.policy_version}))
    try:
        found = pieces.read(str(answer.get("pieces", "")))
    except WireError:
        raise AgentError("bad_policy") from None
    if not found or not pieces.agreed(found, mine.officers):
        raise AgentError("policy_not_signed")
    version = found[0].version
    if version <= mine.policy_version:
        raise AgentError("policy_older", version=version, here=mine.policy_version)
    mine_only = [p for p in found if p.names(mine.name)]
    if pieces.COMMON not in {p.contract for p in mine_only}:
        raise AgentError("bad_policy")
    text = pieces.assembled(mine_only)
    try:
        parsed(text, home.path / POLICY)
    except PolicyError:
        raise AgentError("bad_policy") from None
    data = text.encode()
    place(home.path / POLICY, data, over=True)
    with store.transaction() as db:
        link.keep(db, policy_version=version)
        officers = sorted({number for p in found for number, _ in p.signatures})
        digest = hashlib.sha256(data).hexdigest()
        ledger.append(
            db, "policy_taken", version=version, sha256=digest, officers=officers, contracts=len(mine_only) - 1
        )
    return version


def requests(store: Store, told: object) -> tuple[dict[str, str], ...]:
    """Keep what the hub asks for that this version knows; returns it. What it does not know is passed over."""
    finished = {one["id"] for one in link.needed(store.connection).requests if one.get("done")}
    found: list[dict[str, str]] = []
    for one in told if isinstance(told, list) else ():
        kind = one.get("kind") if isinstance(one, dict) else None
        if kind in KINDS:
            number = str(one.get("id", ""))[:40]
            found.append({"kind": str(kind), "id": number, **({"done": "yes"} if number in finished else {})})
    kept = tuple(found[:_MOST])
    with store.transaction() as db:
        link.keep(db, requests=list(kept))
    return tuple(one for one in kept if "done" not in one)


def done(store: Store) -> None:
    """What was asked for was done; the hub is told so in the next conversation and asks no more."""
    mine = link.read(store.connection)
    if mine is not None and mine.requests:
        with store.transaction() as db:
            link.keep(db, requests=[{**one, "done": "yes"} for one in mine.requests])
