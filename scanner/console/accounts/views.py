"""Coming in by a link, the own account, the language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from scanner.console import audit, errors
from scanner.console.access import memberships
from scanner.console.accounts import invitations
from scanner.console.roles import EVERY
from scanner.console.site import site
from scanner.errors import SekishoError
from scanner.messages import LANGUAGES, t

_NEW = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class Start(forms.Form):
    """Name and password of a new account; at the first link the number of the register, which nobody else has said."""

    username = forms.CharField(max_length=150, min_length=2, validators=[get_user_model().username_validator])
    worker = forms.CharField(max_length=200, required=False)
    password = forms.CharField(max_length=200, strip=False, widget=_NEW)
    again = forms.CharField(max_length=200, strip=False, widget=_NEW)

    def __init__(self, *words: Any, first: bool, **more: Any) -> None:
        super().__init__(*words, **more)
        if not first:
            del self.fields["worker"]

    def clean(self) -> dict[str, Any]:
        """A name that is free, a password that is good and was typed alike twice, a number that the register has."""
        given: dict[str, Any] = super().clean() or {}
        name, password = given.get("username", ""), given.get("password", "")
        if name and get_user_model().objects.filter(username__iexact=name).exists():
            self.add_error("username", t("console.name_taken"))
        if password and password != given.get("again"):
            self.add_error("again", t("console.not_alike"))
        elif password:
            try:
                validate_password(password, get_user_model()(username=name))
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        if number := given.get("worker", ""):
            rules = site().rules()
            if number not in {w.id for c in (rules.policy.contract if rules else ()) for w in c.worker}:
                self.add_error("worker", t("console.no_such_worker"))
        return given


def start(request: Any, token: str) -> HttpResponse:
    """The page behind a link; a link that is void says so and nothing else."""
    invitation = invitations.found(token)
    if invitation is None:
        return errors.page(request, 410, t("console.link_void"))
    form = Start(request.POST or None, first=invitations.is_first(invitation))
    try:
        good = request.method == "POST" and form.is_valid()
    except SekishoError as error:
        return errors.refused(request, error)
    if good:
        given = form.cleaned_data
        try:
            made = invitations.accept(token, given["username"], given["password"], given.get("worker", ""))
        except SekishoError as error:
            return errors.refused(request, error)
        audit.enter(
            "console_account",
            contract="" if made.contract == EVERY else made.contract,
            user=audit.number_of(made.user),
            role=made.role,
        )
        login(request, made.user, backend="django.contrib.auth.backends.ModelBackend")
        return HttpResponseRedirect("/me")
    return render(request, "console/start.html", {"form": form, "invitation": invitation})


@login_required
def me(request: Any) -> HttpResponse:
    """The own account: roles, second factor, password."""
    from allauth.mfa.models import Authenticator

    from scanner.console import identities, passkeys

    second = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists()
    told = {"memberships": memberships(request.user).values(), "second": second, "passkeys": passkeys.of(request.user)}
    told["identity"] = identities.connected(request.user, site().service)
    return render(request, "console/me.html", told)


def language(request: Any) -> HttpResponse:
    """Choose the language of this browser."""
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe and back.startswith("/") else "/")
    chosen = request.POST.get("lang", "")
    if request.method == "POST" and chosen in LANGUAGES:
        response.set_cookie(
            "sekisho-language",
            chosen,
            max_age=365 * 24 * 3600,
            samesite="Strict",
            httponly=True,
            secure=request.is_secure(),
        )
    return response
