"""What people decided at the hub about points of a terminal, on its way there. Each deed is data with its bounds; whether it is done is for the
terminal to say, which verifies what is signed as if it had been signed there.

A field that is not known is passed over, and so is a deed of a kind that is not known: the hub is told that it was not taken.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, Field, ValidationError

from scanner.fleet.batch import Id, Moment, Word
from scanner.fleet.calls import Body, Label
from scanner.fleet.errors import WireError

AT_ONCE = 32
"""Deeds in one answer."""
_SAID_MOST = 8_000
TAKEN, UNKNOWN, MALFORMED = "taken", "unknown", "malformed"
"""What a terminal answers; any other word says why it did not take the deed."""
UNSENDABLE = "unsendable"
"""What the hub enters in the place of an answer where a deed is beyond the bounds that are written here."""
Answer = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", strict=True)]
"""A word of the program, as it stands in the hub's record: nothing that somebody else wrote."""
Signature = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$", strict=True)]
Reason = Annotated[str, Field(max_length=2_000, strict=True)]


def _small(said: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(said, ensure_ascii=False)) > _SAID_MOST:
        raise ValueError("too long")
    return said


Statement = Annotated[dict[str, Any], AfterValidator(_small)]


class Ended(Body):
    """Accepted, or a false alarm, until a day: signed by two officers."""

    said: Statement
    signatures: Annotated[dict[Label, Signature], Field(min_length=1, max_length=8)]
    reason: Reason


class Revoked(Body):
    """Such a decision is taken back, by one officer."""

    said: Statement
    by: Label
    signature: Signature


class Staged(Body):
    """Under review, or being corrected until a day: the point stays open, so nobody signs."""

    there: Id
    """Number of the point on the terminal."""
    action: Literal["review", "correct"]
    by: Label
    reason: Reason = ""
    due: Moment = ""


class Declared(Body):
    """What somebody said about a point. Nobody signs it: it is read by people, and no register is compared with it."""

    there: Id
    by: Label
    reason: Reason


class Quiet(Body):
    """From when until when the terminal does not call by itself."""

    id: Label
    begins: Moment
    ends: Moment


KINDS: dict[str, type[Body]] = {
    "ended": Ended, "revoked": Revoked, "staged": Staged, "declared": Declared, "quiet": Quiet,
}  # fmt: skip


class Deed(Body):
    """One of them, as the hub hands it over."""

    id: Label
    kind: Word
    body: dict[str, Any]


class Deeds(Body):
    """The answer to a call."""

    deeds: Annotated[tuple[Deed, ...], Field(max_length=AT_ONCE)] = ()


class Done(Body):
    """The call: how the terminal answered those before."""

    done: Annotated[tuple[tuple[Label, Answer], ...], Field(max_length=AT_ONCE)] = ()


def read(deed: Deed) -> Body | None:
    """What it says; ``None`` for a kind that is not known. Raises ``WireError``."""
    kind = KINDS.get(deed.kind)
    if kind is None:
        return None
    try:
        return kind.model_validate(deed.body)
    except (ValidationError, ValueError, RecursionError):
        raise WireError(MALFORMED) from None


def write(body: Body) -> str:
    """As JSON."""
    return orjson.dumps(body.model_dump()).decode()
