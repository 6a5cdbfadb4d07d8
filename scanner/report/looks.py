"""When each place that is to be looked at was last gone through: a scan of anything else does not count for it, neither does one that
could look at nothing there, or whose moment is still to come."""

from __future__ import annotations

import fnmatch
import os
import socket
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from scanner import clock
from scanner.inventory import coverage
from scanner.inventory.reader import Reader
from scanner.model import display
from scanner.paths import system
from scanner.paths.comparing import comparable, under
from scanner.policy.models import Contract, Place, Policy
from scanner.policy.verdict import folders, ignores_case


class Looks(NamedTuple):
    """Moments (UTC) at which a walk over each place last came to its end, empty where none did; none where there is no place to ask."""

    walked: tuple[str, ...]

    @property
    def last(self) -> str:
        """The oldest of them; empty where a place was never gone through."""
        return min(self.walked, default="")

    def late(self, since: date, day_of: Callable[[str], date]) -> int:
        """How many were not gone through on or after a day."""
        return sum(1 for moment in self.walked if not moment or day_of(moment) < since)


class _Wanted(NamedTuple):
    """A place, or a folder of ``[watch]``."""

    names: tuple[str, ...]
    """By which it is compared."""
    case: bool | None
    """Whether its file system knows no case."""
    folder: bytes
    """Where it is on this machine; empty where it is none of its folders."""


def of(reader: Reader, policy: Policy, base: Path | None, today: date) -> Looks:
    """Of the agreed places in force and the folders of ``[watch]``, those that lie on this machine or that it has walked. ``base``: the
    folder of the policy."""
    known = [root for root in coverage.of(reader.db).roots if not root.host]
    shut = coverage.shut(reader.db)
    end = clock.begin_of(today + timedelta(days=1))
    found: list[str] = []
    for one in _wanted(policy, base, today):
        over = [r.walked for r in known if _under(one, r.path)]
        if over or one.folder:
            blind = any(_under(one, path) for path in shut)
            blind = blind or (bool(one.folder) and coverage.wholly_left_out(reader.db, system.real(one.folder)))
            found.append("" if blind else max((moment for moment in over if moment < end), default=""))
    return Looks(tuple(found))


def _under(one: _Wanted, path: bytes) -> bool:
    return any(under(name, comparable(display(path), ignore_case=one.case)) for name in one.names)


def _wanted(policy: Policy, base: Path | None, today: date) -> Iterator[_Wanted]:
    host = socket.gethostname().lower()
    for contract in policy.contract:
        for place in contract.place:
            mine = fnmatch.fnmatchcase(host, (place.host or "*").lower())
            if mine and not place.volume and (place.path or place.unc) and _in_force(contract, place, today):
                yield _Wanted(folders(place, base), ignores_case(place, base), _there(place.path or "", base))
    for root in policy.watch.roots:
        watched = Place.model_validate({"id": "watch", "kind": "work", "path": root})
        yield _Wanted(folders(watched, base), ignores_case(watched, base), _there(root, base))


def _in_force(contract: Contract, place: Place, today: date) -> bool:
    begins = max(filter(None, (contract.starts, place.valid_from)), default=today)
    ends = min(filter(None, (contract.ends, place.valid_to)), default=today)
    return begins <= today <= ends


def _there(path: str, base: Path | None) -> bytes:
    found = system.absolute(os.fsencode((base or Path()) / os.path.expanduser(path))) if path else b""
    return found if found and os.path.isdir(found) else b""
