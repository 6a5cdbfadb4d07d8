"""Every address there is. Of allauth only what is used: nobody signs up, and no mail is sent."""

from __future__ import annotations

from importlib import import_module

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path

from scanner.console import errors, oidc, passkeys
from scanner.console.accounts import views as accounts
from scanner.console.configured import NAME

PAGES = (
    "today", "saved", "several", "points", "deeds", "approvals", "incidents", "unmasking", "families", "receiving", "places", "coverage", "terminals", "record", "forms", "previews", "registers", "entries", "ending", "pack", "jobs", "people",
)  # fmt: skip


def _not_there(request: object) -> object:
    """Names that allauth asks for and that lead nowhere here."""
    return errors.not_found(request)


urlpatterns = [
    path("start/<str:token>", accounts.start, name="start"),
    path("language", accounts.language, name="language"),
    path("me", accounts.me, name="me"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/oidc/login/", oidc.login, {"provider_id": NAME}, name="openid_connect_login"),
    path("accounts/oidc/callback/", oidc.callback, {"provider_id": NAME}, name="openid_connect_callback"),
    path("accounts/oidc/connect/", oidc.connect, name="oidc_connect"),
    path("accounts/oidc/drop/", oidc.drop, name="oidc_drop"),
    *(
        path(f"accounts/none/social_{name}/", _not_there, name=f"socialaccount_{name}")
        for name in ("signup", "connections", "login_cancelled", "login_error")
    ),
    path("accounts/2fa/", mfa.index, name="mfa_index"),
    path("accounts/2fa/authenticate/", passkeys.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/webauthn/", passkeys.listed, name="mfa_list_webauthn"),
    path("accounts/2fa/webauthn/add/", passkeys.add, name="mfa_add_webauthn"),
    path("accounts/2fa/webauthn/login/", passkeys.login, name="mfa_login_webauthn"),
    path("accounts/2fa/webauthn/reauthenticate/", passkeys.reauthenticate, name="mfa_reauthenticate_webauthn"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("accounts/2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    *(
        path(f"accounts/none/{name}/", _not_there, name=f"account_{name}")
        for name in ("signup", "email", "reset_password", "set_password", "inactive")
    ),
    *(one for name in PAGES for one in import_module(f"scanner.console.pages.{name}").urls),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
