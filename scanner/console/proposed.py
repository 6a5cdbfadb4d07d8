"""Policies that were looked at as changes and are not saved yet: in memory alone, for the person who looked, for half an hour."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.http import Http404, HttpResponse

from scanner import clock
from scanner.acts import incidents, workbooks
from scanner.console.access import Visit
from scanner.console.accounts.invitations import AccountError
from scanner.policy.models import Policy

_KEPT_FOR = timedelta(minutes=30)
_MOST = 20


@dataclass(frozen=True, slots=True)
class _Proposed:
    user: int
    contract: str
    policy: Policy
    text: str
    before: str
    back: str
    at: datetime


_waiting: dict[str, _Proposed] = {}
_turn = Lock()
"""Pages are made by several threads."""


def in_force(visit: Visit) -> Policy:
    """The policy as it is; raises ``AccountError`` where there is none."""
    if visit.rules is None:
        raise AccountError("needs_policy")
    return visit.rules.policy


def shown(visit: Visit, after: Policy, back: str = "/registers") -> HttpResponse:
    """What would change, with the button that saves it; ``back``: where the person came from and goes again.

    Raises ``PolicyRefused`` for what could not be read again once it is saved.
    """
    before = in_force(visit)
    incidents.refuse_lost(visit.reader.db, before, after)
    changes = workbooks.changes(before, after)
    token, lost = _kept(visit, after, back) if changes else ("", 0)
    return visit.shown("changes", changes=changes, token=token, back=back, lost=lost)


def _kept(visit: Visit, after: Policy, back: str) -> tuple[str, int]:
    """The token by which it is saved, and how many comments of the file go with it. Raises ``PolicyChanged``."""
    assert visit.rules is not None
    assert visit.site.policy_path is not None
    over, now = workbooks.text_of(visit.site.policy_path, visit.rules.digest), clock.now()
    text = workbooks.written(after, over)
    token = secrets.token_urlsafe(16)
    mine = _Proposed(visit.request.user.pk, visit.contract, after, text, visit.rules.digest, back, now)
    with _turn:
        for old in [t for t, one in _waiting.items() if now - one.at > _KEPT_FOR]:
            del _waiting[old]
        while len(_waiting) >= _MOST:
            del _waiting[next(iter(_waiting))]
        _waiting[token] = mine
    return token, workbooks.comments_lost(over, text)


def save(visit: Visit) -> str:
    """Save what was looked at: by the same person, for the same contract, against the same policy. Returns where to go on.

    Raises ``Http404`` for a token that is not theirs or was used, ``PolicyChanged``.
    """
    with _turn:
        one = _waiting.pop(visit.request.POST.get("token", ""), None)
    late = one is None or clock.now() - one.at > _KEPT_FOR
    if one is None or late or one.user != visit.request.user.pk or one.contract != visit.contract:
        raise Http404
    if visit.site.policy_path is None:
        raise AccountError("needs_policy")
    incidents.refuse_lost(visit.reader.db, in_force(visit), one.policy)  # signed since the changes were looked at
    workbooks.save(visit.site.home, visit.site.policy_path, one.text, before=one.before, by=visit.number)
    return one.back
