"""Originals of this terminal for the others that their contract names, and theirs for this one.

Only what was received here is sent on; only to terminals for whose keys two officers vouch and which a contract of this terminal's own policy
names; sealed to each of them. What comes is taken from such a terminal alone. Where the contract has another key here, nothing is taken and
the hub is told so: which of two keys is right is for people to say.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import io
import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from scanner import clock
from scanner.agent import link
from scanner.agent.errors import Unreachable
from scanner.agent.link import Link
from scanner.agent.taking import POLICY
from scanner.custody import keys as contract_keys
from scanner.custody import sharing
from scanner.custody.keys import Key, KeyProblem
from scanner.custody.sharing import SharingError
from scanner.fleet import box, parcels
from scanner.fleet.calls import Body
from scanner.fleet.deeds import MALFORMED, TAKEN
from scanner.fleet.errors import WireError
from scanner.fleet.parcels import PART, Asked, Begin, Parcel, Parcels, Recipients
from scanner.fleet.vouching import Voucher
from scanner.inventory import custody as table
from scanner.inventory import key_ids, ledger
from scanner.inventory.custody import Original
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.policy.load import PolicyError, load
from scanner.policy.machines import names
from scanner.policy.models import Contract

Call = Callable[[str, bytes], dict[str, Any]]
_SECRET = 32
_UNPACKED_MOST = 256 << 20
_ROUNDS = 20
_DONE = "parcels"
Read = TypeVar("Read", bound=Body)


def exchange(store: Store, home: Home, call: Call, seed: bytes, hub: tuple[str, int]) -> int:
    """Send what is to be sent and take what waits; returns how many originals were taken. Raises ``AgentError``.

    Args:
        hub: (a word that changes with the vouchers, how many parcels wait), as the hub told.
    """
    mine = link.needed(store.connection)
    contracts = _contracts(home)
    if not contracts or not mine.officers:
        return 0
    vouched, waiting = hub
    if vouched:
        _share(store, home, call, seed, mine, contracts, vouched)
    return _take(store, home, call, seed, mine, contracts) if waiting else 0


def received_here(original: Original) -> bool:
    """Whether it was received on this machine, and not told by another."""
    return not original.path.startswith(sharing.ELSEWHERE)


# what goes


def _share(
    store: Store, home: Home, call: Call, seed: bytes, mine: Link, contracts: dict[str, Contract], vouched: str
) -> None:
    db = store.connection
    own = [
        (o, sharing.fingerprint(db, o.id)) for o in table.originals(db) if received_here(o) and o.contract in contracts
    ]
    own = own[: parcels.ASKED_MOST]
    state = hashlib.sha256("\n".join([vouched, *(f for _, f in own)]).encode()).digest()[:16]
    row = db.execute("select digest from hub_sent where tab = ? and id = 0", (_DONE,)).fetchone()
    if not own or (row and bytes(row[0]) == state):
        return
    others, held = _recipients(call, mine, tuple(f for _, f in own))
    for original, fingerprint in own:
        contract = contracts[original.contract]
        to = [v for v in others if names(contract, _bare(v.name)) and (fingerprint, v.terminal) not in held]
        key = _key(db, home, original)
        for at in range(0, len(to) if key else 0, parcels.RECIPIENTS_MOST):
            _send(store, call, seed, mine, (original, fingerprint, key), to[at : at + parcels.RECIPIENTS_MOST])
    with store.transaction() as db:
        db.execute("insert or replace into hub_sent values (?, 0, ?)", (_DONE, state))


def _recipients(call: Call, mine: Link, fingerprints: tuple[str, ...]) -> tuple[list[Voucher], set[tuple[str, str]]]:
    """Terminals for which two officers vouch, where they do for this one too; and who has which original."""
    others: list[Voucher] = []
    held: set[tuple[str, str]] = set()
    beyond = ""
    while True:
        asked = Asked(fingerprints=() if beyond else fingerprints, beyond=beyond)
        told = _read(Recipients, call("/v1/recipients", orjson.dumps(asked.model_dump())))
        if told.mine is None or told.mine.terminal != mine.terminal or not told.mine.good(mine.officers, clock.today()):
            return [], set()
        held |= set(told.held)
        others += [v for v in told.vouchers if v.terminal != mine.terminal and v.good(mine.officers, clock.today())]
        if not told.more or not told.vouchers or told.vouchers[-1].terminal <= beyond:
            return others, held
        beyond = told.vouchers[-1].terminal


def _key(db: sqlite3.Connection, home: Home, original: Original) -> Key | None:
    try:
        key = contract_keys.held(db, home.keys, original.contract)
    except KeyProblem:
        return None
    return key if key.id == original.key_id else None


def _send(
    store: Store, call: Call, seed: bytes, mine: Link, what: tuple[Original, str, Key | None], to: list[Voucher]
) -> None:
    original, fingerprint, key = what
    assert key is not None
    file = io.BytesIO()
    sharing.write(store.connection, [original], file)
    about = parcels.about(mine.terminal, original.contract, key.id, fingerprint)
    secret, blob = box.locked(key.secret + file.getvalue(), about)
    if len(blob) > PART * parcels.PARTS_MOST:
        return
    fields = {"sender": mine.terminal, "contract": original.contract, "key_id": key.id, "fingerprint": fingerprint}
    header = parcels.signed(seed, blob, **fields)
    boxes = {v.terminal: box.sealed(v.box, secret, header.for_whom(v.terminal)).hex() for v in to}
    with store.transaction() as db:  # before it leaves: the record never knows less than happened
        told: dict[str, Any] = {"key": key.id, "terminals": sorted(v.name for v in to)}
        ledger.append(
            db, "originals_shared", contract=original.contract, family=original.family, rows=original.rows, **told
        )
    answer = call("/v1/parcel", orjson.dumps(Begin(header=header, boxes=boxes).model_dump()))
    if not answer.get("whole"):
        for number in range(header.parts):
            part = blob[number * PART : (number + 1) * PART]
            call("/v1/part", f"{header.digest} {number}\n".encode() + part)


# what comes


def _take(store: Store, home: Home, call: Call, seed: bytes, mine: Link, contracts: dict[str, Contract]) -> int:
    done: list[tuple[str, str]] = []
    taken = 0
    for _ in range(_ROUNDS):
        found = _read(Parcels, call("/v1/parcels", orjson.dumps({"done": done})))
        if not found.parcels:
            break
        done = []
        for parcel in found.parcels:
            try:
                count, answer = _taken(store, home, call, seed, mine, contracts, parcel)
            except (WireError, SharingError, KeyProblem) as error:
                count, answer = 0, error.what if isinstance(error, WireError) else error.code
            taken += count
            done.append((parcel.header.digest, answer))
            if answer != TAKEN:
                store.note("attempt_refused", act="hub_original", why=answer, contract_of=parcel.header.contract)
    return taken


def _taken(
    store: Store, home: Home, call: Call, seed: bytes, mine: Link, contracts: dict[str, Contract], parcel: Parcel
) -> tuple[int, str]:
    """(originals that are new here, what the hub is told). Raises ``WireError``, ``SharingError``, ``KeyProblem``, ``AgentError``."""
    header, sender = parcel.header, parcel.sender
    contract = contracts.get(header.contract)
    if sender.terminal != header.sender or not sender.good(mine.officers, clock.today()) or not header.by(sender.key):
        return 0, "not_signed"
    if contract is None or not names(contract, _bare(sender.name)):
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
            contract_keys.put(home.keys, key)
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
        answer = call("/v1/fetch", orjson.dumps({"digest": digest, "part": number}))
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
            if len(file.read(_UNPACKED_MOST + 1)) > _UNPACKED_MOST:
                raise WireError("bomb")
    except (OSError, EOFError):
        raise WireError(MALFORMED) from None
    return io.BytesIO(data)


def _contracts(home: Home) -> dict[str, Contract]:
    """Contracts of the policy that the hub's officers gave this terminal; none without."""
    path = home.path / POLICY
    try:
        return {c.id: c for c in load(path).contract} if path.exists() else {}
    except PolicyError:
        return {}


def _bare(name: str) -> str:
    """Without the hub's mark on a second machine of one name."""
    return name.partition("~")[0]


def _read(kind: type[Read], answer: dict[str, Any]) -> Read:
    try:
        return kind.model_validate(answer)
    except ValidationError:
        raise Unreachable("no_answer", status=200) from None
