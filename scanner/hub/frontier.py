"""The tree over a terminal's entries as the hub keeps it: the roots of its complete subtrees, from the largest to the smallest.

So the hub knows that the entries that it was sent are the ones that the signed head stands for, and keeps none of them but in batches.
"""

from __future__ import annotations

from scanner.tlog.hashing import EMPTY, SIZE, leaf_hash, node_hash


def grown(leaves: int, frontier: bytes, entries: list[str]) -> tuple[int, bytes]:
    """With further entries, as their bytes; returns the new number of leaves and frontier (32 bytes a set bit of that number)."""
    peaks = [frontier[at : at + SIZE] for at in range(0, len(frontier), SIZE)]
    for entry in entries:
        node, level = leaf_hash(entry.encode()), leaves
        while level & 1:
            node, level = node_hash(peaks.pop(), node), level >> 1
        peaks.append(node)
        leaves += 1
    return leaves, b"".join(peaks)


def root(frontier: bytes) -> bytes:
    """Root of the tree."""
    peaks = [frontier[at : at + SIZE] for at in range(0, len(frontier), SIZE)]
    if not peaks:
        return EMPTY
    found = peaks.pop()
    while peaks:
        found = node_hash(peaks.pop(), found)
    return found
