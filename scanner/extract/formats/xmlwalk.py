"""A thin expat walk with the guards that hostile XML needs: no DTD, caps on bytes and on one token, text in pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from scanner.extract.interface import ExtractError, LimitReached, Truncated
from scanner.model import Reason

CHUNK = 1 << 16
_LONGEST_TOKEN = 16_000_000
"""Bytes of one tag, comment or declaration. The parser holds a token until it is whole."""


class DtdRefused(ExtractError):
    """Office files have no DTD; one that has is an attack (entity expansion)."""


def walk(
    file: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    *,
    limit: int,
    allow_dtd: bool = False,
    raw: bool = False,
    aside: Callable[[str], None] | None = None,
) -> None:
    """Parse ``file`` with local element names (``p``, not ``w:p``; as they stand with ``raw``), at most ``limit`` bytes.
    ``aside`` gets comments and processing instructions.

    Raises ``LimitReached``, ``Truncated`` (ends too early), ``DtdRefused`` or ``ExtractError`` (not well formed).
    What was parsed before has been delivered.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    names: dict[str, str] = {}

    def local(name: str) -> str:
        found = names.get(name)
        if found is None:
            found = names[name] = name.rpartition(":")[2]
        return found

    def doctype(*_: object) -> None:
        if not allow_dtd:
            raise DtdRefused("DTD")

    def entity(*_: object) -> None:
        raise DtdRefused("entity declaration")

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = start if raw else lambda name, attributes: start(local(name), attributes)
    parser.EndElementHandler = end if raw else lambda name: end(local(name))
    parser.CharacterDataHandler = text
    if aside is not None:
        parser.CommentHandler = aside
        parser.ProcessingInstructionHandler = lambda _, data: aside(data)
    done = waiting = 0
    try:
        # a token that is not whole is looked at again from its beginning: pieces that grow with it keep that linear
        while chunk := file.read(max(CHUNK, waiting)):
            done += len(chunk)
            if done > limit:
                raise LimitReached("xml", Reason.TOO_LARGE)
            parser.Parse(chunk, False)
            waiting = done - parser.CurrentByteIndex
            if waiting > _LONGEST_TOKEN:
                raise LimitReached("xml token", Reason.TOO_LARGE)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        early = error.code in (
            expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
            expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
            expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        )
        raise (Truncated if early else ExtractError)(f"xml error {error.code}") from None


def count(value: str, most: int = 10_000_000) -> int:
    """A number as people's programs write it; 0 for anything else. A million digits are no number."""
    return min(most, int(value)) if value.isdecimal() and len(value) < 10 else 0


def attribute(attributes: dict[str, str], name: str) -> str:
    """Value of an attribute by its local name."""
    for key, value in attributes.items():
        if key == name or key.endswith(":" + name):
            return value
    return ""
