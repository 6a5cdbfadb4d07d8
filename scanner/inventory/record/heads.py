"""Signed heads of the record (C2SP checkpoints): in the inventory, in the folder of keys, and in a second folder where one is set.

The copies outside the database only grow. A record that does not go on from such a copy was rolled back, cut or replaced: that
is an entry (``mismatch``), and the copy that shows it stays beside as ``….conflict-SIZE``.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scanner import clock
from scanner.inventory import ledger
from scanner.inventory.record import key, tree
from scanner.inventory.secretfile import place
from scanner.tlog.checkpoint import Checkpoint, opened, read
from scanner.tlog.note import Note, NoteError, Verifier, parse, parse_vkey

NAME = "record.checkpoint"
SETTINGS = "record.json"


@dataclass(frozen=True, slots=True)
class Copy:
    """A head that lies outside the database."""

    where: str
    """``keys``, ``second``, or a path that was given."""
    path: Path
    head: Checkpoint | None
    """``None``: there is none, or it cannot be read."""
    what: str = ""
    """``missing``, ``unreadable``, ``foreign`` (not signed by a key of this record)."""


def origin(db: sqlite3.Connection) -> str:
    """The name of this record, made once."""
    return str(db.execute("select origin from log_state").fetchone()[0])


def verifiers(db: sqlite3.Connection) -> list[Verifier]:
    """Every key that the record names, in order; the last one is in force."""
    found = db.execute("select details from ledger where kind = 'log_key' order by seq").fetchall()
    return [parse_vkey(json.loads(details)["vkey"]) for (details,) in map(tuple, found)]


def settings(folder: Path) -> dict[str, str]:
    """What is set about copies: ``second``, a folder. Beside the keys, not in the database."""
    try:
        found = json.loads((folder / SETTINGS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def set_second(folder: Path, second: Path | None) -> None:
    """Keep a copy of every head in ``second`` too, or no longer."""
    place(folder / SETTINGS, json.dumps({"second": str(second)} if second else {}).encode(), over=True)


def places(db: sqlite3.Connection, folder: Path) -> list[tuple[str, Path]]:
    """Where copies lie."""
    found = [("keys", folder / NAME)]
    second = settings(folder).get("second")
    if second:
        found.append(("second", Path(second) / (origin(db).replace("/", "-") + ".checkpoint")))
    return found


def copy_at(where: str, path: Path, trusted: list[Verifier]) -> Copy:
    """A head as it lies there."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Copy(where, path, None, "missing")
    except (OSError, ValueError):
        return Copy(where, path, None, "unreadable")
    return head_of(where, path, text, trusted)


def head_of(where: str, path: Path, text: str, trusted: list[Verifier]) -> Copy:
    """A head out of its text."""
    try:
        read(parse(text).text)
    except (NoteError, ValueError):
        return Copy(where, path, None, "unreadable")
    for verifier in reversed(trusted):
        try:
            return Copy(where, path, opened(text, verifier)[0])
        except NoteError:
            continue
    return Copy(where, path, None, "foreign")


def follows(db: sqlite3.Connection, head: Checkpoint) -> str:
    """How the record stands to a head of its own: nothing to say, ``rollback`` (it is shorter) or ``fork``."""
    if head.size > tree.size(db):
        return "rollback"
    try:
        return "" if tree.root(db, head.size) == head.root else "fork"
    except LookupError:
        return "fork"


def begin_anew(database: Path) -> None:
    """Another record comes lawfully in the place of the one at ``database`` (a merged inventory is made again): the head of the
    old one is kept beside, and is not held against the new one."""
    path = key.beside(database) / NAME
    if path.exists():
        os.replace(path, path.with_name(f"{NAME}.before"))


def compare(db: sqlite3.Connection, folder: Path) -> None:
    """Before a commitment: enter a new key, and every copy outside that the record does not go on from. Inside the caller's
    transaction."""
    _key_in_force(db, key.seed(folder))
    trusted = verifiers(db)
    made = db.execute("select count(*) from (select 1 from checkpoints limit 2)").fetchone()[0]
    for where, path in places(db, folder):
        copy = copy_at(where, path, trusted)
        what = follows(db, copy.head) if copy.head else copy.what
        if what == "missing" and (
            where != "keys" or made < 2
        ):  # the first may have been cut off before its copy was written
            what = ""
        if what:
            size = copy.head.size if copy.head else 0
            ledger.append(db, "mismatch", table="ledger", copy=where, what=what, size=size, count=1)
            _set_aside(path, size)


def sign(db: sqlite3.Connection, folder: Path) -> list[tuple[Path, str]]:
    """Sign the record as it is, inside the caller's transaction; returns the copies to write once that is on the disk."""
    size = tree.size(db)
    note = str(Checkpoint(origin(db), size, tree.root(db, size)).signed(key.seed(folder)))
    db.execute("insert or replace into checkpoints (size, at, note) values (?, ?, ?)", (size, clock.stamp(), note))
    return [(path, note) for _, path in places(db, folder)]


def write(copies: list[tuple[Path, str]]) -> list[Path]:
    """Put the copies where they belong; returns those that could not be written (a second folder that is away)."""
    failed = []
    for path, note in copies:
        try:
            place(path, note.encode(), over=True)
        except OSError:
            failed.append(path)
    return failed


def announced(said: dict[str, str]) -> bool:
    """Whether an entry ``log_key`` carries the signature of the key before."""
    try:
        before = parse_vkey(said["before"])
        return before.holds(said["vkey"] + "\n", base64.b64decode(said["signed"], validate=True))
    except (KeyError, TypeError, ValueError):
        return False


def witnesses(db: sqlite3.Connection) -> list[Verifier]:
    """Witnesses that the record names, by the last entry about each name."""
    found: dict[str, Verifier] = {}
    for (details,) in map(
        tuple, db.execute("select details from ledger where kind = 'witness_added' order by seq").fetchall()
    ):
        verifier = parse_vkey(json.loads(details)["vkey"])
        found[verifier.name] = verifier
    return list(found.values())


def cosigned_last(db: sqlite3.Connection, folder: Path, witness: Verifier) -> Note | None:
    """The largest head that a witness signed, out of the inventory and of its copy in the folder of keys."""
    texts = [
        str(n)
        for (n,) in map(
            tuple, db.execute("select note from checkpoints where cosigned = 1 order by size desc").fetchall()
        )
    ]
    with suppress(OSError, ValueError):
        texts.append(cosigned_path(folder, witness).read_text("utf-8"))
    best: tuple[int, Note] | None = None
    for text in texts:
        try:
            note = parse(text)
            size = read(note.text).size if note.signed_by(witness) else -1
        except NoteError:
            continue
        if size >= 0 and (best is None or size > best[0]):
            best = (size, note)
    return best[1] if best else None


def cosigned_path(folder: Path, witness: Verifier) -> Path:
    """Where the newest cosignature of a witness lies beside the keys."""
    return folder / f"record.cosigned-{witness.key_id.hex()}"


def moment(seconds: int) -> str:
    """A witness's time as the record writes times."""
    return clock.stamp_at(seconds)


def _key_in_force(db: sqlite3.Connection, secret: bytes) -> None:
    """The first key, or one that nobody announced: then the old one is lost, or somebody put another in its place."""
    mine = key.verifier(origin(db), secret)
    known = verifiers(db)
    if not known or known[-1] != mine:
        ledger.append(db, "log_key", vkey=mine.vkey, **({"before": known[-1].vkey, "signed": ""} if known else {}))


def _set_aside(path: Path, size: int) -> None:
    aside = path.with_name(f"{path.name}.conflict-{size}")
    if path.exists() and not aside.exists():
        os.replace(path, aside)
