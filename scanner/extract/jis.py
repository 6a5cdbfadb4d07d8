"""JIS in seven bits (ISO-2022-JP and its kin) and in eight (EUC-JP), as offices write them.

Both are read by the tables of CP932 where the standard library knows others: rows 13 and 89 to 92 hold the characters of NEC
and IBM there (① ㈱ 髙 﨑), which JIS X 0213 gave to other ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

EUC = "euc_jis_2004"
ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\$\([DOPQ]|\([BIJ])")
_SHIFT = re.compile(rb"\x1b(\$[@B]|\$\([@BDOPQ]|\([BIJ]|&@)")
_IBM_ROWS = re.compile(rb"[\xf9-\xfc][\xa1-\xfe]")
_SINGLE, _KANA = (b"(B", b"(J", b"&@"), b"(I"
_2004 = (b"$(O", b"$(P", b"$(Q")
_X0212 = b"$(D"


_DAILY = re.compile("[ぁ-んァ-ヶ、。ー・「」　]")
_WRITTEN = 0.3
"""Share of kana and marks from which a line is Japanese: half of any text of offices, hardly any of Latin letters taken in pairs."""


def _plausible(text: str) -> float:
    body = text.strip()
    return len(_DAILY.findall(body)) / len(body) if body else 1.0


@lru_cache(maxsize=1)
def _plane() -> dict[tuple[int, int], str]:
    """(row byte, cell byte) of seven bits → character."""
    return {(a, b): _character(a, b) for a in range(0x21, 0x7F) for b in range(0x21, 0x7F)}


def _shifted(a: int, b: int) -> bytes:
    """The Shift_JIS bytes of a JIS code."""
    lead = ((a - 0x21) >> 1) + 0x81
    trail = b + (0x1F if b < 0x60 else 0x20) if a & 1 else b + 0x7E
    return bytes((lead if lead < 0xA0 else lead + 0x40, trail))


def _character(a: int, b: int) -> str:
    for data, codec in ((_shifted(a, b), "cp932"), (bytes((a | 0x80, b | 0x80)), EUC)):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return "\ufffd"


@lru_cache(maxsize=1)
def _mends() -> dict[int, str]:
    """What the codec gives for rows 89 to 92 → what offices mean by them."""
    found: dict[int, str] = {}
    for a in range(0x79, 0x7D):
        for b in range(0x21, 0x7F):
            read = bytes((a | 0x80, b | 0x80)).decode(EUC, "replace")
            meant = _plane()[a, b]
            if len(read) == 1 and read != "\ufffd" and meant != "\ufffd":
                found[ord(read)] = meant
    return found


def euc(data: bytes, errors: str = "replace") -> str:
    """EUC-JP with the rows of NEC and IBM. Raises ``UnicodeDecodeError`` with ``errors="strict"``."""
    text = data.decode(EUC, errors)
    return text.translate(_mends()) if _IBM_ROWS.search(data) else text


class JisDecoder:
    """ISO-2022-JP and its kin (cp50221, -ms, -2004). ``plain`` reads what stands unshifted: some put Shift_JIS or UTF-8 there."""

    def __init__(self, plain: Callable[[bytes], str] | None = None) -> None:
        self._mode = _SINGLE[0]
        self._plain = plain

    def decode(self, data: bytes) -> str:
        """One or more whole lines; the shift state is kept between calls."""
        pieces: list[str] = []
        at = 0
        goes_on = True
        for escape in _SHIFT.finditer(data):
            pieces.append(self._run(data[at : escape.start()], goes_on))
            self._mode, at, goes_on = escape[1], escape.end(), False
        pieces.append(self._run(data[at:], goes_on))
        return "".join(pieces)

    def _run(self, run: bytes, goes_on: bool) -> str:
        """Letters in one mode; ``goes_on``: that of the lines before."""
        if not run:
            return ""
        if self._mode in _SINGLE:
            return run.decode("ascii") if run.isascii() else self._plain(run) if self._plain else euc(run)
        if self._mode == _KANA:
            return "".join(chr(0xFF61 + (b & 0x7F) - 0x21) if 0x21 <= b & 0x7F <= 0x5F else chr(b & 0x7F) for b in run)
        lines = run.splitlines(keepends=True)
        return "".join(
            (self._next_line(lines[0]) if goes_on else self._line(lines[0]), *map(self._next_line, lines[1:]))
        )

    def _next_line(self, run: bytes) -> str:
        """A line that begins in the mode of the last one. Programs leave out the way back to ASCII before the end of a line
        (RFC 1468 asks for it); then its letters are Latin ones."""
        shifted = self._line(run)
        body = run.strip()
        if body.isascii() and _plausible(shifted) < _WRITTEN:
            return self._plain(run) if self._plain else run.decode("ascii", "replace")
        return shifted

    def _line(self, run: bytes) -> str:
        """Two bytes a character; a line end within is one byte."""
        body = run.rstrip(b"\r\n")
        if self._mode == _X0212 or self._mode in _2004:
            lead = b"\x8f" if self._mode in (_X0212, b"$(P") else b""
            marked = bytes(b | 0x80 for b in body)
            pairs = (lead + marked[at : at + 2] for at in range(0, len(marked) - 1, 2))
            text = b"".join(pairs).decode(EUC, "replace")
        else:
            plane = _plane()
            codes = zip((b & 0x7F for b in body[::2]), (b & 0x7F for b in body[1::2]), strict=False)
            text = "".join([plane.get(code, "\ufffd") for code in codes])
        return text + run[len(body) :].decode("ascii")
