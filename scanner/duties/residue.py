"""第9 and 第13: what is left of a contract, looked for by its originals, by its places and by what is still open.

Nothing is left only if all of these are empty: files that hold rows of an original of the contract, whatever its origin, down
to a single row (``few`` where they are too few for a point); other personal data in the contract's places, whether or not it
is a copy of anything; points about files, originals and media of the contract that nobody has closed.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from scanner.custody.arithmetic import Family
from scanner.custody.locations import Location
from scanner.duties.interface import PersonalFile, View, covers, personal_files
from scanner.inventory import custody as table
from scanner.inventory import papers
from scanner.inventory.point_lists import about
from scanner.policy.models import Contract, Policy
from scanner.policy.shared import seen_from


class Held(NamedTuple):
    """A file with data of an original: ``few`` where it is doubtful, ``copy``, ``technical``, ``original``, or ``registered`` as another one."""

    family: Family
    location: Location
    kind: str


class Open(NamedTuple):
    """A point that is not closed."""

    number: int
    code: str
    family: str
    path: bytes | None
    stage: str
    subject: str = ""
    """What it is about where that is no file."""


@dataclass(frozen=True, slots=True)
class Residue:
    """What is left of a contract, or of some originals of it."""

    held: tuple[Held, ...]
    few: tuple[Held, ...]
    """Files with rows of an original, too few for a point. One row of a person may be there for reasons of its own."""
    other: tuple[PersonalFile, ...]
    """Files with personal data in the contract's places that are no copy of a registered original of it."""
    open: tuple[Open, ...]
    elsewhere: tuple[Held, ...] = ()
    """Other originals of the contract that hold rows of these and were not looked for: held by their own entry, they are not left over."""
    papers: int = 0
    """Files in the contract's places that are papers of this program, as they were made: they are none of the others."""

    @property
    def number(self) -> int:
        """Files that are left."""
        return len(self.held) + len(self.other)


def of(view: View, contract: Contract, families: tuple[str, ...] = ()) -> Residue:
    """What is left, of ``families`` (names such as ``R-1``) or of the whole contract. Other personal data of the places counts
    for the whole contract only: while the work goes on nobody can say whose it is."""
    mine = [f for f in view.families if f.original.contract == contract.id]
    asked = [f for f in mine if not families or f.original.family in families]
    held = [Held(f, at, _kind(f, at)) for f in asked for at in f.live]
    few = [Held(f, at, "few") for f in asked for at in f.weak if at.file_id not in f.registered_as]
    others, other, ours = Others(view, contract), [], 0
    for file in () if families else personal_files(view.db):
        ours += others.ours(file)
        if others.holds(file):
            other.append(file)
    looked_for = {f.original.family for f in asked}
    elsewhere = [
        Held(f, at, "registered")
        for f in asked
        for at in (*f.registered, *f.weak)
        if (name := f.registered_as.get(at.file_id)) and name not in looked_for
    ]
    open_ = _open(view.db, contract, mine, families)
    return Residue(tuple(held), tuple(few), tuple(other), tuple(open_), tuple(elsewhere), ours)


def places_of(policy: Policy, contract: Contract) -> frozenset[str]:
    """Names of the contract's places, in force or not, also by what other contracts call them."""
    return frozenset({*(f"{contract.id}/{place.id}" for place in contract.place), *seen_from(policy, contract)})


class Others:
    """Which personal data in a contract's places is no copy of an original of it. In a place that is shared, copies of originals
    of those who share it are theirs; what nobody has registered is asked of each of them. Papers that the program made are none."""

    def __init__(self, view: View, contract: Contract) -> None:
        self._places = places_of(view.policy, contract)
        self._known = {at.file_id for f in view.families if f.original.contract == contract.id for at in f.live}
        self._shared = {
            c.id: places_of(view.policy, c) & self._places for c in view.policy.contract if c.id != contract.id
        }
        self._ours = papers.files(view.db)
        self._owner = {original.id: original.contract for original in table.originals(view.db)}

    def ours(self, file: PersonalFile) -> bool:
        """Whether a file in the places is a paper that the program made."""
        return file.rule in self._places and file.id in self._ours

    def holds(self, file: PersonalFile) -> bool:
        """Whether a file is such data."""
        if file.rule not in self._places or file.id in self._known or file.id in self._ours:
            return False
        theirs = (self._shared.get(self._owner.get(number, ""), frozenset()) for number in file.families)
        return not any(file.rule in places for places in theirs)


def over(contract: Contract, view: View) -> str:
    """The day or the entry by which nothing of a contract should be left in its places; empty while it goes on, or while it is
    to be kept, or to be disposed of and has not been yet."""
    today = view.today
    replaced = {i.supersedes for i in contract.instruction if i.supersedes}
    standing = [i for i in contract.instruction if i.id not in replaced and i.date <= today and covers(i.scope, "")]
    for disposal in contract.disposal:
        if disposal.executed_on and disposal.executed_on <= today and not disposal.scope:
            return disposal.id
    for handover in contract.handover:
        if handover.date <= today and not handover.scope:
            return handover.id
    if any(i.kind in ("keep", "dispose") for i in standing):
        return ""
    end = end_of(contract)
    return end.isoformat() if end is not None and today > end else ""


def end_of(contract: Contract) -> date | None:
    """The day on which the work was completed; the last day of the contract where nobody has said so."""
    return contract.completed_on or contract.ends


def _kind(family: Family, location: Location) -> str:
    if location is family.original_at:
        return "original"
    return "technical" if family.is_technical(location) else "copy"


def _open(db: sqlite3.Connection, contract: Contract, mine: list[Family], families: tuple[str, ...]) -> list[Open]:
    """Points about data: of files, of originals, and of media that are out or were not cleared. What is open about machines, workers and
    parties is no residue."""
    where, values = about(contract.id)
    own = {f.original.family for f in mine}
    rows = db.execute(
        "select p.id, p.code, coalesce(p.family, ''), f.path, p.stage, p.file_id, p.subject from points p left join files f on f.id = p.file_id"  # noqa: S608
        f" where p.state = 'open' and {where} and (p.file_id is not null or p.subject like 'family:%' or p.subject like 'carryout:%' or p.subject like 'transport:%') order by p.id",
        values,
    )
    held = {at.file_id: f.original.family for f in mine for at in (*f.weak, *f.live)}

    def theirs(family: str, file_id: int | None) -> str:
        """Of a point about rows of several contracts the original of this one."""
        return held.get(file_id or 0, "") if family and family not in own else family

    found = [
        Open(n, code, theirs(family, file_id), bytes(path) if path is not None else None, stage, subject or "")
        for n, code, family, path, stage, file_id, subject in rows
    ]
    moved = _moved(contract, families)
    return [one for one in found if not families or one.family in families or one.subject in moved]


def _moved(contract: Contract, families: tuple[str, ...]) -> frozenset[str]:
    """Subjects of the entries on media that carry any of these originals."""
    entries = [
        *((f"carryout:{e.id}", e.scope) for e in contract.carryout),
        *((f"transport:{e.id}", e.scope) for e in contract.transport),
    ]
    return frozenset(subject for subject, scope in entries if any(covers(scope, name) for name in families))
