"""Keys: one a contract, outside the database, destroyable. Without its key a contract's tokens are noise."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from scanner.errors import EXIT_USAGE, StoreFault
from scanner.inventory import key_ids
from scanner.inventory.secretfile import place

_SUFFIX = ".contract.key"
_LENGTH = 32


class KeyProblem(StoreFault):
    """A key that is needed is missing or another one, or there is one where none may be; ``code`` names the message."""

    section = "keys"
    exit_code = EXIT_USAGE

    def __init__(self, code: str, contract: str) -> None:
        super().__init__(code, contract=contract)
        self.contract = contract


@dataclass(frozen=True, slots=True)
class Key:
    """A secret and its public identifier (16 hexadecimal digits that tell keys apart and nothing else)."""

    contract: str
    secret: bytes
    older: bool = True
    """Whether originals of the first key set may be kept under it: then the keys of that set are made too."""

    @property
    def id(self) -> str:
        """Identifier of the key."""
        return hashlib.sha256(b"sekisho key id" + self.secret).hexdigest()[:16]

    @property
    def whole(self) -> bool:
        """Whether it has the length of a key."""
        return len(self.secret) == _LENGTH

    def token(self, text: str, *, weak: bool = False) -> int:
        """HMAC-SHA-256 of ``text`` cut to 64 bits, signed as SQLite wants it; the lowest bit tells weak keys. Of the first key set
        and of running text."""
        digest = hmac.digest(self.secret, text.encode("utf-8", "surrogatepass"), "sha256")
        return int.from_bytes(digest[:8], "big", signed=True) & ~1 | weak

    def second(self, text: str) -> int:
        """Keyed BLAKE2b (RFC 7693) of a key of the second set, 64 bits: a third of the cost, and there are more of them."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self.secret, digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


def path_of(folder: Path, contract: str) -> Path:
    """File of a contract's key."""
    return folder / (quote(contract, safe="") + _SUFFIX)


def held(db: sqlite3.Connection, folder: Path, contract: str) -> Key:
    """The key of a contract, if it is the one that the inventory knows.

    Raises:
        KeyProblem: there is none (``key_missing``), its file is not whole (``key_damaged``), it is another one than the record
            names (``key_foreign``), or one that the record says was destroyed (``key_left``: the destruction was cut off).
    """
    key = load(folder, contract)
    said = key_ids.stated(db, contract)
    if said is not None and said.destroyed:
        raise KeyProblem("key_left", contract)
    if said is not None and said.id != key.id:
        raise KeyProblem("key_foreign", contract)
    return key


def load(folder: Path, contract: str) -> Key:
    """The key of a contract as its file has it; raises ``KeyProblem`` where there is none."""
    try:
        secret = path_of(folder, contract).read_bytes()
    except FileNotFoundError:
        raise KeyProblem("key_missing", contract) from None
    key = Key(contract, secret)
    if not key.whole:
        raise KeyProblem("key_damaged", contract)
    return key


def all_keys(folder: Path) -> list[Key]:
    """Keys of all contracts, by name."""
    return [load(folder, unquote(p.name.removesuffix(_SUFFIX))) for p in sorted(folder.glob(f"*{_SUFFIX}"))]


def new(contract: str) -> Key:
    """A new key, not yet kept anywhere."""
    return Key(contract, secrets.token_bytes(_LENGTH))


def refuse_second(folder: Path, contract: str) -> None:
    """Raise ``KeyProblem`` where the contract has a key; one that is not whole is none."""
    path = path_of(folder, contract)
    if path.exists() and path.stat().st_size == _LENGTH:
        raise KeyProblem("key_exists", contract)


def put(folder: Path, key: Key) -> None:
    """Keep a key in its file; one that is not whole is replaced, because it can be used for nothing.

    Raises ``KeyProblem`` where the contract has a key, or the file cannot be written.
    """
    path = path_of(folder, key.contract)
    try:
        place(path, key.secret, over=path.exists() and path.stat().st_size != _LENGTH)
    except FileExistsError:
        raise KeyProblem("key_exists", key.contract) from None
    except OSError:
        raise KeyProblem("key_unwritable", key.contract) from None


def adopt(folder: Path, key: Key) -> None:
    """``put``, also where the very same key is there already: a taking in that was cut off before the record named it."""
    try:
        put(folder, key)
    except KeyProblem as error:
        if error.code != "key_exists" or load(folder, key.contract).secret != key.secret:
            raise


def destroy(folder: Path, contract: str) -> None:
    """Overwrite and remove a key. What was stored under it can no longer be compared with anything, also by us. Copies of
    the key elsewhere are their custodians' business."""
    path = path_of(folder, contract)
    for found in (path, *folder.glob(f".{path.name}.*")):  # and what a placing that was cut off has left
        if not found.exists():
            continue
        with found.open("r+b") as file:
            file.write(secrets.token_bytes(_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        found.unlink()
