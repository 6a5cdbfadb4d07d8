"""What a duty sees and what it gives.

A duty is asked once for every live file with personal data (``file``) and once at the end (``finish``), so that one pass over
the inventory serves them all and memory does not grow with the number of files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from scanner.custody.arithmetic import Family
from scanner.inventory.points import Fact
from scanner.model import WEAK, display
from scanner.paths import names
from scanner.policy.models import Contract, Policy


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """A live file with personal data, as the inventory knows it."""

    id: int
    path: bytes
    host: str
    verdict: str
    ground: str
    contract: str
    rule: str
    owner: str
    acl: str
    volume: str
    media_type: str
    persons_min: int
    persons_max: int
    entities: frozenset[str]
    families: tuple[int, ...]
    first_seen: str
    notes: str

    @property
    def text(self) -> str:
        """The path for matching, with slashes."""
        return names.slashed(self.path, display(self.path))

    @property
    def name(self) -> str:
        """The last part of the path."""
        return display(names.name(self.path))


@dataclass(frozen=True, slots=True)
class View:
    """Everything a duty may ask, on one day."""

    db: sqlite3.Connection
    policy: Policy
    families: list[Family]
    today: date
    host: str = ""
    """Name of this machine; files of other machines carry theirs."""

    def contract(self, number: str) -> Contract | None:
        """A contract by its number."""
        return next((c for c in self.policy.contract if c.id == number), None)

    def host_of(self, file: PersonalFile) -> str:
        """The machine a file lies on."""
        return file.host or self.host


class Duty(Protocol):
    """One duty, made anew for every settlement."""

    def file(self, file: PersonalFile) -> Iterable[Fact]:
        """Facts about one file."""
        ...

    def finish(self) -> Iterable[Fact]:
        """Facts about everything else: registers, hosts, persons."""
        ...


_FILES = f"""
select f.id, f.path, f.host, f.verdict, f.ground, coalesce(f.contract, ''), coalesce(f.rule, ''), f.owner, f.acl, f.volume,
       c.media_type, coalesce(c.persons_min, 0), coalesce(c.persons_max, 0), group_concat(distinct n.entity),
       (select group_concat(distinct k.original) from copies k where k.content_id = c.id and k.weak = 0), f.first_seen, c.notes
from files f join contents c on c.id = f.content_id join findings n on n.content_id = c.id
where f.gone is null and n.about = 'person' and n.entity not in ({", ".join(f"'{e}'" for e in WEAK)})
group by f.id
"""  # noqa: S608  # the entities are constants of ours


_PLAIN = (
    "id", "path", "host", "verdict", "ground", "contract", "rule", "owner", "acl", "volume", "media_type", "persons_min",
    "persons_max",
)  # fmt: skip


def personal_files(db: sqlite3.Connection) -> Iterator[PersonalFile]:
    """All live files with personal data, one at a time."""
    cursor = db.cursor()
    cursor.row_factory = None
    for row in cursor.execute(_FILES):
        known = dict(zip(_PLAIN, row[:13], strict=True))
        families = tuple(int(n) for n in (row[14] or "").split(",") if n)
        entities = frozenset((row[13] or "").split(","))
        yield PersonalFile(**known, entities=entities, families=families, first_seen=row[15], notes=row[16] or "[]")


def covers(scope: tuple[str, ...], family: str) -> bool:
    """Whether an entry of a register is about a family; an empty scope is about everything."""
    return not scope or family in scope
