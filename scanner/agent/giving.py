"""Originals that were received here, on their way to the others that their contract names: only to terminals for whose keys two officers vouch,
sealed to each of them. What stays behind is counted with its reason.
"""

from __future__ import annotations

import hashlib
import io
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ValidationError

from scanner import clock
from scanner.agent.errors import Unreachable
from scanner.agent.link import Link
from scanner.custody import keys as contract_keys
from scanner.custody import sharing
from scanner.custody.keys import Key, KeyProblem
from scanner.fleet import box, parcels
from scanner.fleet.parcels import PART, Asked, Begin, Recipients
from scanner.fleet.vouching import Voucher
from scanner.inventory import custody as table
from scanner.inventory import ledger
from scanner.inventory.custody import Original
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.policy.machines import names
from scanner.policy.models import Contract

Call = Callable[[str, bytes], dict[str, Any]]
_LAST = "f" * 16
_DONE, _LEFT = "parcels", "parcels_left"
"""In ``hub_sent``: digest of what was looked at, and for each original that stays behind why."""


@dataclass(frozen=True, slots=True)
class _Own:
    """An original that was received on this machine, and not told by another."""

    original: Original
    fingerprint: str
    key: Key | None
    why: str
    """Why there is no key."""


def give(
    store: Store, home: Home, call: Call, seed: bytes, mine: Link, contracts: dict[str, Contract], seen: tuple[str, str]
) -> None:
    """Send what is to be sent. Raises ``AgentError``.

    Args:
        seen: (a word that changes with the vouchers at the hub and with what it has of this terminal, one that does with the policy here).
    """
    db = store.connection
    own = [
        _own(db, home, o)
        for o in table.originals(db)
        if o.contract in contracts and not o.path.startswith(sharing.ELSEWHERE)
    ]
    row = db.execute("select digest from hub_sent where tab = ? and id = 0", (_DONE,)).fetchone()
    if row and bytes(row[0]) == _state(seen, own):
        return
    behind: dict[_Own, str] = {}
    sent = 0
    for at in range(0, len(own), parcels.ASKED_MOST):
        for one, to in _lacking(call, mine, contracts, own[at : at + parcels.ASKED_MOST]).items():
            why = "full" if "full" in behind.values() else _sent(store, call, seed, mine, one, to)
            behind |= {one: why} if why else {}
            sent += not why
    _remember(store, behind)
    if "full" not in behind.values():
        if sent:  # it has more of this terminal now, and lacks it again when it is put back from a copy
            seen = (next(_pages(call, (), _LAST)).vouched, seen[1])
        with store.transaction() as db:
            db.execute("insert or replace into hub_sent values (?, 0, ?)", (_DONE, _state(seen, own)))


def _state(seen: tuple[str, str], own: list[_Own]) -> bytes:
    said = [*seen, *(one.fingerprint + one.why for one in own)]
    return hashlib.sha256("\n".join(said).encode()).digest()[:16]


def left(db: sqlite3.Connection) -> dict[int, str]:
    """Originals (their numbers) that are not with all for whom they are, and why."""
    rows = db.execute("select id, digest from hub_sent where tab = ? order by id", (_LEFT,))
    return {int(number): bytes(why).decode() for number, why in rows}


def _own(db: sqlite3.Connection, home: Home, original: Original) -> _Own:
    key, why = None, ""
    try:
        key = contract_keys.held(db, home.keys, original.contract)
        why = "" if key.id == original.key_id else "other_key"
    except KeyProblem as error:
        why = error.code
    return _Own(original, sharing.fingerprint(db, original.id), None if why else key, why)


def _lacking(call: Call, mine: Link, contracts: dict[str, Contract], own: list[_Own]) -> dict[_Own, list[Voucher]]:
    """For each original the terminals for which it is and which do not have it; none where nobody vouches for this terminal."""
    found: dict[_Own, list[Voucher]] = {}
    for told in _pages(call, tuple(one.fingerprint for one in own)):
        today = clock.today()
        if told.mine is None or told.mine.terminal != mine.terminal or not told.mine.good(mine.officers, today):
            return {}
        others = [v for v in told.vouchers if v.terminal != mine.terminal and v.good(mine.officers, today)]
        for one in own:
            held = frozenset(told.held.get(one.fingerprint, ()))
            contract = contracts[one.original.contract]
            to = [v for v in others if v.terminal not in held and names(contract, v.name)]
            if to:
                found.setdefault(one, []).extend(to)
    return found


def _pages(call: Call, fingerprints: tuple[str, ...], beyond: str = "") -> Iterator[Recipients]:
    while True:
        asked = Asked(fingerprints=fingerprints, beyond=beyond)
        try:
            told = Recipients.model_validate(call("/v1/recipients", orjson.dumps(asked.model_dump())))
        except ValidationError:
            raise Unreachable("no_answer", status=200) from None
        yield told
        if not told.more or not told.vouchers or told.vouchers[-1].terminal <= beyond:
            return
        beyond = told.vouchers[-1].terminal


def _sent(store: Store, call: Call, seed: bytes, mine: Link, one: _Own, to: list[Voucher]) -> str:
    """Send an original to all of them; returns why it stays behind, or nothing."""
    if one.key is None:
        return one.why
    file = io.BytesIO()
    unpacked = sharing.write(store.connection, [one.original], file)
    payload = one.key.secret + file.getvalue()
    if unpacked > parcels.UNPACKED_MOST or len(payload) + PART > PART * parcels.PARTS_MOST:
        return "too_large"
    about = parcels.about(mine.terminal, one.original.contract, one.key.id, one.fingerprint)
    for at in range(0, len(to), parcels.RECIPIENTS_MOST):
        secret, blob = box.locked(payload, about)
        if not _taken_up(store, call, seed, mine, one, to[at : at + parcels.RECIPIENTS_MOST], secret, blob):
            return "full"
    return ""


def _taken_up(
    store: Store, call: Call, seed: bytes, mine: Link, one: _Own, to: list[Voucher], secret: bytes, blob: bytes
) -> bool:
    """Whether the hub took a parcel: it has no room for any number of them."""
    original = one.original
    fields = {
        "sender": mine.terminal,
        "contract": original.contract,
        "key_id": original.key_id,
        "fingerprint": one.fingerprint,
    }
    header = parcels.signed(seed, blob, **fields)
    boxes = {v.terminal: box.sealed(v.box, secret, header.for_whom(v.terminal)).hex() for v in to}
    answer = call("/v1/parcel", orjson.dumps(Begin(header=header, boxes=boxes).model_dump()))
    if answer.get("full") or answer.get("whole"):
        return not answer.get("full")
    with store.transaction() as db:  # before the blob leaves: the record never knows less than happened
        told: dict[str, Any] = {"key": original.key_id, "terminals": sorted(v.name for v in to)}
        ledger.append(
            db, "originals_shared", contract=original.contract, family=original.family, rows=original.rows, **told
        )
    for number in range(header.parts):
        call("/v1/part", f"{header.digest} {number}\n".encode() + blob[number * PART : (number + 1) * PART])
    return True


def _remember(store: Store, behind: dict[_Own, str]) -> None:
    """What stays behind, and an entry of the record for what did not do so before."""
    before = left(store.connection)
    with store.transaction() as db:
        db.execute("delete from hub_sent where tab = ?", (_LEFT,))
        for one, why in behind.items():
            db.execute("insert into hub_sent values (?, ?, ?)", (_LEFT, one.original.id, why.encode()))
    for one, why in behind.items():
        if before.get(one.original.id) != why:
            about = {"contract_of": one.original.contract, "family": one.original.family}
            store.note("attempt_refused", act="hub_original", why=why, **about)
