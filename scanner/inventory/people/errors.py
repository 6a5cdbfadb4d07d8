"""What a person may not do, or cannot prove."""

from __future__ import annotations

from scanner.errors import EXIT_USAGE, SekishoError


class PeopleError(SekishoError):
    """Refused; ``code`` names the message and, where one person tried to be two, the entry of the record."""

    section = "people"
    exit_code = EXIT_USAGE
