"""A session belongs to the browser that began it, and to one working day."""

from __future__ import annotations

import hashlib
from typing import Any

from scanner import clock
from scanner.console.settings import LONGEST, STIR

_WHO, _SINCE, _USED = "browser", "since", "used"


def bind(request: Any) -> None:
    """At signing in, after the session has got a new key."""
    request.session[_WHO] = _browser(request)
    request.session[_SINCE] = clock.now().timestamp()


def holds(request: Any) -> bool:
    """Whether the session is still that of this browser and this day."""
    since = request.session.get(_SINCE)
    return (
        request.session.get(_WHO) == _browser(request)
        and since is not None
        and 0 <= clock.now().timestamp() - since + 60 <= LONGEST + 60
    )


def stir(request: Any) -> None:
    """The session is used: from now on it lasts its time again."""
    now = clock.now().timestamp()
    if not 0 <= now - request.session.get(_USED, 0) < STIR:
        request.session[_USED] = now


def _browser(request: Any) -> str:
    told = (request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_USER_AGENT", ""))
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogateescape")).hexdigest()[:32]
