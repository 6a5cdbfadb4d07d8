"""One page of the list of points, the most urgent first, without reading the others: for lists of any length.

The order is that of ``subjects.load`` as far as points alone tell it: what is late, what needs an answer at once, what is due first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

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


def ordered(reader: Reader, wanted: Wanted, today: date) -> list[Key]:
    """All subjects for which it holds, the most urgent first; keys alone."""
    where, values = condition(reader, wanted, today)
    rows = reader.rows(
        "select coalesce(p.file_id, 0), case when p.file_id is null then p.subject else '' end,"  # noqa: S608  # our own conditions
        f" max(p.due <> '' and p.due < ?) as late, min({_RANK}) as rank, min(nullif(p.due, '')) as due, min(p.id) as id"
        f" from {where} group by 1, 2 order by late desc, rank, due is null, due, id",
        (today.isoformat(), *values),
    )
    return [(int(row[0]), str(row[1])) for row in rows]


def page(reader: Reader, keys: Sequence[Key], number: int, contract: str = "") -> Page:
    """The ``number``-th page of these, from 1; a number beyond the last is the last. ``contract``: only points about it."""
    at = max(1, min(number, -(-len(keys) // SIZE)))
    limited = "" if contract == NONE else contract
    return Page(some(reader, keys[SIZE * (at - 1) : SIZE * at], limited), at, len(keys))


class Sums(NamedTuple):
    """Open points: all, past their due day, due within the days asked."""

    open: int
    late: int
    soon: int


def sums(reader: Reader, wanted: Wanted, today: date, soon: int) -> Sums:
    """How many points."""
    where, values = condition(reader, wanted, today)
    day, end = today.isoformat(), (today + timedelta(days=soon)).isoformat()
    row = reader.rows(
        "select count(*), total(p.due <> '' and p.due < ?), total(p.due >= ? and p.due < ?)"  # noqa: S608
        f" from {where}",
        (day, day, end, *values),
    )[0]
    return Sums(int(row[0]), int(row[1]), int(row[2]))


def state(reader: Reader) -> tuple[object, ...]:
    """Changes whenever the list may: a point opened, closed, declared or decided about, an owner or place looked at anew by a run."""
    row = reader.rows(
        "select (select count(*) from points where state = 'open'), (select max(id) from points), (select max(id) from decisions),"
        " (select max(id) from declarations), (select max(id) from runs where ended is not null)"
    )[0]
    return tuple(row)


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
