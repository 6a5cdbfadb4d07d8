"""What is different since the scan before the last one: told by the record, whose order no clock can disturb."""

from __future__ import annotations

import json
from collections import Counter
from typing import NamedTuple

from scanner.inventory.point_lists import entries_about
from scanner.inventory.reader import Reader

NEW = ("first_seen", "copied", "carried_to_medium")
"""Entries by which a file with persons is met for the first time."""
_ALSO = (
    "received", "changed", "moved", "renamed", "arrival", "declared", "decided", "swept", "incident", "gate_released", "agent_off", "clock_jump",
)  # fmt: skip

_ENDED = {"accept": "accepted", "dismiss": "false_alarm"}
"""What people decide that ends a point → why it was closed; no ``point_closed`` tells of it."""


class Changes(NamedTuple):
    """Counts of entries since ``since`` (moment, UTC)."""

    since: str
    opened: int
    """Points opened since that are open now."""
    closed: dict[str, int]
    """Why (code of ``closed_why``) → points closed since."""
    files_new: int
    files_gone: int
    gaps: tuple[int, int] | None
    """What was not wholly examined in the walked places: by the scan before, and by the last; ``None`` where one did not count."""
    handled: dict[str, int]
    """Kind of entry → how many since, of those that people ask about."""


def since_last(reader: Reader, contract: str = "") -> Changes | None:
    """Of all contracts, or of one. ``None`` while there is no earlier scan that came to its end."""
    base = reader.rows(
        "select seq, at from ledger where kind = 'scan_ended' and seq <"
        " (select max(seq) from ledger where kind = 'scan_begun') order by seq desc limit 1"
    )
    if not base:
        return None
    mine, values = entries_about(contract)
    entries = reader.rows(
        f"select kind, details from ledger where seq > ? and {mine} order by seq",  # noqa: S608  # our own condition
        (base[0]["seq"], *values),
    )
    kinds = Counter(entry["kind"] for entry in entries)
    told = [(e["kind"], json.loads(e["details"])) for e in entries if e["kind"].startswith(("point_", "decided"))]
    opened = {details["point"] for kind, details in told if kind == "point_opened"}
    still = {row["id"] for row in reader.rows("select id from points where state = 'open'")}
    closed = {details["point"]: str(details.get("why") or "") for kind, details in told if kind == "point_closed"}
    closed |= {d["point"]: _ENDED[d["action"]] for kind, d in told if kind == "decided" and d.get("action") in _ENDED}
    return Changes(
        base[0]["at"],
        len(opened & still),
        dict(Counter(why for point, why in closed.items() if point not in still)),
        sum(kinds[kind] for kind in NEW),
        kinds["vanished"],
        _gaps(reader),
        {kind: kinds[kind] for kind in _ALSO if kinds[kind]},
    )


def _gaps(reader: Reader) -> tuple[int, int] | None:
    runs = reader.rows("select gaps from runs where state <> 'watch' order by id desc limit 2")
    found = [run["gaps"] for run in runs]
    return (found[1], found[0]) if len(found) == 2 and None not in found else None
