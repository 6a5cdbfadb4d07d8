"""What is refused before anything of it is read: Django takes a whole body before it asks who sent it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from asgiref.sync import sync_to_async

from scanner.console import binding
from scanner.console.settings import FORM, UPLOADS, WITH_FILE

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Send], Awaitable[None]]
_METHODS = frozenset({"GET", "HEAD", "POST"})
_DIGITS = 12
"""Of a length; what has more is too long in any case."""
_SAID = {405: b"Method Not Allowed", 411: b"Length Required", 413: b"Content Too Large"}
AT_ONCE = 2
"""Files that are taken at the same time; the others wait unread. Each takes ``WITH_FILE`` of memory."""


def bounded(application: App) -> App:
    """The application, asked only for what has a method of pages and says beforehand that it is short enough: as long as a file only
    where files are sent to, and by somebody who is signed in."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def asked(scope: Any, receive: Any, send: Send) -> None:
        status, long = _looked_at(scope) if scope["type"] == "http" else (0, False)
        if long and not await sync_to_async(_signed_in)(scope):
            status = 413
        if not status:
            if not long:
                await application(scope, receive, send)
                return
            async with turns:
                await application(scope, receive, send)
            return
        told = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": _SAID[status]})

    return asked


def _looked_at(scope: Any) -> tuple[int, bool]:
    """The status with which a request is refused, or 0; whether it is longer than a form without a file."""
    if scope["method"] not in _METHODS:
        return 405, False
    given = dict(scope["headers"])
    if b"transfer-encoding" in given:
        return 411, False
    length = given.get(b"content-length", b"0")
    most = WITH_FILE if scope["path"] in UPLOADS else FORM
    if not length.isdigit() or len(length) > _DIGITS or int(length) > most:
        return 413, False
    return 0, int(length) > FORM


def _signed_in(scope: Any) -> bool:
    """Whether the request bears the cookie of a session that somebody is signed in to, from the browser that began it."""
    from django.conf import settings
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.handlers.asgi import ASGIRequest

    request: Any = ASGIRequest(scope, _NOTHING)
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return SESSION_KEY in request.session and binding.holds(request)


class _Nothing:
    """In place of a body that was not read."""

    def read(self, size: int = -1) -> bytes:
        """Nothing."""
        return b""


_NOTHING = _Nothing()
