"""How the log of another product is read: which column says what, and what its words for acts mean (``docs/events.md``)."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator

from scanner import clock
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.policy.base import Strict

Act = Literal["carry", "upload", "send", "print", "copy", "delete", "other"]
Column = str | Annotated[int, Field(ge=1)]
"""A heading, or the number of a column from 1."""


class MappingError(SekishoError):
    """A mapping or a log that cannot be used; ``code`` names the message."""

    section = "logs"
    exit_code = EXIT_USAGE


class Columns(Strict):
    """Where a row says what. Only the moment, the act and one path are needed."""

    at: Column
    action: Column | None = None
    path: Column
    target: Column | None = None
    account: Column | None = None
    host: Column | None = None
    medium: Column | None = None
    serial: Column | None = None


class Mapping(Strict):
    """One log of one product."""

    product: str = Field(min_length=1, max_length=60)
    encoding: str = ""
    """Empty: UTF-8 with or without a mark, UTF-16 with one, else CP932."""
    delimiter: str = Field(",", min_length=1, max_length=1)
    skip: Annotated[int, Field(ge=0, le=1000)] = 0
    """Lines before the headings."""
    headings: bool = True
    time: tuple[str, ...] = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M")
    columns: Columns
    actions: dict[str, Act] = Field(default_factory=dict)
    """Word of the log → act."""
    action: Act | None = None
    """The act of every row, where the log is of one kind."""

    @field_validator("encoding")
    @classmethod
    def _known(cls, value: str) -> str:
        """As a file will be read by it: some codecs are for bytes, or know no stream."""
        if value:
            io.TextIOWrapper(io.BytesIO("a\n".encode(value)), encoding=value, errors="replace").read()
        return value

    @field_validator("time")
    @classmethod
    def _read(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(clock.readable, value)):
            raise ValueError("no form of a moment")
        return value

    def act(self, word: str) -> Act | None:
        """What a word of the log means; ``None`` for one that the mapping does not name."""
        return self.action or self.actions.get(word.strip())


def load(path: Path) -> Mapping:
    """Raises ``MappingError`` with the key that is wrong, never with a value."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise MappingError("no_mapping", path=path) from None
    try:
        found = Mapping.model_validate(data)
    except (ValidationError, LookupError) as error:
        wrong = error.errors(include_input=False, include_url=False) if isinstance(error, ValidationError) else []
        keys = ", ".join(sorted({".".join(map(str, one["loc"])) for one in wrong})) or "encoding"
        raise MappingError("bad_mapping", path=path, keys=keys) from None
    if found.action is None and (found.columns.action is None or not found.actions):
        raise MappingError("bad_mapping", path=path, keys="columns.action, actions")
    return found
