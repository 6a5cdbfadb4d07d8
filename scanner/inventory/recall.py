"""Files that have not changed: met again with one look into the inventory and one number written back.

A rescan of a large share is mostly this, so it has a way of its own: no findings are loaded where there are none, and what is
the same as it was, with no point about its place before or now, is only marked as seen.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from scanner.inventory.custody import copies_of
from scanner.inventory.reader import findings_of
from scanner.model import Contents, FileRef, Outcome, OutcomeKind, Reason

SETTLED_NS = 2_000_000_000
"""A file changed less than so long before it was looked at may change again within one tick of its clock."""

_LOOK = """
select f.id, f.size, f.mtime_ns, f.ctime_ns, f.inode, f.device, f.stat_at_ns, f.content_id, f.outcome, f.rule_set,
       f.verdict, f.ground, f.contract, f.rule, f.consent, f.volume, f.reason,
       c.key, c.media_type, c.reason, c.read, c.notes, c.persons_min, c.persons_max, c.custody, c.rows, c.modulus,
       exists (select 1 from findings n where n.content_id = c.id), exists (select 1 from copies k where k.content_id = c.id),
       exists (select 1 from points p where p.file_id = f.id and p.state = 'open' and p.code in ('F03-OUTSIDE', 'F03-EXPIRED'))
from files f join contents c on c.id = f.content_id where f.path = ? and f.host = '' and f.gone is null
"""


@dataclass(frozen=True, slots=True)
class Met:
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

    def same(self, outcome: Outcome) -> bool:
        """Whether an outcome says nothing that is not entered already."""
        if (
            not self.quiet
            or outcome.points
            or outcome.kind is not OutcomeKind.UNCHANGED
            or outcome.ref.path != self.path
        ):
            return False
        verdict, reason = outcome.verdict, outcome.contents.reason
        now = (
            verdict.kind.value, verdict.ground.value, verdict.contract, verdict.rule, verdict.consent, verdict.volume,
            reason.value if reason else None,
        )  # fmt: skip
        return now == self.standing


def look(db: sqlite3.Connection, ref: FileRef, rule_set: str, custody: str) -> Met | None:
    """A file that is as it was when it was examined under the same rules; ``None`` if it must be examined."""
    row = db.execute(_LOOK, (ref.path,)).fetchone()
    if row is None or row[9] != rule_set:
        return None
    if row[1:6] != (ref.size, ref.mtime_ns, ref.ctime_ns, ref.inode, ref.device):
        return None
    if max(ref.mtime_ns, ref.ctime_ns) > row[6] - SETTLED_NS:
        return None
    if (row[24] or "") != custody:
        return None  # originals have been received since: it is compared again
    content = row[7]
    notes = tuple(json.loads(row[21])) if row[21] != "[]" else ()
    contents = Contents(
        row[18],
        findings_of(db, content) if row[27] else (),
        row[22],
        row[23],
        Reason(row[19]) if row[19] else None,
        bool(row[20]),
        notes,
        copies_of(db, content) if row[28] else (),
        (),
        row[26] or 1,
        row[25] or 0,
        row[24] or "",
    )
    return Met(ref.path, row[0], contents, row[17], OutcomeKind(row[8]), row[10:17], not row[29])


def touch(db: sqlite3.Connection, files: list[int], run: int, moment: str) -> None:
    """Mark files as seen in a scan."""
    db.executemany(
        "update files set run_id = ?, last_seen = ? where id = ?", ((run, moment, number) for number in files)
    )
