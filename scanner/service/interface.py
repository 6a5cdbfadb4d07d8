"""What a manager of services is asked and answers, whatever the system is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from scanner.errors import EXIT_USAGE, SekishoError


class Scope(StrEnum):
    """Whom a service is for."""

    USER = "user"
    SYSTEM = "system"


class ServiceError(SekishoError):
    """The system does not do what a service needs; ``code`` names the message, ``detail`` is the system's own word or number."""

    section = "service"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Spec:
    """A service as it shall be."""

    scope: Scope
    command: tuple[str, ...]
    """The program by its full path and its arguments."""
    home: Path
    logs: Path


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done; ``what`` names the message, ``before`` and ``after`` are of the setting ``name``."""

    what: str
    name: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """How a service is."""

    installed: bool
    running: bool
    where: str
    """Path or name by which the system knows it."""
    command: str = ""
    """What it runs, as the system writes it."""


class Manager(Protocol):
    """A service manager of the system. Everything raises ``ServiceError`` where the system refuses."""

    def install(self, spec: Spec) -> list[Change]:
        """Register and start it; over an older one only what differs is changed, and a running one starts afresh."""

    def uninstall(self) -> list[Change]:
        """Stop it and take it away; ``none`` where there is none."""

    def status(self) -> Seen:
        """Whether it is there and runs."""

    def stop(self) -> bool:
        """Stop it where it runs; whether it ran."""

    def start(self) -> None:
        """Start it."""


def differences(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    """The settings of ``after`` that ``before`` has not or has otherwise, and those that go."""
    names = [*after, *(n for n in before if n not in after)]
    return [
        Change("changed", name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    ]
