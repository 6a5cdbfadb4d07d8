"""The base of every error that the program knows, and the three families of faults that a scan must not mix.

- of the **file**: costs that file, one row of the coverage with its reason (``FileFault``);
- of the **sandbox**: reader or judge cannot do their work; the file is tried once more alone, then the scan stops with
  advice (``SandboxFault``);
- of the **store**: the inventory cannot be written; the scan stops at once and leaves nothing half-written (``StoreFault``).

``cli.faults`` turns any of them into a sentence, and ``cli.main`` into an exit code, in one place.
"""

from __future__ import annotations

import errno
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


_BY_NUMBER = {
    **dict.fromkeys((errno.ENOENT,), Reason.VANISHED),
    **dict.fromkeys((errno.ENAMETOOLONG,), Reason.NAME_TOO_LONG),
    **dict.fromkeys((errno.EBUSY, errno.ETXTBSY), Reason.IN_USE),  # a mounted share says so of a sharing violation
    **dict.fromkeys((errno.ENOTDIR, errno.ELOOP), Reason.CHANGED),  # it was a folder when it was met
    **dict.fromkeys(
        (errno.ENOTCONN, errno.ESTALE, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.ENODEV, errno.ENXIO),
        Reason.NOT_CONNECTED,
    ),
}
_BY_WINDOWS = {
    **dict.fromkeys((2, 3), Reason.VANISHED),
    **dict.fromkeys((32, 33), Reason.IN_USE),
    **dict.fromkeys((123, 161, 206), Reason.NAME_TOO_LONG),
    **dict.fromkeys((267,), Reason.CHANGED),
    **dict.fromkeys(
        (15, 20, 21, 51, 52, 53, 54, 55, 59, 64, 65, 67, 121, 1167, 1222, 1231, 1232, 1236), Reason.NOT_CONNECTED
    ),
    **dict.fromkeys((362, 364, 389, 390, 394, 395, 396, 397, 398, 404), Reason.PLACEHOLDER),
}
"""Numbers of ``winerror.h`` that have no ``errno`` of their own: sharing and lock violations; no drive, medium, server or share; names that are refused; a
provider of cloud files that does not run or does not answer."""


def reason_of(error: OSError) -> Reason:
    """Why something could not be looked at, by what the system answered."""
    number = getattr(error, "winerror", None)
    found = _BY_WINDOWS.get(number) if number else None
    return found or _BY_NUMBER.get(error.errno or 0, Reason.UNREADABLE)


def reason_of_reading(error: OSError) -> Reason:
    """The same of what could be opened and not be read: there ``EACCES`` says that somebody has locked a part of it."""
    return Reason.IN_USE if error.errno == errno.EACCES else reason_of(error)


class SandboxFault(SekishoError):
    """Reader or judge cannot work at all: no fault of the file at hand."""

    section = "sandbox"


class StoreFault(SekishoError):
    """The inventory, its keys or its record cannot be read or written."""

    section = "state"
