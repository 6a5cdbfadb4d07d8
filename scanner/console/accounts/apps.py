"""The application of Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts of the console."""

    name = "scanner.console.accounts"
    label = "console"

    def ready(self) -> None:
        """Signing in and out is told in the record."""
        from scanner.console.accounts import signals

        signals.connect()
