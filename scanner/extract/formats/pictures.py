"""Pictures: what they say beside their pixels (EXIF, XMP, comments), and their text where recognition was asked for.

A picture that was not read is told: a person may see a name in it. Except what is decoration. Measured with the recognition
that is used here (rapidocr 3.10, Noto Sans CJK): names and telephone numbers are read from letters of 11 pixels on, not at 9. A
name with its number needs 130 by 19 pixels then; what is smaller than that cannot tell a person beyond a bare name.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any

from scanner.extract import behind
from scanner.extract.formats import clear
from scanner.extract.interface import ExtractError, Sink, Source, join
from scanner.extract.telling import telling
from scanner.model import Reason

DECORATION_SIDE = 16
DECORATION_AREA = 2_400
"""Pixels of the shorter side, and in all, below which a picture inside a document is decoration: bullets, icons, marks."""
REPEATED = 3
"""A picture that so many parts of a document name is a logo or a background; the same person does not stand on each page."""

_EXIF_TEXTS = {
    0x010E: "description", 0x013B: "artist", 0x8298: "copyright", 0x010D: "document name", 0x013C: "host", 0x0131: "software",
    0x9286: "comment", 0x9C9B: "title", 0x9C9C: "comment", 0x9C9D: "author", 0x9C9E: "keywords", 0x9C9F: "subject",
    0xA430: "owner", 0x011D: "page name",
}  # fmt: skip
"""EXIF 2.32 and TIFF 6.0; the 0x9C.. are what Windows Explorer writes, in UTF-16."""
_EXIF_IFD = 0x8769
_COMMENT_HEADS = {b"ASCII\0\0\0": "ascii", b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp", b"\0" * 8: "utf-8"}
_XMP = re.compile(rb"<x:xmpmeta.{0,2000000}?</x:xmpmeta>", re.DOTALL)
_IPTC = re.compile(rb"\x1c\x02([\x05\x14\x19\x28\x50\x55\x69\x6e\x73\x74\x76\x78\x7a])(\x00.|[\x01-\x7f].)", re.DOTALL)
_QUOTED = re.compile(r"(?<==[\"'])[^\"']+(?=[\"'])")
_USUAL = frozenset("comment title author description copyright software source warning".split())
_LOOKED = 1_000_000
_NO_TEXTS = frozenset("exif icc_profile xmp xml:com.adobe.xmp photoshop mp".split())
"""Entries beside the pixels that are read as what they are, or hold no text."""
_JPEG_END, _PNG_END = b"\xff\xd9", b"IEND\xaeB`\x82"


def extract(source: Source, sink: Sink) -> None:
    """Put the texts beside the pixels, then those of every frame with ``source.ocr``; raises ``picture`` otherwise."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    try:
        size = _beside(data, source, sink)
    except MemoryError:
        raise
    except Exception as error:  # whatever a broken picture raises in the image library
        clear.texts(data[:_LOOKED], join(source.part, "properties"), sink, noisy=True)
        raise ExtractError(type(error).__name__, Reason.CORRUPT) from None
    _tail(data, source, sink)
    if source.depth and decoration(size):
        sink.textless()
    elif source.ocr:
        from scanner.extract.formats import ocr

        ocr.extract(source, sink)
    else:
        raise ExtractError("picture", Reason.PICTURE)


def decoration(size: tuple[int, int]) -> bool:
    """Whether a picture of (width, height) pixels is too small to tell a person."""
    return min(size) < DECORATION_SIDE or size[0] * size[1] < DECORATION_AREA


def opened(data: bytes) -> Any:
    """A Pillow image; its own bound on pixels is an error here, not a warning."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(data))


def _beside(data: bytes, source: Source, sink: Sink) -> tuple[int, int]:
    part = join(source.part, "properties")
    with opened(data) as image:
        for label, text in _texts(image, data):
            sink.field(part, label, text)
        return (int(image.size[0]), int(image.size[1]))


def _texts(image: Any, data: bytes) -> Iterator[tuple[str, str]]:
    exif = image.getexif()
    for directory in (dict(exif), exif.get_ifd(_EXIF_IFD)):
        for tag, value in directory.items():
            if tag in _EXIF_TEXTS:
                yield _EXIF_TEXTS[tag], _decoded(value, wide=0x9C9B <= tag <= 0x9C9F)
    for key, value in list(image.info.items())[:200]:
        name = str(key).lower()
        if name in _NO_TEXTS or not (isinstance(value, str) or (isinstance(value, bytes) and name == "comment")):
            continue
        text = _decoded(value)
        if name in _USUAL or telling(text):
            yield name[:40], text
    for match in list(_XMP.finditer(data[:4_000_000]))[:4]:
        found = match.group().decode("utf-8", "replace")
        yield "xmp", " ".join((*re.findall(r">([^<>]+)<", found), *filter(telling, _QUOTED.findall(found))))
    for match in list(_IPTC.finditer(data[:1_000_000]))[:200]:
        length = int.from_bytes(match[2], "big")
        yield "iptc", _decoded(data[match.end() : match.end() + length])


def _tail(data: bytes, source: Source, sink: Sink) -> None:
    """What was put behind a picture, where it says where it ends. An archive there is found by its directory."""
    mark = _JPEG_END if data.startswith(b"\xff\xd8") else _PNG_END if data.startswith(b"\x89PNG") else b""
    at = data.rfind(mark) + len(mark) if mark else 0
    if at > len(mark) and data[at:].strip(b"\0\r\n ") and b"PK\x05\x06" not in data[at:]:
        behind.rest(source, sink, at)


def _decoded(value: object, *, wide: bool = False) -> str:
    if isinstance(value, (tuple, list)):
        value = bytes(v & 0xFF for v in value if isinstance(v, int))
    if isinstance(value, str):
        try:  # Pillow reads text of EXIF as Latin-1; cameras and offices here write CP932 or UTF-8
            value = value.encode("latin-1")
        except UnicodeEncodeError:
            return str(value)
    if not isinstance(value, bytes):
        return ""
    head = value[:8]
    if head in _COMMENT_HEADS and len(value) > 8:
        codec = _COMMENT_HEADS[head]
        if codec == "utf-16":
            codec = "utf-16-be" if value[8:9] == b"\0" else "utf-16-le"
        return value[8:].decode(codec, "replace").strip("\0 ")
    if wide:
        return value.decode("utf-16-le", "replace").strip("\0 ")
    for codec in ("utf-8", "cp932"):
        try:
            return value.decode(codec).strip("\0 ")
        except UnicodeDecodeError:
            continue
    return value.decode("cp932", "replace").strip("\0 ")
