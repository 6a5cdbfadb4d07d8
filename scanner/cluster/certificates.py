"""The certificates of one cluster, made by ``cluster init``: an authority, one for the server, one for the coordinator, one a
worker. The name in a certificate is the role in the database; what a role may do stands in ``server.sql``.

Each machine is handed its own folder and nothing else. The authority's key stays with who made the cluster.
"""

from __future__ import annotations

import ipaddress
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from scanner import clock

COORDINATOR = "sekisho_coordinator"
WORKER = "sekisho_worker_"
"""How the role of a worker begins; its name follows."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
"""What a worker may be called: a part of a role's name and the name of a folder."""
RESERVED = frozenset({"server", "coordinator"})
_DAYS = 825


def init(folder: Path, host: str, port: int, workers: tuple[str, ...]) -> None:
    """Make the authority and a folder for each role; files are readable by the owner alone."""
    from cryptography.hazmat.primitives.asymmetric import ec

    folder.mkdir(parents=True, mode=0o700)
    root = ec.generate_private_key(ec.SECP256R1())
    _write(folder / "ca.pem", _pem(_built("sekisho cluster", root, None, root)))
    _write(folder / "ca-key.pem", _secret(root))
    _write(folder / "address", f"{host}:{port}\n".encode("ascii"))
    _issue(folder, "server", "sekisho server", host)
    _issue(folder, "coordinator", COORDINATOR)
    for name in workers:
        add(folder, name)


def add(folder: Path, worker: str) -> None:
    """One more worker: its folder. Raises ``FileExistsError`` where there is one of the name."""
    _issue(folder, worker, WORKER + worker)


def _issue(folder: Path, place: str, subject: str, host: str = "") -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    signer = serialization.load_pem_private_key((folder / "ca-key.pem").read_bytes(), None)
    own = folder / place
    own.mkdir(mode=0o700)
    key = ec.generate_private_key(ec.SECP256R1())
    _write(own / "own.pem", _pem(_built(subject, key, authority, signer, host)))
    _write(own / "own-key.pem", _secret(key))
    for name in ("ca.pem", "address"):
        _write(own / name, (folder / name).read_bytes())


def _built(subject: str, key: Any, authority: Any, signer: Any, host: str = "") -> Any:
    """``host``: of a server; without it the certificate is good for a client only, so no worker can pass as the server."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    now = clock.now() - timedelta(minutes=5)  # clocks of a cluster differ a little
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authority.subject if authority else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=not authority, path_length=None if authority else 0), critical=True)
    )
    if authority:
        usage = ExtendedKeyUsageOID.SERVER_AUTH if host else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(host)]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _pem(certificate: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    data: bytes = certificate.public_bytes(Encoding.PEM)
    return data


def _secret(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    data: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return data


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
