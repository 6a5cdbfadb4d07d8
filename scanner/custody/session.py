"""What one scan needs to compare files: the keys in force and the tokens of the originals."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scanner.custody import keys
from scanner.custody.compare import Size, compare
from scanner.custody.keys import Key, KeyProblem
from scanner.custody.prints import Prints
from scanner.inventory import custody as table
from scanner.inventory.transaction import reading
from scanner.model import Copy


@dataclass(frozen=True, slots=True)
class Printed:
    """What is kept of a file's fingerprints."""

    copies: tuple[Copy, ...] = ()
    sketch: tuple[int, ...] = ()
    modulus: int = 1
    rows: int = 0
    custody: str = ""


class Custody:
    """Comparison with all originals. Reads the database, never writes it."""

    def __init__(self, db: sqlite3.Connection, keys_folder: Path) -> None:
        self._db = db
        known = table.originals(db)
        self._sizes = {o.id: Size(o.rows, o.texts, o.named) for o in known}
        self._exact = {bytes(o.content_key): o for o in known}
        self._keys, self.missing = _usable(db, known, keys_folder)
        self.generation = table.generation(db, self.missing)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Keys of the contracts whose originals files are compared with."""
        return tuple(self._keys)

    def printed(self, prints: Prints, content_key: bytes | None) -> Printed:
        """The file's copies and its sketch; the values are gone. Raises ``InventoryError``."""
        with reading(self._db):
            found = {c.original: c for c in compare(prints, lambda tokens: table.lookup(self._db, tokens), self._sizes)}
        same = self._exact.get(content_key or b"")
        if same is not None:
            found[same.id] = Copy(same.id, same.rows, prints.rows, same.rows, 0, 0, same.texts, exact=True)
        copies = tuple(found[n] for n in sorted(found))
        return Printed(copies, prints.sketch, prints.modulus, prints.rows, self.generation)


def lacking(db: sqlite3.Connection, folder: Path) -> tuple[str, ...]:
    """Contracts whose originals nothing can be compared with, because their key is not there or another one."""
    return _usable(db, table.originals(db), folder)[1]


def _usable(db: sqlite3.Connection, known: Sequence[table.Original], folder: Path) -> tuple[list[Key], tuple[str, ...]]:
    """Keys under which originals were stored, and the contracts whose key is no longer there or another one."""
    usable: dict[str, Key] = {}
    missing: list[str] = []
    for original in known:
        if original.contract in usable or original.contract in missing:
            continue
        try:
            key = keys.held(db, folder, original.contract)
        except KeyProblem:
            missing.append(original.contract)
            continue
        if key.id == original.key_id:
            older = any(o.version < table.KEY_SET for o in known if o.contract == original.contract)
            usable[original.contract] = replace(key, older=older)
        else:
            missing.append(original.contract)
    return list(usable.values()), tuple(missing)
