"""The list of points, the most urgent first, a page at a time: what stands before and behind it is not read.

A page is found by walking an index from where the page before ended. What is late comes first, then what needs an answer at once,
then what is due first; a subject stands where the most urgent of its points does. Nothing is counted on the way: sums are kept by the
inventory (``inventory.point_sums``). Where little comes into question it is read whole; else a page looks at ``LOOKED_AT`` points at
most and says where to go on.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from scanner.inventory import point_sums
from scanner.inventory.reader import Reader
from scanner.report.listing.subjects import Key, Subject, some
from scanner.report.listing.urgency import urgency
from scanner.report.listing.wanted import NONE, Wanted, condition, driver

SIZE = 50
LOOKED_AT = 4_000
"""Points that one page looks at where conditions leave most of them out: 50 ms of a core, measured over 100,000 points."""
_CHUNK = 400
_LAST = "9999-12-31"


class Place(NamedTuple):
    """Where a point stands in the order."""

    calm: int
    """0 for what is late."""
    rank: int
    dateless: int
    due: str
    id: int

    @property
    def said(self) -> str:
        """As it stands in an address."""
        return f"{self.calm}.{self.rank}.{self.dateless}.{self.due}.{self.id}"


def place(text: str) -> Place | None:
    """A place out of an address; ``None`` for anything else: the beginning."""
    found = re.fullmatch(r"([01])\.([0-9])\.([01])\.((?:[0-9]{4}-[0-9]{2}-[0-9]{2})?)\.([0-9]{1,15})", text, re.ASCII)
    return Place(int(found[1]), int(found[2]), int(found[3]), found[4], int(found[5])) if found else None


@dataclass(frozen=True, slots=True)
class Page:
    """Some subjects, and the place behind which the next ones are looked for; ``None``: there are no more."""

    subjects: list[Subject] = field(default_factory=list)
    following: Place | None = None


class Sums(NamedTuple):
    """Open points: all, past their due day, due within the days asked."""

    open: int
    late: int
    soon: int


class _Row(NamedTuple):
    due: str
    id: int
    file: int
    subject: str
    code: str

    @property
    def key(self) -> Key:
        return (self.file, "" if self.file else self.subject)


_COLUMNS = "coalesce(p.due, ''), p.id, coalesce(p.file_id, 0), p.subject, p.code"


def page(reader: Reader, wanted: Wanted, today: date, after: Place | None = None, size: int = SIZE) -> Page:
    """The next subjects behind ``after``."""
    limited = "" if wanted.contract == NONE else wanted.contract
    keys: dict[Key, Place] = {}
    looked, at = 0, after
    driven = driver(reader, wanted)
    for asked, end, chunk in (
        _few(reader, wanted, today, driven, after) if driven else _walked(reader, wanted, today, after)
    ):
        first = _firsts(reader, wanted, today, {row.key for _, row in chunk})
        for where, row in chunk:
            if row.key not in keys and first.get(row.key) == where:
                if len(keys) == size:
                    return Page(some(reader, list(keys), limited), at)
                keys[row.key] = where
            at = where
        looked, at = looked + asked, end
        if looked >= LOOKED_AT:
            return Page(some(reader, list(keys), limited), at)
    return Page(some(reader, list(keys), limited))


def sums(reader: Reader, wanted: Wanted, today: date, soon: int) -> Sums | None:
    """How many points; ``None`` where they would have to be counted and are many."""
    day, end = today.isoformat(), (today + timedelta(days=soon)).isoformat()
    told = _told(reader, wanted, today)
    if told is None:
        return None
    mine = [one for one in told if not wanted.late or (one.due and one.due < day)]
    return Sums(
        sum(one.open for one in mine),
        sum(one.open for one in mine if one.due and one.due < day),
        sum(one.open for one in mine if day <= one.due < end),
    )


def by_code(reader: Reader, wanted: Wanted, today: date) -> dict[str, int] | None:
    """Code → open points, the most first; ``None`` where they would have to be counted and are many."""
    found: Counter[str] = Counter()
    told = _told(reader, wanted, today)
    if told is None:
        return None
    for one in told:
        found[one.code] += one.open
    return dict(found.most_common())


def _told(reader: Reader, wanted: Wanted, today: date) -> list[point_sums.Sum] | None:
    if wanted.counted:
        return [s for s in point_sums.of(reader.db, wanted.contract) if not wanted.codes or s.code in wanted.codes]
    driven = driver(reader, wanted)
    if driven is None:
        return None
    return [point_sums.Sum(row.code, row.due, 1) for _, row in _all(reader, wanted, today, driven)]


def _where(code: str, due: str, number: int, today: date) -> Place:
    """The place of a point."""
    late = bool(due) and due < today.isoformat()
    return Place(0 if late else 1, urgency(code), int(not due), due, number)


def _firsts(reader: Reader, wanted: Wanted, today: date, keys: set[Key]) -> dict[Key, Place]:
    """Each subject's most urgent point that is wanted: in a list it stands there alone."""
    where, values = condition(reader, wanted, today)
    files, names = [f for f, _ in keys if f], [s for f, s in keys if not f]
    marks, others = ",".join("?" * len(files)), ",".join("?" * len(names))
    found: dict[Key, Place] = {}
    for which, bound in (
        (f"p.file_id in ({marks})", files),
        (f"p.file_id is null and p.subject > '' and p.subject in ({others})", names),
    ):
        if not bound:
            continue
        rows = reader.rows(f"select {_COLUMNS} from {where} and {which}", (*values, *bound))  # noqa: S608
        for row in (_Row(*each) for each in rows):
            mine = _where(row.code, row.due, row.id, today)
            found[row.key] = min(mine, found.get(row.key, mine))
    return found


_Chunk = tuple[int, Place | None, list[tuple[Place, _Row]]]
"""How many points were looked at for it, where the last of them stands, and those of them that are wanted."""


def _few(
    reader: Reader, wanted: Wanted, today: date, driven: tuple[str, tuple[object, ...]], after: Place | None
) -> Iterator[_Chunk]:
    """All that are wanted, read at once and put in order."""
    found = _all(reader, wanted, today, driven)
    yield 0, None, [(spot, row) for spot, row in found if after is None or spot > after]


def _all(
    reader: Reader, wanted: Wanted, today: date, driven: tuple[str, tuple[object, ...]]
) -> list[tuple[Place, _Row]]:
    where, values = condition(reader, wanted, today)
    rows = reader.rows(f"select {_COLUMNS} from {where} and {driven[0]}", (*values, *driven[1]))  # noqa: S608
    found = [_Row(*row) for row in rows]
    return sorted((_where(row.code, row.due, row.id, today), row) for row in found)


def _walked(reader: Reader, wanted: Wanted, today: date, after: Place | None) -> Iterator[_Chunk]:
    """Along the index, one class of the order after the other."""
    where, values = condition(reader, wanted, today)
    for calm, rank, dateless, codes, low, high in _classes(reader, wanted, today):
        here = (calm, rank, dateless)
        if after is not None and here < after[:3]:
            continue
        start = (after.due, after.id) if after is not None and here == after[:3] else (low, 0)
        streams = [_stream(reader, wanted, code, start, high) for code in codes]
        merged = heapq.merge(*streams)
        while chunk := list(islice(merged, _CHUNK)):
            numbers = [row.id for row in chunk]
            marks = ",".join("?" * len(numbers))
            kept = {
                row[0]
                for row in reader.rows(f"select p.id from {where} and p.id in ({marks})", (*values, *numbers))  # noqa: S608
            }
            places = [(Place(*here, row.due, row.id), row) for row in chunk]
            yield len(chunk), places[-1][0], [(spot, row) for spot, row in places if row.id in kept]


def _classes(reader: Reader, wanted: Wanted, today: date) -> Iterator[tuple[int, int, int, Sequence[str], str, str]]:
    """(calm, rank, dateless, codes, first due day, day before which) in order."""
    of = point_sums.by_code(reader.db, "" if wanted.contract == NONE else wanted.contract)
    codes = [code for code in sorted(of) if not wanted.codes or code in wanted.codes]
    ranks = {rank: [c for c in codes if urgency(c) == rank] for rank in sorted(set(map(urgency, codes)))}
    day = today.isoformat()
    for rank, mine in ranks.items():
        yield 0, rank, 0, mine, "0", day
    if wanted.late:
        return
    for rank, mine in ranks.items():
        yield 1, rank, 0, mine, day, _LAST
        yield 1, rank, 1, mine, "", "0"


def _stream(reader: Reader, wanted: Wanted, code: str, start: tuple[str, int], high: str) -> Iterator[_Row]:
    """Open points of a code behind ``start`` that are due before ``high``, in order."""
    staged = wanted.stage if wanted.stage != "new" else ""
    stage = "p.stage = ? and p.stage <> 'new' and " if staged else ""
    while True:
        rows = reader.rows(
            f"select {_COLUMNS} from points p where p.state = 'open' and {stage}p.code = ?"  # noqa: S608
            " and (p.due, p.id) > (?, ?) and p.due < ? order by p.due, p.id limit ?",
            (*([staged] if staged else []), code, *start, high, _CHUNK),
        )
        yield from (_Row(*row) for row in rows)
        if len(rows) < _CHUNK:
            return
        start = (rows[-1][0], rows[-1][1])
