"""Baselines: the open points of one day, accepted by two people until another day, and what has come, grown or gone since.

A baseline changes no point: each stays open in the inventory and in every form. It tells runs and lists what is not new. Nothing
has to open again when it ends: from then on it is not asked any more. What it holds is signed (``digest``); rows that are not
what two people signed accept nothing.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from scanner.inventory.people import agreements
from scanner.inventory.people.agreements import BASELINE, Agreement
from scanner.inventory.point_lists import about
from scanner.model import display
from scanner.paths.comparing import comparable, under
from scanner.paths.names import span

_CONTENT, _CONTRACT, _FACT = "content:", "contract:", "fact:"
_NUMBERS = ("files", "observed", "count")
"""What facts about no file call the number of what they are about."""


class Held(NamedTuple):
    """One point with its extent on a day."""

    point: int
    code: str
    file_id: int | None
    subject: str
    persons: int
    """Persons in the file at the most; where it is about no file, how many files or things it is about."""
    kinds: tuple[str, ...]
    """Entities about persons in the file; where it is about no file, families of originals."""
    content: str | None = None
    """Keyed hash of the bytes, empty where it is about no file; ``None`` in baselines that were signed before it was kept."""
    contracts: tuple[str, ...] = ()
    """Contracts that the point is about."""
    fact: str | None = None
    """Digest of what the duty found, its numbers apart; empty where it is about a file; ``None`` in baselines that were signed before
    it and the contracts were kept."""

    @property
    def key(self) -> tuple[str, int, str, tuple[str, ...]]:
        """What makes two points the same: one that closed and opened again has another number. Registers of two contracts may call
        different things by one number; a file is one, whatever contracts it comes to be about."""
        return self.code, self.file_id or 0, self.subject, self.contracts if self.file_id is None else ()

    @property
    def old_key(self) -> tuple[str, int, str, tuple[str, ...]]:
        """That of baselines that were signed before contracts were kept."""
        return self.code, self.file_id or 0, self.subject, ()

    def within(self, other: Held) -> bool:
        """Whether it is no more than another one was, and about the same bytes: others hold other persons, however few."""
        if other.content is None and self.file_id is None:  # what was signed told nothing of its extent
            return True
        if other.fact is not None and (self.fact != other.fact or not set(self.contracts) <= set(other.contracts)):
            return False
        same = other.content is None or self.content == other.content
        return same and self.persons <= other.persons and set(self.kinds) <= set(other.kinds)

    @property
    def kept(self) -> list[str]:
        """Kinds, content, contracts and fact in one, as they are signed and stored."""
        told = [*self.kinds, *([] if self.content is None else [_CONTENT + self.content])]
        return told if self.fact is None else [*told, *(_CONTRACT + one for one in self.contracts), _FACT + self.fact]


@dataclass(slots=True)
class Compared:
    """The open points of a day against the baselines in force."""

    new: list[Held] = field(default_factory=list)
    worse: list[Held] = field(default_factory=list)
    """More persons (files, things) than were accepted, other kinds of data, or another content."""
    same: list[Held] = field(default_factory=list)
    gone: list[Held] = field(default_factory=list)
    """Accepted, and not open any more."""
    in_force: list[Agreement] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    """Numbers of baselines whose rows are not what was signed."""

    @property
    def counts(self) -> dict[str, int]:
        """Of each kind."""
        return {name: len(getattr(self, name)) for name in ("new", "worse", "same", "gone")}

    @property
    def accepted(self) -> frozenset[int]:
        """Numbers of points that are open and no worse than was accepted."""
        return frozenset(held.point for held in self.same)


def open_now(db: sqlite3.Connection, contract: str = "", folder: bytes = b"") -> list[Held]:
    """The open points; ``contract``: only of that one; ``folder``: only about files below it."""
    mine, values = about(contract)
    below, ends = ("(f.path = ? or (f.path >= ? and f.path < ?))", span(folder)) if folder else ("1", ())
    rows = db.execute(
        "select p.id, p.code, p.file_id, p.subject, coalesce(c.persons_max, 0), (select json_group_array(distinct n.entity)"  # noqa: S608
        " from findings n where n.content_id = f.content_id and n.about = 'person'), lower(hex(c.key)), p.working,"
        " (select json_group_array(o.contract) from point_contracts o where o.point = p.id)"
        " from points p left join files f on f.id = p.file_id"
        f" left join contents c on c.id = f.content_id where p.state = 'open' and {mine} and {below} order by p.id",
        (*values, *ends),
    )
    return [_now(*row) for row in rows]


def _now(*row: Any) -> Held:
    point, code, file_id, subject, persons, kinds, content, working, contracts = row
    of = tuple(sorted(json.loads(contracts)))
    if file_id is not None:
        return Held(
            point, code, file_id, subject, persons, tuple(sorted(json.loads(kinds or "[]"))), content or "", of, ""
        )
    said = json.loads(working or "{}")
    number = max((n for name in _NUMBERS if isinstance(n := said.get(name), int)), default=0)
    families = tuple(sorted(map(str, said.get("families") or ())))
    return Held(point, code, None, subject, number, families, "", of, _fact(said))


def _fact(said: dict[str, Any]) -> str:
    """Of what a duty found: who, what right, since when, at any depth. No number, which ``persons`` compares, and no families, which
    ``kinds`` do: fewer are no worse."""

    def bare(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: bare(one) for name, one in part.items()}
        if isinstance(part, list):
            return [bare(one) for one in part]
        return None if isinstance(part, int | float) and not isinstance(part, bool) else part

    said = {name: one for name, one in said.items() if name != "families"}
    text = json.dumps(bare(said), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _held(*row: Any) -> Held:
    point, code, file_id, subject, persons, kept = row
    told = json.loads(kept or "[]")

    def those(mark: str) -> list[str]:
        return [one.removeprefix(mark) for one in told if one.startswith(mark)]

    kinds = tuple(sorted(one for one in told if not one.startswith((_CONTENT, _CONTRACT, _FACT))))
    content, fact = next(iter(those(_CONTENT)), None), next(iter(those(_FACT)), None)
    return Held(point, code, file_id, subject, persons, kinds, content, tuple(those(_CONTRACT)), fact)


def digest(held: Iterable[Held]) -> str:
    """What is signed of a baseline: SHA-256 of its rows."""
    text = json.dumps([[*one[:5], one.kept] for one in held], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def enter(db: sqlite3.Connection, agreement: int, held: Sequence[Held]) -> None:
    """Keep the rows of a baseline. Inside the caller's transaction."""
    db.executemany(
        "insert into baselines (agreement, point, code, file_id, subject, persons, kinds) values (?,?,?,?,?,?,?)",
        ((agreement, *one[:5], json.dumps(one.kept)) for one in held),
    )


def rows(db: sqlite3.Connection, agreement: int) -> list[Held]:
    """What a baseline holds."""
    found = db.execute(
        "select point, code, file_id, subject, persons, kinds from baselines where agreement = ? order by id",
        (agreement,),
    )
    return [_held(*row) for row in found]


def compared(db: sqlite3.Connection, today: date, only: Agreement | None = None) -> Compared:
    """Where the points stand today; without a baseline in force every one is new. ``only``: against one of them, in its own extent
    (a department)."""
    told = Compared()
    accepted: dict[tuple[str, int, str, tuple[str, ...]], list[Held]] = {}
    for one in agreements.in_force(db, BASELINE, today):
        if only is not None and one.number != only.number:
            continue
        held = rows(db, one.number)
        if digest(held) != one.said["rows"]:
            told.broken.append(one.number)
            continue
        told.in_force.append(one)
        for row in held:
            accepted.setdefault(row.key, []).append(row)
    now = _open_within(db, only) if only else open_now(db)
    for point in now:
        before = [b for key in {point.key, point.old_key} for b in accepted.get(key, ())]
        if not before:
            told.new.append(point)
        else:
            (told.same if any(point.within(b) for b in before) else told.worse).append(point)
    still = {key for point in now for key in (point.key, point.old_key)}
    told.gone = [held[0] for key, held in accepted.items() if key not in still]
    return told


def _open_within(db: sqlite3.Connection, one: Agreement) -> list[Held]:
    """The open points of the extent of a baseline: it names its folder as people read it."""
    held = open_now(db, str(one.said.get("contract") or ""))
    folder = comparable(str(one.said.get("folder") or ""))
    if not folder:
        return held
    asked = "select id, path from files where id in (select file_id from points where state = 'open')"
    paths = {number: comparable(display(path)) for number, path in db.execute(asked)}
    return [point for point in held if point.file_id and under(paths[point.file_id], folder)]


def by_code(held: Iterable[Held]) -> dict[str, int]:
    """Code → number."""
    return dict(sorted(Counter(one.code for one in held).items()))
