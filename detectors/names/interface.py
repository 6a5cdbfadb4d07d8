"""What finds names: takes a view and what is already known in it, gives PERSON matches."""

from __future__ import annotations

from typing import Protocol

from detectors.interface import Match, View


class NameFinder(Protocol):
    """Finds PERSON matches of one view."""

    def find(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        """``known``: candidates of the other recognizers, overlaps not yet resolved. What is not read is added to ``unread``
        (reason → characters)."""
        ...


class NoNames:
    """Finds no names: for runs on identifiers and addresses alone."""

    def find(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        """Nothing."""
        return []
