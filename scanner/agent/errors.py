"""What keeps a terminal from speaking to its hub."""

from __future__ import annotations

from scanner.errors import EXIT_GAPS, EXIT_USAGE, SekishoError


class AgentError(SekishoError):
    """``code`` names the message."""

    section = "agent"
    exit_code = EXIT_USAGE


class Unreachable(AgentError):
    """The hub did not answer; nothing is lost, the batches wait."""

    exit_code = EXIT_GAPS


class Later(AgentError):
    """The hub has too much to do and says when to come again."""

    exit_code = EXIT_GAPS

    def __init__(self, seconds: int) -> None:
        super().__init__("later", seconds=seconds)
        self.seconds = seconds


class Refused(AgentError):
    """The hub answered and did not take it. ``what`` is the hub's short code, ``facts`` what it added."""

    def __init__(self, what: str, facts: dict[str, object]) -> None:
        super().__init__("refused", what=what)
        self.what = what
        self.facts = facts
