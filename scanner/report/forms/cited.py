"""Which entries of the record are about a thing: their numbers stand in its line of a form, so that each can be proved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.inventory.reader import Reader

POINTS = ("point_opened", "point_closed", "declared", "decision_proposed", "decided", "decision_revoked")
GATES = ("gate_asked", "gate_answered", "gate_released", "gate_stopped")


def about(reader: Reader, field: str, kinds: Iterable[str]) -> dict[int, list[int]]:
    """Number of the point or gate (``field`` of the details) → numbers of its entries, in order."""
    marks = ",".join(f"'{kind}'" for kind in kinds)
    found: dict[int, list[int]] = defaultdict(list)
    for row in reader.rows(
        f"select seq, json_extract(details, '$.' || ?) as number from ledger where kind in ({marks}) order by seq",  # noqa: S608
        (field,),
    ):
        if isinstance(row["number"], int):
            found[row["number"]].append(row["seq"])
    return found


def told(numbers: Iterable[int]) -> str:
    """In a cell."""
    return "、".join(map(str, numbers))
