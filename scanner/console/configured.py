"""The settings file of the console, ``console/settings.toml`` in the state folder: what only whoever has the machine may set."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator

from scanner.console.loopback import stays_here
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.policy.base import Strict

FILE = "settings.toml"
NAME = "sekisho"
"""What the service is called in addresses; there is one."""


class SettingsError(SekishoError):
    """A settings file that cannot be used: ``key`` says where."""

    section = "console"
    exit_code = EXIT_USAGE


class Service(Strict):
    """``[oidc]``: a service of the house by which people sign in."""

    name: str = Field(min_length=1, max_length=60)
    """As the button calls it."""
    issuer: str
    client_id: str = Field(min_length=1)
    client_secret: str = ""
    """Empty for a client without one: PKCE is used in any case."""

    @field_validator("issuer")
    @classmethod
    def _shut(cls, issuer: str) -> str:
        """Over TLS, or on this machine."""
        parts = urlsplit(issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and stays_here(parts.hostname or "")):
            raise ValueError("not over TLS")
        if parts.query or parts.fragment or parts.username:
            raise ValueError("no issuer")
        return issuer.rstrip("/")


class Settings(Strict):
    """The file."""

    oidc: Service | None = None


def load(folder: Path) -> Settings:
    """The settings in ``folder``; those that hold without a file. Raises ``SettingsError``."""
    path = folder / FILE
    if not path.exists():
        return Settings()
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("settings_unreadable", path=path, kind=type(error).__name__) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SettingsError("settings_bad", path=path, key=".".join(map(str, first["loc"]))) from None


def mark(issuer: str) -> str:
    """What the numbers of an issuer begin with; of a fixed length, so that no number of one is that of another."""
    return hashlib.sha256(issuer.encode()).hexdigest()[:32] + ":"


def providers(service: Service | None) -> dict[str, Any]:
    """The same as allauth reads it; the class also where no service is named, for it is asked for once in a process."""
    made: dict[str, Any] = {"provider_class": "scanner.console.identities.Provider", "APPS": []}
    if service is None:
        return {"openid_connect": made}
    app = {
        "provider_id": NAME,
        "name": service.name,
        "client_id": service.client_id,
        "secret": service.client_secret,
        "settings": {"server_url": service.issuer, "fetch_userinfo": False},
    }
    return {"openid_connect": {**made, "APPS": [app], "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid"]}}
