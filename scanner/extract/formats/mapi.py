"""Properties of Outlook's messages, as .msg files and winmail.dat hold them: which of them a person reads, in which encoding."""

from __future__ import annotations

import io
import re
from typing import NamedTuple

from scanner.extract import charsets
from scanner.extract.formats import html, lzfu
from scanner.extract.formats.text import Lines
from scanner.extract.interface import Sink, Source, join

STRING8, UNICODE, BINARY, OBJECT, LONG = 0x1E, 0x1F, 0x102, 0x0D, 0x03
SUBJECT, BODY, RTF, HTML = 0x0037, 0x1000, 0x1009, 0x1013
DATA, FILE_NAME, LONG_NAME, DISPLAY_NAME = 0x3701, 0x3704, 0x3707, 0x3001
MESSAGE_CODEPAGE, INTERNET_CODEPAGE = 0x3FFD, 0x3FDE
_LABELS = {
    0x0C1A: "From", 0x0C1F: "From", 0x0042: "From", 0x5D01: "From", 0x0E04: "To", 0x0E03: "Cc", 0x0E02: "Bcc", 0x3001: "name",
    0x3A11: "name", 0x3A06: "name", 0x39FE: "address", 0x3003: "address", 0x3A15: "address", 0x3A08: "phone", 0x3A1C: "phone",
    0x3A02: "phone", 0x3A09: "phone", 0x3A1A: "phone", 0x3A1B: "phone", 0x3A16: "company",
}  # fmt: skip
"""MS-OXPROPS."""
_HEADERS = 0x007D
_DOUBLE = frozenset({0x0070, 0x0E1D, 0x003D})
"""The subject again, and what stands before it."""
_MACHINES = frozenset({0x001A, 0x1035, 0x1039, 0x1042, 0x3703, 0x370E, 0x3712, 0x3713, 0x003F})
"""Class, identifiers and types: for programs."""
_TELLING = re.compile("[ぁ-んァ-ヶ一-龥々ｦ-ﾝ]|@|[0-9]{2,4}-[0-9]{2,4}-[0-9]{3,4}")
_TAG = re.compile("<[^<>]*>")
_FULL = 0.5
"""Share of the text of its marked-up form from which a plain body is believed to be all of it."""


class Value(NamedTuple):
    """A property as it is stored."""

    kind: int
    data: bytes


Properties = dict[int, list[Value]]
"""Identifier → its values."""


def codec(properties: Properties) -> str:
    """The codec of the strings that are not Unicode; empty where the message does not say, or says what is not known."""
    for tag in (MESSAGE_CODEPAGE, INTERNET_CODEPAGE):
        for value in properties.get(tag, ()):
            number = int.from_bytes(value.data[:4], "little")
            if number in charsets.CODEPAGES:
                return charsets.CODEPAGES[number]
    return ""


def string(value: Value, name: str) -> str:
    """A string property; others give nothing."""
    if value.kind & 0xFFF == UNICODE:
        return value.data.decode("utf-16-le", "replace").rstrip("\0")
    if value.kind & 0xFFF == STRING8:
        return charsets.by_codec(value.data.rstrip(b"\0"), name)
    return ""


def first(properties: Properties, *tags: int, name: str = "") -> str:
    """The first string that stands under one of the tags."""
    return next((text for tag in tags for v in properties.get(tag, ()) if (text := string(v, name))), "")


def put(properties: Properties, name: str, source: Source, sink: Sink) -> None:
    """Put what a person reads of a message, a recipient or an attachment."""
    for tag, values in properties.items():
        for value in values:
            if tag in (BODY, HTML, RTF, DATA, LONG_NAME, FILE_NAME) or tag in _DOUBLE or tag in _MACHINES:
                continue
            text = string(value, name)
            if tag == SUBJECT:
                sink.field(source.part, "Subject", text)
            elif tag == _HEADERS:
                _lines(text, "headers", source, sink)
            elif tag in _LABELS:
                sink.field(source.part, _LABELS[tag], f"{_LABELS[tag]}: {text}" if text else "")
            elif _TELLING.search(text):
                sink.field(source.part, "properties", text)
    _body(properties, name, source, sink)


def _lines(text: str, label: str, source: Source, sink: Sink) -> None:
    out = Lines(source, sink, join(source.part, label))
    out.piece(text.replace("\r\n", "\n").replace("\r", "\n"))
    out.end()


def _body(properties: Properties, name: str, source: Source, sink: Sink) -> None:
    """The body, of which a message holds up to three forms: the plain one, and a marked-up one where that says more."""
    plain = first(properties, BODY, name=name)
    _lines(plain, "body", source, sink)
    size = len("".join(plain.split()))
    for value in properties.get(HTML, ()):
        page = string(value, name) or html.decoded(value.data, _internet(properties))
        if size < _FULL * len("".join(_TAG.sub("", page).split())) or "data:" in page:
            html.Reader(source, join(source.part, "html"), sink).read(page)
            size = max(size, 1)
    if size:
        return
    for value in properties.get(RTF, ()):
        data = lzfu.unpacked(value.data)
        sink.unpacked(len(data))
        sink.member(source.inner("body.rtf", io.BytesIO(data), len(data)))


def _internet(properties: Properties) -> str:
    values = properties.get(INTERNET_CODEPAGE) or properties.get(MESSAGE_CODEPAGE)
    return charsets.CODEPAGES.get(int.from_bytes(values[0].data[:4], "little"), "") if values else ""
