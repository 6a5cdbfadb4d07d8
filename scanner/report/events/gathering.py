"""Events out of the record: a point was opened, a point was closed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.inventory.reader import Reader
from scanner.report.listing.urgency import level

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a point."""

    entry: int
    """Number of the entry of the record that tells it."""
    at: str
    host: str
    opened: bool
    point: int
    code: str
    contract: str
    original: str
    why: str
    """Why it was closed."""
    kinds: tuple[tuple[str, int], ...] = ()
    """Kinds of personal data of its file, with their counts."""
    persons: tuple[int, int] = (0, 0)
    media_type: str = ""
    size: int = 0
    file: int = 0

    @property
    def severity(self) -> str:
        """``now``, ``soon``, ``due`` or ``register``."""
        return level(self.code)


_QUERY = """
select l.seq, l.at, l.host, l.kind, l.contract, l.family, l.details, p.file_id, f.size, c.media_type, coalesce(c.persons_min, 0) as fewest,
 coalesce(c.persons_max, 0) as most, c.id as content from ledger l
 left join points p on p.id = json_extract(l.details, '$.point') left join files f on f.id = p.file_id
 left join contents c on c.id = f.content_id
 where l.seq > ? and l.kind in ('point_opened', 'point_closed') order by l.seq limit ?
"""


def since(reader: Reader, entry: int) -> Iterator[Event]:
    """All after an entry of the record, in order."""
    while True:
        rows = reader.rows(_QUERY, (entry, AT_ONCE))
        for row in rows:
            told = json.loads(row["details"])
            kinds = reader.rows(
                "select entity, sum(count) as n from findings where content_id = ? and about = 'person' group by entity order by entity",
                (row["content"],),
            )
            yield Event(
                row["seq"],
                row["at"],
                row["host"],
                row["kind"] == "point_opened",
                int(told["point"]),
                str(told["code"]),
                row["contract"],
                row["family"],
                str(told.get("why", "")),
                tuple((k["entity"], k["n"]) for k in kinds),
                (row["fewest"], row["most"]),
                row["media_type"] or "",
                max(0, row["size"] or 0),
                row["file_id"] or 0,
            )
            entry = row["seq"]
        if len(rows) < AT_ONCE:
            return
