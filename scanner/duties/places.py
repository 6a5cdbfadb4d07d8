"""第3: personal data on a machine that the agreed places do not name."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact
from scanner.model import display
from scanner.paths.comparing import comparable, under

CODES = ("F03-UNDECLARED-HOST",)


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (UndeclaredHost(view),)


class UndeclaredHost:
    """A place was agreed to on certain machines only, and the same path on another machine holds personal data."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._rules = [
            (c.id, p.id, (p.host or "").lower(), comparable(p.path or "", encoded=True))
            for c in view.policy.contract
            for p in c.place
            if p.host and not p.volume
        ]
        self._found: dict[tuple[str, str], Counter[str]] = {}

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Counts; the fact is one of the machine."""
        if file.verdict != "outside" or not self._rules:
            return
        host, path = self._view.host_of(file).lower(), comparable(display(file.path))
        for contract, place, pattern, prefix in self._rules:
            elsewhere = not fnmatch.fnmatchcase(host, pattern)
            if elsewhere and prefix and under(path, prefix):
                self._found.setdefault((host, contract), Counter())[place] += 1
                return
        yield from ()

    def finish(self) -> Iterator[Fact]:
        """One fact a machine and contract."""
        for (host, contract), places in sorted(self._found.items()):
            working = {"host": host, "places": dict(places), "files": places.total()}
            yield Fact("F03-UNDECLARED-HOST", None, f"host:{host}", contract, "", working)
