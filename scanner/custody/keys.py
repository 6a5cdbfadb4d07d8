"""Keys: one a contract, outside the database, destroyable. Without its key a contract's tokens are noise."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

_SUFFIX = ".contract.key"
_LENGTH = 32


class KeyProblem(Exception):
    """A key that is needed is missing, or there is one where none may be; ``code`` names the message."""

    def __init__(self, code: str, contract: str) -> None:
        super().__init__(f"{code}: {contract}")
        self.code = code
        self.contract = contract


@dataclass(frozen=True, slots=True)
class Key:
    """A secret and its public identifier (16 hexadecimal digits that tell keys apart and nothing else)."""

    contract: str
    secret: bytes

    @property
    def id(self) -> str:
        """Identifier of the key."""
        return hashlib.sha256(b"sekisho key id" + self.secret).hexdigest()[:16]

    def token(self, text: str, *, weak: bool = False) -> int:
        """HMAC-SHA-256 of ``text`` cut to 64 bits, signed as SQLite wants it; the lowest bit tells weak keys."""
        digest = hmac.digest(self.secret, text.encode("utf-8", "surrogatepass"), "sha256")
        return int.from_bytes(digest[:8], "big", signed=True) & ~1 | weak


def path_of(folder: Path, contract: str) -> Path:
    """File of a contract's key."""
    return folder / (quote(contract, safe="") + _SUFFIX)


def load(folder: Path, contract: str) -> Key:
    """The key of a contract; raises ``KeyProblem`` where there is none."""
    try:
        secret = path_of(folder, contract).read_bytes()
    except FileNotFoundError:
        raise KeyProblem("key_missing", contract) from None
    if len(secret) != _LENGTH:
        raise KeyProblem("key_damaged", contract)
    return Key(contract, secret)


def all_keys(folder: Path) -> list[Key]:
    """Keys of all contracts, by name."""
    return [load(folder, unquote(p.name.removesuffix(_SUFFIX))) for p in sorted(folder.glob(f"*{_SUFFIX}"))]


def make(folder: Path, contract: str) -> Key:
    """A new key; raises ``KeyProblem`` where the contract has one."""
    return put(folder, contract, secrets.token_bytes(_LENGTH))


def put(folder: Path, contract: str, secret: bytes) -> Key:
    """Store a key that was made elsewhere (the second custodian's copy, another machine)."""
    path = path_of(folder, contract)
    if len(secret) != _LENGTH:
        raise KeyProblem("key_damaged", contract)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyProblem("key_exists", contract) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return Key(contract, secret)


def destroy(folder: Path, contract: str) -> str:
    """Overwrite and remove a key; returns its identifier. What was stored under it can no longer be compared with
    anything, also by us. Copies of the key elsewhere are their custodians' business."""
    key = load(folder, contract)
    path = path_of(folder, contract)
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(_LENGTH))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    return key.id
