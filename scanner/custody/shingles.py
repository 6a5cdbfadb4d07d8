"""Which pieces of running text are kept for comparing: one in eight, chosen by its contents, so the same in every copy.

A piece of 16 characters is chosen where the last three bits of its CRC-32 are zero. The CRC of a piece is the XOR of
what each of its characters contributes at its place, so numpy adds up all pieces of a text at once from tables; the
choice is the same as that of ``zlib.crc32`` on every piece, at a fifth of the cost.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from zlib import crc32

from scanner.custody.identity import LONGEST_SHINGLE, letters

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Bits = npt.NDArray[np.uint8]

SHINGLE_SAMPLE = 8
"""One shingle in so many (a power of two) is kept."""
_UNCHOSEN = SHINGLE_SAMPLE - 1
_MOST = 60_000
_BATCH = 16_384
"""Characters that come together before they are looked at: a call of numpy for each cell would cost more than it saves."""
_BYTES = 4


class Shingles:
    """Digests of the chosen pieces of one running text, given in parts."""

    def __init__(self) -> None:
        self._kept: set[bytes] = set()
        self._parts: list[str] = []
        self._waiting = 0
        self._tail = ""

    def add(self, text: str) -> None:
        """The next part of the text."""
        if len(self._kept) >= _MOST:
            return
        self._parts.append(text)
        self._waiting += len(text)
        if self._waiting >= _BATCH:
            self._look()

    def digests(self) -> set[bytes]:
        """All that was chosen, 16 bytes each."""
        self._look()
        return self._kept

    def _look(self) -> None:
        whole = self._tail + letters("\n".join(self._parts))
        self._parts, self._waiting = [], 0
        raw, width = whole.encode("utf-32-le", "surrogatepass"), _BYTES * LONGEST_SHINGLE
        self._kept.update([sha256(raw[at : at + width]).digest()[:16] for at in chosen(raw)])
        self._tail = whole[-(LONGEST_SHINGLE - 1) :]


def chosen(raw: bytes) -> list[int]:
    """Offsets, in bytes, of the chosen pieces of a text in UTF-32 (little-endian), each ``LONGEST_SHINGLE`` characters."""
    import numpy as np

    codes = np.frombuffer(raw, "<u4")
    count = len(codes) - LONGEST_SHINGLE + 1
    if count <= 0:
        return []
    plane, beyond, nothing = _contributions()
    low, high = (codes & 0xFFFF).astype(np.uint16), (codes >> 16).astype(np.uint8)
    sums = np.full(count, nothing, np.uint8)
    for place in range(LONGEST_SHINGLE):
        sums ^= plane[place][low[place : place + count]]
    if high.any():
        for place in range(LONGEST_SHINGLE):
            sums ^= beyond[place][high[place : place + count]]
    found: list[int] = (np.flatnonzero(sums == 0) * _BYTES).tolist()
    return found


@lru_cache(maxsize=1)
def _contributions() -> tuple[list[Bits], list[Bits], int]:
    """Last bits of the CRC that a character adds at each place: by its two lower bytes, by its third; those of zeros."""
    import numpy as np

    empty = bytes(_BYTES * LONGEST_SHINGLE)
    nothing = crc32(empty)

    def of_byte(place: int, byte: int) -> Bits:
        at = place * _BYTES + byte
        return np.array(
            [(crc32(empty[:at] + bytes([value]) + empty[at + 1 :]) ^ nothing) & _UNCHOSEN for value in range(256)],
            np.uint8,
        )

    places = range(LONGEST_SHINGLE)
    plane = [(of_byte(p, 1)[:, None] ^ of_byte(p, 0)[None, :]).ravel() for p in places]
    return plane, [of_byte(p, 2) for p in places], nothing & _UNCHOSEN
