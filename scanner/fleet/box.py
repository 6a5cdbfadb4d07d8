"""Sealed to one terminal: X25519 with a key of its own for each box, HKDF-SHA-256, ChaCha20-Poly1305. Whoever carries a box cannot open it.

The terminal's X25519 key is derived from the seed of its identity, so that it needs no file of its own and goes with it.
"""

from __future__ import annotations

import secrets
from typing import Any

from scanner.fleet import keys
from scanner.fleet.errors import WireError

_PUBLIC, _KEY, _NONCE = 32, 32, 12
_DOMAIN = "terminal box"


def public_of(seed: bytes) -> str:
    """The public key of a terminal's boxes, 64 hexadecimal digits."""
    raw: bytes = _private(seed).public_key().public_bytes_raw()
    return raw.hex()


def proof_of(seed: bytes) -> str:
    """The terminal's own signature of that key, 128 hexadecimal digits: who knows its Ed25519 key knows this one too."""
    return keys.sign(seed, _DOMAIN, bytes.fromhex(public_of(seed))).hex()


def proven(key: str, public: str, proof: str) -> bool:
    """Whether the terminal with this Ed25519 ``key`` says that ``public`` is the key of its boxes."""
    return keys.holds(bytes.fromhex(key), _DOMAIN, bytes.fromhex(public), bytes.fromhex(proof))


def sealed(public: str, data: bytes, about: bytes) -> bytes:
    """``data`` for whoever has the key of ``public``; ``about`` must be the same when it is opened."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

    once = X25519PrivateKey.generate()
    there = bytes.fromhex(public)
    mine: bytes = once.public_key().public_bytes_raw()
    key = _derived(once.exchange(X25519PublicKey.from_public_bytes(there)), mine + there)
    return mine + bytes(_cipher(key).encrypt(bytes(_NONCE), data, about))  # the key is used once


def opened(seed: bytes, box: bytes, about: bytes) -> bytes:
    """The data; raises ``WireError`` (``not_opened``)."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    try:
        private = _private(seed)
        there = box[:_PUBLIC]
        mine: bytes = private.public_key().public_bytes_raw()
        key = _derived(private.exchange(X25519PublicKey.from_public_bytes(there)), there + mine)
        return bytes(_cipher(key).decrypt(bytes(_NONCE), box[_PUBLIC:], about))
    except (InvalidTag, ValueError):
        raise WireError("not_opened") from None


def locked(data: bytes, about: bytes) -> tuple[bytes, bytes]:
    """(key, what it opens): for data that goes to many, to each of whom the key is sealed."""
    key, nonce = secrets.token_bytes(_KEY), secrets.token_bytes(_NONCE)
    return key, nonce + bytes(_cipher(key).encrypt(nonce, data, about))


def unlocked(key: bytes, data: bytes, about: bytes) -> bytes:
    """The data again; raises ``WireError`` (``not_opened``)."""
    from cryptography.exceptions import InvalidTag

    try:
        return bytes(_cipher(key).decrypt(data[:_NONCE], data[_NONCE:], about))
    except (InvalidTag, ValueError):
        raise WireError("not_opened") from None


def _private(seed: bytes) -> Any:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.from_private_bytes(_hkdf(seed, b"", b"sekisho terminal box 1"))


def _derived(shared: bytes, publics: bytes) -> bytes:
    return _hkdf(shared, publics, b"sekisho box 1")


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return bytes(HKDF(SHA256(), _KEY, salt or None, info).derive(secret))


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(key)
