"""Whether a decision of the table is one that people have signed: its row against its entry of the record.

A row whose entry says something else, or that has none, keeps nothing quiet. Decisions from before people had keys stand in the
record without signatures; they hold to their day and are shown as unsigned.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from scanner.inventory.people import officers, registry
from scanner.inventory.people.statements import text_digest

SIGNED, UNSIGNED, BROKEN = "signed", "unsigned", "broken"
SELECT = (
    "select s.*, f.path, f.contract, c.key, json_extract(e.details, '$.said.contract') as about from suppressions s"
    " left join files f on f.id = s.file_id left join contents c on c.id = s.content_id"
    " left join ledger e on e.seq = cast(s.entry as integer) and e.kind = 'decided'"
)
"""Decisions with what they are about."""
TAKEN = "merged"
"""Stands for the number of the entry where a decision came from another machine's inventory."""
_SECONDS = 5
_COLUMNS = ("entry", "code", "path", "key", "pattern", "most", "subject", "reason", "expires")
_MOST_SEEN = 10_000
_SIGNED: set[tuple[Any, ...]] = set()
"""What was found signed in this process: a scan asks for each file with a point again."""


def target(path: bytes | None) -> str:
    """What a statement says of the file it is about."""
    return text_digest(path.decode("utf-8", "surrogateescape")) if path else ""


def row_digest(row: Any) -> str:
    """A decision as one value, for the record of an inventory that takes it over."""
    names = ("code", "pattern", "most", "subject", "reason", "by", "reviewer", "made", "expires")
    told = [target(row["path"]), row["key"].hex() if row["key"] else "", *(row[n] for n in names)]
    return text_digest(json.dumps(told))


class Standings:
    """Asked of one connection, for as long as nobody writes to the record."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @cached_property
    def people(self) -> registry.Registry:
        """The people of the record."""
        return registry.load(self._db)

    def of(self, row: Any) -> str:
        """``signed``, ``unsigned`` (from before people had keys) or ``broken``."""
        if row["entry"] is None:
            return UNSIGNED if self._told_before(row) else BROKEN
        if row["entry"] == TAKEN:
            return self._taken.get(row_digest(row), BROKEN)
        if row["revoked"] is None and int(row["entry"]) in self._revoked:
            return BROKEN  # somebody has taken the end away again
        seen = (self.people.head, self.people.last, *(row[n] for n in _COLUMNS))
        if seen in _SIGNED:
            return SIGNED
        found = self._db.execute("select kind, details from ledger where seq = ?", (int(row["entry"]),)).fetchone()
        if found is None or found[0] != "decided":
            return BROKEN
        details = json.loads(found[1])
        if "hub" in details:
            return SIGNED if self.officers.decided(self._db, row, details, int(row["entry"])) else BROKEN
        if not _same(row, details.get("said", {})) or not self.enough(details, int(row["entry"])):
            return BROKEN
        if len(_SIGNED) >= _MOST_SEEN:
            _SIGNED.clear()
        _SIGNED.add(seen)
        return SIGNED

    def enough(self, details: Mapping[str, Any], seq: int) -> bool:
        """Whether an entry bears the valid signatures of as many different people as the rule of its time asked for."""
        said, signatures = details["said"], details["signatures"]
        if not all(self.people.signed(said, number, s, seq) for number, s in signatures.items()):
            return False
        publics = {key.public for n in signatures if (key := self.people.key_of(n, seq))}
        return len(publics) == len(signatures) >= (2 if said["two_persons"] or self.people.two_persons(seq) else 1)

    @cached_property
    def officers(self) -> officers.Officers:
        """The officers of the hub that this machine is a terminal of."""
        return officers.in_force(self._db)

    @cached_property
    def _revoked(self) -> frozenset[int]:
        rows = self._db.execute("select details from ledger where kind = 'decision_revoked'")
        return frozenset(int(json.loads(details)["of"]) for (details,) in rows)

    @cached_property
    def _taken(self) -> dict[str, str]:
        rows = self._db.execute("select details from ledger where kind = 'merged'")
        return {d: standing for (details,) in rows for d, standing in json.loads(details).get("decisions", {}).items()}

    def _told_before(self, row: Any) -> bool:
        """Whether the record of the time before keys tells of the decision."""
        merged = self._db.execute("select details from ledger where kind = 'merged'")
        if any("decisions" not in json.loads(details) for (details,) in merged):
            return True  # joined by an earlier version, which left the entries where they were made
        founded = min((k.since for k in self.people.keys), default=None)
        for seq, at, details in self._db.execute("select seq, at, details from ledger where kind = 'decided'"):
            told = json.loads(details)
            apart = abs((datetime.fromisoformat(at) - datetime.fromisoformat(row["made"])).total_seconds())
            same = all(told.get(n) == row[n] for n in ("code", "by", "reviewer")) and "said" not in told
            same = same and told.get("action") in ("accept", "dismiss")
            if same and apart <= _SECONDS and (founded is None or seq < founded):
                return True
        return False


def _same(row: Any, said: Mapping[str, Any]) -> bool:
    key = row["key"].hex() if row["key"] else ""
    told = (said.get("code"), said.get("subject"), said.get("pattern"), said.get("most"), said.get("until"))
    return (
        told == (row["code"], row["subject"] or "", row["pattern"] or "", row["most"] or 0, row["expires"])
        and said.get("reason") == text_digest(row["reason"])
        and (bool(row["pattern"]) or (said.get("target"), said.get("content")) == (target(row["path"]), key))
    )
