"""Links by which an account is made: for the first officer when the console is first started, then by an officer for others."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from scanner import clock
from scanner.console.accounts.models import Invitation, Membership
from scanner.console.roles import EVERY, MUST_END, Role
from scanner.errors import EXIT_USAGE, SekishoError

FIRST_HOURS, LATER_HOURS = 1, 72
"""For so long a link is good: the first is used at once by whoever started the console."""


class AccountError(SekishoError):
    """An account that cannot be made or changed; ``code`` names the message."""

    section = "console"
    exit_code = EXIT_USAGE


def nobody_yet() -> bool:
    """Whether there is no account that could invite others."""
    return not Membership.objects.filter(role=Role.OFFICER, user__is_active=True).exists()


def first() -> str:
    """A token for the first officer; earlier ones that nobody used are void."""
    Invitation.objects.filter(used=None, made_by="").delete()
    return invite(EVERY, Role.OFFICER, hours=FIRST_HOURS)


def invite(
    contract: str,
    role: str,
    *,
    worker: str = "",
    ends: date | None = None,
    by: str = "",
    maker: Any = None,
    hours: int = LATER_HOURS,
) -> str:
    """A token for a link, told once and kept as its digest. ``maker``: the officer, as long as whose role it is good.

    Raises ``AccountError`` for a role that must end and does not, and for a worker without a number.
    """
    if role in MUST_END and (ends is None or contract == EVERY):
        raise AccountError("must_end")
    if role == Role.WORKER and not worker:
        raise AccountError("needs_number")
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        digest=_digest(token), contract=contract, role=role, worker=worker, ends=ends, made_by=by, maker=maker,
        expires=clock.now() + timedelta(hours=hours),
    )  # fmt: skip
    return token


def found(token: str) -> Invitation | None:
    """The invitation of a token that is good now."""
    invitation = Invitation.objects.filter(digest=_digest(token), used=None, expires__gt=clock.now()).first()
    return invitation if invitation is not None and _stands(invitation) else None


def is_first(invitation: Invitation) -> bool:
    """Whether it was made at the machine, not by an officer: its person says which number of the register is theirs."""
    return not invitation.made_by


def _stands(invitation: Invitation) -> bool:
    """Whether who made it may still invite into that contract today."""
    if is_first(invitation):
        return True
    mine = Membership.objects.filter(
        user=invitation.maker, user__is_active=True, role=Role.OFFICER, contract__in=(invitation.contract, EVERY)
    )
    return bool(mine.exclude(ends__lt=clock.today()).exists())


def void(maker: Any) -> None:
    """Take away unused links of somebody who may no longer invite there."""
    for invitation in Invitation.objects.filter(used=None, maker=maker):
        if not _stands(invitation):
            invitation.delete()


def accept(token: str, username: str, password: str, worker: str = "") -> Membership:
    """Make the account; ``worker`` is the number that the person of the first link states.

    Raises ``AccountError`` for a link that is void; of two at once one wins.
    """
    with transaction.atomic():
        mine = Invitation.objects.filter(digest=_digest(token), used=None, expires__gt=clock.now())
        invitation = mine.first()
        if invitation is None or not _stands(invitation) or not mine.update(used=clock.now()):
            raise AccountError("link_void")
        user = get_user_model().objects.create_user(username=username, password=password)
        made: Membership = Membership.objects.create(
            user=user, contract=invitation.contract, role=invitation.role,
            worker=invitation.worker or (worker if is_first(invitation) else ""), ends=invitation.ends,
        )  # fmt: skip
        return made


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
