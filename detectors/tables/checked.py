"""What a column says of the numbers in it: whether they pass a check digit one after the other."""

from __future__ import annotations

import re
from collections import defaultdict

from detectors.interface import Check, Match, View

COLUMN_VALUES = 4
"""So many values of one column that all pass a check digit need no label."""
_HAS_DIGIT = re.compile(r"\d")


def by_column(view: View, found: list[Match]) -> list[Match]:
    """A column whose numbers all pass one check digit is a column of that identifier, label or not."""
    if not view.layout.cells:
        return found
    columns: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for i, match in enumerate(found):
        if match.check is Check.PASS and not match.evidence and "speaks against" not in match.reason:
            cell = view.layout.at(match.start)
            if cell is not None and match.end - match.start >= (cell.end - cell.start) - 2:
                columns[cell.table, cell.column, match.entity].append(i)
    for (table_number, column, _), members in columns.items():
        count = len(members)
        if count < COLUMN_VALUES or all(found[i].score >= 0.85 for i in members):
            continue
        table = view.layout.tables[table_number]
        numeric = sum(_HAS_DIGIT.search(view.text, c.start, c.end) is not None for c in table.below(column))
        if count >= numeric * 0.95:
            for i in members:
                if found[i].score < 0.85:
                    reason = f"{count} of {numeric} values in the column pass the check digit"
                    found[i] = found[i]._replace(score=0.85, reason=reason)
    return found
