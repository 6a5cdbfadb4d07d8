"""Reading the inventory: for status, reports and worker processes. Never writes, never migrates."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Self

import orjson

from scanner import clock
from scanner.inventory import custody, migrations
from scanner.inventory.errors import InventoryError, translate
from scanner.inventory.opening import read_only
from scanner.model import Contents, Finding, Reason


def findings_of(db: sqlite3.Connection, content: int) -> tuple[Finding, ...]:
    """What was found in a content."""
    return tuple(
        Finding(entity, count, score, check, tuple(orjson.loads(places)), shape, category or "", about)
        for entity, count, score, check, places, shape, category, about in db.execute(
            'select entity, count, score, "check", places, shape, category, about from findings where content_id = ? order by id',
            (content,),
        )
    )


def contents_of(db: sqlite3.Connection, where: str, values: tuple[object, ...]) -> tuple[bytes, Contents]:
    """(key, contents) of the one row of ``contents`` that ``where`` names; ``LookupError`` where there is none."""
    row = db.execute(
        "select c.id, c.key, c.media_type, c.reason, c.read, c.notes, c.persons_min, c.persons_max, coalesce(c.custody, ''),"  # noqa: S608
        f" coalesce(c.rows, 0), coalesce(c.modulus, 1) from contents c where {where}",
        values,
    ).fetchone()
    if row is None:
        raise LookupError
    reason = Reason(row[3]) if row[3] else None
    notes = tuple(json.loads(row[5]))
    copies = custody.copies_of(db, row[0])
    return row[1], Contents(
        *(row[2], findings_of(db, row[0]), row[6], row[7], reason, bool(row[4]), notes, copies),
        *((), row[10], row[9], row[8]),
    )


def serving(found: Contents, wanted: str) -> Contents | None:
    """What was found in some bytes, unless it has to be compared again (``custody.serves``)."""
    return found if custody.serves(found.custody, wanted) else None


class Reader:
    """Read-only look at the inventory: for status, reports and worker processes. Never writes, never migrates. Whoever makes one
    closes it, best by ``with``."""

    def __init__(self, path: Path, rule_set: str = "", custody: str = "") -> None:
        self.path = path
        self._rule_set = rule_set
        self._custody = custody
        if not path.exists():
            raise InventoryError("no_inventory", path)
        try:
            self.db = read_only(path)
        except sqlite3.Error as error:
            raise translate(error, path) from None
        try:
            self._begin()
        except BaseException:
            self.db.close()
            raise

    def _begin(self) -> None:
        self.db.row_factory = sqlite3.Row
        try:
            missing, unknown = migrations.pending(self.db)
        except sqlite3.Error as error:
            raise translate(error, self.path) from None
        if unknown:
            raise InventoryError("database_newer", self.path, ", ".join(unknown))
        if missing:
            raise InventoryError("database_older" if migrations.begun(self.db) else "no_inventory", self.path)
        zone = self.rows("select zone from policies where zone <> '' order by last desc, id desc limit 1")
        if zone:
            clock.assume(zone[0]["zone"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def known_content(self, key: bytes) -> Contents | None:
        """As ``Store.known_content``."""
        try:
            found = contents_of(self.db, "c.key = ? and c.rule_set = ?", (key, self._rule_set))[1]
        except LookupError:
            return None
        return serving(found, self._custody)

    def rows(self, statement: str, values: tuple[object, ...] | dict[str, object] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        try:
            return self.db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise translate(error, self.path) from None

    def close(self) -> None:
        """Close."""
        self.db.close()
