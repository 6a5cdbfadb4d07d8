"""The gate before sending, publishing or disposing (第7②③): two different people answer questions that were computed from the
file, each from a source of their own, before the act is released. Nothing is sent, moved or deleted here.

The first is asked how many persons the file is about and to whom it goes; the second which kinds of data it holds and under
which consent. Neither sees what was computed, and the answers differ, so that one cannot repeat the other's. A wrong answer
stops the act. Whether an act is released is read from the sealed entries of the record, not from the table.
"""

from __future__ import annotations

import json
import os
import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.custody import checkers
from scanner.custody.session import Custody
from scanner.errors import EXIT_POINTS, EXIT_USAGE, FileFault, SekishoError
from scanner.inventory import ledger
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.model import Contents, Outcome, display, ref_of
from scanner.pipeline import examine
from scanner.policy.consents import in_force
from scanner.policy.models import Contract, Policy
from scanner.policy.recipients import names, party_of
from scanner.report import wording
from scanner.scan.adapters import LocalTools, content_key
from scanner.scan.lane import Lane

ACTS = ("send", "publish", "dispose")
QUESTIONS = (("persons", "recipient"), ("kinds", "consent"))
"""What the first and the second checker are asked."""


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

    @property
    def facts(self) -> str:
        """What every seal is over: the act, the very bytes, and where they go."""
        return f"{self.number}|{self.act}|{self.contract}|{self.content_key.hex()}|{self.recipient}"


def ask(
    home: Home,
    policy: Policy,
    contract: Contract,
    path: bytes,
    act: str,
    recipient: str,
    examined: tuple[Contents, bytes],
) -> Gate:
    """Enter an act. Sending without a consent in force, or to a party that no register knows, is stopped at once."""
    contents, key = examined
    today = clock.today()
    consent = consent_for(contract, act, recipient, today)
    party = party_of(contract, recipient) if recipient else None
    summary: dict[str, object] = {
        "persons": [contents.persons_min, contents.persons_max],
        "kinds": sorted({f.entity for f in contents.findings}),
        "families": [f"R-{c.original}" for c in contents.copies if not c.weak],
        "registered": party is not None,
        "consent": consent,
        "unread": contents.reason.value if contents.reason else "",
    }
    stopped = "unread" if summary["unread"] else "" if consent or act == "dispose" else "no_consent"
    with Store(home.database, only_notes=True) as store, store.transaction() as db:
        cursor = db.execute(
            "insert into gates (at, act, contract, account, target, content_key, summary, recipient, state, closed) values (?,?,?,?,?,?,?,?,?,?)",
            (now(), act, contract.id, _account(), _target(path), key.hex(), json.dumps(summary, ensure_ascii=False), recipient,
             "stopped" if stopped else "waiting", now() if stopped else None),
        )  # fmt: skip
        number = int(cursor.lastrowid or 0)
        gate = load(store, number)
        ledger.append(
            db, "gate_asked", contract=contract.id, gate=number, act=act, content=key.hex(), recipient=recipient
        )
        if stopped:
            ledger.append(db, "gate_stopped", contract=contract.id, gate=number, why=stopped)
    if stopped:
        raise GateError(f"stopped_{stopped}", number=number, recipient=recipient or "—", reason=summary["unread"])
    return gate


def from_outbox(home: Home, policy: Policy, base: Path | None, outcome: Outcome) -> Gate | None:
    """A file that was put into ``outbox/RECIPIENT/`` comes before the gate by itself, once for the same bytes. ``None`` where it
    lies elsewhere, waits already, or was stopped at once (the record says so)."""
    if not policy.gate.outbox or outcome.content_key is None:
        return None
    outbox = os.fsencode(os.path.abspath(Path(policy.gate.outbox) if base is None else base / policy.gate.outbox))
    if not outcome.ref.path.startswith(outbox + b"/"):
        return None
    folder, _, inner = outcome.ref.path[len(outbox) + 1 :].partition(b"/")
    recipient = display(folder)  # a name that is no text names no party that any register knows
    contract = _contract_of(policy, home, outcome)
    if not inner or contract is None:
        return None
    with Store(home.database, only_notes=True) as store:
        known = store.connection.execute(
            "select 1 from gates where content_key = ? and recipient = ?", (outcome.content_key.hex(), recipient)
        ).fetchone()
    if known:
        return None
    try:
        return ask(home, policy, contract, outcome.ref.path, "send", recipient, (outcome.contents, outcome.content_key))
    except GateError:
        return None


def _target(path: bytes) -> str | bytes:
    """A path as the table keeps it: text, or its bytes where they are none."""
    try:
        return path.decode("utf-8")
    except UnicodeDecodeError:
        return path


def _contract_of(policy: Policy, home: Home, outcome: Outcome) -> Contract | None:
    """The contract whose data a file holds; the only one where nothing tells."""
    numbers = {outcome.verdict.contract or ""}
    originals = [c.original for c in outcome.contents.copies if not c.weak]
    if originals:
        with Store(home.database, only_notes=True) as store:
            marks = ",".join("?" * len(originals))
            numbers = {
                r[0]
                for r in store.connection.execute(f"select contract from originals where id in ({marks})", originals)  # noqa: S608
            }
    found = [c for c in policy.contract if c.id in numbers] or list(policy.contract)
    return found[0] if len(found) == 1 else None


def consent_for(contract: Contract, act: str, recipient: str, today: date) -> str:
    """The number of the consent under which data may go to a recipient; for a disposal, the instruction."""
    if act == "dispose":
        return next((i.id for i in reversed(contract.instruction) if i.kind == "dispose" and i.date <= today), "")
    for consent in contract.consent:
        if consent.kind == "send" and in_force(consent, today) and names(contract, consent, recipient, today):
            return consent.id
    return ""


def answer(home: Home, policy: Policy, number: int, worker: str, passphrase: str, given: dict[str, str]) -> str:
    """One checker's answers; returns the state that the act is in then. Raises ``GateError`` or ``CheckerError``."""
    with Store(home.database, only_notes=True) as store:
        db = store.connection
        gate = load(store, number)
        contract = next((c for c in policy.contract if c.id == gate.contract), None)
        person = next((w for w in contract.worker if w.id == worker), None) if contract else None
        if contract is None or person is None or not person.active(clock.today()):
            raise GateError("no_worker", worker=worker)
        if gate.state != "waiting":
            raise GateError("not_waiting", number=number)
        earlier = _answered(db, number)
        if any(checkers.one_person(contract, worker, other) for other in earlier):
            raise GateError("same_person")
        asked = QUESTIONS[len(earlier)]
        right = all(_right(gate, name, given.get(name, "")) for name in asked)
        result = "right" if right else "wrong"
        proof = checkers.seal(home.keys, worker, passphrase, f"{gate.facts}|{len(earlier)}|{result}")
        if _content(home, gate.target) != gate.content_key:
            raise GateError("changed", number=number)
        state = "stopped" if not right else "released" if len(earlier) == len(QUESTIONS) - 1 else "waiting"
        with store.transaction():
            if load(store, number) != gate or _answered(db, number) != earlier:
                raise GateError("answered_meanwhile", number=number)
            db.execute(
                "insert into answers (gate_id, at, worker, account, result, digest) values (?,?,?,?,?,?)",
                (number, now(), worker, _account(), result, proof),
            )
            ledger.append(
                db,
                "gate_answered",
                contract=gate.contract,
                gate=number,
                turn=len(earlier),
                worker=worker,
                result=result,
                seal=proof,
            )
            if state != "waiting":
                db.execute("update gates set state = ?, closed = ? where id = ?", (state, now(), number))
                ledger.append(db, f"gate_{state}", contract=gate.contract, gate=number, content=gate.content_key.hex())
    return state


def released(home: Home, policy: Policy, store: Store, number: int) -> bool:
    """Whether an act is released, by the record alone: whole chain, two sealed right answers of two people, same bytes."""
    gate = load(store, number)
    contract = next((c for c in policy.contract if c.id == gate.contract), None)
    if contract is None or any(True for _ in ledger.verify(store.connection)):
        return False
    good: list[str] = []
    ended = False
    for kind, details in store.connection.execute(
        "select kind, details from ledger where kind in ('gate_asked', 'gate_answered', 'gate_released', 'gate_stopped') order by seq"
    ):
        entry = json.loads(details)
        if entry.get("gate") != number:
            continue
        if kind == "gate_asked" and (entry["content"], entry["recipient"]) != (gate.content_key.hex(), gate.recipient):
            return False
        if kind == "gate_stopped":
            return False
        if kind == "gate_answered":
            facts = f"{gate.facts}|{entry['turn']}|right"
            if not checkers.sealed(home.keys, entry["worker"], facts, entry["seal"]):
                return False
            good.append(entry["worker"])
        ended = ended or kind == "gate_released"
    two = len(good) == len(QUESTIONS) and not checkers.one_person(contract, good[0], good[1])
    return ended and two and _content(home, gate.target) == gate.content_key


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
    done = store.connection.execute("select count(*) from answers where gate_id = ?", (number,)).fetchone()[0]
    return QUESTIONS[min(done, len(QUESTIONS) - 1)]


def _answered(db: sqlite3.Connection, number: int) -> list[str]:
    """Who has answered, in turn."""
    return [r[0] for r in db.execute("select worker from answers where gate_id = ? order by id", (number,))]


def _right(gate: Gate, name: str, text: str) -> bool:
    given = unicodedata.normalize("NFKC", text).strip().lower()
    if name == "persons":
        fewest, most = gate.summary["persons"]
        return given.isdigit() and fewest <= int(given) <= most
    if name == "recipient":
        return bool(given) and given.rpartition("@")[2] == gate.recipient.lower().rpartition("@")[2]
    if name == "kinds":
        parts = {p.strip() for p in given.replace("、", ",").split(",") if p.strip()}
        named = [
            {str(k).lower(), unicodedata.normalize("NFKC", wording.entity(k)).lower()} for k in gate.summary["kinds"]
        ]
        return all(parts & names for names in named) and all(any(p in names for names in named) for p in parts)
    return given == str(gate.summary["consent"]).lower()


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
    reader = Reader(home.database)
    custody = Custody(reader.db, home.keys)
    with Lane(depth, key, custody.keys, prints=True) as lane:
        done = examine(ref_of(path), LocalTools(lane, key, custody=custody))
    reader.close()
    if done.key is None:
        raise GateError("unreadable")
    return done.contents, done.key


def _account() -> str:
    return ledger.who()[1]
