"""The hub's inventory out of the batches: each is entered once, in its order, with what says how far the inventory is.

The batches are the truth and stay as the terminals signed them; the inventory can be made again from them. What one terminal's rows
break stops that terminal alone and is shown.
"""

from __future__ import annotations

import json
import sqlite3

from scanner.fleet import batch as batches
from scanner.fleet import frame
from scanner.fleet.errors import WireError
from scanner.hub import entering, handing, terminals
from scanner.hub.desk import Desk
from scanner.inventory import ledger
from scanner.inventory.errors import InventoryError
from scanner.inventory.store import Store

_BROKEN = (WireError, InventoryError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError)
"""What the rows of a batch may raise; whatever it is, the other terminals go on."""
TOGETHER = 200
"""Batches in one transaction of the inventory."""
_EVENT = "event"
_FACTS = ("heard", "anchor", "entries", "verified", "state")


def fold(desk: Desk, most: int = 1 << 62) -> int:
    """Enter what waits; returns how many batches. Raises ``HubError`` or ``InventoryError``."""
    with Store(desk.home.database, only_notes=True) as store:
        return step(desk, store, most)


def step(desk: Desk, store: Store, most: int = 1 << 62, *, heard: bool = True) -> int:
    """The same with an inventory that stays open; who holds it seals it from time to time. ``heard``: also when each terminal
    was heard, for which all of them are read."""
    done = 0
    _events(desk, store)
    for terminal, name, last in _behind(desk, store):
        while done < most:
            found = _next(desk, terminal, last)
            if not found:
                break
            done += len(found)
            if not _entered(desk, store, terminal, name, found):
                break
            last = found[-1]
    handing.step(desk, store)
    if heard:
        _heard(desk, store)
    return done


def applied(db: sqlite3.Connection) -> dict[str, int]:
    """Terminal → the last batch that the inventory has."""
    return dict(map(tuple, db.execute("select terminal, number from hub_applied")))


def _behind(desk: Desk, store: Store) -> list[tuple[str, str, int]]:
    """(terminal, its name, last batch that the inventory has) of those that sent more."""
    here = applied(store.connection)
    with desk.database.reading() as work:
        rows = work.all("select id, name, number from terminals where number > 0 and why <> 'rows' order by name")
    return [
        (terminal, name, here.get(terminal, 0)) for terminal, name, number in rows if number != here.get(terminal, 0)
    ]


def _next(desk: Desk, terminal: str, last: int) -> list[int]:
    with desk.database.reading() as work:
        rows = work.all(
            f"select number from batches where terminal = ? and number > ? order by number limit {TOGETHER}",  # noqa: S608
            (terminal, last),
        )
    return [int(number) for (number,) in rows]


def _frame(desk: Desk, terminal: str, number: int) -> bytes:
    with desk.database.reading() as work:
        return bytes(work.all("select frame from batches where terminal = ? and number = ?", (terminal, number))[0][0])


def _entered(desk: Desk, store: Store, terminal: str, name: str, found: list[int]) -> bool:
    """One batch in memory at a time: each may be large."""
    try:
        with store.transaction() as db:
            for number in found:
                entering.enter(db, terminal, name, batches.read(frame.unpack(_frame(desk, terminal, number))))
    except _BROKEN as error:
        if isinstance(error, InventoryError) and error.code != "database_error":
            raise  # the disk, not the rows
        with desk.database.transaction() as work:
            terminals.conflict(work, terminals.locked(work, terminal), "rows")
        return False
    return True


def _events(desk: Desk, store: Store) -> None:
    """Decisions and findings about terminals become entries of the hub's record; none twice."""
    with desk.database.reading() as work:
        rows = work.all("select id, kind, terminal, details from events order by id limit 5000")
    if not rows:
        return
    with store.transaction() as db:
        for number, kind, terminal, details in rows:
            new = db.execute(
                "insert or ignore into hub_rows (terminal, tab, there, here, generation) values (?, ?, ?, 0, 0)",
                (terminal, _EVENT, number),
            ).rowcount
            if new:
                ledger.append(db, kind, terminal=terminal, **json.loads(details))
    with desk.database.transaction() as work:
        # the last one stays, so that numbers only grow
        work.run("delete from events where id <= ? and id < (select max(id) from events)", (rows[-1][0],))


def _heard(desk: Desk, store: Store) -> None:
    """Every terminal, how it stands, and when it was last heard, to the hour, for who asks the inventory alone (F10-SILENT, proofs of
    absence). As long as something that it sent is not entered, it was heard when it was heard before."""
    here = {
        host: tuple(rest)
        for host, *rest in map(
            tuple,
            store.connection.execute(f"select host, {', '.join(_FACTS)} from hosts"),  # noqa: S608
        )
    }
    entered = applied(store.connection)
    with desk.database.reading() as work:
        now = {
            t.name: (
                t.heard if t.number <= entered.get(t.id, 0) else str(here.get(t.name, ("",))[0]),
                f"{t.seen}:{bytes(t.root).hex()[:32]}" if t.seen else "",
                str(t.leaves),
                "no" if t.record_state else "yes",
                t.state,
            )
            for t in terminals.all_of(work)
        }
    fresh = {name: facts for name, facts in now.items() if here.get(name) != facts}
    if not fresh:
        return
    with store.transaction() as db:
        for name, facts in fresh.items():
            if name in here:
                db.execute(f"update hosts set {' = ?, '.join(_FACTS)} = ? where host = ?", (*facts, name))  # noqa: S608
            else:
                db.execute(
                    f"insert into hosts ({', '.join(_FACTS)}, host, gaps) values (?, ?, ?, ?, ?, ?, '[]')",  # noqa: S608
                    (*facts, name),
                )
