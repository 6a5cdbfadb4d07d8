"""Binary property lists of Apple (``bplist00``): address books, web archives, settings. Read as what they hold, which is that of a JSON."""

from __future__ import annotations

import io
import plistlib
from typing import Any

from scanner.extract.carried import Carried
from scanner.extract.formats import structured
from scanner.extract.inletters import legible
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import Reason

_MOST_DEPTH = 100
_SMALL = 24
"""Bytes of data that are too few for a file."""


def extract(source: Source, sink: Sink) -> None:
    """Put every string and number under its key; files in it are read as members."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    try:
        held = plistlib.loads(data, fmt=plistlib.FMT_BINARY)
    except (ValueError, OverflowError, IndexError, TypeError, KeyError, plistlib.InvalidFileException):
        raise ExtractError("bplist") from None
    structured.put(_plain(held, source, sink, 0), source, sink)


def _plain(value: Any, source: Source, sink: Sink, depth: int) -> Any:
    """The value as a JSON has it; raises ``ExtractError`` where objects hold each other without end."""
    if depth > _MOST_DEPTH:
        raise ExtractError("depth", Reason.DEPTH_LIMIT)
    sink.unpacked(1)
    if isinstance(value, dict):
        return {str(k): _plain(v, source, sink, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v, source, sink, depth + 1) for v in value]
    if isinstance(value, bytes):
        return _data(value, source, sink)
    if isinstance(value, plistlib.UID):
        return None
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _data(value: bytes, source: Source, sink: Sink) -> str | None:
    if len(value) < _SMALL or b"\0" in value or not legible(value):
        if len(value) >= _SMALL and not Carried(source, sink).member("data", value, declared=False):
            sink.note("binary values in a property list were not read")
            sink.missed(Reason.UNSUPPORTED, source.at("", "object"))
        return None
    sink.member(source.inner("data", io.BytesIO(value), len(value), "object"))
    return None
