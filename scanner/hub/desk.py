"""The folder of a hub: a state folder like any other, whose inventory is that of all terminals; beside it the hub's own tables,
its settings, its certificate, and with the keys its own."""

from __future__ import annotations

import ipaddress
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.fleet.pin import pin_of
from scanner.hub.database import Database
from scanner.hub.errors import HubError
from scanner.inventory import moved, opening
from scanner.inventory.home import Home, prepare
from scanner.inventory.secretfile import place
from scanner.inventory.store import Store
from scanner.tlog.note import COSIGNATURE, Verifier, public_of
from scanner.tlog.witness import Witness

SETTINGS, KEY, TLS_KEY, TLS = "hub.json", "hub.key", "hub-tls-key.pem", "hub-tls.pem"
_DAYS = 3_650
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened folder."""

    home: Home
    name: str
    """Of the hub as a witness."""
    seed: bytes
    database: Database
    certificate: Path
    certificate_key: Path
    own: bool
    """Whether the certificate is the hub's own, which nobody vouches for but the token."""
    officers: dict[str, str]

    @property
    def witness(self) -> Witness:
        """Name and key."""
        return Witness(self.name, self.seed)

    @property
    def vkey(self) -> str:
        """What terminals know the hub by."""
        return Verifier(self.name, public_of(self.seed), COSIGNATURE).vkey

    @property
    def pin(self) -> str:
        """Of the hub's own certificate; empty where an authority vouches for it."""
        if not self.own:
            return ""
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        certificate = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        return pin_of(certificate.public_bytes(Encoding.DER))


def init(
    home: Home,
    host: str,
    officers: dict[str, str],
    database: str = "",
    certificate: tuple[Path, Path] | None = None,
    *,
    whole: bool = False,
) -> Desk:
    """Make a hub. Raises ``HubError`` where there is one, or what is given cannot be used.

    Args:
        host: name or address by which terminals reach it.
        officers: number → public key, hexadecimal.
        database: ``postgresql://…``; empty for a file in the folder.
        whole: whether the inventory of all terminals goes to that database too.
        certificate: files of the office's own certificate and its key (PEM).
    """
    prepare(home)
    if (home.path / SETTINGS).exists():
        raise HubError("exists", path=home.path)
    for path in certificate or ():
        if not path.is_file():
            raise HubError("no_file", path=path)
    if certificate is None:
        _certificate(home, host)
    name = f"sekisho-hub/{secrets.token_hex(8)}"
    if not (home.keys / KEY).exists():
        place(home.keys / KEY, secrets.token_bytes(_LENGTH))
    told: dict[str, Any] = {"name": name, "database": database, "officers": officers}
    told["certificate"] = [str(p.resolve()) for p in certificate] if certificate else []
    with Database(database or str(home.path / "hub.db")) as tables:
        tables.create()
    if database and whole:
        moved.begin(home.database, database)
    with Store(home.database, only_notes=True) as store:
        store.note("hub_begun", hub=name, officers=sorted(officers))
    place(home.path / SETTINGS, json.dumps(told, ensure_ascii=False).encode())
    return opened(home)


def opened(home: Home) -> Desk:
    """The hub of a folder; raises ``HubError`` where there is none."""
    try:
        told = json.loads((home.path / SETTINGS).read_text("utf-8"))
        seed = (home.keys / KEY).read_bytes()
        files = [Path(p) for p in told["certificate"]] or [home.path / TLS, home.keys / TLS_KEY]
        address = str(told["database"]) or str(home.path / "hub.db")
        officers = {str(k): str(v) for k, v in told["officers"].items()}
        name = str(told["name"])
    except FileNotFoundError:
        raise HubError("no_hub", path=home.path) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise HubError("damaged", path=home.path) from None
    if len(seed) != _LENGTH:
        raise HubError("damaged", path=home.path)
    opening.opened(home.database).close()  # brings the inventory of an earlier version up to date
    database = Database(address)
    try:
        database.create()
    except BaseException:
        database.close()
        raise
    return Desk(home, name, seed, database, files[0], files[1], not told["certificate"], officers)


def _certificate(home: Home, host: str) -> None:
    """The hub's own certificate: signed by itself, known by its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sekisho hub")])
    try:
        other: Any = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        other = x509.DNSName(host)
    begins = clock.now() - timedelta(days=3)  # clocks of terminals differ
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([other]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place(home.keys / TLS_KEY, secret, over=True)
    place(home.path / TLS, made.public_bytes(serialization.Encoding.PEM), over=True)
