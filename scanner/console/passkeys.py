"""Passkeys, as allauth has them, on pages whose policy of contents lets one script of ours run; refusals are entries of the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms, views
from allauth.mfa.webauthn.internal import auth
from csp.constants import NONCE
from csp.decorators import csp_replace
from django.forms import ValidationError
from django.http import HttpResponse, HttpResponseRedirect

from scanner.console import audit

View = Callable[..., HttpResponse]
_MOST = 16_000
"""Letters of an answer of an authenticator, whose attestation may bring a chain of certificates."""


def scripted(view: View) -> View:
    """A page on which the script of passkeys runs: by the nonce of the answer, and no other."""
    wrapped: View = csp_replace({"script-src": [NONCE]})(view)
    return wrapped


def _told(form: Any) -> Any:
    """A form of allauth whose refusals are entered. What an authenticator answers is parsed by libraries that raise what they met, of any
    kind, and of a wrong signature one that no form catches: all of it is a wrong answer."""

    class Told(form):
        """Of that form."""

        def full_clean(self) -> None:
            """Asks the library; raises nothing."""
            try:
                if self.is_bound and len(str(self.data.get("credential", ""))) > _MOST:
                    self.data: dict[str, str] = {}
                super().full_clean()
            except Exception:
                self.add_error(None, ValidationError("wrong"))
            if self.is_bound and self._errors:
                user = getattr(self, "user", None)
                audit.enter("console_refused", why="wrong_passkey", user=audit.number_of(user) if user else "")

    return Told


Add = _told(forms.AddWebAuthnForm)
Authenticate = _told(forms.AuthenticateWebAuthnForm)
Login = _told(forms.LoginWebAuthnForm)
Reauthenticate = _told(forms.ReauthenticateWebAuthnForm)


class _LoginView(views.LoginWebAuthnView):
    """A page of its own: the page of passwords has no script."""

    template_name = "mfa/webauthn/login.html"

    def get(self, request: Any, *words: Any, **more: Any) -> HttpResponse:
        """The page with what the authenticator is asked."""
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The same, for the template."""
        return {
            **super().get_context_data(**more),
            "js_data": {"request_options": auth.begin_authentication(user=None)},
        }

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, which says so."""
        return self.render_to_response(self.get_context_data(form=form))


add = scripted(views.add_webauthn)
authenticate = scripted(mfa.authenticate)
reauthenticate = scripted(views.reauthenticate_webauthn)
remove = views.remove_webauthn
login = scripted(_LoginView.as_view())


def listed(request: Any) -> HttpResponse:
    """Passkeys stand on the page of the own account."""
    return HttpResponseRedirect("/me")


def of(user: Any) -> list[Any]:
    """Passkeys of an account."""
    return list(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("pk"))
