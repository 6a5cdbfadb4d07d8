"""The token with which a terminal asks to be taken in: one line that a person hands over, not the network.

It names the key of the hub's certificate and the hub's own key, so that a terminal speaks to no other hub, and the officers by whose
signatures it will know a policy, so that a hub that somebody took over cannot name others.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass

from scanner.fleet.errors import WireError

_HEAD = "sekisho-hub1."
DOMAIN = "hub enrolment"
"""What a terminal signs to show that its key is its own."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says."""

    id: str
    """Eight hexadecimal digits: which of the hub's tokens."""
    secret: str
    hub: str
    """The hub's key as a witness (C2SP vkey)."""
    pin: str
    """SHA-256 of the public key of its certificate, hexadecimal; empty where an authority of the office vouches for it."""
    officers: str
    """Digest of the officers' keys; see ``officers_digest``."""

    @property
    def digest(self) -> str:
        """What the hub keeps of the secret."""
        return hashlib.sha256(f"{self.id}.{self.secret}".encode()).hexdigest()

    @property
    def text(self) -> str:
        """The line."""
        return _HEAD + base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode().rstrip("=")


def new(hub: str, pin: str, officers: str) -> Token:
    """A token that nobody has yet."""
    return Token(secrets.token_hex(4), secrets.token_hex(20), hub, pin, officers)


def read(text: str) -> Token:
    """Out of its line; raises ``WireError``."""
    body = text.strip()
    if not body.startswith(_HEAD) or len(body) > 4_000:
        raise WireError("token")
    body = body.removeprefix(_HEAD)
    try:
        found = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        token = Token(**found)
    except (ValueError, TypeError, binascii.Error):
        raise WireError("token") from None
    if not all(isinstance(v, str) for v in asdict(token).values()):
        raise WireError("token")
    if not re.fullmatch(r"[0-9a-f]{8}", token.id) or not re.fullmatch(r"([0-9a-f]{64})?", token.pin):
        raise WireError("token")
    return token


def officers_digest(officers: dict[str, str]) -> str:
    """SHA-256 of the officers (number → public key, hexadecimal) in their order; empty where there are none."""
    if not officers:
        return ""
    return hashlib.sha256(json.dumps(sorted(officers.items())).encode()).hexdigest()
