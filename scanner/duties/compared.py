"""Which machines have not compared what they read with the originals of a contract: a copy there would not have been recognised, so nothing
can be said to be absent from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from scanner.custody.sharing import fingerprint
from scanner.duties import hosts
from scanner.duties.interface import View
from scanner.inventory import custody as table
from scanner.inventory.coverage import Coverage


@dataclass(frozen=True, slots=True)
class Uncompared:
    """A machine and the originals that it did not compare its files with."""

    host: str
    """Empty: this machine."""
    families: tuple[str, ...]
    contents: int
    """So many contents were read and not compared; 0 where the machine has none of what it would compare with, or told nothing of it."""

    @property
    def number(self) -> int:
        """As it counts among what was not looked at."""
        return self.contents or 1


def uncompared(view: View, covered: Coverage, families: Collection[str], absent: Iterable[str]) -> list[Uncompared]:
    """Machines that say nothing of these originals, or have not compared everything with them; ``absent`` ones are named elsewhere."""
    asked = [o for o in table.originals(view.db) if o.family in families]
    if not asked:
        return []
    found = []
    if any(not root.host for root in covered.roots):
        pending = table.pending(view.db)
        found.append(_of("", {o.family: pending[o.id] for o in asked}))
    told = _told(view.db)
    identity = {o.family: (o.contract, o.key_id, fingerprint(view.db, o.id)) for o in asked}
    silent = {name.lower() for name in absent}
    for name, host in sorted(hosts.machines(view).items()):
        if name not in silent:
            found.append(_of(host, {family: told.get((name, *one)) for family, one in identity.items()}))
    return [one for one in found if one.families]


def _of(host: str, pending: dict[str, int | None]) -> Uncompared:
    missing = {family: number for family, number in pending.items() if number != 0}
    return Uncompared(host, tuple(missing), max((number or 0 for number in missing.values()), default=0))


def _told(db: sqlite3.Connection) -> dict[tuple[str, str, str, str], int]:
    rows = db.execute("select host, contract, key_id, fingerprint, pending from told_compared")
    return {(str(host).lower(), contract, key, digest): int(number) for host, contract, key, digest, number in rows}
