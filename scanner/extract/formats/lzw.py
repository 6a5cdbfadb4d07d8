"""The format of the old ``compress`` program (.Z), unpacked with a limit: its codes may stand for 65,000 bytes each."""

from __future__ import annotations

from collections.abc import Callable

_CLEAR = 256


def unlzw(data: bytes, taken: Callable[[int], None]) -> bytearray:
    """The unpacked bytes; ``taken`` is told how many come before they are held, and may raise.

    Every string of the table is a piece of the output: the one before it and one byte more. So an entry is a place and
    a length, and a code costs one copy. Raises ``ValueError`` for what is no such file."""
    if len(data) < 3 or data[:2] != b"\x1f\x9d" or not 9 <= data[2] & 31 <= 16 or data[2] & 0x60:
        raise ValueError("compress header")
    widest, blocks = max(10, data[2] & 31), bool(data[2] & 0x80)
    out = bytearray()
    places, lengths = [0] * 65536, [0] * 65536
    mark, bit, width = 3, 0, 9
    last = _CLEAR if blocks else _CLEAR - 1
    before = before_length = told = 0
    first = True
    while True:
        if last >= (1 << width) - 1 and width < widest:
            mark, bit, width = _aligned(mark, bit, width), 0, width + 1
        at = mark + (bit >> 3)
        if (at << 3) + (bit & 7) + width > len(data) << 3:
            break
        code = int.from_bytes(data[at : at + 3], "little") >> (bit & 7) & (1 << width) - 1
        bit += width
        if code == _CLEAR and blocks and not first:
            mark, bit, width, last = _aligned(mark, bit, width), 0, 9, _CLEAR - 1
            continue
        here = len(out)
        if first:
            if code > 255:
                raise ValueError("compress data")
            out.append(code)
            before, before_length, first = here, 1, False
            continue
        if code < 256:
            out.append(code)
            length = 1
        elif code <= last:
            place, length = places[code], lengths[code]
            out += out[place : place + length]
        elif code == last + 1:  # the entry that this very code completes
            length = before_length + 1
            out += out[before:here]
            out.append(out[before])
        else:
            raise ValueError("compress data")
        if last < (1 << width) - 1:
            last += 1
            places[last], lengths[last] = before, before_length + 1
        before, before_length = here, length
        if len(out) - told > 1 << 20:
            taken(len(out) - told)
            told = len(out)
    taken(len(out) - told)
    return out


def _aligned(mark: int, bit: int, width: int) -> int:
    """Codes come in groups of eight; what is left of a group when their width changes is padding."""
    used = (bit + 7) >> 3
    return mark + -(-used // width) * width
