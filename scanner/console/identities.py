"""By what an identity of a service of the house is known: its number holds within its issuer alone (OpenID Connect Core 1.0, 2 and 5.7),
so the issuer is part of it, and where the settings name another one nobody comes in by a number that they share."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider

from scanner.console.configured import Service, mark


class Provider(OpenIDConnectProvider):
    """That of allauth, with the issuer in what it keeps."""

    def extract_uid(self, data: Any) -> str:
        """The number of an identity with the mark of its issuer."""
        return mark(self.app.settings["server_url"]) + str(super().extract_uid(data))


def connected(user: Any, service: Service | None) -> bool:
    """Whether the account has an identity of the service that the settings name."""
    if service is None:
        return False
    return bool(SocialAccount.objects.filter(user=user, uid__startswith=mark(service.issuer)).exists())
