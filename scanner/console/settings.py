"""Settings of Django and of the libraries around it, as one table: what is not named here is Django's own default."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
IDLE = 30 * 60
"""Seconds without a request after which a session is over (OWASP ASVS 5.0, 7.3.1, leaves the number to the operator)."""
STIR = 60
"""Seconds after which a session that is used is written again: it ends so much earlier at most, and not every page waits for a disk."""
LONGEST = 10 * 60 * 60
"""Seconds after which everybody signs in anew: a working day (7.3.2)."""
TRIES, PAUSE = 5, timedelta(minutes=15)
"""Wrong passwords of one account before it rests, and for how long."""
CODES = 10
"""Wrong codes of the second factor of one account within ``PAUSE``; a code has six digits."""
MOST_UPLOAD = 10 * 1024 * 1024
"""Bytes of an uploaded workbook; registers of 10,000 rows take one."""
FORM = 256 * 1024
"""Bytes of a form without a file."""
WITH_FILE = MOST_UPLOAD + 64 * 1024
"""Bytes of a form with one. Memory takes as much: nothing that is uploaded reaches the disk."""
UPLOADS = frozenset({"/registers/take"})
"""Addresses to which a file is sent."""
LEAST_PASSWORD = 12

CSP = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["'none'"],
}
"""No page but those of passkeys has a script, and none a style of its own; theirs runs by the nonce of the answer. ``data:`` is the code of a TOTP device."""


def settings(
    database: Path, secret: str, hosts: Sequence[str], *, secure: bool, providers: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Keywords for ``django.conf.settings.configure``. ``hosts``: names under which it may be asked; ``secure``: over TLS; ``providers``:
    services by which people may sign in, as allauth reads them."""
    return {
        "DEBUG": False,
        "SECRET_KEY": secret,
        "ALLOWED_HOSTS": [*hosts],
        "ROOT_URLCONF": "scanner.console.urls",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(database),
                "OPTIONS": {"timeout": 10, "transaction_mode": "IMMEDIATE"},
            }
        },
        "INSTALLED_APPS": [
            "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages",
            "allauth", "allauth.account", "allauth.mfa", "allauth.socialaccount", "allauth.socialaccount.providers.openid_connect", "axes", "csp", "scanner.console.accounts",
        ],
        "MIDDLEWARE": [
            "scanner.console.middleware.headers",
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "csp.middleware.CSPMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "scanner.console.middleware.language",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "scanner.console.middleware.bound",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "axes.middleware.AxesMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "scanner.console.context.shared",
                    ],
                    "libraries": {"words": "scanner.console.templatetags.words"},
                    "builtins": ["scanner.console.templatetags.words"],
                },
            }
        ],
        "LANGUAGE_CODE": "ja",
        "LANGUAGES": [("ja", "日本語"), ("en", "English")],
        "USE_TZ": True,
        "STATIC_URL": "/static/",
        "STATIC_ROOT": str(HERE / "static"),
        "WHITENOISE_ALLOW_ALL_ORIGINS": False,
        "LOGGING_CONFIG": None,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "SOCIALACCOUNT_PROVIDERS": providers or {},
        **_accounts(),
        **_sessions(secure),
        **_headers(secure),
    }  # fmt: skip


def _accounts() -> dict[str, Any]:
    validators = ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
    return {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": LEAST_PASSWORD},
            },
            *({"NAME": f"django.contrib.auth.password_validation.{name}"} for name in validators),
        ],
        "AUTHENTICATION_BACKENDS": [
            "axes.backends.AxesStandaloneBackend",
            "django.contrib.auth.backends.ModelBackend",
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "scanner.console.accounts.adapter.Adapter",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*", "password2*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": False,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "/accounts/login/",
        "ACCOUNT_RATE_LIMITS": {"login_failed": f"{CODES}/{int(PAUSE.total_seconds())}s/key"},  # passwords: axes
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
        "ACCOUNT_SESSION_REMEMBER": False,
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "Sekisho",
        "MFA_FORMS": {
            "authenticate": "scanner.console.accounts.codes.Authenticate",
            "reauthenticate": "scanner.console.accounts.codes.Reauthenticate",
            "add_webauthn": "scanner.console.passkeys.Add",
            "authenticate_webauthn": "scanner.console.passkeys.Authenticate",
            "login_webauthn": "scanner.console.passkeys.Login",
            "reauthenticate_webauthn": "scanner.console.passkeys.Reauthenticate",
        },
        "SOCIALACCOUNT_ADAPTER": "scanner.console.oidc.Adapter",
        "SOCIALACCOUNT_AUTO_SIGNUP": False,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_LOGIN_ON_GET": False,
        "AXES_FAILURE_LIMIT": TRIES,
        "AXES_COOLOFF_TIME": PAUSE,
        "AXES_LOCKOUT_PARAMETERS": ["username"],
        "AXES_USERNAME_CALLABLE": "scanner.console.accounts.signals.known_as",
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_LOCKOUT_CALLABLE": "scanner.console.errors.locked",
        "AXES_VERBOSE": False,
        "AXES_ENABLE_ADMIN": False,
        "AXES_SENSITIVE_PARAMETERS": ["login", "username", "password"],
    }


def _sessions(secure: bool) -> dict[str, Any]:
    """A cookie whose name begins with ``__Host-`` is taken by browsers over TLS alone."""
    mark = "__Host-" if secure else ""
    return {
        "SESSION_COOKIE_NAME": f"{mark}sekisho",
        "SESSION_COOKIE_AGE": IDLE,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_SECURE": secure,
        "CSRF_COOKIE_NAME": f"{mark}sekisho-csrf",
        "CSRF_USE_SESSIONS": True,
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_FAILURE_VIEW": "scanner.console.errors.csrf",
        "LANGUAGE_COOKIE_NAME": "sekisho-language",
    }


def _headers(secure: bool) -> dict[str, Any]:
    return {
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": CSP},
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_HSTS_SECONDS": 365 * 24 * 3600 if secure else 0,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": FORM,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 500,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 1,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": WITH_FILE,
        "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.MemoryFileUploadHandler"],
    }
