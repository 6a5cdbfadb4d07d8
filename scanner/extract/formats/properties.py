"""Property sets of compound files ([MS-OLEPS]): author, title, company, and what users define.

Every count in them is bounded by the bytes that are there: a vector may say that it has four thousand million elements.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from scanner.extract import charsets

_STANDARD: dict[str, dict[int, str]] = {
    "\x05SummaryInformation": {2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "comments", 8: "last_saved_by"},
    "\x05DocumentSummaryInformation": {2: "category", 14: "manager", 15: "company", 20: "link base", 27: "status"},
}
STREAMS = tuple(_STANDARD)
_CODEPAGE, _DICTIONARY = 1, 0
_VARIANT, _NARROW, _WIDE, _VECTOR, _BSTR = 0x0C, 0x1E, 0x1F, 0x1000, 0x08
_FOUR_BYTES = frozenset((2, 3, 4, 10, 11, 18, 19, 22, 23))
"""Numbers and truths, with their padding."""
_LINKED = 0x00FFFFFF
"""A property that shows a place of the document has a second one, which names the place."""
_UTF16 = 1200
_OF_THE_SYSTEM = "_PID_"
"""How the names begin of properties that programs define."""


def strings(data: bytes, stream: str) -> Iterator[tuple[str, str]]:
    """(name, text) of the properties of a stream that people fill in; what is damaged ends its section."""
    if len(data) < 28:
        return
    (sections,) = struct.unpack_from("<I", data, 24)
    for number in range(min(sections, 4)):
        try:
            (at,) = struct.unpack_from("<I", data, 28 + 20 * number + 16)
            yield from _section(data, at, _STANDARD[stream] if number == 0 else None)
        except struct.error:
            continue


def _section(data: bytes, base: int, standard: dict[int, str] | None) -> Iterator[tuple[str, str]]:
    _, count = struct.unpack_from("<II", data, base)
    places: dict[int, int] = {}
    for number in range(min(count, (len(data) - base) // 8)):
        key, offset = struct.unpack_from("<II", data, base + 8 + 8 * number)
        places.setdefault(key, base + offset)
    page = 0
    if _CODEPAGE in places:
        _, page = struct.unpack_from("<IH", data, places[_CODEPAGE])
    names = standard if standard is not None else _named(data, places.get(_DICTIONARY), page)
    for key, at in places.items():
        name = names.get(key & _LINKED, "")
        if name and not name.startswith(_OF_THE_SYSTEM):
            try:
                for text in _texts(data, at, page):
                    yield name, text
            except struct.error:
                continue


def _named(data: bytes, at: int | None, page: int) -> dict[int, str]:
    names: dict[int, str] = {}
    if at is None:
        return names
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    for _ in range(count):
        if at + 8 > len(data):
            break
        key, length = struct.unpack_from("<II", data, at)
        size = length * 2 if page == _UTF16 else length
        names[key] = _decoded(data[at + 8 : at + 8 + size], page)
        at += 8 + (-(-size // 4) * 4 if page == _UTF16 else size)
    return names


def _texts(data: bytes, at: int, page: int) -> Iterator[str]:
    (kind,) = struct.unpack_from("<I", data, at)
    at += 4
    if not kind & _VECTOR:
        text, _ = _text(data, at, kind, page)
        if text:
            yield text
        return
    (count,) = struct.unpack_from("<I", data, at)
    at += 4
    for _ in range(count):
        inner = kind & ~_VECTOR
        if inner == _VARIANT:
            (inner,) = struct.unpack_from("<I", data, at)
            at += 4
        text, at = _text(data, at, inner, page)
        if at > len(data):
            return
        if text:
            yield text


def _text(data: bytes, at: int, kind: int, page: int) -> tuple[str, int]:
    """A string and the place behind it; of anything else nothing, behind the end."""
    if kind not in (_NARROW, _WIDE, _BSTR):
        return "", at + 4 if kind in _FOUR_BYTES else len(data) + 1
    (length,) = struct.unpack_from("<I", data, at)
    size = length * 2 if kind == _WIDE else length
    raw = data[at + 4 : at + 4 + size]
    return _decoded(raw, _UTF16 if kind == _WIDE else page), at + 4 + size


def _decoded(raw: bytes, page: int) -> str:
    if page == _UTF16:
        return raw[: len(raw) & ~1].decode("utf-16-le", "replace").split("\0")[0]
    return charsets.by_codec(raw.split(b"\0")[0], charsets.CODEPAGES.get(page, ""))
