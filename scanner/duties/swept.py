"""Which agreed places were gone through on the machines that they are on: a walk of one machine says nothing of a folder of the same name
on another one."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Collection
from datetime import date
from pathlib import Path

from scanner.duties import hosts
from scanner.duties.interface import View
from scanner.inventory.coverage import Coverage, Walked
from scanner.model import display
from scanner.paths import names
from scanner.paths.comparing import comparable, under
from scanner.policy.models import Contract, Place
from scanner.policy.verdict import folders, ignores_case

_MANY = frozenset("*?[")
_DRIVE = re.compile(r"[A-Za-z]:(?:/|\Z)")
_COPY = "~"
"""Behind the name of a terminal that calls itself as an earlier one does stands its number: both may be the machine that is meant."""


def unswept_hosts(view: View, contract: Contract, since: date | None) -> list[str]:
    """Machines of which nobody knows how they stand (``hosts.not_heard``), and those that a place of the contract names and that no inventory
    knows."""
    absent = {host.lower(): host for host in hosts.not_heard(view, since)}
    known = {_machine(name) for name in (*hosts.machines(view), *absent)} | {view.host.lower()}
    for place in contract.place:
        name = place.host or ""
        if name and not _MANY & set(name) and name.lower() not in known:
            absent.setdefault(name.lower(), name)
    return sorted(absent.values())


class Places:
    """The places of a contract against the walks since a moment."""

    def __init__(
        self, view: View, covered: Coverage, moment: str, base: Path | None, absent: Collection[str] = ()
    ) -> None:
        """``moment``: UTC as the record writes it, empty for ever. ``base``: folder that relative paths of the policy refer to. ``absent``:
        machines whose walks say nothing (``unswept_hosts``)."""
        self._view, self._moment, self._base = view, moment, base
        silent = {name.lower() for name in absent}
        self._known = {*hosts.machines(view), *silent, *("" for root in covered.roots if not root.host)}
        """Machines by their names in small letters; this one, where it was looked at, without a name."""
        self._roots: dict[str, list[Walked]] = {name: [] for name in self._known - silent}
        for root in covered.roots:
            self._roots.get(root.host.lower(), []).append(root)

    def unswept(self, contract: Contract) -> list[str]:
        """Numbers of the places that were not gone through on every machine that they name; where they name none, on any machine and on every
        one that ever told a file of them."""
        return [place.id for place in contract.place if not self._swept(contract, place)]

    def _swept(self, contract: Contract, place: Place) -> bool:
        rule = f"{contract.id}/{place.id}"
        if place.volume or _shared(place):  # one place, whichever machine sees it
            return any(self._means(place, h) and self._over(place, rule, h) for h in self._roots)
        if place.host and set(place.host) != {"*"}:
            named = [h for h in self._known if self._means(place, h)]
            return bool(named) and all(self._over(place, rule, h) for h in named)
        told = self._tellers(rule)
        return all(self._over(place, rule, h) for h in told) and any(self._over(place, rule, h) for h in self._roots)

    def _means(self, place: Place, host: str) -> bool:
        name = host or self._view.host.lower()
        pattern = (place.host or "*").lower()
        return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(_machine(name), pattern)

    def _over(self, place: Place, rule: str, host: str) -> bool:
        """Whether a machine went through its part of the place."""
        if place.volume:
            return self._met(rule, host)
        roots = self._roots.get(host, [])
        if not place.path and not place.unc:  # the whole machine
            some = self._met(rule, host) or any(names.parent(root.path) == root.path for root in roots)
            return some and bool(roots) and all(self._walked(root) for root in roots)
        case = None if host else ignores_case(place, self._base)
        wanted = _written(place) if host else folders(place, self._base)
        swept = [
            comparable(text, ignore_case=case) for root in roots if self._walked(root) if (text := display(root.path))
        ]
        seen = any(_kind(name) == _kind(root) and under(name, root) for name in wanted for root in swept)
        return seen or (not place.path and self._met(rule, host))

    def _walked(self, root: Walked) -> bool:
        return bool(root.walked) and root.walked >= self._moment

    def _met(self, rule: str, host: str) -> bool:
        """Whether a file of the place was met since."""
        return host in self._tellers(rule, "gone is null and last_seen >= ?", self._moment)

    def _tellers(self, rule: str, condition: str = "1", *values: str) -> frozenset[str]:
        """Machines with a file of the place, by their names in small letters."""
        statement = f"select distinct host from files where rule = ? and {condition}"  # noqa: S608
        return frozenset(str(host).lower() for (host,) in self._view.db.execute(statement, (rule, *values)))


def _machine(name: str) -> str:
    return name.partition(_COPY)[0]


def _shared(place: Place) -> bool:
    text = place.unc or place.path or ""
    return bool(place.unc) or names.flavour(os.fsencode(text)) is names.Flavour.SHARE or text.startswith(("\\\\", "//"))


def _written(place: Place) -> tuple[str, ...]:
    """The place as the policy writes it: what links and folders of this machine make of it says nothing of another one."""
    text = place.unc or place.path or ""
    known = _shared(place) or names.flavour(os.fsencode(text)) is names.Flavour.WINDOWS or text.startswith("/")
    return (comparable(text, encoded=True),) if known else ()


def _kind(path: str) -> str:
    """Share, drive of Windows, or a path from the root, of a comparable path: none of them lies below another."""
    return "share" if path.startswith("//") else "drive" if _DRIVE.match(path) else ""
