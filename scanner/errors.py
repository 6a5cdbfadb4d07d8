"""The base of every error that the program knows, and the three families of faults that a scan must not mix.

- of the **file**: costs that file, one row of the coverage with its reason (``FileFault``);
- of the **sandbox**: reader or judge cannot do their work; the file is tried once more alone, then the scan stops with
  advice (``SandboxFault``);
- of the **store**: the inventory cannot be written; the scan stops at once and leaves nothing half-written (``StoreFault``).

``cli.faults`` turns any of them into a sentence, and ``cli.main`` into an exit code, in one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from scanner.model import Reason

EXIT_POINTS, EXIT_USAGE, EXIT_GAPS, EXIT_INTERNAL = 1, 2, 3, 4
"""Exit codes of the program besides 0: open points, wrong use, something was not examined, it could not work."""


class Part(NamedTuple):
    """One of several things that are wrong."""

    message: str
    """Name in the catalogue, with its section."""
    details: dict[str, object]
    place: str = ""
    """``policy.toml:12``."""


class SekishoError(Exception):
    """``code`` names the message (``section.code`` in ``config/messages``), ``details`` fill it in. Never a value of a file."""

    section: ClassVar[str] = "error"
    exit_code: int = EXIT_INTERNAL

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def parts(self) -> Iterable[Part]:
        """What is wrong one by one, where the error stands for several things; told below its sentence."""
        return ()


class FileFault(SekishoError):
    """A file whose bytes cannot be had; it is told with ``reason``."""

    section = "reason"
    exit_code = EXIT_GAPS

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class SandboxFault(SekishoError):
    """Reader or judge cannot work at all: no fault of the file at hand."""

    section = "sandbox"


class StoreFault(SekishoError):
    """The inventory, its keys or its record cannot be read or written."""

    section = "state"
