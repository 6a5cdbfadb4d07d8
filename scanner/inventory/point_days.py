"""How many points were open at the end of each day, from one look at the table: what was opened and closed since."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from scanner.inventory.point_lists import about
from scanner.inventory.reader import Reader


def open_by_day(reader: Reader, ends: Sequence[str], contract: str) -> list[int]:
    """For each moment (UTC, ascending, at least one) the points of a contract (empty: all) that were open then."""
    mine, values = about(contract)
    first, minutes = ends[0], [end[:16] for end in ends]  # days begin at a full minute
    (base,) = reader.rows(
        f"select count(*) as n from points p where opened < ? and (closed is null or closed >= ?) and {mine}",  # noqa: S608
        (first, first, *values),
    )
    changes = [0] * (len(ends) + 1)
    for column, sign in (("opened", 1), ("closed", -1)):
        rows = reader.rows(
            f"select substr({column}, 1, 16) as minute, count(*) as n from points p where {column} >= ? and {mine} group by 1",  # noqa: S608
            (first, *values),
        )
        for row in rows:
            changes[bisect_right(minutes, row["minute"])] += sign * row["n"]
    found, now = [], base["n"]
    for at in range(len(ends)):
        now += changes[at]
        found.append(now)
    return found
