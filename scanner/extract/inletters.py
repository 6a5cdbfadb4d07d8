"""Bytes that were written in letters or packed, and what they are: text that a person can read, noise, or neither."""

from __future__ import annotations

import binascii
import io
import re
import zlib
from base64 import b64decode
from urllib.parse import unquote_to_bytes

from scanner.extract import encoding
from scanner.extract.jis import ESCAPE
from scanner.extract.mixed import controlled
from scanner.extract.plausible import score

_LEGIBLE, _LIKELY, _SURE = 0.25, 0.4, 0.6
"""Scores from which bytes are text: of text, in UTF-8 whatever they were meant for, in encodings that any bytes fit."""
_SHORTEST = 12
_PERCENT = re.compile(rb"%3C[A-Za-z]")
_MOST = 100_000_000


def unpacked(letters: str) -> bytes | None:
    """The bytes of base64 in either alphabet, a cut end left out; ``None`` where it is none."""
    letters = re.sub(r"\s+", "", letters).rstrip("=").replace("-", "+").replace("_", "/")
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        return b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def legible(data: bytes) -> bool:
    """Whether bytes are text that a person can read."""
    sample = data[:20_000]
    damage = encoding.Damage()
    text = encoding.decode(sample, encoding.detect(io.BytesIO(sample)), damage)
    if damage.lines > 1 or controlled(text) or not text:
        return False
    return score(text) > _LEGIBLE or sum(c.isascii() for c in text) > 0.95 * len(text)


def japanese(data: bytes) -> str:
    """Text that nobody gets by chance, whatever the bytes were meant for; empty otherwise. In UTF-8 any Japanese, in CP932 and
    UTF-16 what consists of common characters."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "ignore") if len(data) > 100 else ""
        if len(text.encode()) + 3 < len(data):
            text = ""
    if text and score(text) > _LIKELY and not controlled(text):
        return text
    if data.isascii() and not ESCAPE.search(data):
        return ""
    for codec in ("utf-16-le" if not data.startswith(b"\xfe\xff") else "utf-16", "cp932", "iso2022_jp"):
        try:
            text = data.decode(codec).rstrip("\0")
        except UnicodeDecodeError:
            continue
        if score(text) > _SURE and not any(c < " " and c not in "\t\r\n" for c in text):
            return text
    return ""


def deflated(data: bytes) -> bytes:
    """The contents of a deflated text, with the head of zlib or without any (diagrams of draw.io); empty where it is none."""
    for bits in (15, -15):
        stream = zlib.decompressobj(bits)
        try:
            found = stream.decompress(data, _MOST)
        except zlib.error:
            continue
        if stream.eof and len(found) >= _SHORTEST:
            if _PERCENT.match(found):
                found = unquote_to_bytes(found)
            return found
    return b""


def noise(data: bytes) -> bool:
    """Whether bytes look like noise: ciphertext, or something packed. Text in letters alone decodes to few values."""
    sample = data[:4096]
    return len(set(sample)) > min(200, len(sample) // 3)


def uu_line(bare: str) -> bool:
    """Whether a line may be one of uuencode."""
    return " " <= bare[0] <= "`" and len(bare) <= 90


def uu_bytes(line: str) -> bytes:
    """The bytes of such a line."""
    wanted = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3 if line else 0
    try:
        return binascii.a2b_uu(line[: wanted + 1].ljust(1).encode("ascii", "replace"))
    except binascii.Error:
        return b""


_STRING = re.compile(rb"[\x0c\x13\x16]([\x01-\x7f])|\x1e([\x02-\x7e])")


def strings(data: bytes) -> list[str]:
    """The texts of a certificate (DER): UTF8String, PrintableString, IA5String, BMPString."""
    found: list[str] = []
    for tag in _STRING.finditer(data):
        wide = tag[2] is not None
        length = (tag[2] or tag[1])[0]
        raw = data[tag.end() : tag.end() + length]
        try:
            text = raw.decode("utf-16-be" if wide else "utf-8")
        except UnicodeDecodeError:
            continue
        if len(raw) == length and length > 2 and text.isprintable():
            found.append(text)
    return found[:200]
