"""What was decided at the hub about points of this terminal, done here by the acts of the command line: verified as if it had been signed here.

What closes a point is signed by two of the officers that the terminal knew when it joined the hub; a hub can hand it over or hold it back. What
is not signed (a review has begun, somebody said something) closes nothing.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
from pydantic import ValidationError

from scanner.acts import decisions
from scanner.acts.decisions import DecisionError, Wish
from scanner.agent import quiet
from scanner.agent.errors import Unreachable
from scanner.fleet import deeds
from scanner.fleet.deeds import MALFORMED, TAKEN, UNKNOWN, Declared, Deed, Ended, Revoked, Staged
from scanner.fleet.errors import WireError
from scanner.inventory import ledger
from scanner.inventory.errors import now
from scanner.inventory.people import officers, statements
from scanner.inventory.store import Store

Call = Callable[[str, bytes], dict[str, Any]]
_ATTEMPTS = frozenset({MALFORMED, "not_signed"})
"""Answers to what no hub that is well sends: they are entries."""
_ROUNDS = 100
"""Answers of the hub in one conversation."""


def take(store: Store, call: Call, waiting: int) -> int:
    """Do what waits, and answer each; returns how many were taken."""
    done: list[tuple[str, str]] = []
    taken, told = 0, set()
    for _ in range(_ROUNDS if waiting else 0):
        try:
            found = deeds.Deeds.model_validate(call("/v1/deeds", orjson.dumps({"done": done})))
        except ValidationError:
            raise Unreachable("no_answer", status=200) from None
        if not found.deeds:
            break
        done = [(deed.id, _answer(store, deed)) for deed in found.deeds]
        taken += sum(answer == TAKEN for _, answer in done)
        told |= {
            (deed.kind, answer) for deed, (_, answer) in zip(found.deeds, done, strict=True) if answer in _ATTEMPTS
        }
    for kind, why in sorted(told):  # once, however often the hub tries
        store.note("attempt_refused", act=f"hub_{kind}", why=why)
    return taken


def _answer(store: Store, deed: Deed) -> str:
    """What the hub is told."""
    try:
        body = deeds.read(deed)
    except WireError:
        return MALFORMED
    if body is None:
        return UNKNOWN
    try:
        return _ACTS[type(body)](store, body, _mark(store.connection, deed))
    except DecisionError as error:
        return error.code
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return MALFORMED


def _mark(db: sqlite3.Connection, deed: Deed) -> str:
    """What the entry of a deed that nobody signed bears, so that it is done once, however often the answer is lost: of the hub, its number, and what
    it says, as a hub that was put back gives a number again."""
    said = [officers.in_force(db).hub, deed.id, deed.kind, deed.body]
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _done(db: sqlite3.Connection, kind: str, mark: str) -> bool:
    """Whether the record has the deed."""
    sql = "select 1 from ledger where kind = ? and json_extract(details, '$.deed') = ?"
    return db.execute(sql, (kind, mark)).fetchone() is not None


def _ended(store: Store, body: Any, _: str) -> str:
    said, db = body.said, store.connection
    known = officers.in_force(db)
    if not known.agreed(said, body.signatures):
        return "not_signed"
    if _entry_of(db, statements.digest(said)):
        return TAKEN
    if _taken_back(db, statements.digest(said)):
        return "revoked"
    with store.transaction() as db:
        row = decisions.opened(db, said["there"])
        content = officers.content_there(known.terminal, row.content_id)
        if (said["code"], said["content"], said["pattern"]) != (row.code, content, ""):
            return "changed"
        wish = Wish(said["act"], body.reason, date.fromisoformat(said["until"]))
        if wish.action not in decisions.ENDS or said["reason"] != statements.text_digest(wish.reason):
            return MALFORMED
        decisions.refuse(wish, row)
        decisions.conclude(db, row, wish, said, body.signatures, hub=known.hub)
    return TAKEN


def _revoked(store: Store, body: Any, _: str) -> str:
    """Also of a decision that is not here: should the hub hand that over afterwards, it is none any more."""
    said, db = body.said, store.connection
    known = officers.in_force(db)
    if said["act"] != "revoke_decision" or not known.signed(said, body.by, body.signature):
        return "not_signed"
    found = _entry_of(db, said["decided"])
    number, entry, code, revoked = found or (0, 0, "", "")
    if not revoked and not (found is None and _taken_back(db, said["decided"])):
        with store.transaction() as db:
            db.execute("update suppressions set revoked = ? where id = ?", (now(), number))
            told = {"code": code, "suppression": number, "of": entry, "by": body.by, "said": said, "hub": known.hub}
            ledger.append(db, "decision_revoked", **told, signature=body.signature)
    return TAKEN


def _staged(store: Store, body: Any, mark: str) -> str:
    due = date.fromisoformat(body.due[:10]) if body.due else None
    with store.transaction() as db:
        if not _done(db, "decided", mark):
            hub = officers.in_force(db).hub
            decisions.enter_stage(db, body.there, body.action, body.by, body.reason, due, hub=hub, deed=mark)
    return TAKEN


def _declared(store: Store, body: Any, mark: str) -> str:
    """As text for people. A consent that is told so is none: what a register says counts, or what is signed."""
    with store.transaction() as db:
        if _done(db, "declared", mark):
            return TAKEN
        row = decisions.opened(db, body.there)
        db.execute(
            "insert into declarations (point_id, at, by, consent, reason) values (?, ?, ?, '', ?)",
            (body.there, now(), body.by, body.reason),
        )
        told = {"point": row.id, "code": row.code, "consent": "", "by": body.by, "hub": officers.in_force(db).hub}
        ledger.append(db, "declared", family=row.family, **told, deed=mark)
    return TAKEN


def _quiet(store: Store, body: Any, _: str) -> str:
    return quiet.take(store, body)


_ACTS: dict[type, Callable[[Store, Any, str], str]] = {
    Ended: _ended, Revoked: _revoked, Staged: _staged, Declared: _declared, deeds.Quiet: _quiet,
}  # fmt: skip


def _taken_back(db: sqlite3.Connection, digest: str) -> bool:
    """Whether an officer has taken back what was decided with a statement, before it was here."""
    sql = "select 1 from ledger where kind = 'decision_revoked' and json_extract(details, '$.said.decided') = ?"
    return db.execute(sql, (digest,)).fetchone() is not None


def _entry_of(db: sqlite3.Connection, digest: str) -> tuple[int, int, str, str] | None:
    """The decision that was taken with a statement: (its number, entry, code, when it was revoked)."""
    rows = db.execute(
        "select s.id, cast(s.entry as integer), s.code, coalesce(s.revoked, ''), e.details from suppressions s"
        " join ledger e on e.seq = cast(s.entry as integer) and e.kind = 'decided' where json_extract(e.details, '$.hub') is not null"
    )
    for number, entry, code, revoked, details in map(tuple, rows):
        if statements.digest(orjson.loads(details)["said"]) == digest:
            return int(number), int(entry), str(code), str(revoked)
    return None
