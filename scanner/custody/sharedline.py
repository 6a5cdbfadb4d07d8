"""One line of a file of originals: each field has a type and a bound, none wider than what a terminal may tell a hub (``fleet.batch.Original``),
so that what was taken can always be told on. Whoever wrote the file may have the contract's key and still mean harm.
"""

from __future__ import annotations

import base64
import unicodedata
from array import array
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from scanner.fleet.batch import Count, Digest, Moment, Text, Word
from scanner.inventory.custody import Original

_TEXT = 1_000


def _plain(text: str) -> str:
    """Texts that people wrote: no control characters; ``ValueError`` with one."""
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise ValueError("control character")
    return text


def _numbers(text: str) -> str:
    array("q").frombytes(base64.b64decode(text, validate=True))
    return text


def told(text: str) -> str:
    """A text that people wrote here as it may be told: without control characters, not endless."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cs"))[:_TEXT]


Plain = Annotated[Text, AfterValidator(_plain)]
Numbers = Annotated[str, AfterValidator(_numbers)]
"""Numbers of 64 bits, base64."""


class Line(BaseModel):
    """An original with its tokens. Where it lay and what it is called there is not in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["sekisho-original 1", "sekisho-original 2"]
    """The first had no rows beside the tokens."""
    id: Literal[0]
    contract: Annotated[Word, AfterValidator(_plain)]
    path: Literal[""]
    content_key: Literal[""]
    media_type: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+/;=_ -]{0,120}$", strict=True)]
    size: Count
    origin: Literal["provided", "collected", "created"]
    received: Moment
    giver: Plain
    medium: Plain
    declared_count: Count | None
    rows: Count
    texts: Count
    persons_min: Count
    persons_max: Count
    entities: Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,120}$")], ...], Field(max_length=100)]
    key_id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", strict=True)]
    state: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", strict=True)]
    registered: Moment
    version: Count = 1
    named: Count = -1
    name: Plain = ""
    fingerprint: Digest | Literal[""] = ""
    tokens: Numbers
    rows_of: Numbers = ""

    @property
    def original(self) -> Original:
        """The original; its place here is not known yet."""
        fields: dict[str, Any] = self.model_dump(exclude={"kind", "fingerprint", "tokens", "rows_of"})
        return Original(**{**fields, "path": b"", "content_key": b""})
