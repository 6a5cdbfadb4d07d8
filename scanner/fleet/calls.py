"""What the other calls of a terminal say, and what the first is answered, as ``batch`` is what a batch says: each field has a type and a bound, and what is otherwise is
malformed before anything is looked up. A field that is not known is passed over, so that either side may be newer; not so at enrolment,
whose fields are signed.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from scanner.fleet.batch import Digest, Id, Text
from scanner.fleet.errors import WireError

TAKEN_MOST = 64
_NUMBER = re.compile(r"[0-9A-Fa-f]{16}")


def _printable(text: str) -> str:
    """What is shown to people and kept in either database; ``ValueError`` for control characters."""
    if not text.isprintable():
        raise ValueError("not printable")
    return text


def _name(text: str) -> str:
    """The hub marks a second machine of one name with ``~``, and gives each a number of sixteen hexadecimal digits."""
    if "~" in text or _NUMBER.fullmatch(text):
        raise ValueError("reserved")
    return text


Label = Annotated[str, Field(max_length=120, strict=True), AfterValidator(_printable)]


class Body(BaseModel):
    """Of a call."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Hello(Body):
    """How far the terminal is."""

    number: Id
    """Of its last batch, with ``digest``."""
    digest: Digest
    version: Label = ""
    policy: Id | None = None
    box: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$", strict=True)] = ""
    """X25519 key to which is sealed what is for the terminal."""
    box_proof: Annotated[str, Field(pattern=r"^([0-9a-f]{128})?$", strict=True)] = ""
    """Its own signature of that key; without one nobody vouches for it."""
    taken: Annotated[list[Label], Field(max_length=TAKEN_MOST)] = []
    """Numbers of requests that were done."""


class Welcome(Body):
    """How far the hub is; the answer to ``Hello``."""

    state: Label
    number: Id
    digest: Digest
    leaves: Id = 0
    """Entries of the record that it has."""
    seen: Id = 0
    """Entries of the head that it countersigned last."""
    policy: Id = 0
    """Version that it hands over."""
    requests: list[Any] = []
    deeds: Id = 0
    """How many wait to be taken."""
    parcels: Id = 0
    """How many originals do."""
    vouched: Label = ""
    """A word that is another one when vouchers changed."""
    knows: list[Any] = []
    """What it can be told beyond what every hub can (``batch.KNOWN``)."""


class Key(Body):
    """A key of the record as its entry names it."""

    vkey: Text
    before: Text = ""
    signed: Text = ""


class Head(Body):
    """A head to be countersigned: a request of C2SP tlog-witness, and the keys of the record."""

    request: Annotated[str, Field(strict=True)]
    keys: list[Key] = []


class Policy(Body):
    """The version that the terminal has."""

    have: Id | None = None


class Enrolment(Body):
    """What a terminal says of itself; signed by its key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Label
    secret: Label
    name: Annotated[Label, Field(min_length=1), AfterValidator(_name)]
    key: Digest
    record: Text
    version: Label

    @property
    def signed(self) -> bytes:
        """The bytes under the signature."""
        return orjson.dumps(self.model_dump(), option=orjson.OPT_SORT_KEYS)


class Enrol(Body):
    """An enrolment and the proof that who asks has the key, 64 bytes in hexadecimal digits."""

    said: Enrolment
    proof: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$", strict=True)]


Said = TypeVar("Said", bound=Body)


def read(kind: type[Said], body: bytes, most: int) -> Said:
    """A body of at most ``most`` bytes; raises ``WireError``."""
    if len(body) > most:
        raise WireError("oversize")
    try:
        return kind.model_validate(orjson.loads(body))
    except (ValidationError, ValueError, RecursionError):
        raise WireError("malformed") from None
