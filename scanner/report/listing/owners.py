"""Whose a point is: the worker it was given to, else the one whose account the file belongs to; always a number of a register.

An account that no register knows stays unnamed here: whose it is, is looked up where a case is opened (docs/articles.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from scanner.inventory.reader import Reader
from scanner.paths import names
from scanner.policy import persons
from scanner.policy.models import Policy
from scanner.policy.names import alike, folded
from scanner.report.listing.subjects import Subject


class Given(NamedTuple):
    """To whom a point was given last, by when, and what was said."""

    worker: str
    """Number of the worker, as ``numbered`` tells it."""
    due: str
    note: str


@dataclass(slots=True)
class Owners:
    """Owners of the open points of a moment."""

    given: dict[int, Given]
    by_account: dict[int, str]
    """Point → number of the worker whose account owns the file, as ``numbered`` tells it; empty for an account of nobody."""

    def of(self, subject: Subject) -> str:
        """Of the first point that has one; empty where nobody is known."""
        numbers = [point.id for point in subject.points]
        found = [self.given[n].worker for n in numbers if n in self.given]
        found += [self.by_account[n] for n in numbers if self.by_account.get(n)]
        return found[0] if found else ""


def load(reader: Reader, policy: Policy | None, today: date) -> Owners:
    """By the assignments of the inventory and the accounts of the registers."""
    contracts = policy.contract if policy else ()
    about: dict[int, set[str]] = defaultdict(set)
    for row in reader.rows("select o.point, o.contract from point_contracts o join assignments a on a.point = o.point"):
        about[row["point"]].add(row["contract"])
    given = {}
    for row in reader.rows("select point, worker, due, note from assignments order by id"):
        own = [c for c in contracts if c.id in about[row["point"]]] or contracts
        of = next((c.id for c in own for w in c.worker if alike(w.id) == alike(row["worker"])), "")
        given[row["point"]] = Given(numbered(policy, of, row["worker"]), row["due"], row["note"])
    by_account = {}
    for row in reader.rows(
        "select p.id, f.owner, coalesce(f.contract, '') as contract from points p join files f on f.id = p.file_id"
        " where p.state = 'open' and f.owner <> ''"
    ):
        by_account[row["id"]] = _worker(policy, row["owner"], row["contract"], today)
    return Owners(given, by_account)


def numbered(policy: Policy | None, contract: str, worker: str) -> str:
    """``W-1``; ``A/W-1`` where the registers of several contracts give the number to people of other names."""
    same = [w for c in (policy.contract if policy else ()) for w in c.worker if alike(w.id) == alike(worker)]
    return f"{contract}/{worker}" if contract and len({folded(w.name) for w in same}) > 1 else worker


def meant(policy: Policy, text: str) -> frozenset[str]:
    """The owners that a number, a name or an account means; empty for somebody whom no register knows."""
    contract, _, number = text.rpartition("/")
    return frozenset(
        numbered(policy, c.id, worker.id)
        for c in policy.contract
        if contract in ("", c.id)
        for worker in persons.meant(policy, number, c.id)
    )


def _worker(policy: Policy | None, account: str, contract: str, today: date) -> str:
    contracts = policy.contract if policy else ()
    mine = sorted(contracts, key=lambda c: c.id != contract)  # that of the file's place first
    found = ((c.id, c.worker_of(account, today)) for c in mine)
    return next((numbered(policy, of, worker.id) for of, worker in found if worker is not None), "")


class Sum(NamedTuple):
    """What is open of one folder or owner."""

    name: str
    subjects: int
    points: int
    persons: int
    """At the most, over the files."""
    late: int


def summed(subjects: Iterable[Subject], name: Callable[[Subject], str], today: date) -> list[Sum]:
    """One row a name; what is late first, then what is most."""
    groups: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        groups[name(subject)].append(subject)
    rows = [
        Sum(
            key,
            len(all_),
            sum(len(s.points) for s in all_),
            sum(s.most for s in all_),
            sum(s.late(today) for s in all_),
        )
        for key, all_ in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row.late, -row.points, -row.persons, row.name))


def folder(subject: Subject) -> str:
    """The folder that a file lies in; empty for what is no file."""
    if not subject.path:
        return ""
    return names.parent(subject.path.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
