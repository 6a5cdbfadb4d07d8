"""Signing in and out are entries of the record; a session is bound to the browser that began it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import signals
from django.utils.crypto import salted_hmac

from scanner.console import audit, binding


def connect() -> None:
    """Once, when Django starts."""
    from allauth.socialaccount.models import SocialAccount
    from allauth.socialaccount.signals import social_account_added
    from django.db.models.signals import pre_save

    from scanner.console.oidc import forget_claims

    signals.user_logged_in.connect(_in, dispatch_uid="console_in")
    signals.user_logged_out.connect(_out, dispatch_uid="console_out")
    pre_save.connect(forget_claims, sender=SocialAccount, dispatch_uid="console_claims")
    social_account_added.connect(_connected, dispatch_uid="console_connected")
    signals.user_login_failed.connect(_failed, dispatch_uid="console_failed")


def _in(sender: Any, request: Any, user: Any, **more: Any) -> None:
    binding.bind(request)
    audit.enter("console_signed_in", user=audit.number_of(user))


def _out(sender: Any, request: Any, user: Any, **more: Any) -> None:
    if user is not None:
        audit.enter("console_signed_out", user=audit.number_of(user))


def _failed(sender: Any, credentials: Any, request: Any = None, **more: Any) -> None:
    audit.enter("console_refused", why="wrong_password")


def _connected(request: Any, sociallogin: Any, **_: Any) -> None:
    audit.enter("console_account", user=audit.number_of(sociallogin.user), what="identity_connected")


def known_as(request: Any, credentials: dict[str, Any] | None) -> str | None:  # axes names it
    """What is kept of a name that was typed in, to count wrong passwords by: a keyed digest, for people type other things there too."""
    name = (credentials or {}).get("username")
    return salted_hmac("console.known_as", str(name).casefold()).hexdigest() if name else None
