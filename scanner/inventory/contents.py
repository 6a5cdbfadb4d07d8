"""What was found in one content, entered once for all files that hold the same bytes."""

from __future__ import annotations

import json
import sqlite3

from scanner import labels
from scanner.inventory import custody
from scanner.inventory.errors import now
from scanner.inventory.scope import DEPTHS, depth_of, sees_as_much
from scanner.model import Contents, FileRef


def rules_of(rule_set: str, told_by: str) -> str:
    """Under which rules a content is entered. What another machine tells of one stands apart from what anybody else tells of the
    same bytes: it is an answer for the files that were handed to that machine, and for no others."""
    return f"{rule_set} told by {told_by}" if told_by else rule_set


def enter(db: sqlite3.Connection, key: bytes, contents: Contents, rule_set: str, *, replace: bool = False) -> int:
    """Write contents, findings, copies and sketch inside the caller's transaction; returns the number of the content.

    ``replace``: what was kept of the same bytes gives way, because everything is read again or with other passwords.
    """
    row = db.execute(
        "select id, coalesce(custody, '') from contents where key = ? and rule_set = ?",
        (key, rule_set if replace else answering(db, key, rule_set)),
    ).fetchone()
    if row is not None and replace:
        return _replaced(db, int(row[0]), contents)
    if row is not None:
        if not custody.serves(row[1], contents.custody):
            custody.put_prints(db, int(row[0]), contents)
        return int(row[0])
    cursor = db.execute(
        "insert into contents (key, rule_set, media_type, reason, read, notes, labels, persons_min, persons_max, examined) values (?,?,?,?,?,?,?,?,?,?)",
        (key, rule_set, *_columns(contents)),
    )
    number = int(cursor.lastrowid or 0)
    _findings(db, number, contents)
    custody.put_prints(db, number, contents)
    return number


def answering(db: sqlite3.Connection, key: bytes, rule_set: str) -> str:
    """The rule set whose answer about these bytes counts: of those that see as much as ``rule_set`` the one that sees most."""
    known = [
        r for (r,) in db.execute("select rule_set from contents where key = ?", (key,)) if sees_as_much(r, rule_set)
    ]
    return max(known, key=lambda r: (DEPTHS.index(depth_of(r)), r.count("/")), default=rule_set)


def _columns(contents: Contents) -> tuple[object, ...]:
    return (
        contents.media_type,
        contents.reason.value if contents.reason else None,
        int(contents.read),
        json.dumps(contents.notes),
        " ".join(labels.told(contents.notes)),
        contents.persons_min,
        contents.persons_max,
        now(),
    )


def _replaced(db: sqlite3.Connection, number: int, contents: Contents) -> int:
    db.execute("delete from findings where content_id = ?", (number,))
    db.execute(
        "update contents set media_type=?, reason=?, read=?, notes=?, labels=?, persons_min=?, persons_max=?, examined=? where id=?",
        (*_columns(contents), number),
    )
    _findings(db, number, contents)
    custody.put_prints(db, number, contents)
    return number


def _findings(db: sqlite3.Connection, number: int, contents: Contents) -> None:
    db.executemany(
        'insert into findings (content_id, entity, count, score, "check", places, shape, category, about) values (?,?,?,?,?,?,?,?,?)',
        [
            (
                *(number, f.entity, f.count, f.score, f.check, json.dumps(f.where, ensure_ascii=False)),
                *(f.shape, f.category, f.about),
            )
            for f in contents.findings
        ],
    )


_EARLIER = "20[0-9][0-9].*"
"""Rule sets that were numbered by their date knew a content by a keyed hash over its bytes; now it is a keyed hash over their
digest, so that the process that reads the bytes needs no key."""


def renew(db: sqlite3.Connection, ref: FileRef, key: bytes | None) -> None:
    """A file that has not changed since it was examined under a rule set of earlier versions: what people decided about its bytes
    and the original that has them are kept under the new key. What was found then is not an answer any more, so a wrong
    renewal could make none."""
    if key is None:
        return
    row = db.execute(
        "select c.key from files f join contents c on c.id = f.content_id where f.path = ? and f.host = '' and f.size = ? and f.mtime_ns = ?"
        " and f.ctime_ns = ? and f.inode = ? and f.gone is null and c.key <> ? and c.rule_set glob ?",
        (ref.path, ref.size, ref.mtime_ns, ref.ctime_ns, ref.inode, key, _EARLIER),
    ).fetchone()
    if row is not None:
        db.execute("update or ignore contents set key = ? where key = ? and rule_set glob ?", (key, row[0], _EARLIER))
        db.execute("update originals set content_key = ? where content_key = ?", (key, row[0]))
