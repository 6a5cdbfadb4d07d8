"""Who a machine of the cluster is: its certificate, what it signs with it, and what it believes of others.

The server of the cluster carries messages and is not believed: who is spoken to is proved by a certificate of the cluster's
authority, not by the server's word.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ConfigDict, TypeAdapter, ValidationError

from scanner import clock


class Forged(Exception):
    """A message that is not what it says, or not from whom it says."""


class Statement(NamedTuple):
    """Something that the holder of a certificate says."""

    certificate: bytes
    """DER."""
    body: bytes
    signature: bytes


_STATEMENT = TypeAdapter(Statement, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))


@dataclass(frozen=True, slots=True)
class Identity:
    """A folder that ``cluster init`` made for one machine."""

    folder: Path
    role: str
    host: str
    port: int
    _authority: Any
    _certificate: Any
    _key: Any

    @classmethod
    def load(cls, folder: Path) -> Identity:
        """Raises ``OSError`` or ``ValueError`` where the folder is none of ``cluster init``."""
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        certificate = x509.load_pem_x509_certificate((folder / "own.pem").read_bytes())
        authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        key = load_pem_private_key((folder / "own-key.pem").read_bytes(), None)
        host, _, port = (folder / "address").read_text(encoding="ascii").strip().rpartition(":")
        return cls(folder, _name(certificate), host.strip("[]"), int(port), authority, certificate, key)

    def sign(self, purpose: bytes, body: bytes) -> bytes:
        """A statement as it is sent. ``purpose``: what it is said for; it holds for nothing else."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import Encoding

        signature = self._key.sign(_signed(purpose, body), ec.ECDSA(hashes.SHA256()))
        return _STATEMENT.dump_json(Statement(self._certificate.public_bytes(Encoding.DER), body, signature))

    def verify(self, said: bytes, role: str, purpose: bytes) -> bytes:
        """The body of a statement, if ``role`` of this cluster made it for ``purpose``. Raises ``Forged``."""
        from cryptography import x509
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        try:
            statement = _STATEMENT.validate_json(said, strict=True)
            certificate = x509.load_der_x509_certificate(statement.certificate)
            certificate.verify_directly_issued_by(self._authority)
            usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            key = certificate.public_key()
            if not isinstance(key, ec.EllipticCurvePublicKey):
                raise Forged("key")
            key.verify(statement.signature, _signed(purpose, statement.body), ec.ECDSA(hashes.SHA256()))
        except (ValidationError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            raise Forged("signature") from None
        if not certificate.not_valid_before_utc <= clock.now() <= certificate.not_valid_after_utc:
            raise Forged("expired")
        if _name(certificate) != role or x509.ExtendedKeyUsageOID.CLIENT_AUTH not in usage:
            raise Forged("role")
        return statement.body


def _signed(purpose: bytes, body: bytes) -> bytes:
    return b"sekisho cluster 1\0" + purpose + b"\0" + hashlib.sha256(body).digest()


def _name(certificate: Any) -> str:
    from cryptography.x509.oid import NameOID

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else ""
