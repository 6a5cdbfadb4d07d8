"""Originals of this terminal for the others that their contract names (``giving``), and theirs for this one.

What comes is taken only from a terminal for whose key two officers vouch and which a contract of this terminal's own policy names. Where the
contract has another key here, nothing is taken and the hub is told so: which of two keys is right is for people to say. Nothing that a parcel
holds ends a conversation: it is answered, and the next one is looked at.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from scanner import clock
from scanner.agent import giving, link
from scanner.agent.errors import Refused, Unreachable
from scanner.agent.link import Link
from scanner.agent.taking import POLICY
from scanner.custody import keys as contract_keys
from scanner.custody import sharing
from scanner.custody.keys import Key, KeyProblem
from scanner.custody.sharing import SharingError
from scanner.fleet import box
from scanner.fleet.calls import Body
from scanner.fleet.deeds import MALFORMED, TAKEN
from scanner.fleet.errors import WireError
from scanner.fleet.parcels import UNPACKED_MOST, Parcel, Parcels
from scanner.inventory import key_ids, ledger
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.policy.load import PolicyError, load
from scanner.policy.machines import names
from scanner.policy.models import Contract

Call = Callable[[str, bytes], dict[str, Any]]
_SECRET = 32
_ROUNDS = 20
Read = TypeVar("Read", bound=Body)


def exchange(store: Store, home: Home, call: Call, seed: bytes, hub: tuple[str, int]) -> int:
    """Send what is to be sent and take what waits; returns how many originals were taken. Raises ``AgentError``.

    Args:
        hub: (a word that changes with the vouchers, how many parcels wait), as the hub told.
    """
    mine = link.needed(store.connection)
    contracts, policy = _contracts(home)
    if not contracts or not mine.officers:
        return 0
    vouched, waiting = hub
    if vouched:
        giving.give(store, home, call, seed, mine, contracts, (vouched, policy))
    return _take(store, home, call, seed, mine, contracts) if waiting else 0


def _take(store: Store, home: Home, call: Call, seed: bytes, mine: Link, contracts: dict[str, Contract]) -> int:
    done: list[tuple[str, str]] = []
    taken = 0
    for _ in range(_ROUNDS):
        found = _read(Parcels, call("/v1/parcels", orjson.dumps({"done": done})))
        done = []
        if not found.parcels:
            break
        for said in found.parcels:
            try:
                parcel = Parcel.model_validate(said)
            except ValidationError:
                store.note("attempt_refused", act="hub_original", why=MALFORMED)
                done += [(digest, MALFORMED) for digest in _digest(said)]
                continue
            try:
                count, answer = _taken(store, home, call, seed, mine, contracts, parcel)
            except (WireError, SharingError, KeyProblem) as error:
                count, answer = 0, error.code if isinstance(error, KeyProblem) else MALFORMED
            taken += count
            done.append((parcel.header.digest, answer))
            if answer != TAKEN:
                store.note("attempt_refused", act="hub_original", why=answer, contract_of=parcel.header.contract)
        if not done:  # none of them has a number by which it could be answered
            break
    if done:
        call("/v1/parcels", orjson.dumps({"done": done}))
    return taken


def _taken(
    store: Store, home: Home, call: Call, seed: bytes, mine: Link, contracts: dict[str, Contract], parcel: Parcel
) -> tuple[int, str]:
    """(originals that are new here, what the hub is told). Raises ``WireError``, ``SharingError``, ``KeyProblem``, ``AgentError``."""
    header, sender = parcel.header, parcel.sender
    contract = contracts.get(header.contract)
    if sender.terminal != header.sender or not sender.good(mine.officers, clock.today()) or not header.by(sender.key):
        return 0, "not_signed"
    if contract is None or not names(contract, sender.name):
        return 0, "other_contract"
    said = key_ids.stated(store.connection, header.contract)
    if said is not None and (said.destroyed or said.id != header.key_id):
        return 0, "key_destroyed" if said.destroyed else "other_key"
    secret = box.opened(seed, bytes.fromhex(parcel.box), header.for_whom(mine.terminal))
    payload = box.unlocked(secret, _fetched(call, header.digest, header.parts), header.about)
    key = Key(header.contract, payload[:_SECRET])
    if not key.whole or key.id != header.key_id:
        return 0, MALFORMED
    found = list(sharing.read(_unpacked(payload[_SECRET:])))
    if len(found) != 1 or any(
        (o.contract, o.key_id, digest) != (header.contract, header.key_id, header.fingerprint) for o, _, digest in found
    ):
        return 0, MALFORMED
    with store.transaction() as db:
        if said is None:
            contract_keys.adopt(home.keys, key)
            key_ids.state(db, key.contract, key.id)
            ledger.append(db, "key_imported", contract=key.contract, key=key.id, terminal=sender.name)
        numbers = sharing.take(db, found, {key.contract: key.id})
        for number in numbers:
            ledger.append(db, "originals_taken", contract=key.contract, family=f"R-{number}", terminal=sender.name)
    return len(numbers), TAKEN


def _fetched(call: Call, digest: str, parts: int) -> bytes:
    """The blob; raises ``WireError``."""
    blob = bytearray()
    for number in range(parts):
        try:
            answer = call("/v1/fetch", orjson.dumps({"digest": digest, "part": number}))
        except Refused as error:
            if error.what != "another":
                raise
            raise WireError(MALFORMED) from None  # its sender was revoked meanwhile, or the hub has not all of it
        try:
            blob += base64.b64decode(str(answer.get("data", "")), validate=True)
        except (binascii.Error, ValueError):
            raise WireError(MALFORMED) from None
    if hashlib.sha256(blob).hexdigest() != digest:
        raise WireError(MALFORMED)
    return bytes(blob)


def _unpacked(data: bytes) -> io.BytesIO:
    """A gzip file that is not endless; raises ``WireError``."""
    try:
        with gzip.open(io.BytesIO(data)) as file:
            if len(file.read(UNPACKED_MOST + 1)) > UNPACKED_MOST:
                raise WireError("bomb")
    except (OSError, EOFError, zlib.error):
        raise WireError(MALFORMED) from None
    return io.BytesIO(data)


def _contracts(home: Home) -> tuple[dict[str, Contract], str]:
    """Contracts of the policy that the hub's officers gave this terminal, none without; and a digest of it."""
    path = home.path / POLICY
    if not path.exists():
        return {}, ""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        return {c.id: c for c in load(path).contract}, digest
    except PolicyError:
        return {}, digest


def _digest(said: dict[str, Any]) -> list[str]:
    """The number of a parcel that is none otherwise, where it has one."""
    header = said.get("header")
    digest = header.get("digest") if isinstance(header, dict) else None
    return [digest] if isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest) else []


def _read(kind: type[Read], answer: dict[str, Any]) -> Read:
    try:
        return kind.model_validate(answer)
    except ValidationError:
        raise Unreachable("no_answer", status=200) from None
