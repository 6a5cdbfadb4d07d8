"""What the verification of a record has found, as sentences."""

from __future__ import annotations

from scanner.inventory.record.check import Found
from scanner.messages import t
from scanner.printable import printable


def sentence(found: Found) -> str:
    """One finding; of a row also in which run it was entered and since which it does not agree."""
    text = t(
        f"ledger.found_{found.code}",
        table=found.table,
        row=found.row,
        entry=found.entry,
        detail=printable(found.detail),
    )
    if found.run:
        text += t("ledger.in_run", run=found.run)
    if found.since:
        text += t("ledger.since_run", run=found.since)
    return text
