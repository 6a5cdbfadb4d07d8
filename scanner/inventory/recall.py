"""Files that have not changed: met again with one look into the inventory and one number written back.

A rescan of a large share is mostly this, so it has a way of its own: no findings are loaded where there are none, and what is
the same as it was, with no point about its place before or now, is only marked as seen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from scanner.inventory.custody import copies_of, serves
from scanner.inventory.scope import sees_as_much
from scanner.model import Contents, FileRef, Finding, Outcome, OutcomeKind, Reason, VerdictKind

SETTLED_NS = 2_000_000_000
"""A file changed less than so long before it was looked at may change again within one tick of its clock."""

LOOKED_FOR = 128
"""Files that are looked up together."""

Row = tuple[Any, ...]

_LOOK = """
select f.path, f.id, f.size, f.mtime_ns, f.ctime_ns, f.inode, f.device, f.stat_at_ns, f.content_id, f.outcome, f.rule_set,
       f.verdict, f.ground, f.contract, f.rule, f.consent, f.volume, f.reason,
       c.key, c.media_type, c.reason, c.read, c.notes, c.persons_min, c.persons_max, c.custody, c.rows, c.modulus,
       (select json_group_array(json_array(n.entity, n.count, n.score, n."check", json(n.places), n.shape, n.category, n.about))
        from (select * from findings where content_id = c.id order by id) n), exists (select 1 from copies k where k.content_id = c.id),
       exists (select 1 from points p where p.file_id = f.id and p.state = 'open' and p.code in ('F03-OUTSIDE', 'F03-EXPIRED'))
from files f join contents c on c.id = f.content_id where f.path in (%s) and f.host = '' and f.gone is null
"""


class Met(NamedTuple):
    """A file as the inventory has it."""

    path: bytes
    file_id: int
    contents: Contents
    key: bytes
    outcome: OutcomeKind
    standing: tuple[object, ...]
    """Verdict, ground, contract, rule, consent, volume, reason."""
    quiet: bool
    """Without an open point about its place."""
    content: int
    rule_set: str
    """What it was examined under: as much as is asked for now, or more."""

    def same(self, outcome: Outcome) -> bool:
        """Whether an outcome says nothing that is not entered already."""
        if outcome.points or outcome.kind is not OutcomeKind.UNCHANGED or outcome.ref.path != self.path:
            return False
        verdict, reason = outcome.verdict, outcome.contents.reason  # their codes are strings, as the inventory has them
        if verdict.kind is VerdictKind.NO_POLICY:  # who knows no policy judges nothing
            return reason == self.standing[-1]
        if not self.quiet:
            return False
        now = (verdict.kind, verdict.ground, verdict.contract, verdict.rule, verdict.consent, verdict.volume, reason)
        return now == self.standing


def rows(db: sqlite3.Connection, paths: Sequence[bytes]) -> dict[bytes, Row]:
    """What the inventory has of each of ``paths`` (``LOOKED_FOR`` at the most) that it knows; one query for all costs two
    thirds of one for each."""
    room = LOOKED_FOR if len(paths) > 1 else 1
    asked = [*paths, *[None] * (room - len(paths))]
    return {row[0]: row[1:] for row in db.execute(_LOOK % ", ".join("?" * room), asked)}


def met(row: Row, ref: FileRef, db: sqlite3.Connection, rule_set: str, custody: str) -> Met | None:
    """A file that is as it was when it was examined under the same rules; ``None`` if it must be examined."""
    if not sees_as_much(row[9], rule_set):
        return None
    if row[1:6] != (ref.size, ref.mtime_ns, ref.ctime_ns, ref.inode, ref.device):
        return None
    if max(ref.mtime_ns, ref.ctime_ns) > row[6] - SETTLED_NS:
        return None
    if not serves(row[24] or "", custody):
        return None  # originals have been received since: it is compared again
    notes = tuple(json.loads(row[21])) if row[21] != "[]" else ()
    contents = Contents(
        row[18],
        _findings(row[27]),
        row[22],
        row[23],
        Reason(row[19]) if row[19] else None,
        bool(row[20]),
        notes,
        copies_of(db, row[7]) if row[28] else (),
        (),
        row[26] or 1,
        row[25] or 0,
        row[24] or "",
    )
    return Met(ref.path, row[0], contents, row[17], OutcomeKind(row[8]), row[10:17], not row[29], row[7], row[9])


def _findings(text: str) -> tuple[Finding, ...]:
    """Findings as the look brings them: one query with everything costs half of two."""
    if text == "[]":
        return ()
    return tuple(
        [
            Finding(entity, count, score, check, tuple(places), shape, category or "", about)
            for entity, count, score, check, places, shape, category, about in orjson.loads(text)
        ]
    )


def touch(db: sqlite3.Connection, files: list[int], run: int, moment: str) -> None:
    """Mark files as seen in a scan."""
    db.executemany(
        "update files set run_id = ?, last_seen = ? where id = ?", ((run, moment, number) for number in files)
    )
