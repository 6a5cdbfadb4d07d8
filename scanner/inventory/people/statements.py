"""Statements that people sign: a few plain fields, one way to write them as bytes, and Ed25519 over these.

A statement names its act, so that a signature over one is none over another, the record it belongs to (``head``), its moment,
and a random number, so that it cannot be used twice.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scanner import clock

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_DOMAIN = b"sekisho statement 1\n"


def statement(act: str, **fields: Any) -> dict[str, Any]:
    """A new statement. Fields are texts, whole numbers, truth values, or lists and tables of these."""
    return {"act": act, "at": clock.stamp(), "nonce": secrets.token_hex(16), **fields}


def canonical(said: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: JSON with sorted keys, ASCII only, no spaces, behind the domain."""
    return _DOMAIN + json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def digest(said: Mapping[str, Any]) -> str:
    """SHA-256 of a statement, hexadecimal."""
    return hashlib.sha256(canonical(said)).hexdigest()


def text_digest(text: str) -> str:
    """What stands in a statement for a text that is kept elsewhere."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def public_of(key: Ed25519PrivateKey) -> str:
    """The public key, 64 hexadecimal digits."""
    raw: bytes = key.public_key().public_bytes_raw()
    return raw.hex()


def sign(key: Ed25519PrivateKey, said: Mapping[str, Any]) -> str:
    """Signature, 128 hexadecimal digits."""
    signature: bytes = key.sign(canonical(said))
    return signature.hex()


def valid(public: str, said: Mapping[str, Any], signature: str) -> bool:
    """Whether a signature is this key's over this statement."""
    return _valid(public, canonical(said), signature)


@lru_cache(maxsize=4_096)
def _valid(public: str, message: bytes, signature: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
