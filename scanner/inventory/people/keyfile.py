"""Private keys in the key folder: Ed25519, encrypted with ChaCha20-Poly1305 under scrypt of the passphrase.

What lies there forges nothing: without the passphrase the private key cannot be had, and another key in its place is found,
because the record says which public key is the person's.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from scanner.errors import StoreFault
from scanner.inventory.people.errors import PeopleError
from scanner.inventory.people.sealedbox import COST, derived
from scanner.inventory.people.statements import public_of
from scanner.inventory.secretfile import place
from scanner.policy.names import folded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LEAST, LEAST_WIDE, LEAST_DIFFERENT = 12, 8, 6
"""Characters of a passphrase, so many where all are Japanese, and how many different ones."""
_FOLDER, _HEAD = "people", "head"


class KeyFolderFault(StoreFault):
    """The folder of the keys cannot be written."""

    section = "people"


def folder(keys: Path) -> Path:
    """Where the keys of people lie."""
    return keys / _FOLDER


def refuse_weak(passphrase: str, about: Iterable[str]) -> None:
    """Raise ``PeopleError`` for a passphrase that is short, monotonous, or made of the person's number, name or account."""
    text = unicodedata.normalize("NFKC", passphrase)
    weight = sum(LEAST / LEAST_WIDE if ord(c) > 0x2FFF else 1 for c in text)
    if weight < LEAST or len(set(text)) < LEAST_DIFFERENT:
        raise PeopleError("weak_passphrase", least=LEAST, wide=LEAST_WIDE, different=LEAST_DIFFERENT)
    rest = folded(text)
    for known in sorted(map(folded, about), key=len, reverse=True):
        rest = rest.replace(known, "") if len(known) > 1 else rest
    if len(rest) < LEAST // 2:
        raise PeopleError("passphrase_of_name")


def new() -> Ed25519PrivateKey:
    """A new key, not yet kept anywhere."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate()


def keep(keys: Path, number: str, key: Ed25519PrivateKey, passphrase: str) -> None:
    """Put an encrypted key into its file; each public key has a file of its own, so none is replaced."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    public, salt, nonce = public_of(key), secrets.token_bytes(16), secrets.token_bytes(12)
    cipher = ChaCha20Poly1305(derived(passphrase, salt, COST))
    sealed = cipher.encrypt(nonce, key.private_bytes_raw(), _about(number, public))
    told = {"person": number, "public": public, "scrypt": COST, "salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}  # fmt: skip
    try:
        folder(keys).mkdir(mode=0o700, exist_ok=True)
        place(_path(keys, number, public), json.dumps(told).encode())
    except OSError:
        raise KeyFolderFault("keys_unwritable", path=folder(keys)) from None


def opened(keys: Path, number: str, public: str, passphrase: str) -> Ed25519PrivateKey:
    """The private key that belongs to ``public``; raises ``PeopleError``: ``key_missing``, ``key_replaced``, ``wrong_passphrase``."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        told = json.loads(_path(keys, number, public).read_bytes())
        salt, nonce, sealed = (bytes.fromhex(told[k]) for k in ("salt", "nonce", "sealed"))
        cost, named = int(told["scrypt"]), told["public"]
        cipher = ChaCha20Poly1305(derived(passphrase, salt, cost))
    except FileNotFoundError:
        raise PeopleError("key_missing", worker=number) from None
    except (ValueError, KeyError, TypeError):
        raise PeopleError("key_replaced", worker=number) from None
    if named != public:
        raise PeopleError("key_replaced", worker=number)
    try:
        key = Ed25519PrivateKey.from_private_bytes(cipher.decrypt(nonce, sealed, _about(number, public)))
    except InvalidTag:
        raise PeopleError("wrong_passphrase", worker=number) from None
    except ValueError:
        raise PeopleError("key_replaced", worker=number) from None
    if public_of(key) != public:
        raise PeopleError("key_replaced", worker=number)
    return key


def drop(keys: Path, number: str, public: str) -> None:
    """Remove the file of a key that is no longer in force."""
    _path(keys, number, public).unlink(missing_ok=True)


def keep_head(keys: Path, head: str) -> None:
    """Remember the founding ceremony outside the database, and remove what the passphrases of earlier versions left."""
    try:
        place(folder(keys) / _HEAD, head.encode(), over=True)
        (keys / "checkers.json").unlink(missing_ok=True)
    except OSError:
        raise KeyFolderFault("keys_unwritable", path=folder(keys)) from None


def kept_head(keys: Path) -> str:
    """The founding ceremony that this machine remembers; empty where it remembers none."""
    try:
        return (folder(keys) / _HEAD).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def _path(keys: Path, number: str, public: str) -> Path:
    return folder(keys) / f"{quote(number, safe='')}.{public[:16]}.key"


def _about(number: str, public: str) -> bytes:
    return f"{number}|{public}".encode()
