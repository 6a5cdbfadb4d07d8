"""What people decided in the hub's inventory about points of terminals, on its way to each of them, and what they answered.

Decisions are made by the acts of one machine (``scanner.acts``) in the inventory of all terminals; here they are found, with what was signed,
and kept with the hub's tables until the terminal has answered. A decision that a terminal did not take is none here either: the point is
open again.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from scanner import clock
from scanner.acts.decisions import ENDS, REASON_MOST, STAGES
from scanner.fleet import deeds
from scanner.fleet.calls import Body
from scanner.fleet.deeds import AT_ONCE, TAKEN, UNSENDABLE
from scanner.fleet.quiet import Time, problem
from scanner.hub import terminals
from scanner.hub.database import Database, Work
from scanner.hub.desk import Desk
from scanner.hub.errors import HubError
from scanner.inventory import fleet, ledger
from scanner.inventory.store import Store

_TOGETHER = 500
_TOLD = timedelta(days=30)
"""For so long status shows what a terminal did not take; the record has it for ever."""
Found = tuple[str, str, str, str]
"""(number, terminal, kind, body as JSON; empty where it is beyond what may be handed over)."""


def step(desk: Desk, store: Store) -> int:
    """Keep what is new for the terminals, and enter what they answered; returns how many of both."""
    return _gathered(desk, store.connection) + _settled(desk, store)


def waiting(work: Work, terminal: str) -> int:
    """How many deeds a terminal has not answered."""
    return int(work.all("select count(*) from deeds where terminal = ? and answer = ''", (terminal,))[0][0])


def handed(work: Work, terminal: str, done: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Take the answers of a terminal, and give it the next deeds."""
    for number, answer in done:
        work.run(
            "update deeds set answer = ?, answered = ? where id = ? and terminal = ? and answer = ''",
            (answer, clock.stamp(), number, terminal),
        )
    rows = work.all(
        f"select id, kind, body from deeds where terminal = ? and answer = '' order by place, made, id limit {AT_ONCE}",  # noqa: S608
        (terminal,),
    )
    return [{"id": number, "kind": kind, "body": json.loads(body)} for number, kind, body in rows]


def keep(work: Work, number: str, terminal: str, kind: str, body: Body) -> None:
    """A deed for a terminal, behind those that it was given before; the same number twice is one."""
    _put(work, (number, terminal, kind, deeds.write(body)))


def _put(work: Work, found: Found) -> None:
    """What cannot be handed over is answered at once, so that it holds up nothing and people are told."""
    number, terminal, kind, text = found
    work.alone()  # places grow in the order in which they are committed
    moment = clock.stamp()
    (place,) = work.all("select coalesce(max(place), 0) + 1 from deeds where terminal = ?", (terminal,))[0]
    answer, answered = ("", "") if text else (UNSENDABLE, moment)
    work.run(
        "insert into deeds (id, terminal, kind, body, made, answer, answered, entered, place) values (?, ?, ?, ?, ?, ?, ?, 0, ?)"
        " on conflict (id, terminal) do nothing",
        (number, terminal, kind, text or "{}", moment, answer, answered, place),
    )


def _found(number: str, terminal: str, kind: str, **fields: object) -> Found:
    """Rows of one that is beyond the bounds are none of the others' business."""
    try:
        return number, terminal, kind, deeds.write(deeds.KINDS[kind].model_validate(fields))
    except (ValueError, TypeError):  # pydantic's, and what JSON cannot hold
        return number, terminal, kind, ""


def quieten(database: Database, names: tuple[str, ...], begins: str, ends: str) -> int:
    """Ask terminals, by number or name, or all that are approved (``*``), not to call between two moments; returns how many are asked.
    Raises ``HubError``, also for what a terminal would not take; then none is asked."""
    time = (clock.moment_of(begins), clock.moment_of(ends))
    number = f"q{secrets.token_hex(8)}"
    with database.transaction() as work:
        if names == ("*",):
            found = terminals.all_of(work, "state = ?", (terminals.APPROVED,))
        else:
            found = [terminals.named(work, name) for name in names]
        for one in found:
            if one.state != terminals.APPROVED:
                raise HubError("not_approved", name=one.name)
            why = problem(time, _quiet(work, one.id), clock.now())
            if why:
                raise HubError(f"quiet_{why}", name=one.name, begins=clock.shown(begins), ends=clock.shown(ends))
            keep(work, number, one.id, "quiet", deeds.Quiet(id=number, begins=begins, ends=ends))
            terminals.event(work, "terminal_asked", one.id, name=one.name, what="quiet", begins=begins, ends=ends)
    return len(found)


def _quiet(work: Work, terminal: str) -> list[Time]:
    """Those that a terminal was asked for, and did not refuse."""
    sql = "select body from deeds where terminal = ? and kind = 'quiet' and answer in ('', ?)"
    found = [json.loads(text) for (text,) in work.all(sql, (terminal, TAKEN))]
    return [(clock.moment_of(body["begins"]), clock.moment_of(body["ends"])) for body in found]


def not_taken(database: Database) -> list[tuple[str, str, str, int, str]]:
    """What terminals did not take lately, or what could not be handed over: (terminal, what, answer, how many, when last)."""
    with database.reading() as work:
        rows = work.all(
            "select coalesce(t.name, ''), d.kind, d.answer, count(*), max(d.answered) from deeds d left join terminals t on t.id = d.terminal"
            " where d.answer not in ('', ?) and d.answered > ? group by coalesce(t.name, ''), d.kind, d.answer order by 1, 2, 3",
            (TAKEN, clock.stamp_in(-_TOLD)),
        )
    return [(name, kind, answer, int(count), last) for name, kind, answer, count, last in rows]


def _gathered(desk: Desk, db: sqlite3.Connection) -> int:
    """Decisions behind those that were found last."""
    with desk.database.reading() as work:
        rows = work.all("select name, value from meta where name in (?, ?, ?, ?)", tuple(_GATHER))
    last = {str(name): int(value) for name, value in rows}
    found: list[Found] = []
    upto: dict[str, int] = {}
    for name, gather in _GATHER.items():
        rows, upto[name] = gather(db, last.get(name, 0), upto)
        found += rows
    if all(upto[name] == last.get(name, 0) for name in upto):
        return 0
    with desk.database.transaction() as work:
        for one in found:
            _put(work, one)
        for name, value in upto.items():
            work.run(
                "insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
                (name, str(value)),
            )
    return len(found)


def _stages(db: sqlite3.Connection, last: int, _: dict[str, int]) -> tuple[list[Found], int]:
    found: list[Found] = []
    sql = "select id, point_id, action, by, reason, due from decisions where id > ? order by id limit ?"
    for number, point, action, by, reason, due in _rows(db, sql, (last, _TOGETHER)):
        last = number
        told = fleet.told_by(db, int(point)) if action in STAGES else None
        if told is not None:
            said = {"there": told.there, "action": action, "by": by, "reason": reason or "", "due": due or ""}
            found.append(_found(f"s{number}", told.terminal, "staged", **said))
    return found, last


def _declared(db: sqlite3.Connection, last: int, _: dict[str, int]) -> tuple[list[Found], int]:
    found: list[Found] = []
    sql = "select id, point_id, by, consent, reason from declarations where id > ? order by id limit ?"
    for number, point, by, consent, reason in _rows(db, sql, (last, _TOGETHER)):
        last = number
        told = fleet.told_by(db, int(point))
        if told is not None:
            text = " ".join(filter(None, (consent, reason)))[:REASON_MOST]
            found.append(_found(f"d{number}", told.terminal, "declared", there=told.there, by=by, reason=text))
    return found, last


def _ended(db: sqlite3.Connection, last: int, _: dict[str, int]) -> tuple[list[Found], int]:
    found: list[Found] = []
    sql = (
        "select s.id, s.reason, e.details from suppressions s left join ledger e on e.seq = cast(s.entry as integer)"
        " and e.kind = 'decided' where s.id > ? order by s.id limit ?"
    )
    for number, reason, text in _rows(db, sql, (last, _TOGETHER)):
        last = number
        details = json.loads(text) if text else {}
        said = details.get("said", {})
        if "terminal" in said:
            signed = details.get("signatures")
            found.append(_found(f"e{number}", said["terminal"], "ended", said=said, signatures=signed, reason=reason))
    return found, last


def _revoked(db: sqlite3.Connection, last: int, upto: dict[str, int]) -> tuple[list[Found], int]:
    """Those of decisions that were gathered: none goes before what it takes back."""
    found: list[Found] = []
    newest = int(db.execute("select coalesce(max(seq), 0) from ledger").fetchone()[0])
    sql = "select seq, details from ledger where seq > ? and seq <= ? and kind = 'decision_revoked' order by seq"
    for number, text in _rows(db, sql, (last, newest)):
        details = json.loads(text)
        if int(details.get("suppression", 0)) > upto["handed_ended"]:
            return found, number - 1
        said = details.get("said", {})
        if "terminal" in said:
            signed = {"by": details.get("by"), "signature": details.get("signature")}
            found.append(_found(f"r{number}", said["terminal"], "revoked", said=said, **signed))
    return found, newest


_GATHER = {
    "handed_stages": _stages, "handed_declared": _declared, "handed_ended": _ended, "handed_revoked": _revoked,
}  # fmt: skip


def _settled(desk: Desk, store: Store) -> int:
    """What terminals answered becomes entries of the hub's record, each once."""
    with desk.database.reading() as work:
        rows = work.all(
            "select d.id, d.terminal, coalesce(t.name, ''), d.kind, d.answer from deeds d left join terminals t on t.id = d.terminal"
            " where d.answer <> '' and d.entered = 0 order by d.made, d.place, d.id limit 500"
        )
    if not rows:
        return 0
    with store.transaction() as db:
        for number, terminal, name, kind, answer in rows:
            point = _opened_again(db, int(number[1:])) if kind == "ended" and answer != TAKEN else None
            about: dict[str, Any] = {"point": point} if point else {}
            told = {"terminal": terminal, "name": name, "what": kind, "deed": number, "answer": answer}
            ledger.append(db, "deed_answered", **told, **about)
    with desk.database.transaction() as work:
        for number, terminal, *_ in rows:
            work.run("update deeds set entered = 1 where id = ? and terminal = ?", (number, terminal))
    return len(rows)


def _opened_again(db: sqlite3.Connection, suppression: int) -> int | None:
    """A decision that its terminal did not take keeps nothing quiet here either."""
    row = db.execute(
        "select json_extract(e.details, '$.point') from suppressions s join ledger e on e.seq = cast(s.entry as integer)"
        " where s.id = ? and s.revoked is null and s.exceeded is null",
        (suppression,),
    ).fetchone()
    if row is None:
        return None
    db.execute("update suppressions set exceeded = ? where id = ?", (clock.stamp(), suppression))
    marks = ",".join("?" * len(ENDS))
    db.execute(
        "update points set state = 'open', stage = 'new', closed = null, closed_why = null where id = ? and state = 'closed'"  # noqa: S608
        f" and closed_why in ({marks})",
        (row[0], *ENDS.values()),
    )
    return int(row[0])


def _rows(db: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor.execute(statement, values).fetchall()
