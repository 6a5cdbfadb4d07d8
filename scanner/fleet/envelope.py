"""A call of a terminal: who calls, which of its calls it is, and a signature over both, the path, the hub and the body.

The number of the call only grows, so an old call is refused whoever repeats it; it names the hub, so that a call to one hub is
none to another.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from scanner.fleet import keys
from scanner.fleet.errors import WireError

PREFIX = "sekisho-"
_DOMAIN = "hub call"
_TERMINAL = re.compile(r"[0-9a-f]{16}")
_MOST = 1 << 62


@dataclass(frozen=True, slots=True)
class Call:
    """What stands in the headers of a request."""

    terminal: str
    number: int
    signature: bytes

    def holds(self, public: bytes, hub: str, path: str, body: bytes) -> bool:
        """Whether the terminal with the key ``public`` made this call."""
        return keys.holds(public, _DOMAIN, _said(hub, path, self.terminal, self.number, body), self.signature)


def headers(seed: bytes, hub: str, path: str, terminal: str, number: int, body: bytes) -> dict[str, str]:
    """The headers of call ``number``."""
    signature = keys.sign(seed, _DOMAIN, _said(hub, path, terminal, number, body))
    return {
        f"{PREFIX}terminal": terminal,
        f"{PREFIX}call": str(number),
        f"{PREFIX}signature": signature.hex(),
    }


def read(found: Mapping[str, str]) -> Call:
    """Out of the headers of a request; raises ``WireError``."""
    terminal, number, signature = (found.get(f"{PREFIX}{n}", "") for n in ("terminal", "call", "signature"))
    if not _TERMINAL.fullmatch(terminal) or not re.fullmatch(r"[1-9][0-9]{0,18}", number) or int(number) > _MOST:
        raise WireError("malformed")
    if not re.fullmatch(rf"[0-9a-f]{{{2 * keys.SIGNATURE}}}", signature):
        raise WireError("malformed")
    return Call(terminal, int(number), bytes.fromhex(signature))


def _said(hub: str, path: str, terminal: str, number: int, body: bytes) -> bytes:
    return f"{hub}\n{path}\n{terminal}\n{number}\n{hashlib.sha256(body).hexdigest()}\n".encode()
