"""Tokens of originals, and the contract's key without which they are noise, from the terminal that received the original to those that its
contract names: one locked blob, whose key is sealed to each of them, and a signature of who sends it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from pydantic import Field

from scanner.fleet import keys
from scanner.fleet.batch import Digest, Id, Word
from scanner.fleet.calls import Body, Label
from scanner.fleet.deeds import TAKEN, Signature
from scanner.fleet.vouching import Voucher

PART = 3 << 20
"""Bytes of one part of a blob."""
PARTS_MOST = 64
RECIPIENTS_MOST = 500
"""Of one parcel; who is one more gets another."""
ASKED_MOST = 200
UNPACKED_MOST = 256 << 20
"""Bytes of an original with its tokens."""
AT_ONCE = 4
"""Parcels in one answer."""
_DOMAIN = "original parcel"
SETTLED = (TAKEN, "other_key", "key_destroyed")
"""Answers that stay: such a terminal has the original, or will never take it under its key, and is sent it no more."""
Terminal = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", strict=True)]
Answer = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", strict=True)]
"""What a terminal says of a parcel."""
Box = Annotated[str, Field(pattern=r"^([0-9a-f]{2}){32,200}$", strict=True)]


class Header(Body):
    """What is said about a blob."""

    digest: Digest
    """Of the blob: the parcel's number."""
    sender: Terminal
    contract: Word
    key_id: Word
    fingerprint: Digest
    parts: Annotated[int, Field(ge=1, le=PARTS_MOST, strict=True)]
    signature: Signature

    @property
    def said(self) -> bytes:
        """What the sender signs."""
        fields = [self.digest, self.sender, self.contract, self.key_id, self.fingerprint, self.parts]
        return json.dumps(fields, separators=(",", ":")).encode()

    @property
    def about(self) -> bytes:
        """What the blob is bound to."""
        return about(self.sender, self.contract, self.key_id, self.fingerprint)

    def by(self, public: str) -> bool:
        """Whether the terminal with this key sent it."""
        return keys.holds(bytes.fromhex(public), _DOMAIN, self.said, bytes.fromhex(self.signature))

    def for_whom(self, terminal: str) -> bytes:
        """What a box is bound to."""
        return self.said + terminal.encode()


def about(sender: str, contract: str, key_id: str, fingerprint: str) -> bytes:
    """What a blob is bound to."""
    return json.dumps([sender, contract, key_id, fingerprint], separators=(",", ":")).encode()


def signed(seed: bytes, blob: bytes, **fields: Any) -> Header:
    """The header of a blob."""
    parts = -(-len(blob) // PART)
    bare = Header(digest=hashlib.sha256(blob).hexdigest(), parts=parts, signature="0" * 128, **fields)
    return bare.model_copy(update={"signature": keys.sign(seed, _DOMAIN, bare.said).hex()})


class Asked(Body):
    """A call: for whom originals might be, and who has them."""

    fingerprints: Annotated[tuple[Digest, ...], Field(max_length=ASKED_MOST)] = ()
    beyond: Annotated[str, Field(pattern=r"^([0-9a-f]{16})?$", strict=True)] = ""
    """The last terminal of the answer before."""


class Recipients(Body):
    """The answer."""

    mine: Voucher | None = None
    vouchers: tuple[Voucher, ...] = ()
    held: Annotated[dict[Digest, tuple[Terminal, ...]], Field(default_factory=dict)]
    """Original → those of these terminals to which it is on its way, or which have it."""
    more: bool = False
    vouched: Label = ""
    """As ``calls.Welcome`` has it."""


class Begin(Body):
    """A call: a parcel, whose parts follow."""

    header: Header
    boxes: Annotated[dict[Terminal, Box], Field(min_length=1, max_length=RECIPIENTS_MOST)]


class Fetch(Body):
    """A call: a part of a parcel that is for the terminal."""

    digest: Digest
    part: Id


class Parcel(Body):
    """A parcel that waits for a terminal."""

    header: Header
    box: Box
    sender: Voucher


class Parcels(Body):
    """The answer to a call that says how the terminal answered those before (``deeds.Done``)."""

    parcels: Annotated[tuple[dict[str, Any], ...], Field(max_length=AT_ONCE)] = ()
    """Each is a ``Parcel``, or malformed for itself."""


class Done(Body):
    """The call."""

    done: Annotated[tuple[tuple[Digest, Answer], ...], Field(max_length=AT_ONCE)] = ()
