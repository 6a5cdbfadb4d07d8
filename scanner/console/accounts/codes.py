"""The code of the second factor, as allauth asks for it: whatever was refused, wrong or too often, is an entry of the record."""

from __future__ import annotations

from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django.forms import ValidationError

from scanner.console import audit


class _Told(BaseAuthenticateForm):
    def clean_code(self) -> str:
        """The code that was given; raises ``ValidationError``."""
        try:
            return str(super().clean_code())
        except ValidationError:
            audit.enter("console_refused", why="wrong_code", user=audit.number_of(self.user))
            raise


class Authenticate(_Told, AuthenticateForm):
    """While signing in."""


class Reauthenticate(_Told, ReauthenticateForm):
    """Before something grave."""
