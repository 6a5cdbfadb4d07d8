"""What came of an act on several points, for the page after it: in memory alone, for the person who did it, for half an hour."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404

from scanner import clock
from scanner.console.access import Visit

_KEPT_FOR = timedelta(minutes=30)
_MOST = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """Numbers of points: done, signed by the first of two, and not done with why."""

    act: str
    done: tuple[int, ...]
    waiting: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]


_kept: dict[str, tuple[int, str, datetime, Outcome]] = {}


def keep(visit: Visit, outcome: Outcome) -> str:
    """Returns the token by which the page is asked for."""
    now = clock.now()
    for token in [t for t, (*_, at, _) in _kept.items() if now - at > _KEPT_FOR]:
        _kept.pop(token, None)
    while len(_kept) >= _MOST:
        _kept.pop(next(iter(_kept)))
    token = secrets.token_urlsafe(16)
    _kept[token] = (visit.request.user.pk, visit.contract, now, outcome)
    return token


def told(visit: Visit, token: str) -> Outcome:
    """As often as it is asked for; raises ``Http404`` for what is not theirs, or of another contract, or too long ago."""
    user, contract, at, outcome = _kept.get(token, (None, "", clock.now(), None))
    if outcome is None or (user, contract) != (visit.request.user.pk, visit.contract) or clock.now() - at > _KEPT_FOR:
        raise Http404
    return outcome
