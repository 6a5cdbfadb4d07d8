"""Terminals, tokens, requests and refusals in the hub's tables: who may send, and what a person decides about them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from scanner import clock
from scanner.fleet import token
from scanner.fleet.token import Token
from scanner.hub import settling
from scanner.hub.database import Database, Work
from scanner.hub.errors import HubError, Refusal

WAITING, APPROVED, REVOKED, CONFLICT = "waiting", "approved", "revoked", "conflict"
ADDRESS = "address:"
"""Begins what stands in the place of a terminal's number where none is known."""
ADDRESSES_MOST = 200
"""Addresses of one day that are told apart: whoever has many fills no table."""
_ADDRESS_MOST = 45
_FIELDS = "id, name, key, state, why, heard, version, call, number, digest, records, seen, root, signed, record_state, leaves, frontier, policy"


@dataclass(frozen=True, slots=True)
class Terminal:
    """A row."""

    id: str
    name: str
    key: bytes
    state: str
    why: str
    """Why it is in conflict: ``rollback``, ``fork``, ``clone``, ``rows``."""
    heard: str
    version: str
    call: int
    number: int
    digest: bytes
    records: str
    """The keys (vkey) of its record, JSON; the last one is in force."""
    seen: int
    """Entries of the head that was countersigned last; ``root``, ``signed``: its root, and the note."""
    root: bytes
    signed: str
    record_state: str
    """Empty, ``rollback``, ``fork`` or ``entries`` (those that were sent are not those that the head stands for)."""
    leaves: int
    frontier: bytes
    policy: int


def all_of(work: Work, where: str = "1 = 1", values: tuple[object, ...] = ()) -> list[Terminal]:
    """Terminals by their names."""
    rows = work.all(f"select {_FIELDS} from terminals where {where} order by name", values)  # noqa: S608
    return [Terminal(*row) for row in rows]


def locked(work: Work, number: str) -> Terminal:
    """The terminal that calls, its row locked; raises ``Refusal``."""
    rows = work.all(f"select {_FIELDS} from terminals where id = ?{work.lock}", (number,))  # noqa: S608
    if not rows:
        raise Refusal("unknown")
    return Terminal(*rows[0])


def keep(work: Work, terminal: str, **fields: object) -> None:
    """Change fields of a row."""
    named = ", ".join(f"{name} = ?" for name in fields)
    work.run(f"update terminals set {named} where id = ?", (*fields.values(), terminal))  # noqa: S608


def new_token(database: Database, hub: tuple[str, str, str], *, days: int, most: int, automatic: bool) -> Token:
    """A token that ends and counts.

    Args:
        hub: the hub's vkey, pin and digest of the officers, as ``token.new``.
        days: for so many days.
        most: for so many terminals.
        automatic: whether who comes with it is approved by this rule, or waits for a person.
    """
    made = token.new(*hub)
    ends = clock.stamp_in(timedelta(days=days))
    with database.transaction() as work:
        work.run(
            "insert into tokens (id, digest, made, ends, most, used, automatic, revoked) values (?, ?, ?, ?, ?, 0, ?, '')",
            (made.id, made.digest, clock.stamp(), ends, most, int(automatic)),
        )
    return made


def tokens(database: Database) -> list[tuple[str, str, int, int, bool, str]]:
    """(id, ends, most, used, automatic, revoked) of every token."""
    with database.reading() as work:
        rows = work.all("select id, ends, most, used, automatic, revoked from tokens order by made, id")
    return [(i, ends, most, used, bool(automatic), revoked) for i, ends, most, used, automatic, revoked in rows]


def end_token(database: Database, number: str) -> None:
    """Nobody is taken in with it any more. Raises ``HubError``."""
    with database.transaction() as work:
        if not work.run("update tokens set revoked = ? where id = ? and revoked = ''", (clock.stamp(), number)):
            raise HubError("no_such_token", id=number)


def decide(database: Database, names: tuple[str, ...], state: str) -> list[Terminal]:
    """A person approves terminals or ends them, by number or name; ``*`` of those that wait. Raises ``HubError``.

    Who was ended stays so: such a terminal is enrolled anew."""
    with database.transaction() as work:
        if names == ("*",):
            found = all_of(work, "state = ?", (WAITING,))
        else:
            found = [named(work, name) for name in names]
        for one in found:
            if state == APPROVED and one.state != WAITING:
                raise HubError("not_waiting", name=one.name)
            keep(work, one.id, state=state, decided=clock.stamp())
            if state == REVOKED:
                settling.ended(work, one.id)
            event(work, f"terminal_{state}", one.id, name=one.name)
    return found


def ask(database: Database, name: str, kind: str) -> Terminal:
    """Ask a terminal for something; it takes it when it calls next. Raises ``HubError``."""
    with database.transaction() as work:
        one = named(work, name)
        work.run(
            "insert into requests (id, terminal, kind, made, told) values (?, ?, ?, ?, '')",
            (secrets.token_hex(8), one.id, kind, clock.stamp()),
        )
        event(work, "terminal_asked", one.id, name=one.name, what=kind)
    return one


def conflict(work: Work, one: Terminal, why: str) -> None:
    """Nothing more is taken from it until a person has looked: it is not the only one with its key, or not what it was."""
    if one.state != CONFLICT:
        keep(work, one.id, state=CONFLICT, why=why)
        event(work, "terminal_stopped", one.id, name=one.name, why=why)


def refused(database: Database, why: str, terminal: str = "", count: int = 1, address: str = "") -> None:
    """Count refusals, by the day; of who is no terminal by the address, of so many addresses as have room."""
    with database.transaction() as work:
        if address and not terminal:
            known = f"select count(distinct terminal) from refusals where day = ? and substr(terminal, 1, {len(ADDRESS)}) = ? and terminal <> ?"  # noqa: S608
            day = str(clock.day_of(clock.stamp()))
            terminal = f"{ADDRESS}{address[:_ADDRESS_MOST]}"
            if int(work.all(known, (day, ADDRESS, terminal))[0][0]) >= ADDRESSES_MOST:
                terminal = ""
        not_taken(work, why, terminal, count)


def not_taken(work: Work, why: str, terminal: str, count: int = 1) -> None:
    """Count what was not taken, by the day."""
    moment = clock.stamp()
    work.run(
        "insert into refusals (day, why, terminal, count, last) values (?, ?, ?, ?, ?)"
        " on conflict (day, why, terminal) do update set count = refusals.count + excluded.count, last = excluded.last",
        (str(clock.day_of(moment)), why, terminal, count, moment),
    )


def refusals(database: Database) -> list[tuple[str, str, int, str]]:
    """(why, terminal's name or the address of who is none, how many, when last)."""
    name = f"coalesce(t.name, case when substr(r.terminal, 1, {len(ADDRESS)}) = '{ADDRESS}' then substr(r.terminal, {len(ADDRESS) + 1}) else '' end)"
    with database.reading() as work:
        rows = work.all(
            f"select r.why, {name}, sum(r.count), max(r.last) from refusals r left join terminals t on t.id = r.terminal"  # noqa: S608  # ours
            f" group by r.why, {name} order by 1, 2"
        )
    return [(why, name, int(count), last) for why, name, count, last in rows]


def event(work: Work, kind: str, terminal: str, **details: object) -> None:
    """What becomes an entry of the hub's record, written with what it is about."""
    work.alone()  # numbers grow in the order in which they are committed
    last = work.all("select coalesce(max(id), 0) from events")[0][0]
    work.run(
        "insert into events (id, kind, terminal, details) values (?, ?, ?, ?)",
        (int(last) + 1, kind, terminal, json.dumps(details, ensure_ascii=False)),
    )


def counted(database: Database, act: Callable[[Work], object]) -> object:
    """One act in a transaction; a refusal in it undoes nothing that it was to keep (``conflict``) and is counted."""
    found: Refusal | None = None
    answer: object = None
    with database.transaction() as work:
        try:
            answer = act(work)
        except Refusal as error:
            found = error
    if found is not None:
        raise found
    return answer


def named(work: Work, name: str) -> Terminal:
    """A terminal by its number or else its name, so that no name stands before the number of another; raises ``HubError``."""
    found = all_of(work, "id = ?", (name,)) or all_of(work, "name = ?", (name,))
    if not found:
        raise HubError("no_such_terminal", name=name)
    return found[0]
