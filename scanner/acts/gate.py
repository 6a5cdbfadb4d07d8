"""The gate before sending, publishing or disposing (第7②③): two different people answer questions that were computed from the
file, each from a source of their own, before the act is released. Nothing is sent, moved or deleted here.

The first is asked how many persons the file is about and to whom it goes; the second which kinds of data it holds and under
which consent. Neither sees what was computed, nothing of it is kept while answers are awaited (each answer computes it anew),
and the answers differ, so that one cannot repeat the other's. A wrong answer stops the act. Each answer is a signature over the
act, the very bytes, the recipient, the consent, the policy and the moment. Whether an act is released is read from the record,
not from the table, and the consent is looked at again.
"""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scanner import clock
from scanner.acts.attempts import recorded
from scanner.acts.hiding import hidden
from scanner.acts.questions import QUESTIONS, consents_for, right
from scanner.acts.signing import Ask, Rules, people, refuse_backwards, refuse_one_person, signer
from scanner.custody.session import Custody
from scanner.errors import EXIT_POINTS, EXIT_USAGE, FileFault, SekishoError
from scanner.inventory import ledger
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.people import checks, statements
from scanner.inventory.people.checks import Act
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.model import Contents, of_persons, ref_of
from scanner.pipeline import examine
from scanner.policy import persons
from scanner.policy.models import Contract, Policy
from scanner.scan.adapters import LocalTools, content_key
from scanner.scan.lane import Lane

ACTS = ("send", "publish", "dispose")
STOPS = 3
"""So often in a day an act with the same file or bytes and the same recipient may be stopped; then a day must pass."""
_WAIT = timedelta(days=1)


class GateError(SekishoError):
    """``code`` names the message; an act that was stopped is a point to look at, not a wrong use."""

    section = "gate"

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, **details)
        self.exit_code = EXIT_POINTS if code.startswith("stopped") else EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Gate:
    """One act at the gate."""

    number: int
    act: str
    contract: str
    account: str
    target: bytes
    content_key: bytes
    summary: dict[str, Any]
    recipient: str
    state: str


def ask(
    home: Home,
    contract: Contract,
    path: bytes,
    act: str,
    recipient: str,
    examined: tuple[Contents, bytes],
    *,
    depth: str = "balanced",
    digest: str = "",
) -> Gate:
    """Enter an act. Sending without a consent in force, or to a party that no register knows, is stopped at once.

    Args:
        examined: what the file holds, and the key of its bytes.
        depth: at which it was examined; each answer examines it so again.
        digest: SHA-256 of the policy's file.

    Raises ``GateError``, also where the same act was stopped too often.
    """
    contents, key = examined
    unread = contents.reason.value if contents.reason else ""
    stopped = "unread" if unread else "" if _bases(contract, act, recipient) else "no_consent"
    target = hidden(home, "target", os.fsdecode(path))
    with recorded(home, act, content=key.hex()), Store(home.database, only_notes=True) as store:
        _refuse_endless(store.connection, key.hex(), target, recipient)
        with store.transaction() as db:
            cursor = db.execute(
                "insert into gates (at, act, contract, account, target, content_key, summary, recipient, state, closed) values (?,?,?,?,?,?,?,?,?,?)",
                (now(), act, contract.id, _account(), _target(path), key.hex(), json.dumps({"depth": depth}), recipient,
                 "stopped" if stopped else "waiting", now() if stopped else None),
            )  # fmt: skip
            number = int(cursor.lastrowid or 0)
            gate = load(store, number)
            told: dict[str, Any] = {
                "gate": number,
                "act": act,
                "content": key.hex(),
                "target": target,
                "recipient": recipient,
            }
            ledger.append(db, "gate_asked", contract=contract.id, **told, policy=digest)
            if stopped:
                ledger.append(db, "gate_stopped", contract=contract.id, gate=number, why=stopped)
    if stopped:
        raise GateError(f"stopped_{stopped}", number=number, recipient=recipient or "—", reason=unread)
    return gate


def _bases(contract: Contract | None, act: str, recipient: str) -> list[str]:
    """The consents or instructions under which an act may be done today; the empty one last, where it needs none."""
    found = consents_for(contract, act, recipient, clock.today()) if contract else []
    return [*found, ""] if act == "dispose" else found


def _refuse_endless(db: sqlite3.Connection, content: str, target: str, recipient: str) -> None:
    """Raise ``GateError`` where the same bytes or the same file were stopped for the recipient too often within a day: answers
    could be tried one after the other."""
    stops = [
        datetime.fromisoformat(act.stopped.at)
        for act in checks.acts(db).values()
        if act.asked is not None
        and act.stopped is not None
        and act.stopped.told.get("why") == "wrong"
        and act.asked.told["recipient"].lower() == recipient.lower()
        and (act.asked.told["content"] == content or act.asked.told.get("target") == target)
    ]
    late = sorted(s for s in stops if clock.now() - s < _WAIT)
    if len(late) >= STOPS:
        raise GateError("too_often", stops=len(late), after=clock.shown_at((late[-1] + _WAIT).timestamp()))  # fmt: skip


def _target(path: bytes) -> str | bytes:
    """A path as the table keeps it: text, or its bytes where they are none."""
    try:
        return path.decode("utf-8")
    except UnicodeDecodeError:
        return path


def answer(home: Home, rules: Rules, number: int, worker: str, asked: Ask, given: dict[str, str]) -> str:
    """One checker's answers, signed; returns the state that the act is in then.

    Raises ``GateError`` or ``PeopleError``: somebody without a key, the same person again, other bytes, another policy than the
    one it was asked under, a consent that is gone.
    """
    with recorded(home, "gate_answer", gate=number), Store(home.database, only_notes=True) as store:
        db = store.connection
        gate, act = load(store, number), checks.acts(db).get(number, Act())
        known = people(db, home)
        refuse_backwards(db)
        contract = next((c for c in rules.policy.contract if c.id == gate.contract), None)
        if contract is None:
            raise GateError("other_policy", number=number, asked="—", given=rules.digest[:16])
        if gate.state != "waiting" or act.asked is None or act.stopped is not None or act.released is not None:
            raise GateError("not_waiting", number=number)
        _refuse_edited(home, gate, act, number)
        under = str(act.statement().get("policy") or act.asked.told.get("policy") or rules.digest)
        if under != rules.digest:
            raise GateError("other_policy", number=number, asked=under[:16], given=rules.digest[:16])
        if len(checks.signers(known, act)) != len(act.answers):
            raise GateError("edited", number=number)
        one = signer(home, known, rules.policy, worker, asked, gate.contract)
        for earlier in act.answers:
            for other in persons.meant(rules.policy, str(earlier.told["worker"]), gate.contract):
                refuse_one_person(one.worker, other)
        contents, key = examine_file(home, gate.target, gate.summary.get("depth", "balanced"))
        if key != gate.content_key:
            raise GateError("changed", number=number)
        consents = _bases(contract, gate.act, gate.recipient)
        codes = [hidden(home, "consent", c, str(number)) for c in consents]
        before = act.statement().get("consent")
        if not codes or (before and before not in codes):
            raise GateError("consent_gone", number=number)
        chosen = codes.index(before) if before else 0
        consent = consents[chosen]
        turn = len(act.answers)
        good = all(right(gate.recipient, contents, consent, name, given.get(name, "")) for name in QUESTIONS[turn])
        said = statements.statement(
            "gate_answer", head=known.head, gate=number, turn=turn, kind=gate.act, contract=gate.contract,
            content=gate.content_key.hex(), target=hidden(home, "target", os.fsdecode(gate.target)), recipient=gate.recipient,
            consent=codes[chosen], policy=rules.digest,
            result="right" if good else "wrong", first=statements.digest(act.statement()) if turn else "",
        )  # fmt: skip
        state = "stopped" if not good else "released" if turn == len(QUESTIONS) - 1 else "waiting"
        with store.transaction() as db:
            rules.note(db)
            if load(store, number) != gate or len(checks.acts(db).get(number, Act()).answers) != turn:
                raise GateError("answered_meanwhile", number=number)
            _enter(db, gate, one.number, said, one.sign(said), state)
            if state != "waiting":
                _close(db, gate, contents, consent, state)
    return state


def _enter(db: sqlite3.Connection, gate: Gate, worker: str, said: dict[str, Any], signature: str, state: str) -> None:
    db.execute(
        "insert into answers (gate_id, at, worker, account, result, digest) values (?,?,?,?,?,?)",
        (gate.number, now(), worker, _account(), said["result"], signature),
    )
    told = {"gate": gate.number, "turn": said["turn"], "worker": worker, "result": said["result"]}
    ledger.append(db, "gate_answered", contract=gate.contract, **told, said=said, signature=signature)
    if state == "released":
        ledger.append(db, "gate_released", contract=gate.contract, gate=gate.number, content=gate.content_key.hex())
    elif state == "stopped":
        ledger.append(db, "gate_stopped", contract=gate.contract, gate=gate.number, why="wrong")


def _close(db: sqlite3.Connection, gate: Gate, contents: Contents, consent: str, state: str) -> None:
    """The act is over; of a released one the table keeps for the form what was asked."""
    summary: dict[str, object] = dict(gate.summary)
    if state == "released":
        kinds = sorted({f.entity for f in of_persons(contents.findings)})
        summary |= {"persons": [contents.persons_min, contents.persons_max], "kinds": kinds, "consent": consent}
    db.execute(
        "update gates set state = ?, closed = ?, summary = ? where id = ?",
        (state, now(), json.dumps(summary, ensure_ascii=False), gate.number),
    )


def released(home: Home, policy: Policy, store: Store, number: int) -> bool:
    """Whether an act is released; see ``missing``."""
    return not missing(home, policy, store, number)


def missing(home: Home, policy: Policy, store: Store, number: int) -> str:
    """What a release lacks, by the record alone: ``unproved`` (the chain is not whole, or there are not two valid signatures of two
    people over the same facts), ``consent_gone`` (the consent is not in force today), ``changed`` (other bytes); else nothing."""
    gate, act = load(store, number), checks.acts(store.connection).get(number, Act())
    contract = next((c for c in policy.contract if c.id == gate.contract), None)
    if any(True for _ in ledger.verify(store.connection)):
        return "unproved"
    if not checks.proved(people(store.connection, home), act, number):
        return "unproved"
    said = act.statement()
    if said["target"] != hidden(home, "target", os.fsdecode(gate.target)) or said["contract"] != gate.contract:
        return "unproved"
    consents = _bases(contract, str(said["kind"]), str(said["recipient"]))
    if said["consent"] not in {hidden(home, "consent", c, str(number)) for c in consents}:
        return "consent_gone"
    return "" if _content(home, gate.target).hex() == said["content"] else "changed"


def shown(home: Home, policy: Policy, store: Store, number: int) -> str:
    """How an act stands: ``waiting``, ``stopped``, ``withdrawn``, ``released``; what a release lacks (``missing``); ``old`` for one of
    the time before people had keys. What the table says and the record does not prove is an entry of the record, once."""
    gate, act = load(store, number), checks.acts(store.connection).get(number, Act())
    if gate.state != "released":
        return gate.state
    if act.old:
        return "old"
    lacks = missing(home, policy, store, number)
    if lacks == "unproved":
        told = store.connection.execute("select details from ledger where kind = 'attempt_refused'")
        if not any((d := json.loads(details)).get("gate") == number and d["why"] == lacks for (details,) in told):
            store.note("attempt_refused", act="gate_show", why=lacks, gate=number)
    return lacks or "released"


def together(store: Store, number: int) -> str:
    """``account`` or ``machine`` where both answers came from one within minutes; else nothing."""
    return checks.acts(store.connection).get(number, Act()).together


def _refuse_edited(home: Home, gate: Gate, act: Act, number: int) -> None:
    """The table must say of an act what the record says."""
    told = act.asked.told if act.asked else {}
    target = told.get("target", hidden(home, "target", os.fsdecode(gate.target)))
    table = (gate.act, gate.content_key.hex(), gate.recipient, hidden(home, "target", os.fsdecode(gate.target)))
    if table != (told.get("act"), told.get("content"), told.get("recipient"), target):
        raise GateError("edited", number=number)


def load(store: Store, number: int) -> Gate:
    """One act; raises ``GateError``."""
    row = store.connection.execute(
        "select id, act, contract, account, target, content_key, summary, recipient, state from gates where id = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise GateError("no_such", number=number)
    key, summary = bytes.fromhex(row[5]), json.loads(row[6])
    target = row[4] if isinstance(row[4], bytes) else os.fsencode(row[4])
    return Gate(row[0], row[1], row[2], row[3], target, key, summary, row[7], row[8])


def turn(store: Store, number: int) -> tuple[str, ...]:
    """What the next checker is asked."""
    done = len(checks.acts(store.connection).get(number, Act()).answers)
    return QUESTIONS[min(done, len(QUESTIONS) - 1)]


def _content(home: Home, path: bytes) -> bytes:
    """The content's hash now; empty where the file cannot be read, which equals no hash."""
    try:
        with Lane("quick", b"") as lane, lane.hold(ref_of(path)) as held:
            key = content_key(held.digest, installation_key(home))
            return b"" if held.changed() else key
    except (OSError, FileFault):
        return b""


def examine_file(home: Home, path: bytes, depth: str = "balanced") -> tuple[Contents, bytes]:
    """What a file holds, compared with the originals; raises ``GateError`` where its bytes cannot be had."""
    key = installation_key(home)
    try:
        ref = ref_of(path)
    except OSError:
        raise GateError("unreadable") from None
    with Reader(home.database) as reader:
        custody = Custody(reader.db, home.keys)
        with Lane(depth, key, custody.keys, prints=True) as lane:
            done = examine(ref, LocalTools(lane, key, custody=custody))
    if done.key is None:
        raise GateError("unreadable")
    return done.contents, done.key


def _account() -> str:
    return ledger.who()[1]
