"""The record's side of a witness: who it is, what it is asked, what it answered; the second folder; a new key."""

from __future__ import annotations

import base64
import secrets
import sqlite3
from pathlib import Path

from scanner.inventory import ledger
from scanner.inventory.record import heads, key, seals, tree
from scanner.inventory.record.proofs import RecordError, latest
from scanner.inventory.secretfile import place
from scanner.inventory.store import Store
from scanner.tlog.checkpoint import read
from scanner.tlog.note import COSIGNATURE, Note, NoteError, Verifier, parse, parse_signatures, parse_vkey, sign
from scanner.tlog.proof import AddCheckpoint
from scanner.tlog.tree import consistency

__all__ = ["RecordError", "add", "latest", "request", "rotate", "set_second", "take"]


def add(store: Store, vkey: str) -> str:
    """Name a witness; returns its name. Raises ``RecordError`` where that is no key of a witness."""
    try:
        verifier = parse_vkey(vkey)
    except NoteError:
        raise RecordError("bad_vkey") from None
    if verifier.kind != COSIGNATURE:
        raise RecordError("bad_vkey")
    store.note("witness_added", vkey=verifier.vkey, witness=verifier.name)
    return verifier.name


def request(db: sqlite3.Connection, folder: Path, name: str) -> AddCheckpoint:
    """What the witness ``name`` is asked: the newest head, and that it goes on from the one it signed last."""
    witness = next((w for w in heads.witnesses(db) if w.name == name), None)
    if witness is None:
        raise RecordError("no_such_witness", name=name, known=", ".join(w.name for w in heads.witnesses(db)))
    note = latest(db)
    size = read(parse(note).text).size
    before = heads.cosigned_last(db, folder, witness)
    old = read(before.text).size if before else 0
    if old > size:
        raise RecordError("witness_ahead", name=name, seen=old, size=size)
    hashes = tuple(consistency(old, size, tree.hashes(db))) if old else ()
    return AddCheckpoint(old, hashes, str(Note(parse(note).text, parse(note).signatures[:1])))


def take(store: Store, text: str) -> tuple[str, int]:
    """Keep the signature lines that a witness answered with the head they are over; returns the witness's name and the size.
    Raises ``RecordError`` where they fit no head of this record."""
    try:
        signatures = parse_signatures(text)
    except NoteError:
        raise RecordError("bad_answer") from None
    db = store.connection
    for witness in heads.witnesses(db):
        for size, note in db.execute("select size, note from checkpoints order by size desc").fetchall():
            under = parse(note)
            mine = tuple(s for s in signatures if s.name == witness.name and s.key_id == witness.key_id)
            if not mine or not _holds(witness, Note(under.text, mine)):
                continue
            whole = under.cosigned(mine)
            with store.transaction() as inside:
                inside.execute("update checkpoints set note = ?, cosigned = 1 where size = ?", (str(whole), size))
            place(heads.cosigned_path(key.beside(store.path), witness), str(whole).encode(), over=True)
            return witness.name, int(size)
    raise RecordError("bad_answer")


def _holds(witness: Verifier, note: Note) -> bool:
    try:
        return note.signed_by(witness) is not None
    except NoteError:
        return False


def set_second(store: Store, second: Path | None) -> None:
    """Keep a copy of every head in ``second`` too; told in the record."""
    if second is not None and not second.is_dir():
        raise RecordError("no_such_folder", path=second)
    store.note("copy_set", second=str(second or ""))
    heads.set_second(key.beside(store.path), second)


def rotate(store: Store) -> str:
    """A new key in the place of the old one, which announces it; returns the new one's text. The old one stays beside it as
    ``record.key.old`` and may be destroyed."""
    folder = key.beside(store.path)
    store.seal()
    with store.transaction() as db:
        old, new, origin = key.seed(folder), secrets.token_bytes(32), heads.origin(db)
        text = key.verifier(origin, new).vkey
        signed = base64.b64encode(sign(text + "\n", origin, old).signature).decode()
        ledger.append(db, "log_key", vkey=text, before=key.verifier(origin, old).vkey, signed=signed)
        key.renew(folder, new)
        seals.keep_head(db, new)
        db.execute("delete from temp.touched_rows")
    store.seal()
    return text
