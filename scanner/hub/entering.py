"""One batch into the hub's inventory: rows under numbers of their own, with the terminal's name."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from scanner import clock
from scanner.duties.hosts import CODES as FLEET_CODES
from scanner.fleet.batch import TABLES, Batch, Coverage
from scanner.hub import owning
from scanner.hub.words import known

_FAMILY = "R-"
_DIGITS = 18
"""Of a number of a row, which fits 64 bits."""


def enter(db: sqlite3.Connection, terminal: str, host: str, said: Batch) -> None:
    """Inside the caller's transaction. A batch that the inventory has already changes nothing."""
    row = db.execute("select number, generation from hub_applied where terminal = ?", (terminal,)).fetchone()
    number, generation = map(int, row or (0, 0))
    if said.number <= number:
        return
    generation += said.anew
    one = _Terminal(db, terminal, host, generation)
    for table in TABLES:
        for found in getattr(said.rows, table):
            one.put(table, found)
    for table, numbers in said.gone.items():
        for there in numbers:
            one.remove(table, there)
    if said.end:
        one.sweep()
    if said.coverage is not None:
        _coverage(db, host, said.coverage, said.made)
        _sweeps(db, one, host, said.coverage, said.made)
    if said.state is not None:
        _state(db, host, said.state.facts, said.made)
    db.execute(
        "insert or replace into hub_applied (terminal, host, number, generation) values (?, ?, ?, ?)",
        (terminal, host, said.number, generation),
    )


class _Terminal:
    """Rows of one terminal: their numbers there and here."""

    def __init__(self, db: sqlite3.Connection, terminal: str, host: str, generation: int) -> None:
        self._db = db
        self._terminal = terminal
        self._host = host
        self._generation = generation

    def put(self, table: str, found: BaseModel) -> None:
        """A row that is new or changed."""
        values = found.model_dump()
        there = int(values.pop("id"))
        contracts, shared = values.pop("contracts", None), bool(values.pop("shared", False))
        values = getattr(self, f"_{table}")(there, known(table, values))
        if values is None:
            return
        here = self.here(table, there)
        whole = dict(values)
        if table == "originals":
            here, values = self._of_both(here, values, shared=shared)
        if here is None:
            here = self._inserted(table, there, values)
        elif values:
            named = ", ".join(f'"{name}" = ?' for name in values)
            where = "rowid" if table == "copies" else "id"
            self._db.execute(f"update {table} set {named} where {where} = ?", (*values.values(), here))  # noqa: S608
        self._remember(table, there, here)
        if table == "originals":
            owning.told(self._db, here, self._terminal, whole, shared=shared)
        if contracts is not None:
            self._db.execute("delete from point_contracts where point = ?", (here,))
            self._db.executemany(
                "insert into point_contracts values (?, ?)", [(here, c) for c in dict.fromkeys(contracts)]
            )

    def here(self, table: str, there: int | None) -> int | None:
        """The number of a row here."""
        found = self._db.execute(
            "select here from hub_rows where terminal = ? and tab = ? and there = ?", (self._terminal, table, there)
        ).fetchone()
        return int(found[0]) if found else None

    def remove(self, table: str, there: int) -> None:
        """A row that is told no more. Files are gone; originals and points stay as they were told last; the rest is of use to nobody."""
        here = self.here(table, there)
        if here is None:
            return
        if table == "files":
            self._db.execute("update files set gone = coalesce(gone, ?) where id = ?", (clock.stamp(), here))
            return  # it may be told again, under its number
        if table in ("findings", "copies"):
            self._db.execute(f"delete from {table} where {'id' if table == 'findings' else 'rowid'} = ?", (here,))  # noqa: S608
            self._db.execute(
                "delete from hub_rows where terminal = ? and tab = ? and there = ?", (self._terminal, table, there)
            )

    def sweep(self) -> None:
        """The end of a series that told everything: what was not in it is gone."""
        rows = self._db.execute(
            "select tab, there from hub_rows where terminal = ? and generation < ? and tab <> 'event'",
            (self._terminal, self._generation),
        ).fetchall()
        for table, there in rows:
            self.remove(table, int(there))

    def _inserted(self, table: str, there: int, values: dict[str, Any]) -> int:
        named = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        statement = f"insert into {table} ({named}) values ({marks})"  # noqa: S608  # names of our own tables
        return int(self._db.execute(statement, tuple(values.values())).lastrowid or 0)

    def _same_original(self, values: dict[str, Any]) -> int | None:
        """The same original of two terminals is one: where contract, key and tokens are."""
        if not values["fingerprint"]:
            return None
        identity = (values["contract"], values["key_id"], values["fingerprint"])
        found = self._db.execute(
            "select id from originals where contract = ? and key_id = ? and fingerprint = ?", identity
        ).fetchone()
        return int(found[0]) if found else None

    def _of_both(self, here: int | None, values: dict[str, Any], *, shared: bool) -> tuple[int | None, dict[str, Any]]:
        """An original that other terminals may have too: (the row, ``None`` for a new one; what changes of it). Whose word stands is for
        ``owning`` to say; to another original only its own number goes."""
        if here is not None and self._differs(here, values):
            others = "select 1 from hub_rows where tab = 'originals' and here = ? and terminal <> ? limit 1"
            here = None if self._db.execute(others, (here, self._terminal)).fetchone() else here
        here = self._same_original(values) if here is None else here
        if here is None:
            return None, values
        (now,) = self._db.execute("select content_key from originals where id = ?", (here,)).fetchone()
        if owning.speaks(self._db, here, self._terminal, bytes(now), shared=shared):
            return here, values
        return here, {}

    def _differs(self, here: int, values: dict[str, Any]) -> bool:
        """Whether it is another original than the one that has the number."""
        row = self._db.execute("select contract, key_id, fingerprint from originals where id = ?", (here,)).fetchone()
        return tuple(row) != (values["contract"], values["key_id"], values["fingerprint"])

    def _remember(self, table: str, there: int, here: int) -> None:
        self._db.execute(
            "insert or replace into hub_rows (terminal, tab, there, here, generation) values (?, ?, ?, ?, ?)",
            (self._terminal, table, there, here, self._generation),
        )

    # what a row of each table is here; None where what it refers to was never told

    def _originals(self, there: int, row: dict[str, Any]) -> dict[str, Any]:
        told = {"path": row["path"].encode(), "content_key": owning.teller(self._terminal), "giver": "", "medium": ""}
        return {**row, **told, "entities": json.dumps(row["entities"])}

    def _contents(self, there: int, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "key": f"{self._terminal}:{there}".encode(), "notes": "[]", "sketch": b""}

    def _findings(self, there: int, row: dict[str, Any]) -> dict[str, Any] | None:
        content = self.here("contents", row["content_id"])
        return None if content is None else {**row, "content_id": content, "places": "[]"}

    def _copies(self, there: int, row: dict[str, Any]) -> dict[str, Any] | None:
        content, original = self.here("contents", row["content_id"]), self.here("originals", row["original"])
        if content is None or original is None:
            return None
        return {**row, "content_id": content, "original": original, "matched": b""}

    def _files(self, there: int, row: dict[str, Any]) -> dict[str, Any]:
        content = self.here("contents", row["content_id"]) if row["content_id"] is not None else None
        told = {"path": row["path"].encode(), "content_id": content, "host": self._host}
        return {**row, **told, "last_seen": clock.stamp()}

    def _points(self, there: int, row: dict[str, Any]) -> dict[str, Any] | None:
        if row["code"] in FLEET_CODES:
            return None  # about other machines: the hub's to judge
        file = self.here("files", row["file_id"]) if row["file_id"] is not None else None
        subject = row["subject"]
        kind, _, rest = subject.partition(":")
        if kind == "family":
            subject = f"family:{self._family(rest)}"
        elif kind == "host" or (file is None and not subject):
            subject = f"host:{self._host.lower()}"
        told = {"file_id": file, "family": self._family(row["family"]), "subject": subject, "last_seen": clock.stamp()}
        return {**row, **told, **self._decided(there, row)}

    def _decided(self, there: int, row: dict[str, Any]) -> dict[str, Any]:
        """What was decided here about an open point that the terminal does not know of yet: it stays so until the terminal has answered."""
        here = self.here("points", there) if row["state"] == "open" else None
        if here is None:
            return {}
        state, closed, why, stage, due = self._db.execute(
            "select state, closed, closed_why, stage, due from points where id = ?", (here,)
        ).fetchone()
        if state == "open" and row["stage"] == "new" and stage != "new":
            return {"stage": stage, "due": due}
        if state == "closed" and why in ("accepted", "false_alarm") and self._stands(here):
            return {"state": state, "closed": closed, "closed_why": why, "stage": stage, "due": due}
        return {}

    def _stands(self, point: int) -> bool:
        """Whether a decision of this hub about a point is in force."""
        return (
            self._db.execute(
                "select 1 from suppressions s join ledger e on e.seq = cast(s.entry as integer) and e.kind = 'decided'"
                " where s.revoked is null and s.exceeded is null and json_extract(e.details, '$.point') = ? limit 1",
                (point,),
            ).fetchone()
            is not None
        )

    def _runs(self, there: int, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "host": self._host, "policy": "", "roots": "[]", "reasons": "{}"}

    def _family(self, name: str | None) -> str | None:
        text = name or ""
        number = text.removeprefix(_FAMILY)
        if not text.startswith(_FAMILY) or not (number.isascii() and number.isdecimal()):
            return name
        here = self.here("originals", int(number)) if len(number) <= _DIGITS else None
        return f"{_FAMILY}{here}" if here is not None else ""


def _coverage(db: sqlite3.Connection, host: str, told: Coverage, made: str) -> None:
    """``made``: when the batch was made, by the terminal's clock."""
    for table in ("told_coverage", "roots", "passed_by"):
        db.execute(f"delete from {table} where host = ?", (host,))  # noqa: S608
    db.executemany(
        "insert into told_coverage (host, path, outcome, reason, number, first, last) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (host, c["root"].encode(), c["outcome"], c["reason"], c["number"], c["first"], c["last"])
            for c in (known("coverage", counter.model_dump()) for counter in told.counters)
        ],
    )
    db.executemany(
        "insert or replace into roots (path, host, tried, walked) values (?, ?, ?, ?)",
        [(r.path.encode(), host, r.tried, _walked(r.walked, made)) for r in told.roots],
    )
    db.executemany(
        "insert or replace into passed_by (path, host, kind, seen) values (?, ?, ?, ?)",
        [(p.path.encode(), host, p.kind, p.seen) for p in told.passed],
    )


def _sweeps(db: sqlite3.Connection, one: _Terminal, host: str, told: Coverage, made: str) -> None:
    """Which places it went through, and what it compared: proofs of absence ask for both."""
    for table in ("told_places", "told_compared"):
        db.execute(f"delete from {table} where host = ?", (host,))  # noqa: S608
    db.executemany(
        "insert or replace into told_places (host, contract, place, meaning, walked, scan, gaps) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (host, p.contract, p.place, p.meaning, _walked(p.walked, made) or "", p.scan, json.dumps(p.gaps))
            for p in told.places
        ],
    )
    for row in told.compared:
        here = one.here("originals", row.original)
        if here is not None:
            db.execute(
                "insert or replace into told_compared (host, contract, key_id, fingerprint, pending)"
                " select ?, contract, key_id, fingerprint, ? from originals where id = ?",
                (host, row.pending, here),
            )


def _walked(moment: str | None, made: str) -> str | None:
    """When a walk ended, at the latest, by the clock of the hub. One that is ahead would make a walk before a disposal one after it; of a
    walk that ended behind the batch that tells it, a clock was put back between them, and nobody knows when it was."""
    if not moment:
        return None
    ended, told = clock.moment_of(moment), clock.moment_of(made) if made else clock.now()
    if ended > told:
        return None
    ahead = max(timedelta(), told - clock.now())
    return clock.stamp_at((ended - ahead).timestamp()) if ahead else moment


def _state(db: sqlite3.Connection, host: str, facts: dict[str, str], at: str) -> None:
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    row = db.execute("select facts from terminals where host = ? order by id desc limit 1", (host,)).fetchone()
    if facts and (row is None or row[0] != text):
        db.execute("insert into terminals (host, at, facts) values (?, ?, ?)", (host, at, text))
