"""Who speaks for an original that several terminals have: not whoever told it first, but the one that received it, or the one that an officer chose.

A terminal that was handed an original by another never speaks for it. Where two say that they received the same one, nobody can know from
here which of them is right: the first goes on speaking, the difference is shown, and a person decides.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from scanner.hub.errors import HubError
from scanner.inventory import ledger
from scanner.inventory.store import Store

_TELLER = ":original"
_SAID = ("origin", "received", "declared_count", "name")
"""What people said of an original; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That a terminal received an original."""

    family: str
    contract: str
    terminal: str
    """Its name."""
    speaks: bool
    said: dict[str, Any]


def teller(terminal: str) -> bytes:
    """What stands for a terminal with an original, in the place of the key of its content, which the hub has not."""
    return f"{terminal}{_TELLER}".encode()


def speaks(db: sqlite3.Connection, original: int, terminal: str, now: bytes, *, shared: bool) -> bool:
    """Whether what a terminal tells of an original is entered.

    Args:
        now: whose word stands (``teller``).
        shared: whether another terminal handed it the original.
    """
    others = {
        str(other): (bool(theirs), bool(chosen))
        for other, theirs, chosen in db.execute(
            "select terminal, shared, chosen from told_originals t where original = ? and exists (select 1 from hub_rows r"
            " where r.terminal = t.terminal and r.tab = 'originals' and r.here = t.original)",
            (original,),
        )
    }
    if any(chosen for _, chosen in others.values()):
        return others.get(terminal, (True, False))[1]
    if now in (b"", teller(terminal)):
        return True
    first = others.get(now.decode().removesuffix(_TELLER))
    if first is None:  # who spoke has it no more
        return not shared or all(theirs for theirs, _ in others.values())
    return not shared and first[0]


def told(db: sqlite3.Connection, original: int, terminal: str, values: dict[str, Any], *, shared: bool) -> None:
    """Keep what a terminal says of an original, whether or not it is entered."""
    text = json.dumps(
        {name: v for name, v in values.items() if name not in ("path", "content_key")}
        | {"path": values["path"].decode()}
    )
    db.execute(
        "insert into told_originals (original, terminal, shared, chosen, told) values (?, ?, ?, 0, ?)"
        " on conflict (original, terminal) do update set shared = excluded.shared, told = excluded.told",
        (original, terminal, int(shared), text),
    )


def claims(db: sqlite3.Connection) -> list[Claim]:
    """Originals that more than one terminal says it received, and that were said to be different: one line each."""
    rows = db.execute(
        "select t.original, o.contract, coalesce(a.host, t.terminal), t.terminal, t.told, o.content_key, t.chosen from told_originals t"
        " join originals o on o.id = t.original left join hub_applied a on a.terminal = t.terminal where t.shared = 0"
        " and (select count(*) from told_originals s where s.original = t.original and s.shared = 0) > 1 order by t.original, 3"
    ).fetchall()
    by_original: dict[int, list[Claim]] = {}
    for original, contract, name, terminal, text, now, _ in map(tuple, rows):
        said = json.loads(text)
        one = Claim(f"R-{original}", contract, name, bytes(now) == teller(terminal), {k: said.get(k) for k in _SAID})
        by_original.setdefault(original, []).append(one)
    return [one for found in by_original.values() if len({json.dumps(c.said) for c in found}) > 1 for one in found]


def choose(store: Store, family: str, name: str) -> None:
    """An officer says whose word on an original stands from now on; raises ``HubError``."""
    number = family.upper().removeprefix("R-")
    with store.transaction() as db:
        row = db.execute(
            "select t.terminal, t.told, a.host from told_originals t join hub_applied a on a.terminal = t.terminal"
            " where t.original = ? and t.shared = 0 and (a.host = ? or t.terminal = ?)",
            (int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0, name, name),
        ).fetchone()
        if row is None:
            raise HubError("no_claim", family=family, name=name)
        terminal, text, host = tuple(row)
        original = int(number)
        db.execute("update told_originals set chosen = (terminal = ?) where original = ?", (terminal, original))
        values = json.loads(text)
        values = {**values, "path": values["path"].encode(), "content_key": teller(terminal)}
        named = ", ".join(f'"{column}" = ?' for column in values)
        db.execute(f"update originals set {named} where id = ?", (*values.values(), original))  # noqa: S608  # our own columns
        ledger.append(
            db, "original_owner", contract=values["contract"], family=f"R-{original}", name=host, terminal=terminal
        )
