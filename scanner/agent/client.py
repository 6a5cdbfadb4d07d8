"""Calls to the hub over TLS 1.3. The hub is known by the key of its certificate, or by an authority of the office."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from scanner.agent.errors import AgentError, Later, Refused, Unreachable
from scanner.fleet import envelope
from scanner.fleet.pin import pin_of

_ANSWER_MOST = 8 << 20
_TOO_MANY, _UNAVAILABLE, _OK = 429, 503, 200
_LATER_MOST = 86_400


@dataclass(frozen=True, slots=True)
class Address:
    """Where the hub is, and how it is known."""

    url: str
    pin: str = ""
    """SHA-256 of the certificate's public key, hexadecimal; empty: ``ca`` or the system's authorities vouch for it."""
    ca: str = ""
    """A file with the office's authority."""
    timeout: float = 30.0


def post(address: Address, path: str, body: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """One call; returns what the hub answered. Raises ``Unreachable``, ``Later``, ``Refused``, ``AgentError``."""
    parts = urlsplit(address.url)
    if parts.scheme != "https" or not parts.hostname:
        raise AgentError("bad_url", url=address.url)
    connection = http.client.HTTPSConnection(
        parts.hostname, parts.port or 443, timeout=address.timeout, context=_context(address)
    )
    try:
        connection.connect()
        _refuse_stranger(connection, address)
        connection.request("POST", parts.path.rstrip("/") + path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read(_ANSWER_MOST + 1)
    except ssl.SSLCertVerificationError:
        raise AgentError("foreign_certificate", url=address.url) from None
    except (OSError, http.client.HTTPException):
        raise Unreachable("unreachable", url=address.url) from None
    finally:
        connection.close()
    return _read(answer.status, answer.headers.get("Retry-After", ""), text)


def caller(
    address: Address, seed: bytes, hub: str, terminal: str, number: Callable[[], int]
) -> Callable[[str, bytes], dict[str, Any]]:
    """Signed calls of a terminal; ``number`` gives the next number, which is on the disk before it is used."""

    def call(path: str, body: bytes) -> dict[str, Any]:
        return post(address, path, body, envelope.headers(seed, hub, path, terminal, number(), body))

    return call


def _context(address: Address) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=address.ca or None)
    except OSError:
        raise AgentError("no_authority", path=address.ca) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if address.pin:  # a certificate of the hub's own: its key is compared before anything is sent
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _refuse_stranger(connection: http.client.HTTPSConnection, address: Address) -> None:
    if not address.pin:
        return
    der = connection.sock.getpeercert(binary_form=True)
    if der is None or pin_of(der) != address.pin:
        raise AgentError("foreign_certificate", url=address.url)


def _read(status: int, later: str, text: bytes) -> dict[str, Any]:
    if status in (_TOO_MANY, _UNAVAILABLE):
        raise Later(min(int(later), _LATER_MOST) if later.isascii() and later.isdecimal() else 60)
    try:
        found = orjson.loads(text) if len(text) <= _ANSWER_MOST else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unreachable("no_answer", status=status)
    if status != _OK:
        raise Refused(str(found.pop("refused", status))[:40], found)
    return found
