"""Batches: what is new since the last one, made and kept in one transaction, sent in their order, forgotten long after.

What was told is kept as a digest of each row, so that a batch says the difference between what is and what was told: whatever
happened meanwhile, however the program ended, the next batch makes up for it. Once a week, and where the hub lacks batches
whose frames are gone, everything is told anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from scanner import clock
from scanner.agent import facts, link
from scanner.agent.coverage import told as coverage_told
from scanner.agent.link import Link
from scanner.agent.masking import Masking
from scanner.fleet import batch, frame
from scanner.inventory.record import proofs, tree
from scanner.tlog.checkpoint import read
from scanner.tlog.note import parse

ROWS = 2_000
"""Rows and entries of one batch."""
KEPT = 200
"""Frames that are kept after the hub has them, for a hub that is restored from an older copy."""
WHOLE = timedelta(days=7)
NOTHING = bytes(32)
_COVERAGE, _STATE = "coverage", "state"
_INDEX = {name: number for number, name in enumerate(batch.TABLES)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch that the hub does not have yet."""

    number: int
    frame: bytes


@dataclass(slots=True)
class _Part:
    """What goes into one batch."""

    rows: dict[str, list[dict[str, Any]]]
    gone: dict[str, list[int]]
    count: int = 0


def make(
    db: sqlite3.Connection,
    seed: bytes,
    masking: Masking,
    state: dict[str, Any],
    since: tuple[int, bytes, int] | None = None,
    sweeps: dict[str, Any] | None = None,
) -> int:
    """Put what is new into batches; returns how many. Inside a transaction. Entries of the record go as far as its newest signed head,
    so that what was sent is what the hub countersigns.

    Args:
        state: as ``fleet.batch.State``.
        since: (number, digest, entries) that the hub has, where everything is to be told anew behind it.
        sweeps: what coverage says beyond what every hub knows.
    """
    mine = link.needed(db)
    anew = since is not None or _overdue(mine)
    if anew:
        db.execute("delete from hub_sent")
        link.keep(db, whole=clock.stamp())
    number, digest, entries = since or (*last(db), mine.entries)
    entries, size = min(entries, tree.size(db)), read(parse(proofs.latest(db)).text).size
    parts = list(_parts(db, masking))
    parts = parts or [_Part({}, {})]
    extra = _told(db, {_COVERAGE: coverage_told(db, masking) | (sweeps or {}), _STATE: state})
    waiting = size - entries
    if not anew and not parts[0].count and not extra and waiting <= 0:
        return 0
    position, made, at = entries, 0, 0
    while at < len(parts) or position < size:
        part = parts[at] if at < len(parts) else _Part({}, {})
        texts = [b.decode() for b in proofs.entry_bytes(db, position, max(0, min(ROWS, size - position)))]
        at += 1
        end = at >= len(parts) and position + len(texts) >= size
        said: dict[str, Any] = {
            "v": 1,
            "terminal": mine.terminal,
            "number": _next(db, number),
            "since": number,
            "before": digest.hex(),
            "made": clock.stamp(),
            "anew": anew and not made,
            "end": anew and end,
            "rows": part.rows,
            "gone": part.gone,
            "first": position,
            "entries": texts,
            **(extra if end else {}),
        }
        packed = frame.pack(seed, orjson.dumps(said))
        number, digest = int(said["number"]), frame.digest(packed)
        db.execute(
            "insert into hub_outbox (number, digest, frame, made) values (?, ?, ?, ?)",
            (number, digest, packed, clock.stamp()),
        )
        position += len(texts)
        made += 1
    link.keep(db, entries=position)
    return made


def last(db: sqlite3.Connection) -> tuple[int, bytes]:
    """(number, digest) of the last batch; (0, zeros) where there is none."""
    row = db.execute("select number, digest from hub_outbox order by number desc limit 1").fetchone()
    return (int(row[0]), bytes(row[1])) if row else (0, NOTHING)


def digest_of(db: sqlite3.Connection, number: int) -> bytes | None:
    """Digest of a batch; ``None`` where there is none of this number."""
    row = db.execute("select digest from hub_outbox where number = ?", (number,)).fetchone()
    return bytes(row[0]) if row else (NOTHING if number == 0 else None)


def waiting(db: sqlite3.Connection, beyond: int) -> list[int]:
    """Numbers of the batches behind ``beyond``."""
    return [
        n
        for (n,) in map(tuple, db.execute("select number from hub_outbox where number > ? order by number", (beyond,)))
    ]


def whole(db: sqlite3.Connection, beyond: int) -> bool:
    """Whether every batch behind ``beyond`` still has its frame."""
    found = db.execute("select 1 from hub_outbox where number > ? and frame is null limit 1", (beyond,)).fetchone()
    return found is None


def frame_of(db: sqlite3.Connection, number: int) -> bytes:
    """The frame of a batch that waits."""
    return bytes(db.execute("select frame from hub_outbox where number = ?", (number,)).fetchone()[0])


def acknowledge(db: sqlite3.Connection, number: int) -> None:
    """The hub has all up to ``number``. Inside a transaction."""
    db.execute("update hub_outbox set acknowledged = 1 where number <= ? and acknowledged = 0", (number,))
    db.execute("update hub_outbox set frame = null where number <= ? and frame is not null", (number - KEPT,))


def _next(db: sqlite3.Connection, since: int) -> int:
    """Numbers are never used twice, whatever the hub still has."""
    return max(since, last(db)[0]) + 1


def _overdue(mine: Link) -> bool:
    return (
        not mine.whole or not timedelta(0) <= clock.now() - clock.moment_of(mine.whole) < WHOLE
    )  # or a clock ran ahead


def _parts(db: sqlite3.Connection, masking: Masking) -> Iterator[_Part]:
    """The difference between what is and what was told, in parts of ``ROWS``."""
    before = {
        (tab, number): bytes(digest)
        for tab, number, digest in map(tuple, db.execute("select tab, id, digest from hub_sent"))
        if tab in _INDEX
    }
    part = _Part({}, {})
    sent: list[tuple[str, int, bytes]] = []
    for table, number, row in facts.rows(db, masking):
        digest = _digest(row)
        if before.pop((table, number), None) == digest:
            continue
        part.rows.setdefault(table, []).append(row)
        sent.append((table, number, digest))
        part.count += 1
        if part.count >= ROWS:
            yield part
            part = _Part({}, {})
    for table, number in sorted(before, key=lambda k: (-_INDEX[k[0]], k[1])):
        part.gone.setdefault(table, []).append(number)
        part.count += 1
        if part.count >= ROWS:
            yield part
            part = _Part({}, {})
    if part.count:
        yield part
    db.executemany("insert or replace into hub_sent values (?, ?, ?)", sent)
    db.executemany("delete from hub_sent where tab = ? and id = ?", list(before))


def _told(db: sqlite3.Connection, found: dict[str, Any]) -> dict[str, Any]:
    """Coverage and state where they are other than before."""
    for name in list(found):
        digest = _digest(found[name])
        row = db.execute("select digest from hub_sent where tab = ? and id = 0", (name,)).fetchone()
        if row and bytes(row[0]) == digest:
            del found[name]
        else:
            db.execute("insert or replace into hub_sent values (?, 0, ?)", (name, digest))
    return found


def _digest(row: dict[str, Any]) -> bytes:
    return hashlib.sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).digest()[:16]
