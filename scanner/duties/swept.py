"""Which agreed places were gone through on the machines that they are on: a walk of one machine says nothing of a folder of the same name
on another one."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import re
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scanner import clock
from scanner.duties import hosts
from scanner.duties.interface import View
from scanner.inventory.coverage import Coverage, Walked, been
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


class Swept(NamedTuple):
    """That a machine went through an agreed place, as it stands in a proof."""

    place: str
    host: str
    """Empty: this machine."""
    walked: str
    """When (UTC)."""
    scan: int
    """Number of the scan on that machine; 0 where it is not known."""
    gaps: int
    """What it could not look at below the place."""


class Places:
    """The places of a contract against the walks since a moment."""

    def __init__(
        self, view: View, covered: Coverage, moment: str, base: Path | None, absent: Collection[str] = ()
    ) -> None:
        """``moment``: UTC as the record writes it, empty for ever. ``base``: folder that relative paths of the policy refer to. ``absent``:
        machines whose walks say nothing (``unswept_hosts``)."""
        self._view, self._moment, self._base, self._now = view, moment, base, clock.stamp()
        silent = {name.lower() for name in absent}
        self._names = hosts.machines(view)
        self._known = {*self._names, *silent, *("" for root in covered.roots if not root.host)}
        """Machines by their names in small letters; this one, where it was looked at, without a name."""
        self._roots: dict[str, list[Walked]] = {name: [] for name in self._known - silent}
        for root in covered.roots:
            self._roots.get(root.host.lower(), []).append(root)
        told = view.db.execute("select host, contract, place, meaning, walked, scan, gaps from told_places")
        self._of_hub = frozenset(str(h).lower() for (h,) in view.db.execute("select host from hub_applied"))
        self._tellers_of: dict[str, dict[str, str]] = {}
        self._told = {(host.lower(), contract, place, meant): facts for host, contract, place, meant, *facts in told}

    def unswept(self, contract: Contract) -> list[str]:
        """Numbers of the places that were not gone through on every machine that they name, with those machines; where they name none, on any
        machine and on every one that ever told a file of them."""
        return [name for place in contract.place for name in self._unswept(contract, place)]

    def swept(self, contract: Contract) -> list[Swept]:
        """What was gone through since, by place and machine."""
        found = []
        for place in contract.place:
            for host in sorted(self._roots):
                at = self.walked(contract, place, host) if self._means(place, host) else ""
                if at and at >= self._moment:
                    _, scan, gaps = self._told.get((host, contract.id, place.id, meaning(place)), ("", 0, "{}"))
                    number = sum(json.loads(gaps).values())
                    found.append(Swept(place.id, self._names.get(host, host), at, scan, number))
        return found

    def walked(self, contract: Contract, place: Place, host: str = "") -> str:
        """When a machine last went through its part of the place (UTC); empty where it never did, or nobody knows."""
        rule = f"{contract.id}/{place.id}"
        roots = self._roots.get(host, [])
        told = self._told.get((host, contract.id, place.id, meaning(place)), [""])[0] if host in self._roots else ""
        return max(been(str(told), self._now), self._by_walks(place, rule, host, roots))

    def _unswept(self, contract: Contract, place: Place) -> list[str]:
        def over(host: str) -> bool:
            at = self.walked(contract, place, host)
            return bool(at) and at >= self._moment

        if place.volume or _shared(place):  # one place, whichever machine sees it
            return [] if any(self._means(place, h) and over(h) for h in self._roots) else [place.id]
        if place.host and set(place.host) != {"*"}:
            named = sorted(h for h in self._known if self._means(place, h))
            return self._at(place, [h for h in named if not over(h)]) if named else [place.id]
        missing = self._at(place, [h for h in sorted(self._tellers(f"{contract.id}/{place.id}")) if not over(h)])
        return missing or ([] if any(over(h) for h in self._roots) else [place.id])

    def _at(self, place: Place, found: list[str]) -> list[str]:
        return [f"{place.id}({self._names.get(host, host)})" if host else place.id for host in found]

    def _means(self, place: Place, host: str) -> bool:
        name = host or self._view.host.lower()
        pattern = (place.host or "*").lower()
        return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(_machine(name), pattern)

    def _by_walks(self, place: Place, rule: str, host: str, roots: list[Walked]) -> str:
        """The same by the roots that the machine told, where their paths are clear."""
        if place.volume:
            return self._around(rule, host, roots)
        if not place.path and not place.unc:  # the whole machine
            every = min((root.walked for root in roots), default="")
            top = any(names.parent(root.path) == root.path for root in roots)
            return every if top else min(every, self._around(rule, host, roots))
        case = None if host else ignores_case(place, self._base)
        wanted = _written(place) if host else folders(place, self._base)
        swept = [
            (root.walked, comparable(text, ignore_case=case))
            for root in roots
            if root.walked and (text := display(root.path))
        ]
        seen = [at for at, root in swept for name in wanted if _kind(name) == _kind(root) and under(name, root)]
        return max(*seen, "", "" if place.path else self._around(rule, host, roots))

    def _around(self, rule: str, host: str, roots: list[Walked]) -> str:
        """When a folder that holds every known file of the place was last walked: under which name a volume or a share lies on a machine
        only its files tell, and one file that was looked at is no walk. Empty where no folder does, and of a hub, which knows no paths.
        """
        if host in self._of_hub or not self._tellers(rule).get(host):
            return ""
        of_place = "select count(*) from files where rule = ? and lower(host) = ? and gone is null"
        (every,) = self._view.db.execute(of_place, (rule, host)).fetchone()
        found = [""]
        for root in roots:
            _, *below = names.span(root.path)
            (inside,) = self._view.db.execute(f"{of_place} and path >= ? and path < ?", (rule, host, *below)).fetchone()
            if inside == every:
                found.append(root.walked)
        return max(found)

    def _tellers(self, rule: str) -> dict[str, str]:
        """Machines that ever had a file of the place, by their names in small letters, and when one that is there was last met."""
        if rule not in self._tellers_of:
            statement = (
                "select host, max(case when gone is null then last_seen end) from files where rule = ? group by host"
            )
            rows = self._view.db.execute(statement, (rule,))
            self._tellers_of[rule] = {str(host).lower(): at or "" for host, at in rows}
        return self._tellers_of[rule]


def meaning(place: Place) -> str:
    """A digest of what the policy says that a place is: what a terminal went through under another policy is no walk of this one."""
    said = json.dumps([place.path, place.host, place.volume, place.unc], ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def means(place: Place, host: str) -> bool:
    """Whether a place is, or may be, on a machine."""
    return fnmatch.fnmatchcase(host.lower(), (place.host or "*").lower())


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
