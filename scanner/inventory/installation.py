"""The key of content hashes on this machine: 32 random bytes, made once.

An unkeyed hash of a file that holds little but a My Number could be enumerated; a keyed one cannot. So a key that is empty,
short or another one than the inventory was made with is never used, and never replaced either: with a new key no file would
be recognised again.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from scanner.inventory import elsewhere, key_ids
from scanner.inventory.errors import translate
from scanner.inventory.home import Home, HomeError
from scanner.inventory.opening import PATIENCE
from scanner.inventory.secretfile import place
from scanner.inventory.transaction import transaction

FILE = "installation.key"
_NAME = ""
_LENGTH = 32


def installation_key(home: Home) -> bytes:
    """The key, made at the first start; raises ``HomeError`` where it is missing, damaged or another inventory's."""
    path = home.keys / FILE
    if not home.database.exists():
        return _checked(path, None, used=False)
    try:
        with closing(_connected(home)) as db:
            tables = {name for (name,) in db.execute("select name from sqlite_master where type = 'table'")}
            if "key_ids" not in tables:  # not brought to this version yet: the next scan enters the key
                return _checked(path, None, used="files" in tables and _used(db))
            said = key_ids.stated(db, _NAME)
            if said is not None:
                return _checked(path, said.id, used=True)
            with transaction(db, home.database):  # of two first starts one makes the key and enters it
                said = key_ids.stated(db, _NAME)
                key = _checked(path, said.id if said else None, used=said is not None or _used(db))
                key_ids.state(db, _NAME, identifier(key))
                return key
    except sqlite3.Error as error:
        raise translate(error, home.database) from None


def identifier(key: bytes) -> str:
    """16 hexadecimal digits that tell keys apart and nothing else."""
    return hashlib.sha256(b"sekisho installation key id" + key).hexdigest()[:16]


def _connected(home: Home) -> sqlite3.Connection:
    address = elsewhere.address_of(home.database)
    if address:
        return elsewhere.connected(address, home.database, PATIENCE)
    return sqlite3.connect(home.database, timeout=PATIENCE, isolation_level=None)


def _used(db: sqlite3.Connection) -> bool:
    """Whether files of this machine are in the inventory, by hashes under a key that it does not name yet."""
    found = db.execute("select 1 from files where host = '' and content_id is not null limit 1").fetchone()
    return found is not None


def _checked(path: Path, stated: str | None, *, used: bool) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    except OSError:
        raise HomeError("home_not_writable", path) from None
    if not key:  # of an empty file too: a first start that was cut off leaves one
        if used:
            raise HomeError("installation_key_missing", path)
        return _made(path)
    if len(key) != _LENGTH:
        raise HomeError("installation_key_damaged", path)
    if stated is not None and stated != identifier(key):
        raise HomeError("installation_key_foreign", path)
    return key


def _made(path: Path) -> bytes:
    key = secrets.token_bytes(_LENGTH)
    try:
        place(path, key, over=path.exists())
    except FileExistsError:  # another start was quicker
        key = path.read_bytes()
        if len(key) != _LENGTH:
            raise HomeError("installation_key_damaged", path) from None
    except OSError:
        raise HomeError("home_not_writable", path) from None
    return key
