"""Roots and proofs out of stored subtrees, and the checking of proofs.

A complete subtree is named (level, n): it covers the leaves ``n << level`` up to ``(n + 1) << level``. ``Hashes`` gives its hash;
who stores only every eighth level wraps it in ``tiles.from_tiles``. Whatever size a tree has, log2 of it are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scanner.tlog.hashing import EMPTY, node_hash

Hashes = Callable[[int, int], bytes]
"""(level, n) → hash of that complete subtree; may raise ``LookupError`` where it is not stored."""


class ProofError(ValueError):
    """A proof that proves nothing."""


def root(size: int, hashes: Hashes) -> bytes:
    """Root of the first ``size`` leaves."""
    return _range(0, size, hashes) if size else EMPTY


def inclusion(size: int, index: int, hashes: Hashes) -> list[bytes]:
    """RFC 6962 section 2.1.1: from the sibling of leaf ``index`` up to a child of the root. ``ValueError`` outside the tree."""
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a tree of {size}")
    return _inclusion(0, size, index, hashes)


def consistency(old: int, new: int, hashes: Hashes) -> list[bytes]:
    """RFC 6962 section 2.1.2: that the first ``old`` leaves of the tree of ``new`` are the tree of ``old``."""
    if not 0 <= old <= new:
        raise ValueError(f"no tree of {old} in a tree of {new}")
    return [] if old in (0, new) else _consistency(0, new, old, hashes, whole=True)


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that a proof leads to (RFC 9162 section 2.1.3.2); ``ProofError`` where it has the wrong length."""
    if not 0 <= index < size:
        raise ProofError("index")
    node, last, current = index, size - 1, leaf
    for hash_ in proof:
        if last == 0:
            raise ProofError("length")
        if node & 1 or node == last:
            current = node_hash(hash_, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, hash_)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("length")
    return current


def included(index: int, size: int, leaf: bytes, proof: Sequence[bytes], head: bytes) -> bool:
    """Whether the leaf hash stands at ``index`` of the tree with root ``head``."""
    try:
        return root_from_inclusion(index, size, leaf, proof) == head
    except ProofError:
        return False


def consistent(old: int, new: int, proof: Sequence[bytes], old_head: bytes, new_head: bytes) -> bool:
    """Whether the tree of ``old`` leaves is the beginning of the tree of ``new`` (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new or (old in (0, new) and proof):
        return False
    if old == 0:
        return old_head == EMPTY
    if old == new:
        return old_head == new_head
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_head)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for hash_ in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(hash_, first), node_hash(hash_, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, hash_)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_head and second == new_head


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def _range(start: int, stop: int, hashes: Hashes) -> bytes:
    count = stop - start
    if count & (count - 1) == 0:  # starts are multiples of their length by construction
        level = count.bit_length() - 1
        return hashes(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range(start, middle, hashes), _range(middle, stop, hashes))


def _inclusion(start: int, stop: int, index: int, hashes: Hashes) -> list[bytes]:
    if stop - start == 1:
        return []
    middle = start + _split(stop - start)
    if index < middle:
        return [*_inclusion(start, middle, index, hashes), _range(middle, stop, hashes)]
    return [*_inclusion(middle, stop, index, hashes), _range(start, middle, hashes)]


def _consistency(start: int, stop: int, old: int, hashes: Hashes, *, whole: bool) -> list[bytes]:
    if old == stop:
        return [] if whole else [_range(start, stop, hashes)]
    middle = start + _split(stop - start)
    if old <= middle:
        return [*_consistency(start, middle, old, hashes, whole=whole), _range(middle, stop, hashes)]
    return [*_consistency(middle, stop, old, hashes, whole=False), _range(start, middle, hashes)]
