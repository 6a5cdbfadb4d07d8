"""Japanese in seven bits without escape sequences: UTF-7 and HZ. Both look like ASCII."""

from __future__ import annotations

import base64
import re

_UTF7 = re.compile(rb"(?<![A-Za-z0-9+/])\+([A-Za-z0-9+/]{3,})-?")
_HZ = re.compile(rb"~\{((?:[\x21-\x7d][\x21-\x7e])+)~\}")
_ENCODED = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} .*?(?:^(?:end|====)[ \t\r]*$|\Z)", re.MULTILINE | re.DOTALL)
"""A file in the letters of uuencode or base64, in which ``+`` is one of them."""
_SURE = 0.9
_MOST = 2_000
"""Words that are looked at."""


def seven_bit(chunk: bytes) -> str:
    """``hz``, ``utf-7`` or nothing for ASCII bytes."""
    if b"~{" in chunk and _HZ.search(chunk):
        return "hz" if _decodes(chunk) else ""
    if b"+" not in chunk:
        return ""
    if b"begin" in chunk:
        chunk = _ENCODED.sub(b"", chunk)
    words = [m[1] for _, m in zip(range(_MOST), _UTF7.finditer(chunk), strict=False)]
    read = [_word(w) for w in words]
    if words and sum(map(bool, read)) / len(words) >= _SURE:
        return "utf-7"
    return ""


def _decodes(chunk: bytes) -> bool:
    try:
        chunk[: chunk.rfind(b"~}") + 2].decode("hz")
    except UnicodeDecodeError:
        return False
    return True


def _word(raw: bytes) -> bool:
    """Whether a word in UTF-7 is Japanese."""
    return bool(units(raw))


def units(raw: bytes) -> str:
    """The Japanese text of a word in UTF-7, without its marks; empty where it is none: whole units of UTF-16 that CP932 knows,
    without bits left over."""
    bits = len(raw) * 6
    if bits % 16 >= 6:
        return ""
    data = base64.b64decode(raw + b"=" * (-len(raw) % 4) if len(raw) % 4 != 1 else raw + b"A==")
    try:
        text = data[: bits // 16 * 2].decode("utf-16-be")
        text.encode("cp932")
    except UnicodeError:
        return ""
    return text if any("\u3000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in text) else ""
