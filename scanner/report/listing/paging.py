"""One page of the list of points, the most urgent first, without reading the others: for lists of any length.

The order is that of ``subjects.load`` as far as points alone tell it: what is late, what needs an answer at once, what is due first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from scanner import clock
from scanner.duties.registry import ALL_CODES
from scanner.inventory.point_lists import OF_NONE, about
from scanner.inventory.reader import Reader
from scanner.policy.models import bare_account
from scanner.report.listing.subjects import Key, Subject, some
from scanner.report.listing.urgency import urgency

SIZE = 50
OUTSIDE = "outside"
NONE = "-"
"""In place of a contract: points that belong to none."""


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


@dataclass(frozen=True, slots=True)
class Page:
    """Some subjects of ``total``."""

    subjects: list[Subject]
    number: int
    total: int

    @property
    def last(self) -> int:
        """Number of the last page."""
        return max(1, -(-self.total // SIZE))

    @property
    def before(self) -> int:
        """The page before."""
        return self.number - 1

    @property
    def after(self) -> int:
        """The page behind."""
        return self.number + 1


def page(reader: Reader, wanted: Wanted, number: int, today: date) -> Page:
    """The ``number``-th page, from 1; a number beyond the last is the last."""
    where, values = condition(reader, wanted, today)
    key = "coalesce(p.file_id, 0), case when p.file_id is null then p.subject else '' end"
    total = reader.rows(f"select count(*) as n from (select 1 from {where} group by {key})", values)[0]["n"]  # noqa: S608
    at = max(1, min(number, -(-total // SIZE)))
    rows = reader.rows(
        f"select {key}, max(p.due <> '' and p.due < ?) as late, min({_RANK}) as rank, min(nullif(p.due, '')) as due, min(p.id) as id"  # noqa: S608
        f" from {where} group by 1, 2 order by late desc, rank, due is null, due, id limit ? offset ?",
        (today.isoformat(), *values, SIZE, SIZE * (at - 1)),
    )
    keys: list[Key] = [(int(row[0]), str(row[1])) for row in rows]
    limited = "" if wanted.contract == NONE else wanted.contract
    return Page(some(reader, keys, limited), at, int(total))


def count(reader: Reader, wanted: Wanted, today: date) -> int:
    """How many points."""
    where, values = condition(reader, wanted, today)
    return int(reader.rows(f"select count(*) as n from {where}", values)[0]["n"])  # noqa: S608


def levels(reader: Reader, wanted: Wanted, today: date) -> dict[str, int]:
    """Code → open points."""
    where, values = condition(reader, wanted, today)
    rows = reader.rows(f"select p.code, count(*) as n from {where} group by 1 order by n desc", values)  # noqa: S608
    return {row["code"]: row["n"] for row in rows}


def condition(reader: Reader, wanted: Wanted, today: date, state: str = "open") -> tuple[str, tuple[object, ...]]:
    """What stands behind ``from``, and its values; ``state``: empty for points of any."""
    terms, values = (["p.state = ?"], [state]) if state else (["1"], [])
    of, more = (OF_NONE, ()) if wanted.contract == NONE else about(wanted.contract)
    terms.append(of)
    bound: list[object] = [*values, *more]
    if wanted.codes:
        terms.append(f"p.code in ({_marks(wanted.codes)})")
        bound += sorted(wanted.codes)
    if wanted.late:
        terms.append("p.due <> '' and p.due < ?")
        bound.append(today.isoformat())
    if wanted.older:
        terms.append("p.opened < ?")
        bound.append(clock.begin_of(today - timedelta(days=wanted.older - 1)))
    if wanted.stage:
        terms.append("p.stage = ?")
        bound.append(wanted.stage)
    if wanted.place == OUTSIDE:
        terms.append("f.id is not null and coalesce(f.rule, '') = ''")
    elif wanted.place:
        terms.append("f.rule = ?")
        bound.append(wanted.place)
    if wanted.workers is not None:
        reader.db.create_function("bare_account", 1, lambda text: bare_account(text or ""), deterministic=True)
        subjects = sorted(f"worker:{number}" for number in wanted.workers)
        terms.append(
            f"((p.file_id is not null and f.host = '' and bare_account(f.owner) in ({_marks(wanted.accounts)}))"
            f" or p.subject in ({_marks(subjects)}))"
        )
        bound += [*sorted(wanted.accounts), *subjects]
    files = " left join files f on f.id = p.file_id" if wanted.place or wanted.workers is not None else ""
    return f"points p{files} where {' and '.join(terms)}", tuple(bound)


def _marks(values: Iterable[object]) -> str:
    return ",".join("?" for _ in values)


_RANK = f"case p.code {' '.join(f'when {code!r} then {urgency(code)}' for code in ALL_CODES)} else 99 end"
