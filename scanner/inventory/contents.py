"""What was found in one content, entered once for all files that hold the same bytes."""

from __future__ import annotations

import json
import sqlite3

from scanner.inventory import custody
from scanner.inventory.errors import now
from scanner.model import Contents


def enter(db: sqlite3.Connection, key: bytes, contents: Contents, rule_set: str) -> int:
    """Write contents, findings, copies and sketch inside the caller's transaction; returns the number of the content."""
    row = db.execute(
        "select id, coalesce(custody, '') from contents where key = ? and rule_set = ?", (key, rule_set)
    ).fetchone()
    if row is not None:
        if row[1] != contents.custody:
            custody.put_prints(db, int(row[0]), contents)
        return int(row[0])
    cursor = db.execute(
        "insert into contents (key, rule_set, media_type, reason, read, notes, persons_min, persons_max, examined) values (?,?,?,?,?,?,?,?,?)",
        (
            key,
            rule_set,
            contents.media_type,
            contents.reason.value if contents.reason else None,
            int(contents.read),
            json.dumps(contents.notes),
            contents.persons_min,
            contents.persons_max,
            now(),
        ),
    )
    number = int(cursor.lastrowid or 0)
    db.executemany(
        'insert into findings (content_id, entity, count, score, "check", places, shape, category) values (?,?,?,?,?,?,?,?)',
        [
            (number, f.entity, f.count, f.score, f.check, json.dumps(f.where, ensure_ascii=False), f.shape, f.category)
            for f in contents.findings
        ],
    )
    custody.put_prints(db, number, contents)
    return number
