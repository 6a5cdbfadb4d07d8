"""Signing in by the house's own service (OpenID Connect), where the settings of the console name one. Who may what is given here alone:
an identity that no account here has connected lets nobody in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST
from requests import RequestException

from scanner.console import audit, errors
from scanner.console.configured import NAME, Service
from scanner.console.site import site
from scanner.messages import t

_SAME = "_redir"
"""In the address of the way back: asked again from a page of ours. allauth calls it so."""


class Adapter(DefaultSocialAccountAdapter):
    """What allauth asks about identities."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: Any, sociallogin: Any) -> None:
        """Only an identity that an account has connected goes on; raises ``ImmediateHttpResponse`` for any other."""
        if not sociallogin.is_existing and sociallogin.state.get("process") != "connect":
            raise ImmediateHttpResponse(_refused(request, "unknown_identity"))

    def on_authentication_error(self, request: Any, *words: Any, **more: Any) -> None:
        """What the service refused, or answered wrongly."""
        raise ImmediateHttpResponse(_refused(request, "wrong_identity"))

    def get_connect_redirect_url(self, request: Any, socialaccount: Any) -> str:
        """Where to go on."""
        return "/me"


def _refused(request: Any, why: str) -> HttpResponse:
    audit.enter("console_refused", why=why)
    return errors.page(request, 403, t(f"console.{why}"))


def service() -> Service | None:
    """The service that the settings name."""
    return site().service


def _there() -> None:
    if service() is None:
        raise Http404


def _asked(view: Any, request: Any) -> HttpResponse:
    """What a view of allauth answers; a service that is not there, or says what it should not, is a wrong one."""
    try:
        answer: HttpResponse = view(request, NAME)
    except (RequestException, OAuth2Error, ProviderException, PermissionDenied, ValueError, KeyError):
        return _refused(request, "wrong_identity")
    return answer


def _begun(request: Any) -> HttpResponse:
    """A page that leads to the service: a form of ours may be sent nowhere else, not even by a redirect."""
    answer = _asked(views.login, request)
    if answer.status_code == 302 and answer["Location"].startswith(("https://", "http://")):
        return render(request, "console/onward.html", {"address": answer["Location"]})
    return answer


@require_POST
def login(request: Any, provider_id: str) -> HttpResponse:  # allauth names it
    """Begin to sign in."""
    _there()
    if request.GET or "process" in request.POST:
        raise Http404
    return _begun(request)


@reauthentication_required
def connect(request: Any) -> HttpResponse:
    """Begin to connect the own account: after one's password, so that nobody connects theirs at a screen that was left open."""
    _there()
    if request.method != "POST":
        return HttpResponseRedirect("/me")
    query = request.GET.copy()
    query["process"] = "connect"
    request.GET = query
    audit.enter("console_account", user=audit.number_of(request.user), what="identity_asked")
    return _begun(request)


def callback(request: Any, provider_id: str) -> HttpResponse:  # allauth names it
    """The way back from the service. Our cookie is not sent on a way that began elsewhere, so the page asks itself once more."""
    _there()
    if _SAME not in request.GET:
        again = urlencode([*((k, v) for k, values in request.GET.lists() for v in values), (_SAME, "1")])
        return render(request, "console/onward.html", {"address": f"{request.path}?{again}"})
    return _asked(views.callback, request)


@reauthentication_required
def drop(request: Any) -> HttpResponse:
    """Disconnect the own account."""
    if request.method == "POST" and SocialAccount.objects.filter(user=request.user).delete()[0]:
        audit.enter("console_account", user=audit.number_of(request.user), what="identity_dropped")
    return HttpResponseRedirect("/me")


def forget_claims(sender: Any, instance: Any, **more: Any) -> None:
    """Before an identity is kept: its number alone, neither name nor address."""
    instance.extra_data = {}
