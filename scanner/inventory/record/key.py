"""The key that signs the record: Ed25519, 32 bytes in the folder of keys, made at the first writing, apart from the database.

What was written between two signatures is kept under a code made from the same key, so that nobody with the database alone can
slip something in before the next one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from pathlib import Path

from scanner.inventory.home import HomeError
from scanner.inventory.secretfile import place
from scanner.tlog.note import Verifier, public_of

FILE = "record.key"
_LENGTH = 32
_kept: dict[tuple[str, int, int], bytes] = {}


def beside(database: Path) -> Path:
    """The folder of keys of an inventory."""
    return database.parent / "keys"


def folder_of(db: sqlite3.Connection) -> Path:
    """The folder of keys of an open inventory."""
    return beside(Path(db.execute("pragma database_list").fetchone()[2]))


def seed(folder: Path) -> bytes:
    """The key, made where there is none; raises ``HomeError`` where it is damaged or cannot be written."""
    path = folder / FILE
    try:
        stat = path.stat()
        name = (str(path), stat.st_mtime_ns, stat.st_ino)
        if name not in _kept:
            _kept[name] = path.read_bytes()
        found = _kept[name]
    except FileNotFoundError:
        found = _made(path)
    except OSError:
        raise HomeError("home_not_writable", path) from None
    if len(found) != _LENGTH:
        raise HomeError("record_key_damaged", path)
    return found


def known(folder: Path) -> bytes | None:
    """The key, or ``None``: nothing is made, for who only verifies."""
    try:
        found = (folder / FILE).read_bytes()
    except OSError:
        return None
    return found if len(found) == _LENGTH else None


def renew(folder: Path, new: bytes) -> None:
    """Put a new key in the place of the present one, which is kept as ``record.key.old``."""
    place(folder / f"{FILE}.old", seed(folder), over=True)
    place(folder / FILE, new, over=True)


def verifier(origin: str, key: bytes) -> Verifier:
    """The public half, under the name of the record."""
    return Verifier(origin, public_of(key))


def code(key: bytes, *parts: object) -> bytes:
    """The code over ``parts``, numbers, texts and bytes, borders kept."""
    message = b"".join(len(p).to_bytes(4, "big") + p for p in map(_bytes, parts))
    return hmac.digest(hashlib.sha256(b"sekisho record code" + key).digest(), message, "sha256")


def _bytes(part: object) -> bytes:
    return part if isinstance(part, bytes) else str(part).encode()


def _made(path: Path) -> bytes:
    key = secrets.token_bytes(_LENGTH)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        place(path, key)
    except FileExistsError:  # another start was quicker
        return path.read_bytes()
    except OSError:
        raise HomeError("home_not_writable", path) from None
    return key
