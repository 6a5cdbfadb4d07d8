"""What is refused before anything of it is read: Django takes a whole body before it asks who sent it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from scanner.console.settings import FORM, UPLOADS, WITH_FILE

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Send], Awaitable[None]]
_METHODS = frozenset({"GET", "HEAD", "POST"})
_DIGITS = 12
"""Of a length; what has more is too long in any case."""
_SAID = {405: b"Method Not Allowed", 411: b"Length Required", 413: b"Content Too Large"}


def bounded(application: App) -> App:
    """The application, asked only for what has a method of pages and says beforehand that it is short enough."""

    async def asked(scope: Any, receive: Any, send: Send) -> None:
        status = _refused(scope) if scope["type"] == "http" else 0
        if not status:
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


def _refused(scope: Any) -> int:
    """The status with which a request is refused, or 0."""
    if scope["method"] not in _METHODS:
        return 405
    given = dict(scope["headers"])
    if b"transfer-encoding" in given:
        return 411
    length = given.get(b"content-length", b"0")
    most = WITH_FILE if scope["path"] in UPLOADS else FORM
    return 0 if length.isdigit() and len(length) <= _DIGITS and int(length) <= most else 413
