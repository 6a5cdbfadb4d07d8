"""Which machine of the inventory a log means: products write one machine as PC-07, pc-07.corp.example.jp or CORP\\PC-07."""

from __future__ import annotations

import ipaddress
import sqlite3
from collections import defaultdict
from collections.abc import Iterable

THIS = ""
"""How the inventory names the machine that it is of; in one that was merged, and at a hub, every machine has its name."""


class Machines:
    """The machines of one inventory by the names that others may have for them."""

    def __init__(self, known: Iterable[str], own: str) -> None:
        """``known``: as the inventory names them; ``own``: what this machine calls itself."""
        self._known = set(known) or {THIS}
        self._alike: defaultdict[str, set[str]] = defaultdict(set)
        self._full: dict[str, str] = {}
        for name in self._known:
            full = plain(name or own)
            self._alike[short(full)].add(name)
            self._full[full] = name

    @classmethod
    def of(cls, db: sqlite3.Connection, own: str) -> Machines:
        """Those that have files in an inventory."""
        return cls((host for (host,) in db.execute("select distinct host from files").fetchall()), own)

    def meant(self, told: str) -> str | None:
        """As the inventory names it; ``None`` for one that it does not know, or where several may be meant. A row that names none
        is about the machine that the inventory is of."""
        full = plain(told)
        if not full:
            return THIS if THIS in self._known else None
        if full in self._full:
            return self._full[full]
        alike = [one for one in self._alike[short(full)] if self._may_be(full, one)]
        return alike[0] if len(alike) == 1 else None

    def _may_be(self, full: str, name: str) -> bool:
        """Of two whole names of other domains none is short for the other."""
        return full == short(full) or any(n == short(n) for n, kept in self._full.items() if kept == name)


def plain(name: str) -> str:
    """Without a domain of Windows before it (CORP\\\\PC-07), case, and the dot of the root."""
    return name.rpartition("\\")[2].strip().rstrip(".").lower()


def short(name: str) -> str:
    """The first label; an address has no short form."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name.partition(".")[0]
