"""A certificate authority for one cluster, made once by ``cluster init``: who has no certificate of it is not spoken to.

Each role has a certificate of its own. The folder is handed to the machines of the cluster by hand; the authority's key can be
taken away afterwards.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from scanner import clock

ROLES = ("scheduler", "worker", "client")
_DAYS = 825


def init(folder: Path, host: str) -> None:
    """Write ``ca.pem`` and a key pair for every role; files are readable by the owner alone."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    folder.mkdir(parents=True, mode=0o700)
    now = clock.now() - timedelta(minutes=5)  # clocks of a cluster differ a little

    def name(text: str) -> Any:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def built(subject: str, key: Any, issuer: str, signer: Any, *, authority: bool) -> Any:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + timedelta(days=_DAYS))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        )
        if not authority:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
            builder = builder.add_extension(x509.SubjectAlternativeName([_general(host)]), critical=False)
            builder = builder.add_extension(usage, critical=False)
        return builder.sign(signer, hashes.SHA256())

    def secret(key: Any) -> bytes:
        data: bytes = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return data

    root = ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    _write(folder / "ca.pem", built("sekisho cluster", root, "sekisho cluster", root, authority=True).public_bytes(pem))
    _write(folder / "ca-key.pem", secret(root))
    for role in ROLES:
        key = ec.generate_private_key(ec.SECP256R1())
        made = built(f"sekisho {role}", key, "sekisho cluster", root, authority=False)
        _write(folder / f"{role}.pem", made.public_bytes(pem))
        _write(folder / f"{role}-key.pem", secret(key))


def _general(host: str) -> Any:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def security(folder: Path) -> Any:
    """What Dask needs to speak and be spoken to; raises ``FileNotFoundError`` where the folder is none of ``cluster init``."""
    from distributed.security import Security

    paths = {role: (folder / f"{role}.pem", folder / f"{role}-key.pem") for role in ROLES}
    given: dict[str, str] = {}
    for role, (certificate, key) in paths.items():
        if certificate.exists() and key.exists():  # a machine needs the pairs of its own roles only
            given[f"tls_{role}_cert"], given[f"tls_{role}_key"] = str(certificate), str(key)
    if not given or not (folder / "ca.pem").exists():
        raise FileNotFoundError(folder)
    return Security(tls_ca_file=str(folder / "ca.pem"), require_encryption=True, **given)
