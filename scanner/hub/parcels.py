"""Originals on their way between terminals, as locked blobs that the hub cannot open; and the vouchers by which terminals know each other."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.acts.signing import Ask, Rules
from scanner.fleet import box, parcels, vouching
from scanner.fleet.errors import WireError
from scanner.fleet.parcels import Begin, Fetch, Header
from scanner.fleet.vouching import Voucher
from scanner.hub import settling, terminals
from scanner.hub.cosigning import cosigner
from scanner.hub.database import Work
from scanner.hub.desk import Desk
from scanner.hub.errors import HubError, Refusal
from scanner.hub.terminals import APPROVED
from scanner.inventory.home import Home
from scanner.inventory.store import Store

_TOGETHER = 500
"""Vouchers in one answer."""
_WAITING_MOST = 4_096
"""Parts of one terminal that are not delivered (12 GiB): it can fill no disk."""


def prepare(desk: Desk) -> list[Voucher]:
    """Unsigned vouchers of all terminals that are let in and have told their key."""
    until = clock.today() + timedelta(days=vouching.DAYS)
    with desk.database.reading() as work:
        boxes = {
            terminal: (key, proof) for terminal, key, proof in work.all("select terminal, box, proof from box_keys")
        }
        found = terminals.all_of(work, "state = ?", (APPROVED,))
    return [
        Voucher(
            terminal=one.id, name=one.name, key=bytes(one.key).hex(), box=key, proof=proof, until=until, signatures={}
        )
        for one in found
        for key, proof in [boxes.get(one.id, ("", ""))]
        if key
    ]


def sign(found: list[Voucher], home: Home, rules: Rules, by: str, ask: Ask) -> list[Voucher]:
    """With the signature of a person of the officer's record; raises ``PeopleError``, also where the person signed under another number, and
    ``HubError`` for a voucher that no terminal would take."""
    for voucher in found:
        if not voucher.sound(clock.today()):
            raise HubError("voucher_not_sound", name=voucher.name)
    numbers = {number for voucher in found for number in voucher.signatures}
    with Store(home.database, only_notes=True) as store:
        one = cosigner(store.connection, home, rules, by, ask, numbers)
        seed: bytes = one.key.private_bytes_raw()
        signed = [voucher.signed(one.number, seed) for voucher in found]
        store.note("terminals_vouched", by=one.number, terminals=len(signed))
    return signed


def publish(desk: Desk, found: list[Voucher]) -> int:
    """Hand vouchers over from now on; returns how many. Raises ``HubError``: not of two officers, or of a terminal that is none."""
    if not found or not all(v.good(desk.officers, clock.today()) for v in found):
        raise HubError("vouchers_not_signed")
    with desk.database.transaction() as work:
        known = {one.id: one for one in terminals.all_of(work, "state = ?", (APPROVED,))}
        for voucher in found:
            one = known.get(voucher.terminal)
            if one is None or (one.name, bytes(one.key).hex()) != (voucher.name, voucher.key):
                raise HubError("no_such_terminal", name=voucher.name)
            work.run(
                "insert into vouchers (terminal, text) values (?, ?)"
                " on conflict (terminal) do update set text = excluded.text",
                (voucher.terminal, voucher.model_dump_json()),
            )
        renewed(work)
        terminals.event(work, "terminals_vouched", "", terminals=len(found))
    return len(found)


def read(path: Path) -> list[Voucher]:
    """Out of a file; raises ``HubError``."""
    try:
        return vouching.read(path.read_bytes())
    except (OSError, WireError):
        raise HubError("no_vouchers", path=path) from None


def changed(work: Work, caller: str) -> str:
    """A word that is another one when vouchers changed, and when the hub, put back from a copy, lacks what the caller sent."""
    rows = work.all("select value from meta where name = 'vouched'")
    sql = "select count(distinct fingerprint) from parcels where sender = ? and whole = 1"
    return f"{rows[0][0]} {work.all(sql, (caller,))[0][0]}" if rows else ""


def boxed(work: Work, one: terminals.Terminal, key: str, proof: str) -> None:
    """The key of a terminal's boxes, as it says itself and signs; raises ``Refusal``."""
    if work.all("select 1 from box_keys where terminal = ? and box = ? and proof = ?", (one.id, key, proof)):
        return
    if not box.proven(bytes(one.key).hex(), key, proof):
        raise Refusal("forged", 401)
    work.run(
        "insert into box_keys (terminal, box, proof) values (?, ?, ?)"
        " on conflict (terminal) do update set box = excluded.box, proof = excluded.proof",
        (one.id, key, proof),
    )


def waiting(work: Work, terminal: str) -> int:
    """How many parcels wait for a terminal."""
    sql = (
        "select count(*) from boxes_sent b join parcels p on p.digest = b.parcel"
        " where b.terminal = ? and b.answer = '' and p.whole = 1"
    )
    return int(work.all(sql, (terminal,))[0][0])


def recipients(work: Work, caller: str, said: parcels.Asked) -> dict[str, Any]:
    """Vouchers of terminals that are let in, and who has which original."""
    rows = work.all(
        "select v.terminal, v.text from vouchers v join terminals t on t.id = v.terminal where t.state = ? and v.terminal > ?"
        " order by v.terminal limit ?",
        (APPROVED, said.beyond, _TOGETHER),
    )
    mine = work.all("select text from vouchers where terminal = ?", (caller,))
    held: dict[str, list[str]] = {}
    marks = ", ".join("?" * len(parcels.SETTLED))
    for fingerprint in said.fingerprints if rows else ():
        found = work.all(
            "select distinct b.terminal from parcels p join boxes_sent b on b.parcel = p.digest where p.fingerprint = ? and p.sender = ?"  # noqa: S608  # only marks are put in
            f" and p.whole = 1 and b.answer in ('', {marks}) and b.terminal > ? and b.terminal <= ?",
            (fingerprint, caller, *parcels.SETTLED, said.beyond, rows[-1][0]),
        )
        held |= {fingerprint: [terminal for (terminal,) in found]} if found else {}
    return {
        "mine": Voucher.model_validate_json(mine[0][0]).model_dump(mode="json") if mine else None,
        "vouchers": [Voucher.model_validate_json(text).model_dump(mode="json") for _, text in rows],
        "held": held,
        "more": len(rows) == _TOGETHER,
        "vouched": changed(work, caller),
    }


def begin(work: Work, caller: str, said: Begin) -> dict[str, Any]:
    """A parcel is announced: whether it is here as a whole already, or there is no room (``full``). Raises ``Refusal``."""
    header = said.header
    if header.sender != caller:
        raise Refusal("another")
    rows = work.all("select whole from parcels where digest = ?", (header.digest,))
    if not rows:
        settling.unfinished(work, caller)
        boxes = _approved(work, said.boxes)
        if not boxes:  # all were revoked meanwhile
            return {"whole": True}
        sql = "select coalesce(sum(parts), 0) from parcels where sender = ? and delivered = 0"
        if int(work.all(sql, (caller,))[0][0]) + header.parts > _WAITING_MOST:
            terminals.not_taken(work, "no_room", caller)
            return {"whole": False, "full": True}
        work.run(
            "insert into parcels (digest, sender, fingerprint, header, parts, whole, delivered, made) values (?, ?, ?, ?, ?, 0, 0, ?)",
            (header.digest, caller, header.fingerprint, header.model_dump_json(), header.parts, clock.stamp()),
        )
        for terminal, sealed in boxes.items():
            work.run(
                "insert into boxes_sent (parcel, terminal, box, answer) values (?, ?, ?, '')",
                (header.digest, terminal, sealed),
            )
    return {"whole": bool(rows and rows[0][0])}


def part(work: Work, caller: str, body: bytes) -> dict[str, Any]:
    """A part of a parcel: its digest, its number, and its bytes. Raises ``Refusal`` and ``WireError``."""
    head, _, data = body.partition(b"\n")
    words = head.decode("ascii", "replace").split(" ")
    if len(words) != 2 or not words[1].isdecimal() or len(words[1]) > 3 or not data or len(data) > parcels.PART:
        raise WireError("malformed")
    rows = work.all("select sender, parts, whole from parcels where digest = ?", (words[0],))
    if not rows or rows[0][0] != caller:
        raise Refusal("another")
    number, parts = int(words[1]), int(rows[0][1])
    if number >= parts:
        raise WireError("malformed")
    work.run(
        "insert into parcel_parts (parcel, number, data) values (?, ?, ?) on conflict (parcel, number) do nothing",
        (words[0], number, data),
    )
    there = int(work.all("select count(*) from parcel_parts where parcel = ?", (words[0],))[0][0])
    if there == parts:
        work.run("update parcels set whole = 1 where digest = ?", (words[0],))
    return {"whole": there == parts}


def handed(work: Work, caller: str, said: parcels.Done) -> dict[str, Any]:
    """Take the answers of a terminal, and name the next parcels for it."""
    for digest, answer in said.done:
        found = work.run(
            "update boxes_sent set answer = ? where parcel = ? and terminal = ? and answer = ''",
            (answer, digest, caller),
        )
        if found:
            _answered(work, digest, caller, answer)
    rows = work.all(
        "select p.header, b.box, v.text from boxes_sent b join parcels p on p.digest = b.parcel"
        " join vouchers v on v.terminal = p.sender join terminals t on t.id = p.sender"
        " where b.terminal = ? and b.answer = '' and p.whole = 1 and t.state = ? order by p.made limit ?",
        (caller, APPROVED, parcels.AT_ONCE),
    )
    return {
        "parcels": [
            {
                "header": Header.model_validate_json(header).model_dump(),
                "box": sealed,
                "sender": Voucher.model_validate_json(text).model_dump(mode="json"),
            }
            for header, sealed, text in rows
        ]
    }


def fetch(work: Work, caller: str, said: Fetch) -> dict[str, Any]:
    """A part of a parcel that is for the caller; raises ``Refusal``."""
    rows = work.all(
        "select d.data from parcel_parts d join boxes_sent b on b.parcel = d.parcel"
        " where d.parcel = ? and d.number = ? and b.terminal = ?",
        (said.digest, said.part, caller),
    )
    if not rows:
        raise Refusal("another")
    return {"data": base64.b64encode(bytes(rows[0][0])).decode()}


def _answered(work: Work, digest: str, terminal: str, answer: str) -> None:
    """An entry of the hub's record; what nobody waits for any more is not kept, but who has it is."""
    header = Header.model_validate_json(work.all("select header from parcels where digest = ?", (digest,))[0][0])
    told = {"contract": header.contract, "sender": header.sender, "key": header.key_id, "answer": answer}
    terminals.event(work, "original_delivered", terminal, **told)
    settling.settled(work, digest)


def _approved(work: Work, boxes: dict[str, str]) -> dict[str, str]:
    """Those that are for terminals which are let in."""
    marks = ", ".join("?" * len(boxes))
    found = work.all(f"select id from terminals where state = ? and id in ({marks})", (APPROVED, *boxes))  # noqa: S608
    return {terminal: boxes[terminal] for (terminal,) in found}


def renewed(work: Work) -> None:
    """Terminals look again who has which original."""
    work.run(
        "insert into meta (name, value) values ('vouched', ?) on conflict (name) do update set value = excluded.value",
        (secrets.token_hex(8),),
    )
