"""What the hub answers to each call. Whoever calls is known by the signature before anything of the body is looked at."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from scanner import clock
from scanner.fleet import batch as batches
from scanner.fleet import calls, envelope, frame, keys, pieces, token
from scanner.fleet import parcels as sealed
from scanner.fleet.calls import Enrol, Enrolment, Head, Hello
from scanner.fleet.deeds import Done
from scanner.fleet.errors import WireError
from scanner.hub import handing, parcels, terminals, witness
from scanner.hub.database import Work
from scanner.hub.desk import Desk
from scanner.hub.errors import Refusal
from scanner.hub.frontier import grown
from scanner.hub.terminals import APPROVED, CONFLICT, REVOKED, WAITING, Terminal
from scanner.tlog.note import ED25519, NoteError, parse_vkey

SMALL = 256 << 10
"""Bytes of any body but a batch."""
NOTHING = bytes(32)
_UNPACKED_AT_ONCE = 2
"""Batches in memory as a whole: each may be ``frame.UNPACKED_MOST`` large, and ten times that as objects."""
Answer = dict[str, Any]
_BODIES: dict[str, type[calls.Body]] = {
    "/v1/hello": Hello,
    "/v1/head": Head,
    "/v1/policy": calls.Policy,
    "/v1/deeds": Done,
    "/v1/recipients": sealed.Asked,
    "/v1/parcel": sealed.Begin,
    "/v1/parcels": sealed.Done,
    "/v1/fetch": sealed.Fetch,
}


class Answers:
    """The calls of one hub, by their paths."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._heavy = threading.BoundedSemaphore(_UNPACKED_AT_ONCE)
        self._by_path: dict[str, Callable[[envelope.Call, Terminal, Work, bytes, Any], Answer]] = {
            "/v1/hello": self._hello,
            "/v1/batch": self._batch,
            "/v1/head": self._head,
            "/v1/policy": self._policy,
            "/v1/deeds": self._approved(lambda work, one, body, said: {"deeds": handing.handed(work, one, said.done)}),
            "/v1/recipients": self._approved(lambda work, one, body, said: parcels.recipients(work, one, said)),
            "/v1/parcel": self._approved(lambda work, one, body, said: parcels.begin(work, one, said)),
            "/v1/part": self._approved(lambda work, one, body, said: parcels.part(work, one, body)),
            "/v1/parcels": self._approved(lambda work, one, body, said: parcels.handed(work, one, said)),
            "/v1/fetch": self._approved(lambda work, one, body, said: parcels.fetch(work, one, said)),
        }

    def answer(self, path: str, headers: Mapping[str, str], body: bytes, address: str = "") -> Answer:
        """Raises ``Refusal``, which is counted already: of a terminal, or where none is known of the ``address`` that called."""
        terminal = ""
        try:
            if path == "/v1/enrol":
                return self._enrol(body)
            act = self._by_path.get(path)
            if act is None:
                raise Refusal("no_such_call", 404)
            call = envelope.read(headers)
            with self._desk.database.reading() as work:
                caller = terminals.locked(work, call.terminal)
            terminal = caller.id
            if not call.holds(caller.key, self._desk.vkey, path, body):
                raise Refusal("forged", 401)
            if caller.state == REVOKED:
                raise Refusal("revoked")
            prepared = self._prepared(path, caller, body)
            answer = terminals.counted(self._desk.database, lambda work: self._in_turn(work, act, call, body, prepared))
        except WireError as error:
            terminals.refused(self._desk.database, error.what, terminal, address=address)
            raise Refusal(error.what, 400) from None
        except Refusal as error:
            terminals.refused(self._desk.database, error.what, terminal, address=address)
            raise
        return answer  # type: ignore[return-value]

    def _in_turn(
        self, work: Work, act: Callable[..., Answer], call: envelope.Call, body: bytes, prepared: Any
    ) -> Answer:
        caller = terminals.locked(work, call.terminal)
        if call.number <= caller.call:
            raise Refusal("replay", 409, call=caller.call)
        terminals.keep(work, caller.id, call=call.number, heard=clock.stamp())
        return act(call, caller, work, body, prepared)

    def _prepared(self, path: str, caller: Terminal, body: bytes) -> Any:
        """What of the body can be looked at before the tables are asked."""
        if path == "/v1/batch":
            if not frame.signed_by(body, caller.key):
                raise Refusal("forged", 401)
            with self._heavy:
                return batches.read(frame.unpack(body))
        if path == "/v1/part":
            return None
        return calls.read(_BODIES[path], body, SMALL)

    @staticmethod
    def _approved(act: Callable[[Work, str, bytes, Any], Answer]) -> Callable[..., Answer]:
        """A call that only a terminal may make which was let in."""

        def asked(call: envelope.Call, caller: Terminal, work: Work, body: bytes, said: Any) -> Answer:
            if caller.state != APPROVED:
                raise Refusal("conflict" if caller.state == CONFLICT else caller.state)
            return act(work, caller.id, body, said)

        return asked

    def _hello(self, call: envelope.Call, caller: Terminal, work: Work, body: bytes, said: Hello) -> Answer:
        if caller.state in (APPROVED, WAITING):
            caller = self._compared(work, caller, said.number, said.digest)
        terminals.keep(work, caller.id, version=said.version[:40])
        if said.box and said.box_proof:
            parcels.boxed(work, caller, said.box, said.box_proof)
        if said.policy is not None:
            terminals.keep(work, caller.id, policy=said.policy)
        for one in said.taken:
            work.run(
                "update requests set told = ? where id = ? and terminal = ? and told = ''",
                (clock.stamp(), one, caller.id),
            )
        asked = work.all(
            "select id, kind from requests where terminal = ? and told = '' order by made limit 16", (caller.id,)
        )
        newest = work.all("select coalesce(max(version), 0) from pieces")[0][0]
        return {
            "state": caller.state,
            "number": caller.number,
            "digest": caller.digest.hex(),
            "leaves": caller.leaves,
            "seen": caller.seen,
            "policy": int(newest),
            "requests": [{"id": i, "kind": kind} for i, kind in asked],
            "deeds": handing.waiting(work, caller.id),
            "parcels": parcels.waiting(work, caller.id),
            "vouched": parcels.changed(work, caller.id),
            "knows": batches.KNOWN,
        }

    def _compared(self, work: Work, caller: Terminal, number: int, digest: str) -> Terminal:
        """A terminal that lacks what it sent, or has another batch of the same number, is not what it was, or not alone."""
        why = "rollback" if number < caller.number else ""
        if number == caller.number and digest != caller.digest.hex():
            why = "fork"
        if why:
            terminals.conflict(work, caller, why)
            return terminals.locked(work, caller.id)
        return caller

    def _batch(self, call: envelope.Call, caller: Terminal, work: Work, body: bytes, said: batches.Batch) -> Answer:
        if said.terminal != caller.id:
            raise Refusal("another")
        if caller.state != APPROVED:
            raise Refusal("conflict" if caller.state == CONFLICT else caller.state)
        digest = frame.digest(body)
        if said.number <= caller.number:
            known = work.all("select digest from batches where terminal = ? and number = ?", (caller.id, said.number))
            if known and bytes(known[0][0]) == digest:
                return {"number": caller.number}
            terminals.conflict(work, caller, "clone")
            raise Refusal("conflict", 409)
        follows = said.since == caller.number and said.before == caller.digest.hex()
        if not follows or (said.number != said.since + 1 and not said.anew):
            raise Refusal("gap", 409, number=caller.number)
        if said.entries and said.first != caller.leaves:
            raise Refusal("entries", 409, leaves=caller.leaves)
        leaves, frontier = grown(caller.leaves, caller.frontier, said.entries)
        work.run(
            "insert into batches (terminal, number, since, digest, anew, at, frame) values (?, ?, ?, ?, ?, ?, ?)",
            (caller.id, said.number, said.since, digest, int(said.anew), clock.stamp(), body),
        )
        terminals.keep(work, caller.id, number=said.number, digest=digest, leaves=leaves, frontier=frontier)
        return {"number": said.number}

    def _head(self, call: envelope.Call, caller: Terminal, work: Work, body: bytes, said: Head) -> Answer:
        if caller.state != APPROVED:
            raise Refusal("conflict" if caller.state == CONFLICT else caller.state)
        return {"line": witness.countersign(self._desk.witness, caller, work, said)}

    def _policy(self, call: envelope.Call, caller: Terminal, work: Work, body: bytes, said: Any) -> Answer:
        if caller.state != APPROVED:
            raise Refusal("conflict" if caller.state == CONFLICT else caller.state)
        rows = work.all("select piece from pieces where version = (select max(version) from pieces) order by contract")
        found = [one for row in rows for one in pieces.read(row[0])]
        return {"pieces": pieces.write(p for p in found if p.names(caller.name.partition("~")[0]))}

    def _enrol(self, body: bytes) -> Answer:
        asked = calls.read(Enrol, body, SMALL)
        said, public = asked.said, bytes.fromhex(asked.said.key)
        if not keys.holds(public, token.DOMAIN, said.signed, bytes.fromhex(asked.proof)):
            raise Refusal("forged", 401)
        if said.record:
            try:
                if parse_vkey(said.record).kind != ED25519:
                    raise WireError("malformed")
            except NoteError:
                raise WireError("malformed") from None
        return terminals.counted(self._desk.database, lambda work: self._taken_in(work, said, public))  # type: ignore[return-value]

    def _taken_in(self, work: Work, said: Enrolment, public: bytes) -> Answer:
        rows = work.all(
            f"select digest, ends, most, used, automatic, revoked from tokens where id = ?{work.lock}",  # noqa: S608
            (said.token,),
        )
        digest = token.Token(said.token, said.secret, "", "", "").digest
        if not rows or not secrets.compare_digest(rows[0][0], digest):
            raise Refusal("token")
        known = terminals.all_of(work, "key = ?", (public,))
        if not known:
            _, ends, most, used, automatic, revoked = rows[0]
            if revoked or ends < clock.stamp() or used >= most:
                raise Refusal("token_over")
            work.run("update tokens set used = used + 1 where id = ?", (said.token,))
            known = [self._entered(work, said, public, APPROVED if automatic else WAITING)]
        return {"terminal": known[0].id, "state": known[0].state, "officers": self._desk.officers}

    def _entered(self, work: Work, said: Enrolment, public: bytes, state: str) -> Terminal:
        """Two machines of one name, whatever its case, are two terminals: the later one has a number behind its name."""
        known = {str(other).lower() for (other,) in work.all("select name from terminals")}
        number, name, times = secrets.token_hex(8), said.name, 1
        while name.lower() in known:
            times += 1
            name = f"{said.name}~{times}"
        records = json.dumps([said.record] if said.record else [])
        moment = clock.stamp()
        work.run(
            "insert into terminals (id, name, key, state, why, token, enrolled, decided, heard, version, call, number, digest, records, seen,"
            " root, signed, record_state, leaves, frontier, policy)"
            " values (?, ?, ?, ?, '', ?, ?, '', ?, ?, 0, 0, ?, ?, 0, ?, '', '', 0, ?, 0)",
            (
                number,
                name,
                public,
                state,
                said.token,
                moment,
                moment,
                said.version[:40],
                NOTHING,
                records,
                NOTHING,
                b"",
            ),
        )
        terminals.event(work, "terminal_enrolled", number, name=name, state=state)
        return terminals.all_of(work, "id = ?", (number,))[0]
