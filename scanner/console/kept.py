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
