"""winmail.dat (MS-OXTNEF): what Outlook packs into one attachment when it sends in its own form."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from scanner.extract import charsets
from scanner.extract.formats import mapi
from scanner.extract.interface import ExtractError, Sink, Source, Truncated, join
from scanner.model import Reason

SIGNATURE = b"\x78\x9f\x3e\x22"
_SUBJECT, _FROM, _BODY = 0x00018004, 0x00008000, 0x0002800C
_TITLE, _DATA, _BEGINS = 0x00018010, 0x0006800F, 0x00069002
_MESSAGE, _RECIPIENTS, _ATTACHMENT, _CODEPAGE = 0x00069003, 0x00069004, 0x00069005, 0x00069007
_FIXED = {
    0x00: 0,
    0x01: 0,
    0x02: 4,
    0x03: 4,
    0x04: 4,
    0x05: 8,
    0x06: 8,
    0x07: 8,
    0x0A: 4,
    0x0B: 4,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}
_VARIABLE = frozenset({mapi.STRING8, mapi.UNICODE, mapi.BINARY, mapi.OBJECT})
_MANY = 1 << 16


def extract(source: Source, sink: Sink) -> None:
    """Put the message and every attachment."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    if data[:4] != SIGNATURE:
        raise ExtractError("tnef")
    message: mapi.Properties = {}
    people: list[mapi.Properties] = []
    attachments: list[mapi.Properties] = []
    codec = ""
    cut = False
    for key, body in _attributes(data):
        if body is None:
            cut = True
        elif key == _CODEPAGE and len(body) >= 4:
            codec = charsets.CODEPAGES.get(struct.unpack_from("<I", body)[0], "")
        elif key == _BEGINS:
            attachments.append({})
        elif key in (_SUBJECT, _FROM, _BODY):
            tag = {_SUBJECT: mapi.SUBJECT, _FROM: 0x0C1A, _BODY: mapi.BODY}[key]
            message.setdefault(tag, []).append(mapi.Value(mapi.STRING8, _sender(body) if key == _FROM else body))
        elif key in (_TITLE, _DATA, _ATTACHMENT) and not attachments:
            attachments.append({})
        if body is None:
            continue
        if key == _TITLE:
            attachments[-1].setdefault(mapi.FILE_NAME, []).append(mapi.Value(mapi.STRING8, body))
        elif key == _DATA:
            attachments[-1].setdefault(mapi.DATA, []).insert(0, mapi.Value(mapi.BINARY, body))
        elif key in (_MESSAGE, _ATTACHMENT, _RECIPIENTS):
            try:
                if key == _RECIPIENTS:
                    people += _rows(body)
                else:
                    _Reader(body).properties(message if key == _MESSAGE else attachments[-1])
            except (struct.error, IndexError, ValueError):
                sink.missed(Reason.CORRUPT, join(source.part, "properties"))
    codec = mapi.codec(message) or codec
    mapi.put(message, codec, source, sink)
    for person in people[:_MANY]:
        mapi.put(person, codec, source, sink)
    for number, properties in enumerate(attachments, 1):
        attachment(properties, codec, number, source, sink)
    if cut:
        raise Truncated("tnef")


def attachment(properties: mapi.Properties, codec: str, number: int, source: Source, sink: Sink) -> None:
    """Put one attachment: its name and what it holds."""
    name = mapi.first(properties, mapi.LONG_NAME, mapi.FILE_NAME, mapi.DISPLAY_NAME, name=codec) or "attachment"
    sink.field(source.part, "attachment", name)
    mapi.put({tag: v for tag, v in properties.items() if tag != mapi.DISPLAY_NAME}, codec, source, sink)
    for value in properties.get(mapi.DATA, [])[:1]:
        body = (
            value.data[16:] if value.kind == mapi.OBJECT else value.data
        )  # an object begins with the name of its interface
        if body:
            sink.member(source.inner(name, io.BytesIO(body), len(body), "attachment", number))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes | None]]:
    """(identifier, contents) of every attribute; ``None`` for one that is cut."""
    at = 6
    while at + 9 <= len(data):
        key, length = struct.unpack_from("<II", data, at + 1)
        body = data[at + 9 : at + 9 + length]
        yield key, body
        if len(body) < length:
            yield key, None
            return
        at += 9 + length + 2
    if at < len(data) and data[at:].strip(b"\0"):
        yield 0, None


def _sender(body: bytes) -> bytes:
    """Name and address of a TRP structure, between their lengths."""
    if len(body) < 8:
        return body
    _, _, name, address = struct.unpack_from("<HHHH", body)
    return body[8 : 8 + name].rstrip(b"\0") + b" " + body[8 + name : 8 + name + address].rstrip(b"\0")


def _rows(body: bytes) -> list[mapi.Properties]:
    reader = _Reader(body)
    return [reader.properties({}) for _ in range(min(reader.number(), _MANY))]


class _Reader:
    """A list of properties as TNEF stores them. Raises ``struct.error`` where it is cut."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self) -> int:
        """Four bytes."""
        value = int(struct.unpack_from("<I", self._data, self._at)[0])
        self._at += 4
        return value

    def properties(self, into: mapi.Properties) -> mapi.Properties:
        """Read one list into ``into``."""
        for _ in range(min(self.number(), _MANY)):
            kind, tag = struct.unpack_from("<HH", self._data, self._at)
            self._at += 4
            if tag >= 0x8000:
                self._at += 16
                if self.number():
                    self._bytes(self.number())
                else:
                    self._at += 4
            bare = kind & 0xFFF
            count = self.number() if kind & 0x1000 or bare in _VARIABLE else 1
            if count > _MANY or (bare not in _VARIABLE and bare not in _FIXED):
                raise ValueError("property")
            for _ in range(count):
                value = self._bytes(self.number() if bare in _VARIABLE else _FIXED[bare])
                into.setdefault(tag, []).append(mapi.Value(bare, value))
        return into

    def _bytes(self, length: int) -> bytes:
        value = self._data[self._at : self._at + length]
        if len(value) < length:
            raise ValueError("cut")
        self._at += length + -length % 4
        return value
