"""Hashes of the tree, RFC 6962 section 2.1: leaves and nodes have different first bytes, so none can stand for the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

SIZE = 32
"""Bytes of a hash."""
EMPTY = hashlib.sha256().digest()
"""Root of the tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """Of one entry's bytes."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def level_up(hashes: Sequence[bytes]) -> list[bytes]:
    """The next level over an even number of neighbours; a loop of its own, because millions are verified in one go."""
    sha = hashlib.sha256
    pairs = iter(hashes)
    return [sha(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes."""
    level = list(leaves)
    if not level:
        return EMPTY
    edge: bytes | None = None  # what stands alone at the right, folded from below
    while len(level) > 1 or edge is not None:
        if len(level) % 2:
            last = level.pop()
            edge = last if edge is None else node_hash(last, edge)
        if not level:
            assert edge is not None
            return edge
        level = level_up(level)
    return level[0]
