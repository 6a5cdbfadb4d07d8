"""Decisions of a hub's officers on its terminal: what they signed at the hub holds here as far as this machine's own record bears it out.

Whose signatures count stands in the entry ``hub_joined``, with which the terminal knows its hub: the keys that the token named, not
those that the hub names later. With ``hub_left``, or another ``hub_joined``, they are nobody here any more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.inventory.people import statements
from scanner.inventory.people.statements import text_digest

SIGNATURES = 2
"""A point of a terminal is closed by two officers, whatever the rule of the hub's own record."""


@dataclass(frozen=True, slots=True)
class Officers:
    """Since entry ``since`` of the record. Without a hub there are none."""

    hub: str = ""
    terminal: str = ""
    since: int = 0
    keys: Mapping[str, str] = field(default_factory=dict)
    """Number → public key, 64 hexadecimal digits."""

    def signed(self, said: Mapping[str, Any], number: str, signature: str) -> bool:
        """Whether an officer signed a statement about this terminal."""
        public = self.keys.get(number)
        return (
            public is not None and said.get("terminal") == self.terminal and statements.valid(public, said, signature)
        )

    def agreed(self, said: Mapping[str, Any], signatures: Mapping[str, str]) -> bool:
        """Whether two different officers, and nobody else, signed it."""
        if not all(self.signed(said, number, s) for number, s in signatures.items()):
            return False
        return len({self.keys[number] for number in signatures}) == len(signatures) >= SIGNATURES

    def decided(self, db: sqlite3.Connection, row: Any, details: Mapping[str, Any], seq: int) -> bool:
        """Whether a decision of the table (``row``) is the one that they signed, which entry ``seq`` tells."""
        said = details.get("said", {})
        if seq <= self.since or details["hub"] != self.hub or not self.agreed(said, details.get("signatures", {})):
            return False
        point = db.execute("select code, file_id, subject from points where id = ?", (said.get("there"),)).fetchone()
        if point is None or row["pattern"] or row["most"]:
            return False
        code, file, subject = tuple(point)
        content = content_there(self.terminal, row["content_id"])
        return (
            (said.get("code"), said.get("until"), said.get("reason"), said.get("content"))
            == (row["code"], row["expires"], text_digest(row["reason"]), content)
            and code == row["code"]
            and (int(row["file_id"]) if row["file_id"] else None, row["subject"] or "") == (file, subject or "")
        )


def content_there(terminal: str, content: Any) -> str:
    """What a statement of the hub says of a content of a terminal: the key under which the hub keeps it, hexadecimal."""
    return f"{terminal}:{int(content)}".encode().hex() if content else ""


def in_force(db: sqlite3.Connection) -> Officers:
    """Those of the hub that the terminal has joined and not left since."""
    row = db.execute("select seq, details from ledger where kind = 'hub_joined' order by seq desc limit 1").fetchone()
    if row is None:
        return Officers()
    left = db.execute("select 1 from ledger where kind = 'hub_left' and seq > ? limit 1", (row[0],)).fetchone()
    told = json.loads(row[1])
    if left is not None or not isinstance(told.get("keys"), dict):
        return Officers()
    return Officers(str(told["hub"]), str(told["terminal"]), int(row[0]), dict(told["keys"]))
