"""The order in which files are handed out to several workers: large ones early, so that none of them is alone at the end;
for leases of many files large and small ones mixed, so that one lease is as much work as the next."""

from __future__ import annotations

import heapq
from bisect import insort
from collections.abc import Iterator
from operator import attrgetter

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


def dealt(found: Iterator[FileRef | Outcome], hand: int, window: int = WINDOW) -> Iterator[FileRef | Outcome]:
    """The same items: of every ``hand`` files one is the largest and the others the smallest of the next ``window``."""
    waiting: list[FileRef] = []
    given = 0

    def next_one() -> FileRef:
        nonlocal given
        given += 1
        return waiting.pop() if given % hand == 1 else waiting.pop(0)

    for item in found:
        if isinstance(item, Outcome):
            yield item
            continue
        insort(waiting, item, key=_size_and_path)
        if len(waiting) >= window:
            yield next_one()
    while waiting:
        yield next_one()


_size_and_path = attrgetter("size", "path")
