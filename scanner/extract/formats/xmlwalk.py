"""A thin expat walk with the guards that hostile XML needs: no entity that expands, caps on bytes and on one token, text in pieces.

A document type declaration by itself is harmless (nothing is fetched), and old OpenOffice, MathML and drawings of Illustrator have
one: an entity may stand for a short text that holds no other, as ``&ns_svg;`` does. Characters by their HTML names
(``&nbsp;``, ``&sigma;``) are known without any declaration.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html.entities import html5
from typing import IO, cast
from xml.parsers import expat

from scanner.extract import charsets
from scanner.extract.interface import ExtractError, LimitReached, Truncated
from scanner.model import Reason

CHUNK = 1 << 16
_LONGEST_TOKEN = 16_000_000
"""Bytes of one tag, comment or declaration. The parser holds a token until it is whole."""


_STATED = re.compile(rb"""(?s)\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]+)["'][^>]*\?>""")
_UNKNOWN = frozenset(
    ("cp932", charsets.NAMES["euc-jp"], "iso2022_jp", "gb18030", "cp949", "cp950", "utf-7", "hz", "big5")
)
"""Codecs of more than one byte a character that the parser does not know."""


_LONGEST_ENTITY = 200
"""Characters; with expat's own bound on what a document may expand to (100 times its size)."""


class EntityRefused(ExtractError):
    """An entity that holds others, a long text or another file: an attack, or not to be told from one."""


def walk(
    file: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    *,
    limit: int,
    raw: bool = False,
    aside: Callable[[str], None] | None = None,
    rest: Callable[[bytes], None] | None = None,
) -> None:
    """Parse ``file`` with local element names (``p``, not ``w:p``; as they stand with ``raw``), at most ``limit`` bytes.
    ``aside`` gets comments and processing instructions, ``rest`` what stands from the place on where it is not well formed.

    Raises ``LimitReached``, ``Truncated`` (ends too early), ``EntityRefused`` or ``ExtractError`` (not well formed).
    What was parsed before has been delivered.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    names = _Local()

    def entity(_: str, parameter: bool, value: str | None, *__: object) -> None:
        if not parameter and (value is None or len(value) > _LONGEST_ENTITY or "&" in value or "%" in value):
            raise EntityRefused("entity declaration")

    def skipped(name: str, parameter: bool) -> None:
        if not parameter:
            text(html5.get(f"{name};", f"&{name};"))

    parser.UseForeignDTD(True)  # so that an undeclared name is no error
    parser.SkippedEntityHandler = skipped
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = start if raw else lambda name, attributes: start(names[name], attributes)
    parser.EndElementHandler = end if raw else lambda name: end(names[name])
    parser.CharacterDataHandler = text
    if aside is not None:
        parser.CommentHandler = aside
        parser.ProcessingInstructionHandler = lambda _, data: aside(data)
    done = waiting = 0
    chunk = b""
    file = _known(file, limit)
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
    except EntityRefused:
        _give(rest, chunk[max(0, parser.CurrentByteIndex - (done - len(chunk))) :], file, limit - done)
        raise
    except expat.ExpatError as error:
        _give(rest, chunk[max(0, parser.ErrorByteIndex - (done - len(chunk))) :], file, limit - done)
        early = error.code in (
            expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
            expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
            expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        )
        raise (Truncated if early else ExtractError)(f"xml error {error.code}") from None


class _Local(dict[str, str]):
    """Local names of elements, each made once."""

    def __missing__(self, name: str) -> str:
        found = self[name] = name.rpartition(":")[2]
        return found


def _give(rest: Callable[[bytes], None] | None, left: bytes, file: IO[bytes], most: int) -> None:
    if rest is not None:
        left += file.read(max(0, most))
        if left:
            rest(left)


def _known(file: IO[bytes], limit: int) -> IO[bytes]:
    """The same document in an encoding that the parser knows."""
    head = file.read(512)
    stated = _STATED.match(head)
    codec = charsets.codec(stated[1].decode("ascii")) if stated else ""
    if stated is None or codec not in _UNKNOWN:
        return cast("IO[bytes]", _Again(head, file))
    body = head[stated.end() :] + file.read(limit)
    return io.BytesIO(charsets.by_codec(body, codec).encode("utf-8", "replace"))


class _Again(io.RawIOBase):
    """A stream whose first bytes have been looked at."""

    def __init__(self, head: bytes, file: IO[bytes]) -> None:
        self._head, self._file = head, file

    def read(self, size: int = -1) -> bytes:
        """The next bytes: first what has been looked at."""
        head, self._head = self._head, b""
        return head + self._file.read(max(0, size - len(head)) if size >= 0 else -1)


def count(value: str, most: int = 10_000_000) -> int:
    """A number as people's programs write it; 0 for anything else. A million digits are no number."""
    return min(most, int(value)) if value.isdecimal() and len(value) < 10 else 0


def attribute(attributes: dict[str, str], name: str) -> str:
    """Value of an attribute by its local name."""
    for key, value in attributes.items():
        if key == name or key.endswith(":" + name):
            return value
    return ""
