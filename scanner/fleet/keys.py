"""Ed25519 over bytes that begin with what they are for, so that a signature of one kind is none of another."""

from __future__ import annotations

PUBLIC, SIGNATURE = 32, 64
"""Bytes."""


def sign(seed: bytes, domain: str, message: bytes) -> bytes:
    """Signature (64 bytes) of the key of ``seed`` (32 bytes)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return bytes(Ed25519PrivateKey.from_private_bytes(seed).sign(_framed(domain, message)))


def holds(public: bytes, domain: str, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is that of ``public`` (32 bytes) over the message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _framed(domain, message))
    except (InvalidSignature, ValueError):
        return False
    return True


def _framed(domain: str, message: bytes) -> bytes:
    return f"sekisho {domain} 1\n".encode() + message
