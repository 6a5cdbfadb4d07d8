"""Proofs of a Merkle tree (RFC 6962; the steps are those of RFC 9162, 2.1.3.2 and 2.1.4.2).

Part of the verification program that goes with a pack (``joined``): no imports but the standard library of Python 3.8.
"""

from __future__ import annotations

import hashlib


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether the data is leaf ``index`` of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, hashlib.sha256(b"\0" + leaf).digest()
    for other in proof:
        if last == 0 or len(other) != 32:
            return False
        if at & 1 or at == last:
            found = _node(other, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = _node(found, other)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, before: bytes, new: int, now: bytes, proof: list[bytes]) -> bool:
    """Whether the tree continues the older one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return before == now and not proof
    if not 0 < old < new or any(len(p) != 32 for p in proof):
        return False
    path = [before, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    one = other = path[0]
    for found in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            one, other = _node(found, one), _node(found, other)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            other = _node(other, found)
        at, last = at >> 1, last >> 1
    return last == 0 and one == before and other == now
