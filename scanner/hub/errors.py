"""What goes wrong at the hub."""

from __future__ import annotations

from scanner.errors import EXIT_USAGE, SekishoError


class HubError(SekishoError):
    """``code`` names the message."""

    section = "hub"
    exit_code = EXIT_USAGE


class Refusal(Exception):
    """A call that is not answered as asked: counted by ``what``, told with ``status`` and ``facts``."""

    def __init__(self, what: str, status: int = 403, *, terminal: str = "", **facts: object) -> None:
        super().__init__(what)
        self.what = what
        self.status = status
        self.terminal = terminal
        self.facts = facts
