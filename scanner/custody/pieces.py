"""Small pieces add up: rows of an original that lie in many files, too few in each to call it a copy (fifty files of four rows
are the whole list)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scanner.custody import applying
from scanner.custody.arithmetic import Family
from scanner.custody.compare import certain_rows
from scanner.custody.locations import Location
from scanner.policy.models import Contract

CODE = "F07-UNDECLARED"


@dataclass(frozen=True, slots=True)
class Pieces:
    """Files that hold rows of an original below the threshold, in order of when they were first seen."""

    files: tuple[Location, ...]
    rows: int
    """Different rows of the original that stand in all of them together."""

    def enough(self, rows_there: int) -> bool:
        """Whether together they are an excerpt of an original of this size."""
        return len(self.files) > 1 and self.rows >= certain_rows(rows_there)


def of(family: Family, contract: Contract | None, today: date) -> Pieces:
    """The pieces of an original that no consent permits where they are. What a program left (temporary, backup) is none, nor
    is another original of the contract."""

    def permitted(location: Location) -> bool:
        return contract is not None and any(
            not applying.why_not(consent, contract, family.original, location, today) for consent in contract.consent
        )

    found = [
        one
        for one in family.weak
        if one.copy.matched and not one.technical and one.file_id not in family.registered_as and not permitted(one)
    ]
    return Pieces(tuple(found), len({row for location in found for row in location.copy.matched}))


def add_up(family: Family, contract: Contract | None, today: date) -> None:
    """Enter one fact for all pieces of a family, at the first of them, where together they are an excerpt."""
    pieces = of(family, contract, today)
    if not pieces.enough(family.original.rows):
        return
    first = pieces.files[0]
    family.facts.setdefault(first.file_id, {})[CODE] = {
        "family": family.original.family,
        "contract": family.original.contract,
        "class": "pieces",
        "files": len(pieces.files),
        "rows": pieces.rows,
        "share_of_original": round(min(1.0, pieces.rows / family.original.rows), 4),
        "since": first.since.isoformat(),
        "date": today.isoformat(),
    }
