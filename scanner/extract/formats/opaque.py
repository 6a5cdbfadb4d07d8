"""Formats that no reader here follows (OneNote, DocuWorks, Publisher, old Visio, sound, drawings, whatever is unknown): the texts and
files that lie in them in clear are read, and that the rest was not is told. So a name in them is found and they are never clean.
"""

from __future__ import annotations

import io
import re
import struct

from scanner.extract import behind, vectors
from scanner.extract.formats import clear
from scanner.extract.inletters import deflated
from scanner.extract.interface import Sink, Source, Unsupported
from scanner.model import Reason

_LOOKED, _TAIL = 16_000_000, 1_000_000
"""Bytes of the beginning and of the end that are looked at: a film may have gigabytes, and its title stands in one of the two."""
_SHORTEST = 48
_STORED_FILE = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
"""FileDataStoreObject of OneNote (MS-ONESTORE 2.6.13): length, then the file."""
_VECTOR = re.compile(rb"'shape':\s*\(\s*(?:\d+\s*,\s*)?(64|128|160|192|256|320|384|512|640|768|1024)\s*,?\s*\)")
"""What templates of faces look like: rows of a few hundred floats."""


def extract(source: Source, sink: Sink) -> None:
    """Put what lies in clear; raises ``Unsupported``, but for a deflated text, which is read as what it is."""
    source.file.seek(0)
    data = source.file.read(min(sink.limits.part_bytes, _LOOKED))
    inner = deflated(data) if source.size == len(data) else b""
    if inner:
        sink.unpacked(len(inner))
        sink.member(source.inner("inflated", io.BytesIO(inner), len(inner)))
        return
    if source.size > len(data):
        source.file.seek(max(len(data), source.size - _TAIL))
        data += source.file.read(_TAIL)
    at = behind.archive_in(data)
    clear.texts(data[:at] if at else data, source.part, sink, least=_SHORTEST)
    _stored(data, source, sink)
    if at:
        behind.rest(source, sink, at)
    raise Unsupported("opaque")


def _stored(data: bytes, source: Source, sink: Sink) -> None:
    at = data.find(_STORED_FILE)
    number = 0
    while at >= 0 and at + 36 <= len(data):
        size = struct.unpack_from("<Q", data, at + 16)[0]
        body = data[at + 36 : at + 36 + min(size, len(data))]
        if body:
            number += 1
            sink.member(source.inner(f"file {number}", io.BytesIO(body), len(body), "attachment", number))
        at = data.find(_STORED_FILE, at + 36 + len(body))


def extract_vectors(source: Source, sink: Sink) -> None:
    """Arrays and pickles of Python: never unpacked (a pickle is a program). What may be templates of faces is told by a note:
    they are personal data of their own kind. Always raises ``Unsupported``."""
    source.file.seek(0)
    data = source.file.read(min(sink.limits.part_bytes, 4_000_000))
    clear.texts(data, source.part, sink)
    if _VECTOR.search(data[:4096]) or b"numpy" in data[:4096] or b"embedding" in data or b"face" in data[:100_000]:
        vectors.told(sink)
    raise Unsupported("vectors", Reason.UNSUPPORTED)
