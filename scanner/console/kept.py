"""Sums over the whole inventory: counted once a minute at most, and shown with the moment at which they were."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from scanner import clock

if TYPE_CHECKING:
    from scanner.console.access import Visit

FRESH = timedelta(seconds=60)
MOST = 200
T = TypeVar("T")
_kept: dict[tuple[str, str], tuple[datetime, object]] = {}
_one = threading.Lock()
"""Two visitors do not count the same at once."""


_lists: dict[tuple[str, object], tuple[object, object]] = {}
_MOST_LISTS = 8


def kept_while(visit: Visit, what: object, state: object, make: Callable[[], T]) -> T:
    """What ``make`` gave when things stood as they do (``state``): made again when they do not. ``what`` holds everything that it
    depends on besides."""
    key = (str(visit.reader.path), what)
    found = _lists.get(key)
    if found is None or found[0] != state:
        if len(_lists) >= _MOST_LISTS:
            _lists.clear()
        found = _lists[key] = (state, make())
    return found[1]  # type: ignore[return-value]  # the key says what


def kept(visit: Visit, name: str, count: Callable[[], T]) -> tuple[str, T]:
    """When it was counted, for people, and what came out. ``name`` says of what, with the contract where it is of one."""
    key, now = (str(visit.reader.path), name), clock.now()
    with _one:
        found = _kept.get(key)
        if found is None or not timedelta() <= now - found[0] <= FRESH:
            if len(_kept) >= MOST:
                _kept.clear()
            found = _kept[key] = (now, count())
    return clock.shown(clock.stamp_at(found[0].timestamp())), found[1]  # type: ignore[return-value]  # the key says what
