"""How a terminal knows the certificate of its hub."""

from __future__ import annotations

import hashlib


def pin_of(der: bytes) -> str:
    """SHA-256 of the public key of a certificate (SubjectPublicKeyInfo), hexadecimal: a renewed certificate keeps it."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = x509.load_der_x509_certificate(der).public_key()
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
