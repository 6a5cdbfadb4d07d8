"""A policy as it travels from the officers to terminals: in pieces, each signed by two officers and by nobody else.

One piece holds what is not of a contract, one each contract; a piece names the terminals that it is for (patterns of their
names). So the hub can hand each terminal its own contracts only, and can change nothing: it has no officer's key. The version of all
pieces of one publication is the same and only grows.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scanner.fleet import keys
from scanner.fleet.errors import WireError

SIGNATURES = 2
COMMON = ""
"""Name of the piece that holds what is not of a contract."""
_DOMAIN = "policy piece"
_MOST = 4 << 20
_NUMBER_MOST = 1 << 62


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a policy."""

    version: int
    contract: str
    """Number of the contract; ``COMMON`` for the rest."""
    terminals: tuple[str, ...]
    """Patterns; ``*`` for all."""
    text: str
    """TOML."""
    contracts: int
    """How many contracts the publication has, so that none can be left out of the officer's own view."""
    signatures: tuple[tuple[str, str], ...] = ()
    """(number of the officer, signature in hexadecimal digits)."""

    @property
    def said(self) -> bytes:
        """What is signed."""
        fields = [self.version, self.contract, list(self.terminals), self.text, self.contracts]
        return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()

    def signed(self, officer: str, seed: bytes) -> Piece:
        """With one more signature."""
        mine = (officer, keys.sign(seed, _DOMAIN, self.said).hex())
        kept = tuple(s for s in self.signatures if s[0] != officer)
        return Piece(self.version, self.contract, self.terminals, self.text, self.contracts, (*kept, mine))

    def names(self, terminal: str) -> bool:
        """Whether it is for a terminal."""
        return any(fnmatch.fnmatchcase(terminal.lower(), p.lower()) for p in self.terminals)

    def by(self, officers: Mapping[str, str]) -> frozenset[str]:
        """Public keys of those of ``officers`` (number → key, hexadecimal) whose signatures hold."""
        return frozenset(
            officers[number]
            for number, signature in self.signatures
            if number in officers and keys.holds(bytes.fromhex(officers[number]), _DOMAIN, self.said, _hex(signature))
        )


def agreed(pieces: Iterable[Piece], officers: Mapping[str, str]) -> bool:
    """Whether two different officers signed each piece, and all are of one publication."""
    found = list(pieces)
    one = len({(p.version, p.contracts) for p in found}) == 1 and len({p.contract for p in found}) == len(found)
    return one and all(len(p.by(officers)) >= SIGNATURES for p in found)


def assembled(pieces: Iterable[Piece]) -> str:
    """The policy that pieces make together, TOML; the common piece first, contracts in their order."""
    return "\n".join(p.text for p in sorted(pieces, key=lambda p: (p.contract != COMMON, p.contract)))


def write(pieces: Iterable[Piece]) -> str:
    """As JSON."""
    return json.dumps([[p.version, p.contract, p.terminals, p.text, p.contracts, p.signatures] for p in pieces])


def read(text: str | bytes) -> list[Piece]:
    """Out of JSON; raises ``WireError``."""
    if len(text) > _MOST:
        raise WireError("oversize")
    try:
        return [_read(*one) for one in json.loads(text)]
    except (ValueError, TypeError, RecursionError):
        raise WireError("malformed") from None


def _read(
    version: object, contract: object, terminals: object, text: object, contracts: object, signed: object
) -> Piece:
    if not (isinstance(version, int) and isinstance(contracts, int) and isinstance(contract, str)):
        raise ValueError
    if not (0 <= version < _NUMBER_MOST and 0 <= contracts < _NUMBER_MOST):
        raise ValueError
    if not (isinstance(text, str) and isinstance(terminals, list) and isinstance(signed, list)):
        raise ValueError
    if not all(isinstance(t, str) for t in terminals):
        raise ValueError
    pairs = tuple((str(number), str(signature)) for number, signature in signed)
    return Piece(version, contract, tuple(terminals), text, contracts, pairs)


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
