"""What allauth asks: nobody makes an account by themselves, and no address outside this site is gone to."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    """Accounts come from invitations alone."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        """Nothing is counted here: axes counts wrong passwords, over restarts. The limit of allauth is for codes."""

    def add_message(self, *words: Any, **more: Any) -> None:
        """What was done is seen on the page that follows; their texts would be of another tone and place."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The console sends nothing."""
