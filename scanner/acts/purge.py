"""Removing from the inventory what is older than a stated age and nothing needs; the record tells what went."""

from __future__ import annotations

from datetime import date, timedelta

from scanner import clock
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import purging
from scanner.inventory.home import Home
from scanner.inventory.store import Store

LEAST = 730
"""Days that are kept at the least: forms of a year (14c) are made until the next one ends."""


class PurgeError(SekishoError):
    """``too_young``: the age would take what the forms of a year still tell."""

    section = "purge"
    exit_code = EXIT_USAGE


def purge(home: Home, days: int, *, really: bool) -> tuple[date, dict[str, int]]:
    """The day before which is removed, and how many rows of each table are, or would be. Raises ``PurgeError`` and ``InventoryError``."""
    if days < LEAST:
        raise PurgeError("too_young", days=days, least=LEAST)
    day = clock.today() - timedelta(days=days)
    with Store(home.database, only_notes=True) as store:
        rows = purging.found(store.connection, clock.begin_of(day))
        counts = {table: len(numbers) for table, numbers in rows.items()}
        if really and any(counts.values()):
            with store.transaction() as db:
                purging.remove(db, rows)
                store.note("purged", contract="", family="", before=day.isoformat(), **counts)
    return day, counts
