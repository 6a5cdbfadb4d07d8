"""Calls to the hub over TLS 1.3. The hub is known by the key of its certificate, or by an authority of the office."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from scanner import clock
from scanner.agent.errors import AgentError, Later, Refused, Unreachable
from scanner.fleet import envelope
from scanner.fleet.pin import pin_of

_ANSWER_MOST = 8 << 20
_TOO_MANY, _UNAVAILABLE, _OK = 429, 503, 200
LATER_MOST = 86_400
"""Seconds after which a hub may ask to be called again, at the most."""
_IDLE_MOST = 5.0
"""Seconds after which an unused connection is not trusted any more: the hub hangs up on its side (15 s), and a call that it may have
taken cannot simply be made again."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the hub is, and how it is known."""

    url: str
    pin: str = ""
    """SHA-256 of the certificate's public key, hexadecimal; empty: ``ca`` or the system's authorities vouch for it."""
    ca: str = ""
    """A file with the office's authority."""
    timeout: float = 30.0


class Line:
    """A connection to the hub that serves for a whole conversation: what TLS costs is paid once."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connection: http.client.HTTPSConnection | None = None
        self._used = 0.0

    def exchange(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, bytes]:
        """One call: status, ``Retry-After`` and what was answered. Raises ``AgentError``; the line can be used again."""
        try:
            connection = self._open()
            connection.request("POST", urlsplit(self._address.url).path.rstrip("/") + path, body, headers)
            answer = connection.getresponse()
            text = answer.read(_ANSWER_MOST + 1)
        except ssl.SSLCertVerificationError:
            self.close()
            raise AgentError("foreign_certificate", url=self._address.url) from None
        except (OSError, http.client.HTTPException):
            self.close()
            raise Unreachable("unreachable", url=self._address.url) from None
        except BaseException:
            self.close()
            raise
        self._used = clock.monotonic()
        if len(text) > _ANSWER_MOST:
            self.close()
        return answer.status, answer.headers.get("Retry-After", ""), text

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> http.client.HTTPSConnection:
        if self._connection is not None and clock.monotonic() - self._used > _IDLE_MOST:
            self.close()
        if self._connection is None:
            parts = urlsplit(self._address.url)
            if parts.scheme != "https" or not parts.hostname:
                raise AgentError("bad_url", url=self._address.url)
            self._connection = http.client.HTTPSConnection(
                parts.hostname, parts.port or 443, timeout=self._address.timeout, context=_context(self._address)
            )
            self._connection.connect()
            _refuse_stranger(self._connection, self._address)
        return self._connection


def post(
    address: Address, path: str, body: bytes, headers: dict[str, str] | None = None, line: Line | None = None
) -> dict[str, Any]:
    """One call, over ``line`` or a connection of its own; returns what the hub answered.
    Raises ``Unreachable``, ``Later``, ``Refused``, ``AgentError``."""
    over = line or Line(address)
    try:
        return _read(*over.exchange(path, body, headers or {}))
    finally:
        if line is None:
            over.close()


@contextmanager
def calling(
    address: Address, seed: bytes, hub: str, terminal: str, number: Callable[[], int]
) -> Iterator[Callable[[str, bytes], dict[str, Any]]]:
    """Signed calls of a terminal over one connection; ``number`` gives the next number, which is on the disk before it is used."""
    line = Line(address)

    def call(path: str, body: bytes) -> dict[str, Any]:
        return post(address, path, body, envelope.headers(seed, hub, path, terminal, number(), body), line)

    with closing(line):
        yield call


def _context(address: Address) -> ssl.SSLContext:
    if (
        address.pin
    ):  # a certificate of the hub's own: its key is compared before anything is sent, and no authority is asked
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        try:
            context = ssl.create_default_context(cafile=address.ca or None)
        except OSError:
            raise AgentError("no_authority", path=address.ca) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def _refuse_stranger(connection: http.client.HTTPSConnection, address: Address) -> None:
    if not address.pin:
        return
    der = connection.sock.getpeercert(binary_form=True)
    if der is None or pin_of(der) != address.pin:
        raise AgentError("foreign_certificate", url=address.url)


def _read(status: int, later: str, text: bytes) -> dict[str, Any]:
    if status in (_TOO_MANY, _UNAVAILABLE):
        raise Later(min(int(later), LATER_MOST) if later.isascii() and later.isdecimal() else 60)
    try:
        found = orjson.loads(text) if len(text) <= _ANSWER_MOST else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unreachable("no_answer", status=status)
    if status != _OK:
        raise Refused(str(found.pop("refused", status))[:40], found)
    return found
