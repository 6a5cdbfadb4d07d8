"""Sums over the whole inventory: counted beside the pages, never in a request that somebody waits for, and shown with the moment at
which they were counted.

A small inventory is counted at once. A large one is counted by one thread, at most a tenth of the time; until the first count
has come to its end a page says that it is being counted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from scanner import clock
from scanner.inventory.reader import Reader

FRESH = timedelta(seconds=60)
SHARE = 10
"""A count that took a second is made again after ten at the earliest."""
SMALL = 20_000
"""Files up to which it is counted at once: 0.1 s, measured."""
MOST = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """What came out, when, and up to which entry of the record."""

    value: T
    at: str
    """For people."""
    entry: int
    counted: datetime
    took: timedelta

    def fresh(self, now: datetime) -> bool:
        """Whether it need not be counted again yet."""
        return timedelta() <= now - self.counted <= max(FRESH, self.took * SHARE)


_kept: dict[tuple[str, str], Kept[Any]] = {}
_wanted: dict[tuple[str, str], Callable[[Reader], Any]] = {}
"""What is to be counted, in the order in which it was asked for."""
_lock = threading.Lock()
_counting: list[threading.Thread] = []


def kept(reader: Reader, name: str, count: Callable[[Reader], T]) -> Kept[T] | None:
    """What ``count`` gave last; ``None`` where it never came to its end. ``name`` says of what, with the contract where it is of one."""
    key, now = (str(reader.path), name), clock.now()
    found = _kept.get(key)
    if found is not None and found.fresh(now):
        return found
    last = reader.rows("select max(id) from files")[0][0] or 0
    if last <= SMALL:
        return _remember(key, _counted(reader, count))
    with _lock:
        _wanted[key] = count
        if not any(thread.is_alive() for thread in _counting):
            _counting[:] = [threading.Thread(target=_count_all, name="sekisho-count", daemon=True)]
            _counting[0].start()
    return found


def settled() -> None:
    """Wait until nothing is being counted."""
    for thread in tuple(_counting):
        thread.join()


def _counted(reader: Reader, count: Callable[[Reader], T]) -> Kept[T]:
    began, since = clock.now(), clock.monotonic()
    alone = not reader.db.in_transaction
    if alone:
        reader.db.execute("begin")  # one state of things for all that is counted, and the entry up to which it goes
    try:
        entry = reader.rows("select max(seq) from ledger")[0][0] or 0
        value = count(reader)
    finally:
        if alone:
            reader.db.rollback()
    took = timedelta(seconds=clock.monotonic() - since)
    return Kept(value, clock.shown(clock.stamp_at(began.timestamp())), entry, began, took)


def _remember(key: tuple[str, str], made: Kept[T]) -> Kept[T]:
    with _lock:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = made
    return made


def _count_all() -> None:
    """One after the other; what fails is in the log, and tried again when a page asks for it."""
    while True:
        with _lock:
            if not _wanted:
                _counting.clear()
                return
            key = next(iter(_wanted))
            count = _wanted.pop(key)
        try:
            with Reader(Path(key[0])) as reader:
                _remember(key, _counted(reader, count))
        except (
            Exception
        ) as error:  # a thread has nobody who would hear it; the page goes on saying that nothing was counted
            from scanner.console.faults import log_fault

            log_fault(error)
