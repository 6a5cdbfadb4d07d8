"""The base of every error that the program knows, and the three families of faults that a scan must not mix.

- of the **file**: costs that file, one row of the coverage with its reason (``FileFault``);
- of the **sandbox**: reader or judge cannot do their work; the file is tried once more alone, then the scan stops with
  advice (``SandboxFault``);
- of the **store**: the inventory cannot be written; the scan stops at once and leaves nothing half-written (``StoreFault``).

``cli.main`` turns any of them into a sentence and an exit code, in one place.
"""

from __future__ import annotations

from typing import ClassVar

from scanner.model import Reason


class SekishoError(Exception):
    """``code`` names the message (``section.code`` in ``config/messages``), ``details`` fill it in. Never a value of a file."""

    section: ClassVar[str] = "error"
    exit_code: int = 4

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class FileFault(SekishoError):
    """A file whose bytes cannot be had; it is told with ``reason``."""

    section = "reason"
    exit_code = 3

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class SandboxFault(SekishoError):
    """Reader or judge cannot work at all: no fault of the file at hand."""

    section = "sandbox"


class StoreFault(SekishoError):
    """The inventory cannot be read or written."""

    section = "state"
