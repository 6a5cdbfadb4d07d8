"""Originals that were registered with an older key set get the keys of the newest when their file is seen again.

The tokens they have stay, so what was found by them is found as before. An original whose file is gone, or is no longer what
was received, keeps its old keys and is named as such (``left``).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from scanner.custody import keys, sharing
from scanner.custody.keys import KeyProblem
from scanner.custody.stored import Fingerprinted, fingerprinted
from scanner.errors import FileFault
from scanner.inventory import contents, ledger
from scanner.inventory import custody as table
from scanner.inventory.custody import KEY_SET, Original
from scanner.inventory.store import Store
from scanner.model import FileRef, Reason, ref_of
from scanner.paths.names import within
from scanner.pipeline import reason_of
from scanner.scan.adapters import content_key
from scanner.scan.lane import Lane


def left(db: sqlite3.Connection) -> list[Original]:
    """Originals with keys of an older set."""
    return [original for original in table.originals(db) if original.version < KEY_SET]


def renew_below(
    roots: Sequence[bytes], store: Store, folder: Path, house: bytes, depth: str, passwords: tuple[str, ...]
) -> list[Original]:
    """Renew the originals whose files lie below ``roots``, before anything is compared with them; returns those renewed."""
    renewed = []
    for original in left(store.connection):
        if any(within(original.path, root) for root in roots):
            made = _read(original, store, folder, house, "balanced" if depth == "quick" else depth, passwords)
            if made is not None:
                enter(store, original, made)
                renewed.append(original)
    return renewed


def enter(store: Store, original: Original, made: Fingerprinted) -> None:
    """Give an original the tokens of the newest key set; the record tells."""
    with store.transaction() as db:
        table.keep_fingerprint(db, original.id, sharing.fingerprint(db, original.id))
        table.renew(db, original.id, KEY_SET, made.named, made.tokens)
        ledger.append(
            db, "keys_renewed", contract=original.contract, family=original.family, rows=made.rows, key_set=KEY_SET
        )


def _received(original: Original, store: Store, ref: FileRef, key: bytes) -> bool:
    """Whether a file holds the bytes that were received, also where an earlier version knew them by another key."""
    if key != bytes(original.content_key):
        with store.transaction() as db:
            contents.renew(db, ref, key)
    return any(o.id == original.id and bytes(o.content_key) == key for o in table.originals(store.connection))


def _read(
    original: Original, store: Store, folder: Path, house: bytes, depth: str, passwords: tuple[str, ...]
) -> Fingerprinted | None:
    """The fingerprints of an original's file; ``None`` where it, or the key, is no longer what it was."""
    try:
        key = keys.held(store.connection, folder, original.contract)
        if key.id != original.key_id or not os.path.isfile(original.path):
            return None
        with (
            Lane(depth, house, [key], passwords=passwords, prints=True) as lane,
            lane.hold(ref_of(original.path)) as held,
        ):
            if not _received(original, store, held.ref, content_key(held.digest, house)):
                return None
            read = held.read()
            whole = not held.changed() and reason_of(read) in (None, Reason.NO_TEXT)
    except (KeyProblem, FileFault, OSError):  # named in the list of those that are left
        return None
    return fingerprinted(read.prints, original.contract) if whole and read.prints is not None else None
