"""Around every page: headers, the language, and whose session it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from scanner import messages
from scanner.console import binding

Next = Callable[[HttpRequest], HttpResponse]
_FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), interest-cohort=()"


def headers(following: Next) -> Next:
    """What no library sets: nothing is kept by browsers or proxies, nothing is shared with other sites."""

    def around(request: HttpRequest) -> HttpResponse:
        response = _whole(following(request))
        response.headers.setdefault("Permissions-Policy", _FEATURES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return around


def _whole(response: Any) -> HttpResponse:
    """The one sheet of styles at once: a file that is read bit by bit does not fit a server that waits for nobody."""
    if not response.streaming:
        whole: HttpResponse = response
        return whole
    body = b"".join(response.streaming_content)
    response.close()
    return HttpResponse(body, status=response.status_code, headers=dict(response.headers))


def language(following: Next) -> Next:
    """Japanese, unless English was chosen in this browser."""

    def around(request: HttpRequest) -> HttpResponse:
        chosen = "en" if request.COOKIES.get("sekisho-language") == "en" else "ja"
        with messages.speaking(chosen), translation.override(chosen):
            return following(request)

    return around


def bound(following: Next) -> Next:
    """A session in another browser than its own, or of another day, is over."""

    def around(request: Any) -> HttpResponse:
        if request.user.is_authenticated and not binding.holds(request):
            logout(request)
        elif request.user.is_authenticated:
            binding.stir(request)
        return following(request)

    return around
