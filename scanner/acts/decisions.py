"""What people decide about open points: under review, being corrected, accepted, false alarm; and taking it back.

Correction itself is not declared but seen: the next scan closes the point. To end one whose fact goes on takes a reason and the
signatures of two different people over the same statement: what, which bytes, until when, under which policy. The second signs in
the same call or later.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from scanner import clock
from scanner.acts import bounds
from scanner.acts.attempts import recorded
from scanner.acts.seen import refuse_otherwise
from scanner.acts.signing import Ask, Rules, Signer, people, refuse_backwards, refuse_one_person, signer
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import fleet, ledger
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.people import statements
from scanner.inventory.people.registry import Registry
from scanner.inventory.people.standing import target
from scanner.inventory.store import Store
from scanner.inventory.transaction import transaction

STAGES = {"review": "review", "correct": "correcting"}
ENDS = {"accept": "accepted", "dismiss": "false_alarm"}
REASON_MOST, PERSON_MOST = 2_000, 120
"""Letters of a reason and of who says it: what a hub hands to its terminals (``fleet.deeds``) holds no more, so nobody decides with more."""


class DecisionError(SekishoError):
    """A decision that cannot be taken; ``code`` names the message."""

    section = "points"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be decided about a point."""

    action: str
    """``accept`` or ``dismiss``."""
    reason: str
    until: date
    pattern: str = ""
    most: int = 0
    """So many files a pattern may cover."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of it."""

    done: bool
    """Whether the point is closed, or waits for the second person."""
    policy: str
    two_persons: bool


@dataclass(frozen=True, slots=True)
class Point:
    """An open point and what it is about."""

    id: int
    file_id: int | None
    code: str
    subject: str
    contract: str
    family: str
    path: bytes | None
    content_id: int | None
    key: bytes | None
    contracts: int = 0
    told: fleet.Told | None = None
    """Which point of which terminal it is, where a terminal told it to this hub."""

    @property
    def register(self) -> str:
        """Whose workers decide: of a point about several contracts, any of theirs."""
        return "" if self.contracts > 1 else self.contract


def stage(
    db: sqlite3.Connection, point: int, action: str, by: str, reason: str = "", due: date | None = None, *,
    shown: str | None = None, **more: str,
) -> None:  # fmt: skip
    """``review`` or ``correct``: the point stays open and shows where it stands. ``more`` stands in the entry besides.

    Raises ``DecisionError``, and ``ActedMeanwhile`` where the point is not as it was ``shown``.
    """
    with transaction(db):
        refuse_otherwise(db, point, shown)
        enter_stage(db, point, action, by, reason, due, **more)


def enter_stage(
    db: sqlite3.Connection, point: int, action: str, by: str, reason: str, due: date | None, **more: str
) -> None:
    """The same inside a transaction."""
    bounded(reason, by)
    row = opened(db, point)
    if due and due < clock.today():
        raise DecisionError("due_past", due=due)
    day = due.isoformat() if due else ""
    db.execute("update points set stage = ?, due = coalesce(?, due) where id = ?", (STAGES[action], day or None, point))
    _history(db, point, action, by, "", reason, day)
    told: dict[str, Any] = {"point": point, "code": row.code, "action": action, "by": by, "reviewer": ""}
    ledger.append(db, "decided", contract=row.contract, family=row.family, **told, **more)


def end(
    home: Home, rules: Rules, point: int, wish: Wish, by: str, ask: Ask, reviewer: str = "", *, shown: str | None = None
) -> Decided:
    """``accept`` or ``dismiss`` until a day: signed by the first person, and by the second where one is named; without, the
    decision waits for ``approve``.

    Raises ``DecisionError`` without a reason, beyond what a decision may cover, ``ActedMeanwhile`` where the point is not as it was
    ``shown``, and ``PeopleError``.
    """
    with recorded(home, wish.action, point=point), Store(home.database, only_notes=True) as store:
        row = opened(store.connection, point)
        refuse(wish, row)
        known = people(store.connection, home)
        refuse_backwards(store.connection)
        two = known.two_persons() or rules.policy.review.two_persons or row.told is not None
        one = signer(home, known, rules.policy, by, ask, row.register)
        said = _said(known, rules, row, wish, two)
        signatures = {one.number: one.sign(said)}
        if reviewer:
            other = signer(home, known, rules.policy, reviewer, ask, row.register)
            refuse_one_person(one.worker, other.worker)
            signatures[other.number] = other.sign(said)
        with store.transaction() as db:
            rules.note(db)
            if opened(db, point) != row:
                raise DecisionError("changed", number=point)
            refuse_otherwise(db, point, shown)
            if len(signatures) == 1 and two:
                _wait(db, row, wish, said, one, signatures[one.number])
                return Decided(False, rules.digest, two)
            conclude(db, row, wish, said, signatures)
    return Decided(True, rules.digest, two)


def approve(home: Home, rules: Rules, point: int, by: str, ask: Ask, proposal: int) -> Decided:
    """The second person signs what the first has proposed about a point: ``proposal``, the number of what that person was shown.

    Raises ``DecisionError`` where nothing waits, another proposal does, or it is no longer about the same bytes or the same policy; ``PeopleError``.
    """
    with recorded(home, "approve", point=point), Store(home.database, only_notes=True) as store:
        row = opened(store.connection, point)
        waiting = store.connection.execute(
            "select id, action, by, reason, said, signature from proposals where point_id = ? and state = 'waiting' order by id desc",
            (point,),
        ).fetchone()
        if waiting is None:
            raise DecisionError("nothing_waits", number=point)
        number, action, first, reason, text, signature = waiting
        if number != proposal:
            raise DecisionError("other_proposal", number=point)
        said = json.loads(text)
        known = people(store.connection, home)
        refuse_backwards(store.connection)
        if said["policy"] != rules.digest:
            raise DecisionError("other_policy", number=point, asked=said["policy"][:16], given=rules.digest[:16])
        last = store.connection.execute("select max(seq) from ledger").fetchone()[0]
        wish = Wish(action, reason, date.fromisoformat(said["until"]), said["pattern"], said["most"])
        if known.signed_once(said, first, signature) and not known.signed(said, first, signature, last + 1):
            raise DecisionError("proposer_gone", number=point, worker=first)
        if not known.signed(said, first, signature, last + 1) or said["reason"] != statements.text_digest(reason):
            raise DecisionError("edited", number=point)
        if said != {**_said(known, rules, row, wish, said["two_persons"]), "at": said["at"], "nonce": said["nonce"]}:
            raise DecisionError("changed", number=point)
        refuse(wish, row)
        proposer = signer_of(rules, row.register, first)
        other = signer(home, known, rules.policy, by, ask, row.register)
        for worker in proposer:
            refuse_one_person(worker, other.worker)
        with store.transaction() as db:
            if opened(db, point) != row:
                raise DecisionError("changed", number=point)
            conclude(db, row, wish, said, {first: signature, other.number: other.sign(said)})
    return Decided(True, rules.digest, said["two_persons"])


def proposed(home: Home, point: int) -> dict[str, Any] | None:
    """What waits for the second person at a point: its number, action, by, reason, until, pattern, most."""
    with Store(home.database, only_notes=True) as store:
        row = store.connection.execute(
            "select action, by, reason, said, id from proposals where point_id = ? and state = 'waiting' order by id desc",
            (point,),
        ).fetchone()
    if row is None:
        return None
    said = json.loads(row[3])
    told = {"action": row[0], "by": row[1], "reason": row[2], "until": said["until"], "pattern": said["pattern"] or "—"}
    return {**told, "code": said["code"], "most": said["most"] or "—", "proposal": row[4]}


def revoke(home: Home, rules: Rules, suppression: int, by: str, reason: str, ask: Ask) -> None:
    """A decision is taken back, by one person; the next scan opens the point again where its fact still stands."""
    with recorded(home, "revoke_decision", suppression=suppression), Store(home.database, only_notes=True) as store:
        row = store.connection.execute(
            "select code, entry from suppressions where id = ? and revoked is null", (suppression,)
        ).fetchone()
        if row is None:
            raise DecisionError("no_such_suppression", number=suppression)
        if not reason.strip():
            raise DecisionError("needs_reason")
        known = people(store.connection, home)
        one = signer(home, known, rules.policy, by, ask)
        of = int(row[1]) if row[1] and str(row[1]).isdigit() else 0
        said = statements.statement(
            "revoke_decision", head=known.head, policy=rules.digest, suppression=suppression, of=of,
            reason=statements.text_digest(reason), **_of_terminal(store.connection, of),
        )  # fmt: skip
        with store.transaction() as db:
            rules.note(db)
            db.execute("update suppressions set revoked = ? where id = ?", (now(), suppression))
            told = {"code": row[0], "suppression": suppression, "of": of, "by": one.number, "said": said}
            ledger.append(db, "decision_revoked", **told, signature=one.sign(said))


def signer_of(rules: Rules, contract: str, number: str) -> list[Any]:
    """The entries of the register that a number means."""
    from scanner.policy.persons import meant

    return meant(rules.policy, number, contract) or meant(rules.policy, number)


def _of_terminal(db: sqlite3.Connection, entry: int) -> dict[str, str]:
    """Of a decision about a point of a terminal: which terminal, and the digest of what was signed then."""
    row = db.execute("select details from ledger where seq = ? and kind = 'decided'", (entry,)).fetchone()
    said = json.loads(row[0]).get("said", {}) if row else {}
    return {"terminal": said["terminal"], "decided": statements.digest(said)} if "terminal" in said else {}


def refuse(wish: Wish, row: Point) -> None:
    """Raise ``DecisionError`` without a reason, or beyond what a decision may cover."""
    if not wish.reason.strip():
        raise DecisionError("needs_reason")
    bounded(wish.reason)
    today = clock.today()
    if wish.until <= today:
        raise DecisionError("until_past", until=wish.until)
    if wish.until > bounds.a_year_after(today):
        raise DecisionError("until_far", until=wish.until, last=bounds.a_year_after(today))
    if wish.pattern and row.told is not None:
        raise DecisionError("pattern_of_terminal")
    if wish.pattern:
        problem = bounds.problem(wish.pattern, wish.most, row.path)
        if problem:
            raise DecisionError(problem, pattern=wish.pattern, most=bounds.MOST)


def bounded(reason: str, by: str = "") -> None:
    """Raise ``DecisionError`` for a reason that is too long, or for a person who is not named in one line."""
    if len(reason) > REASON_MOST:
        raise DecisionError("reason_long", most=REASON_MOST, letters=len(reason))
    if len(by) > PERSON_MOST or not by.isprintable():
        raise DecisionError("bad_person", most=PERSON_MOST)


def _said(known: Registry, rules: Rules, row: Point, wish: Wish, two: bool) -> dict[str, Any]:
    """Of a point that a terminal told the statement names that terminal and the point's number there, so that it is about no other."""
    there = {"terminal": row.told.terminal, "there": row.told.there} if row.told else {}
    return statements.statement(
        wish.action, head=known.head, policy=rules.digest, two_persons=two, point=row.id, code=row.code, contract=row.contract,
        family=row.family, subject=row.subject, target=target(row.path), content=row.key.hex() if row.key else "",
        reason=statements.text_digest(wish.reason), until=wish.until.isoformat(), pattern=wish.pattern, most=wish.most, **there,
    )  # fmt: skip


def _wait(db: sqlite3.Connection, row: Point, wish: Wish, said: dict[str, Any], one: Signer, signature: str) -> None:
    db.execute("update proposals set state = 'replaced' where point_id = ? and state = 'waiting'", (row.id,))
    db.execute(
        "insert into proposals (at, point_id, action, by, reason, said, signature, state) values (?,?,?,?,?,?,?,'waiting')",
        (now(), row.id, wish.action, one.number, wish.reason, json.dumps(said), signature),
    )
    db.execute("update points set stage = 'proposed' where id = ?", (row.id,))
    _history(db, row.id, "propose", one.number, "", wish.reason, wish.until.isoformat())
    told: dict[str, Any] = {"point": row.id, "code": row.code, "action": wish.action, "by": one.number}
    ledger.append(
        db, "decision_proposed", contract=row.contract, family=row.family, **told, said=said, signature=signature
    )


def conclude(
    db: sqlite3.Connection, row: Point, wish: Wish, said: dict[str, Any], signatures: dict[str, str], **more: str
) -> None:
    """The point is closed by what people have signed; ``more`` stands in the entry besides. Inside a transaction."""
    by, reviewer = [*signatures, ""][:2]
    told: dict[str, Any] = {"point": row.id, "code": row.code, "action": wish.action, "by": by, "reviewer": reviewer}
    told |= more
    ledger.append(db, "decided", contract=row.contract, family=row.family, **told, said=said, signatures=signatures)
    entry = int(db.execute("select max(seq) from ledger").fetchone()[0])
    about_file = not wish.pattern
    values = {
        "code": row.code, "file_id": row.file_id if about_file else None, "content_id": row.content_id if about_file else None,
        "pattern": wish.pattern or None, "most": wish.most or None, "subject": row.subject, "reason": wish.reason, "by": by,
        "reviewer": reviewer, "made": now(), "expires": wish.until.isoformat(), "entry": entry,
    }  # fmt: skip
    marks = ",".join("?" * len(values))
    db.execute(f"insert into suppressions ({','.join(values)}) values ({marks})", tuple(values.values()))  # noqa: S608
    db.execute("update proposals set state = 'done' where point_id = ? and state = 'waiting'", (row.id,))
    db.execute(
        "update points set state = 'closed', closed = ?, closed_why = ? where id = ?",
        (now(), ENDS[wish.action], row.id),
    )
    _history(db, row.id, wish.action, by, reviewer, wish.reason, wish.until.isoformat())


def opened(db: sqlite3.Connection, point: int) -> Point:
    """Raises ``DecisionError`` where there is no such point, or it is closed."""
    row = db.execute(
        "select p.id, p.file_id, p.code, p.subject, p.contract, coalesce(p.family, ''), f.path, f.content_id, c.key,"
        " (select count(*) from point_contracts o where o.point = p.id) from points p"
        " left join files f on f.id = p.file_id left join contents c on c.id = f.content_id where p.id = ? and p.state = 'open'",
        (point,),
    ).fetchone()
    if row is None:
        there = db.execute("select 1 from points where id = ?", (point,)).fetchone()
        raise DecisionError("not_open" if there else "no_such", number=point)
    return replace(Point(*row), told=fleet.told_by(db, point))


def _history(db: sqlite3.Connection, point: int, action: str, by: str, reviewer: str, reason: str, due: str) -> None:
    db.execute(
        "insert into decisions (point_id, at, action, by, reviewer, reason, due) values (?,?,?,?,?,?,?)",
        (point, now(), action, by, reviewer, reason, due),
    )
