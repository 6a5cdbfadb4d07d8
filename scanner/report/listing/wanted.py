"""Which points a list is about: conditions that all hold, as a statement asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from scanner import clock
from scanner.inventory import point_sums
from scanner.inventory.point_lists import OF_NONE, about
from scanner.inventory.reader import Reader
from scanner.policy.models import bare_account

OUTSIDE = "outside"
NONE = "-"
"""In place of a contract: points that belong to none."""
FEW = 4_000
"""Up to so many points are read whole and put in order: 20 ms of a core, measured."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions, all of which hold; an empty one holds always."""

    contract: str = ""
    codes: frozenset[str] = frozenset()
    place: str = ""
    """``contract/place``, or ``OUTSIDE``."""
    late: bool = False
    older: int = 0
    """Open for at least so many days."""
    stage: str = ""
    workers: frozenset[str] | None = None
    """Only about these numbers of the register, and about files of ``accounts``."""
    accounts: frozenset[str] = frozenset()
    """Accounts without machine or domain, in small letters."""

    @property
    def counted(self) -> bool:
        """Whether the sums that the inventory keeps tell how many there are."""
        narrower = self.place or self.older or self.stage or self.workers is not None or self.contract == NONE
        return not narrower


def driver(reader: Reader, wanted: Wanted) -> tuple[str, tuple[object, ...]] | None:
    """A term, and its values, by which all points that come into question are found at once, where they are few; else ``None``."""
    if wanted.workers is not None:
        owners, subjects = _own(reader, wanted)
        files = f"select f.id from files f where f.owner > '' and f.owner in ({_marks(owners)})"  # noqa: S608
        rows = reader.rows(f"select count(*) from ({files} limit ?)", (*owners, FEW + 1))  # noqa: S608
        term = f"(p.file_id in ({files}) or (p.subject > '' and p.subject in ({_marks(subjects)})))"
        return (term, (*owners, *subjects)) if int(rows[0][0]) <= FEW else None
    of = point_sums.by_code(reader.db, "" if wanted.contract == NONE else wanted.contract)
    if sum(n for code, n in of.items() if not wanted.codes or code in wanted.codes) > FEW:
        return None
    if wanted.contract not in ("", NONE):
        return "p.id in (select o.point from point_contracts o where o.contract = ?)", (wanted.contract,)
    return "p.state = 'open'", ()


def owners_of(reader: Reader, accounts: frozenset[str]) -> list[str]:
    """Owners of files as the machines call them that are one of these accounts: each owner is looked at once, not each file."""
    if not accounts:
        return []
    each = reader.rows(
        "with recursive owners(name) as (select min(owner) from files where owner > '' union all"
        " select (select min(f.owner) from files f where f.owner > owners.name) from owners where owners.name is not null)"
        " select name from owners where name is not null"
    )
    return [row[0] for row in each if bare_account(row[0]) in accounts]


def condition(reader: Reader, wanted: Wanted, today: date, *, every: bool = False) -> tuple[str, tuple[object, ...]]:
    """What stands behind ``from``, and its values; ``every``: points that are closed too."""
    terms = ["1"] if every else ["+p.state = 'open'"]  # by which index is for the driver to say, or the keys
    of, more = (OF_NONE, ()) if wanted.contract == NONE else about(wanted.contract)
    terms.append(of)
    bound: list[object] = [*more]
    if wanted.codes:
        terms.append(f"+p.code in ({_marks(wanted.codes)})")
        bound += sorted(wanted.codes)
    if wanted.late:
        terms.append("+p.due <> '' and +p.due < ?")
        bound.append(today.isoformat())
    if wanted.older:
        terms.append("p.opened < ?")
        bound.append(clock.begin_of(today - timedelta(days=wanted.older - 1)))
    if wanted.stage:
        terms.append("+p.stage = ?")
        bound.append(wanted.stage)
    its = "exists (select 1 from files f where f.id = p.file_id and"
    if wanted.place == OUTSIDE:
        terms.append(f"{its} coalesce(f.rule, '') = '')")
    elif wanted.place:
        terms.append(f"{its} f.rule = ?)")
        bound.append(wanted.place)
    if wanted.workers is not None:
        owners, subjects = _own(reader, wanted)
        mine = f"{its} f.host = '' and +f.owner in ({_marks(owners)}))"
        terms.append(f"({mine} or (p.file_id is null and +p.subject in ({_marks(subjects)})))")
        bound += [*owners, *subjects]
    return f"points p where {' and '.join(terms)}", tuple(bound)


def _own(reader: Reader, wanted: Wanted) -> tuple[list[str], list[str]]:
    """Owners and subjects that are the person's; each at least a name that nothing bears: an index is asked for some name or other."""
    subjects = sorted(f"worker:{number}" for number in wanted.workers or ())
    return owners_of(reader, wanted.accounts) or [""], subjects or [""]


def _marks(values: Iterable[object]) -> str:
    return ",".join("?" for _ in values)
