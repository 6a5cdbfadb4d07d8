"""What goes through the server is sealed from end to end: for a worker's key (HPKE, RFC 9180), then under a secret of that
worker and that scan (ChaCha20-Poly1305), which only the two processes hold and which ends with them."""

from __future__ import annotations

import os
from typing import Any

from scanner.cluster.identity import Forged

SECRET_BYTES = 32
_NONCE = 12
_INFO = b"sekisho cluster setup"


def new_key() -> Any:
    """A key pair of one process; it is kept nowhere."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return X25519PrivateKey.generate()


def public(key: Any) -> bytes:
    """The public half, 32 bytes."""
    data: bytes = key.public_key().public_bytes_raw()
    return data


def seal_for(key: bytes, data: bytes) -> bytes:
    """For the holder of the other half of ``key`` alone. Raises ``Forged`` where it is none."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    try:
        sealed: bytes = _suite().encrypt(data, X25519PublicKey.from_public_bytes(key), _INFO)
    except ValueError:
        raise Forged("key") from None
    return sealed


def open_with(key: Any, sealed: bytes) -> bytes:
    """What was sealed for this key. Raises ``Forged``."""
    from cryptography.exceptions import InvalidTag

    try:
        data: bytes = _suite().decrypt(sealed, key, _INFO)
    except (InvalidTag, ValueError):
        raise Forged("seal") from None
    return data


def _suite() -> Any:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Seal:
    """Both directions between the coordinator and one worker in one scan."""

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        self._cipher = ChaCha20Poly1305(secret)

    def close(self, data: bytes, meant: str) -> bytes:
        """Sealed, bound to what it is meant for."""
        nonce = os.urandom(_NONCE)
        sealed: bytes = self._cipher.encrypt(nonce, data, meant.encode("ascii"))
        return nonce + sealed

    def open(self, sealed: bytes, meant: str) -> bytes:
        """What was sealed for this purpose. Raises ``Forged``."""
        from cryptography.exceptions import InvalidTag

        try:
            data: bytes = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], meant.encode("ascii"))
        except (InvalidTag, ValueError):
            raise Forged("seal") from None
        return data


def lease_of(number: int) -> str:
    """What a lease is sealed for."""
    return f"lease {number}"


def answer_to(number: int, part: int, *, last: bool) -> str:
    """What a part of the answer to a message is sealed for."""
    return f"answer {number} {part} {int(last)}"
