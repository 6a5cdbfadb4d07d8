"""The hub as the witness of each terminal's record: it signs a head only if the record went on from the one it signed last."""

from __future__ import annotations

import json

from scanner import clock
from scanner.fleet.calls import Head, Key
from scanner.fleet.errors import WireError
from scanner.hub import frontier, terminals
from scanner.hub.database import Work
from scanner.hub.errors import Refusal
from scanner.hub.terminals import Terminal
from scanner.inventory.record.heads import announced
from scanner.tlog.checkpoint import Checkpoint, read
from scanner.tlog.note import NoteError, cosign, parse, parse_vkey
from scanner.tlog.proof import AddCheckpoint, parse_add
from scanner.tlog.witness import Refused, Witness

_STATUS = {"unknown": 404, "signature": 403, "stale": 409, "fork": 422, "rollback": 422, "entries": 422}
_KEYS_MOST = 64


def countersign(witness: Witness, caller: Terminal, work: Work, said: Head) -> str:
    """The signature line for what a terminal asks, kept before it is given; raises ``Refusal``, and what it found stands with the
    terminal (``record_state``). A head is signed only where the entries that were sent are all of its entries."""
    try:
        asked = parse_add(said.request)
        origin = read(parse(asked.checkpoint).text).origin
    except (NoteError, ValueError):
        raise WireError("malformed") from None
    records = _records(caller, said.keys[:_KEYS_MOST])
    seen = Checkpoint(origin, caller.seen, caller.root) if caller.seen else None
    found = "unknown"
    for vkey in reversed(records):
        try:
            head, _ = witness.answer(asked, parse_vkey(vkey), seen, 0)
        except Refused as error:
            found = error.what if error.what != "unknown" else found
            continue
        if caller.leaves != head.size:
            raise Refusal("unsent", _STATUS["stale"], seen=caller.seen)
        if frontier.root(caller.frontier) != head.root:
            found = "entries"
            break
        return _signed(witness, caller, work, asked, head, records)
    if found == "stale" and read(parse(asked.checkpoint).text).size < caller.seen:
        found = "rollback"
    if found in ("fork", "rollback", "entries"):
        terminals.keep(work, caller.id, record_state=found)
        terminals.event(work, "terminal_stopped", caller.id, name=caller.name, why=f"record_{found}")
    raise Refusal(found, _STATUS.get(found, 403), seen=caller.seen)


def anchor_of(one: Terminal) -> str:
    """The head that was countersigned last, as the short text that ``ledger verify --anchor`` takes: when it was heard, entries, 32 digits of
    the root of the tree over them."""
    return f"{one.heard} {one.seen}:{bytes(one.root).hex()[:32]}"


def _signed(
    witness: Witness, caller: Terminal, work: Work, asked: AddCheckpoint, head: Checkpoint, records: list[str]
) -> str:
    text = parse(asked.checkpoint)
    line = cosign(text.text, witness.name, witness.seed, int(clock.now().timestamp()))
    terminals.keep(
        work,
        caller.id,
        seen=head.size,
        root=head.root,
        signed=str(text.cosigned((line,))),
        records=json.dumps(records),
    )
    return line.line


def _records(caller: Terminal, told: list[Key]) -> list[str]:
    """The keys of the record that the hub knows, with those that one of them announced since. A terminal whose record had no key
    when it was enrolled names its first one now."""
    known: list[str] = json.loads(caller.records)
    for one in told:
        try:
            parse_vkey(one.vkey)
        except NoteError:
            raise WireError("malformed") from None
        if one.vkey not in known and (not known or (one.before in known and announced(one.model_dump()))):
            known.append(one.vkey)
    return known
