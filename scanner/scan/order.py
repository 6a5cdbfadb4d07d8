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


class Dealt(Iterator[FileRef | Outcome]):
    """The same items: of every ``hand`` files one is the largest and the others the smallest of the next ``window``."""

    def __init__(self, found: Iterator[FileRef | Outcome], hand: int, window: int = WINDOW) -> None:
        self.left: int | None = None
        """How many files are still to come; ``None`` while the walk goes on."""
        self._hand, self._window = hand, window
        self._items = self._deal(found)

    def __next__(self) -> FileRef | Outcome:
        return next(self._items)

    def _deal(self, found: Iterator[FileRef | Outcome]) -> Iterator[FileRef | Outcome]:
        waiting: list[FileRef] = []
        given = 0
        for item in found:
            if isinstance(item, Outcome):
                yield item
                continue
            insort(waiting, item, key=_size_and_path)
            if len(waiting) >= self._window:
                yield waiting.pop(0 if given % self._hand else -1)
                given += 1
        while waiting:
            self.left = len(waiting) - 1
            yield waiting.pop(0 if given % self._hand else -1)
            given += 1
        self.left = 0


_size_and_path = attrgetter("size", "path")
