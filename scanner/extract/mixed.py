"""Texts that several programs wrote into: each line, and where a line holds two, each run of it, in its own encoding.

A whole piece is tried first; lines are looked at one by one only where the piece does not decode, or where it holds what
another encoding writes every day and this one hardly ever.
"""

from __future__ import annotations

import re

from scanner.extract.jis import ESCAPE, EUC, JisDecoder, euc
from scanner.extract.plausible import doubtful, score, spoken
from scanner.extract.twice import mended

_UTF8_WORD = re.compile(rb"[\xe2-\xe9\xef][\x80-\xbf]{2}")
_SHAPES = bytes(
    ord("L") if b in b"\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xef" else ord("c") if 0x80 <= b < 0xC0 else 32
    for b in range(256)
)
_HIGH = bytes(ord("h") if b > 0xA0 else 32 for b in range(256))
_EUC_WORD = b"hhhh"
"""Two characters of EUC-JP, in the shape of their bytes; CP932 has such a run in half-width katakana only, nearly."""
_UTF8_PAIR = b"LccLcc"
"""Two characters of Japanese in UTF-8, in the shape of their bytes."""
_PAIR_HEAD = b"LccL"
"""Its head, which ends with a byte that is rare: a search goes by the last one first, and is five times as fast."""
_KANA_IN_EUC = re.compile(rb"\x8e[\xa1-\xdf]\x8e[\xa1-\xdf]\x8e[\xa1-\xdf]")
WIDE = re.compile(rb"(?:\xff\xfe)?(?:[\t\n\r -~]\x00|[\x00-\xff][\x30\x4e-\x9f\xff]){8,}")
"""UTF-16 in the middle: what PowerShell appends to a file of any encoding."""
_NULS = 4
_BETTER = 0.2
"""By how much another encoding must explain a line better than that of the file."""
_PLAIN = re.compile(rb"([\x00-\x3f]+)")
"""Bytes that are themselves in every encoding, also behind a first byte of two."""
_DOUBTED = frozenset({"cp1252", "latin-1", "iso8859-1", "cp1250", "cp1251", "ascii"})
"""Labels that programs set when they know nothing."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f\ufffd]")
_SHARE = 0.1
_NO_CHARACTERS = "\x80\uf8f0\uf8f1\uf8f2\uf8f3"
"""What the codec makes of the bytes 80, A0, FD, FE and FF, which are none in CP932."""
_CESU = "cesu-8"
"""UTF-8 of some databases, with three bytes for each half of a character beyond the first plane."""


def text(data: bytes, encoding: str) -> tuple[str, int]:
    """(text, lines that no encoding explains) of whole lines."""
    if b"\0" in data and appended(data):
        return _by_run(data, encoding)
    found, damaged = _one(data, encoding)
    return (found if damaged else mended(found)), damaged


def _by_run(data: bytes, encoding: str) -> tuple[str, int]:
    """A text between whose lines stand runs of UTF-16."""
    out: list[str] = []
    at = damaged = 0
    for wide in filter(_half_ascii, WIDE.finditer(data)):
        before, count = _one(data[at : wide.start()], encoding)
        out += (before, wide.group().removeprefix(b"\xff\xfe").decode("utf-16-le", "replace"))
        damaged += count
        at = wide.end()
    behind, count = _one(data[at:], encoding)
    return "".join((*out, behind)), damaged + count


def _one(data: bytes, encoding: str) -> tuple[str, int]:
    if b"\x1b" in data and ESCAPE.search(data):
        return _by_line(data, encoding)
    try:
        found = _strict(data, encoding)
    except UnicodeDecodeError:
        return _by_line(data, encoding)
    if not data.isascii() and _suspicious(data, found, encoding):
        return _by_line(data, encoding)
    return found, 0


def appended(data: bytes) -> re.Match[bytes] | None:
    """The first run of UTF-16 in a text of bytes."""
    return next(filter(_half_ascii, WIDE.finditer(data)), None)


def _half_ascii(run: re.Match[bytes]) -> bool:
    """Whether half of a run is ASCII at least, as lines of a log are: digits and letters in pairs look like CJK."""
    nuls = run.group().count(0)
    return nuls > _NULS and nuls * 4 >= len(run.group())


def _suspicious(data: bytes, read: str, encoding: str) -> bool:
    if encoding == "cp932":
        shapes = data.translate(_SHAPES)
        if _PAIR_HEAD in shapes and _UTF8_PAIR in shapes:
            return True
        return _half_width(data, read) > 0 and bool(
            _KANA_IN_EUC.search(data) or (_EUC_WORD in data.translate(_HIGH) and doubtful(read))
        )
    return encoding in _DOUBTED


def _half_width(data: bytes, read: str) -> int:
    """How many characters of a text in CP932 are one byte and no ASCII: half-width katakana, which EUC-JP becomes in part. Counted
    by lengths, which costs a copy of the text and no search."""
    wide = len(data) - len(read)
    return len(read) - len(read.encode("ascii", "ignore")) - wide


def _strict(data: bytes, encoding: str) -> str:
    if encoding == _CESU:
        return data.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
    found = euc(data, "strict") if encoding == EUC else data.decode(encoding)
    if encoding == "cp932" and any(c in found for c in _NO_CHARACTERS):
        raise UnicodeDecodeError(encoding, data, 0, 1, "no character")
    return found


def _loose(data: bytes, encoding: str) -> str:
    if encoding == EUC:
        return euc(data)
    found = data.decode("utf-8" if encoding == _CESU else encoding, "replace")
    return found.translate(dict.fromkeys(map(ord, _NO_CHARACTERS), "\ufffd")) if encoding == "cp932" else found


def _by_line(data: bytes, encoding: str) -> tuple[str, int]:
    if encoding == "utf-8-sig":
        data, encoding = data.removeprefix(b"\xef\xbb\xbf"), "utf-8"
    out: list[str] = []
    damaged = 0
    for raw in data.split(b"\n"):
        if raw.isascii() and b"\x1b" not in raw:
            out.append(raw.decode("ascii"))
            continue
        found, whole = line(raw, encoding)
        out.append(found)
        damaged += not whole
    return "\n".join(out), damaged


def line(raw: bytes, encoding: str) -> tuple[str, bool]:
    """(text, whether all of it decoded) of one line in a text that is mostly in ``encoding``."""
    if b"\x1b" in raw and ESCAPE.search(raw):
        found = JisDecoder(lambda run: _plain_line(run, encoding)[0]).decode(raw)
        return found, "\ufffd" not in found
    return _plain_line(raw, encoding)


_UTF8_RUN = re.compile(
    rb"((?:[\xe3-\xe9\xef][\x80-\xbf]{2}){2,}(?:[ -~]|[\xc2-\xdf][\x80-\xbf]|[\xe3-\xe9\xef][\x80-\xbf]{2})*)"
)


def _plain_line(raw: bytes, encoding: str) -> tuple[str, bool]:
    codec = chosen(raw, encoding)
    if codec == "cp932" and _UTF8_PAIR in raw.translate(_SHAPES):
        divided = _UTF8_RUN.split(raw)  # records with bytes of numbers beside their texts
        if len(divided) > 1 and score(divided[1].decode()) > score(_loose(divided[1], codec)) + _BETTER:
            pieces = [part.decode() if n % 2 else _run(part, encoding) for n, part in enumerate(divided)]
            return "".join(pieces), not any("\ufffd" in piece for piece in pieces)
    try:
        return _strict(raw, codec), True
    except UnicodeDecodeError:
        pass
    runs = _PLAIN.split(raw)
    if len(runs) > 1:
        found = "".join(run.decode("ascii") if n % 2 else _run(run, encoding) for n, run in enumerate(runs))
    else:
        found = _run(raw, encoding)
    return found, "\ufffd" not in found


def _run(raw: bytes, encoding: str) -> str:
    if raw.isascii():
        return raw.decode("ascii")
    codec = chosen(raw, encoding)
    try:
        return _strict(raw, codec)
    except UnicodeDecodeError:
        return max((_loose(raw, c) for c in (encoding, "utf-8", "cp932", EUC)), key=score)


def chosen(raw: bytes, encoding: str) -> str:
    """The encoding of a line or a short text that is said to be in ``encoding``: the name of a codec, which may not decode
    the bytes wholly where none does."""
    if encoding.startswith("utf-8") or _UTF8_WORD.search(raw):
        try:
            raw.decode("utf-8")
            return "utf-8"
        except UnicodeDecodeError:
            pass
    if encoding in _DOUBTED or encoding.startswith("iso"):
        found = _best(raw, ("cp932", EUC), 0.3)
        return found or encoding
    ours = _read(raw, encoding)
    if ours is None:
        return _best(raw, ("cp932", EUC, "gb18030"), -0.35) or _surrogates(raw) or encoding
    if encoding == "cp932" and not (doubtful(ours) or _KANA_IN_EUC.search(raw)):
        return encoding
    if encoding in ("cp932", EUC) and not (encoding == "cp932" and spoken(ours)):
        other = EUC if encoding == "cp932" else "cp932"
        theirs = _read(raw, other)
        if theirs is not None and (score(theirs) > score(ours) + _BETTER or (other == "cp932" and spoken(theirs))):
            return other
    return encoding


def _best(raw: bytes, codecs: tuple[str, ...], least: float) -> str:
    best, most = "", least
    for codec in codecs:
        found = _read(raw, codec)
        if found is not None:
            value = 0.5 if codec == "cp932" and spoken(found) else score(found)
            if value > most:
                best, most = codec, value
    return best


def _read(raw: bytes, codec: str) -> str | None:
    try:
        return _strict(raw, codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _surrogates(raw: bytes) -> str:
    return _CESU if _read(raw, _CESU) is not None else ""


def controlled(found: str) -> bool:
    """Whether a line is no text: one character in ten is a control or was not decoded."""
    return bool(found) and len(_CONTROL.findall(found)) > len(found) * _SHARE
