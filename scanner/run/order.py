"""The order in which files are handed out to several workers: large ones early, so that none of them is alone at the end."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from scanner.model import FileRef, Outcome

WINDOW = 4_000
"""Files that are looked ahead; more would cost memory and bring nothing."""


def large_first(found: Iterator[FileRef | Outcome], window: int = WINDOW) -> Iterator[FileRef | Outcome]:
    """The same items, the largest of the next ``window`` files first; what is no file passes at once."""
    waiting: list[tuple[int, bytes, FileRef]] = []
    for item in found:
        if isinstance(item, Outcome):
            yield item
            continue
        heapq.heappush(waiting, (-item.size, item.path, item))
        if len(waiting) >= window:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]
