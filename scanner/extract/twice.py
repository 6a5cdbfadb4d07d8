"""Text that a program read in a wrong encoding and wrote again: ``é\\x88´æ\\x9c¨`` for 鈴木. Each of its characters is below U+0100, or
one of the marks that Windows-1252 has there, so that a text in Japanese, or of any script of its own, is told by its first letters.
"""

from __future__ import annotations

from scanner.extract.jis import EUC
from scanner.extract.plausible import score

_MARKS = {ord(bytes((b,)).decode("cp1252")): b for b in range(0x80, 0xA0) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_LOOKED = 4_096
_SURE = 0.5


def mended(text: str) -> str:
    """What the text was before; the text itself where it was nothing else."""
    if text.isascii():
        return text
    try:
        text[:_LOOKED].encode("latin-1")
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        if any(ord(c) > 0xFF and ord(c) not in _MARKS for c in text[:_LOOKED]):
            return text
        try:
            raw = text.translate(_MARKS).encode("latin-1")
        except UnicodeEncodeError:
            return text
    for codec in ("utf-8", "cp932", EUC):
        try:
            found = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if score(found) > _SURE:
            return found
    return text
