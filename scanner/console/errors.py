"""Pages for what goes wrong. They say what a person can do; never a value, a path of the machine, or where in the program it was."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from scanner.console import audit
from scanner.console.faults import log_fault
from scanner.errors import SekishoError, StoreFault
from scanner.messages import t
from scanner.policy.load import PolicyError
from scanner.report.faults import sentence

_PLAIN = {405: "Method Not Allowed"}


def plain(status: int) -> HttpResponse:
    """Before any page can be made."""
    return HttpResponse(_PLAIN[status], status=status, content_type="text/plain; charset=utf-8")


def page(request: Any, status: int, text: str) -> HttpResponse:
    """One sentence and a way back."""
    return render(request, "console/error.html", {"text": text, "status": status}, status=status)


def refused(request: Any, error: SekishoError) -> HttpResponse:
    """What an act says when it cannot be done, in the words that the command has for it; without paths of the machine."""
    if isinstance(error, StoreFault):
        log_fault(error)
        return page(request, 503, t("console.error_store", code=error.code))
    if isinstance(error, PolicyError):
        log_fault(error)
        return page(request, 503, t("console.error_policy"))
    return page(request, 409, sentence(error))


def csrf(request: Any, reason: str = "") -> HttpResponse:
    """A form that did not come from a page of this session."""
    audit.enter("console_refused", why="csrf")
    return page(request, 403, t("console.error_csrf"))


def locked(request: Any, *more: Any) -> HttpResponse:
    """Too many wrong passwords."""
    audit.enter("console_refused", why="locked")
    return page(request, 429, t("console.error_locked"))


def bad_request(request: Any, exception: Exception | None = None) -> HttpResponse:
    """Also a host name that is none of ours: no template, which would ask for it."""
    return HttpResponse("Bad Request", status=400, content_type="text/plain; charset=utf-8")


def forbidden(request: Any, exception: Exception | None = None) -> HttpResponse:
    """No role, or not for this contract."""
    return page(request, 403, t("console.error_role"))


def not_found(request: Any, exception: Exception | None = None) -> HttpResponse:
    """Nothing there, or nothing that this person may know of."""
    return page(request, 404, t("console.error_nothing"))


def broken(request: Any) -> HttpResponse:
    """A fault of the program; the kind and place of it is in the log."""
    return HttpResponse(t("console.error_broken"), status=500, content_type="text/plain; charset=utf-8")
