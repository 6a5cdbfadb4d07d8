"""C2SP tlog-tiles: tiles of height 8, their names, entry bundles; and subtrees out of stored tiles.

Only the hashes at the bottom of tiles need be stored: levels 0, 8, 16 … What lies between is hashed again when it is asked for,
at most 255 hashes a tile.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence

from scanner.tlog.hashing import SIZE, level_up, root_of
from scanner.tlog.tree import Hashes

HEIGHT = 8
WIDTH = 1 << HEIGHT
LARGEST = 0xFFFF
"""Bytes of an entry in a bundle."""

Tiles = Callable[[int, int], Sequence[bytes]]
"""(tile level, number) → its hashes, 1 to ``WIDTH``, as far as the tree reaches."""


def path(level: int, number: int, width: int = WIDTH) -> str:
    """``tile/<L>/<N>[.p/<W>]``: level 0 holds leaf hashes, level 1 the roots of whole tiles of level 0."""
    return f"tile/{level}/{_spelt(number)}{_part(width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """``tile/entries/<N>[.p/<W>]``."""
    return f"tile/entries/{_spelt(number)}{_part(width)}"


def widths(size: int) -> Iterator[tuple[int, int, int]]:
    """(tile level, number, width) of every tile of a tree with ``size`` leaves."""
    level, count = 0, size
    while count:
        for number in range(-(-count // WIDTH)):
            yield level, number, min(WIDTH, count - number * WIDTH)
        level, count = level + 1, count // WIDTH


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries of one tile, each behind its length as two bytes; ``ValueError`` where one is too long for that."""
    parts = []
    for entry in entries:
        if len(entry) > LARGEST:
            raise ValueError(f"an entry of {len(entry)} bytes")
        parts += [struct.pack(">H", len(entry)), entry]
    return b"".join(parts)


def unbundled(data: bytes) -> Iterator[bytes]:
    """The entries of a bundle; ``ValueError`` where it is cut."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise ValueError("a bundle that is cut")
        (length,) = struct.unpack_from(">H", data, at)
        at += 2
        if at + length > len(data):
            raise ValueError("a bundle that is cut")
        yield data[at : at + length]
        at += length


def hashes_in(data: bytes) -> list[bytes]:
    """The hashes of a tile's bytes; ``ValueError`` where they are not whole."""
    if not data or len(data) % SIZE or len(data) > WIDTH * SIZE:
        raise ValueError(f"a tile of {len(data)} bytes")
    return [data[at : at + SIZE] for at in range(0, len(data), SIZE)]


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """Root of a whole tile: what stands in the tile above."""
    if len(hashes) != WIDTH:
        raise ValueError(f"a tile with {len(hashes)} hashes has no root")
    return root_of(hashes)


def from_tiles(tiles: Tiles) -> Hashes:
    """Subtrees at any level out of tiles."""

    def hash_at(level: int, number: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        first = number << height
        tile, offset = divmod(first, WIDTH)
        hashes = list(tiles(tile_level, tile)[offset : offset + (1 << height)])
        if len(hashes) != 1 << height:
            raise LookupError(f"no subtree {number} at level {level}")
        while len(hashes) > 1:
            hashes = level_up(hashes)
        return hashes[0]

    return hash_at


def _spelt(number: int) -> str:
    text = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        text = f"x{number % 1000:03}/{text}"
    return text


def _part(width: int) -> str:
    if not 1 <= width <= WIDTH:
        raise ValueError(f"a tile of width {width}")
    return "" if width == WIDTH else f".p/{width}"
