"""Whose key is a terminal's: two officers vouch for it, until a day. The hub hands the vouchers over and can make none, so nobody is made to seal
a contract's key to the hub instead of to a terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, ValidationError

from scanner.fleet import box, keys
from scanner.fleet.batch import Digest
from scanner.fleet.calls import Body, Label
from scanner.fleet.deeds import Signature
from scanner.fleet.errors import WireError

SIGNATURES = 2
DAYS = 365
"""For so long officers vouch."""
_LONGEST = timedelta(days=DAYS + 1)  # the calendar of whoever reads may be a day behind
_SHOWN = 32
"""Digits of a key that people compare: 128 bits, so that nobody makes a second key that shows the same."""
_DOMAIN = "terminal voucher"
_MOST = 64 << 20
"""Bytes of a file of vouchers: 20,000 with two signatures are 16 MB."""


class Voucher(Body):
    """That a terminal of this name has these keys."""

    terminal: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", strict=True)]
    name: Label
    key: Digest
    """Ed25519, with which it signs."""
    box: Digest
    """X25519, to which is sealed what is for it."""
    proof: Annotated[str, Field(pattern=r"^([0-9a-f]{128})?$", strict=True)] = ""
    """That the terminal itself says so (``box.proven``): officers compare ``key`` alone."""
    until: date
    signatures: Annotated[dict[Label, Signature], Field(max_length=8, default_factory=dict)]

    @property
    def said(self) -> bytes:
        """What is signed."""
        fields = [self.terminal, self.name, self.key, self.box, self.until.isoformat()]
        return json.dumps(fields, separators=(",", ":")).encode()

    def signed(self, officer: str, seed: bytes) -> Voucher:
        """With one more signature."""
        mine = {officer: keys.sign(seed, _DOMAIN, self.said).hex()}
        return self.model_copy(update={"signatures": {**self.signatures, **mine}})

    def sound(self, today: date) -> bool:
        """Whether it may be signed: the terminal's own key says which the key of its boxes is, and it lasts a year at most."""
        return today <= self.until <= today + _LONGEST and box.proven(self.key, self.box, self.proof)

    def good(self, officers: Mapping[str, str], today: date) -> bool:
        """Whether two different ones of ``officers`` (number → key, hexadecimal) vouch for it today."""
        by = {
            officers[number]
            for number, signature in self.signatures.items()
            if number in officers
            and keys.holds(bytes.fromhex(officers[number]), _DOMAIN, self.said, bytes.fromhex(signature))
        }
        return len(by) >= SIGNATURES and self.sound(today)


def shown(key: str) -> str:
    """A key as people compare it, in groups of four digits."""
    return " ".join(key[at : at + 4] for at in range(0, _SHOWN, 4))


def write(found: Iterable[Voucher]) -> str:
    """As JSON."""
    return json.dumps([v.model_dump(mode="json") for v in found], ensure_ascii=False, indent=1)


def read(text: str | bytes) -> list[Voucher]:
    """Out of JSON; raises ``WireError``."""
    if len(text) > _MOST:
        raise WireError("oversize")
    try:
        return [Voucher.model_validate(one) for one in json.loads(text)]
    except (ValidationError, ValueError, TypeError, RecursionError):
        raise WireError("malformed") from None
