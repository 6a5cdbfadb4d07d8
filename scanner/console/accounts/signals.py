"""Signing in and out are entries of the record; a session is bound to the browser that began it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import signals

from scanner.console import audit, binding


def connect() -> None:
    """Once, when Django starts."""
    signals.user_logged_in.connect(_in, dispatch_uid="console_in")
    signals.user_logged_out.connect(_out, dispatch_uid="console_out")
    signals.user_login_failed.connect(_failed, dispatch_uid="console_failed")


def _in(sender: Any, request: Any, user: Any, **more: Any) -> None:
    binding.bind(request)
    audit.enter("console_signed_in", user=audit.number_of(user))


def _out(sender: Any, request: Any, user: Any, **more: Any) -> None:
    if user is not None:
        audit.enter("console_signed_out", user=audit.number_of(user))


def _failed(sender: Any, credentials: Any, request: Any = None, **more: Any) -> None:
    audit.enter("console_refused", why="wrong_password")
