"""第17: the number of persons that whoever gave the data stated, against what was found in it when it was received."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.custody import Original
from scanner.inventory.points import Fact

CODES = ("F17-COUNT",)


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Counts(view),)


def differs(original: Original) -> bool:
    """Whether the stated number is none that the data can have: of a table its rows are possible too, for a row may be a person."""
    stated = original.declared_count
    return stated is not None and not original.persons_min <= stated <= max(original.persons_max, original.rows)


class Counts:
    """Originals are asked once, at the end."""

    def __init__(self, view: View) -> None:
        self._view = view

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Nothing of single files."""
        yield from ()

    def finish(self) -> Iterator[Fact]:
        """One fact an original whose number differs."""
        for family in self._view.families:
            original = family.original
            if differs(original) and self._view.contract(original.contract) is not None:
                working = {
                    "family": original.family,
                    "declared": original.declared_count,
                    "persons": [original.persons_min, original.persons_max],
                    "rows": original.rows,
                }
                yield Fact("F17-COUNT", None, f"family:{original.family}", original.contract, original.family, working)
