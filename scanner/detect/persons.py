"""How many persons a file is about, as a range: from those that are certainly different to those that may be."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from detectors.interface import Match
from scanner.model import Block, BlockKind

OF_PERSONS = frozenset({"PERSON", "JP_MY_NUMBER", "DATE_OF_BIRTH", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS"})


_COMPARED = 200_000
"""Names of one file that are compared with each other: a surname alone may be the person whose full name stands elsewhere."""


class Persons:
    """Counts the persons of one file; names are held until ``range`` was asked and nowhere longer."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._identifiers: Counter[str] = Counter()
        self._further: set[int] = set()
        """Names beyond those that are compared, by a number alone: a list of millions must not fill the memory."""
        self._rows = 0
        self._row: dict[str, int] = {}
        """The last row of each part in which something stood; rows come in order."""
        self._loose: set[str] = set()

    def add(self, block: Block, match: Match, value: str, seen_rows: set[tuple[str, int]]) -> None:
        """One more match. ``seen_rows``: rows of the piece at hand in which a name has been met."""
        if match.entity not in OF_PERSONS:
            return
        if block.kind is BlockKind.ROW:
            row = (block.part, block.number)
            if self._row.get(block.part) != block.number:
                self._row[block.part] = block.number
                self._rows += 1
            if match.entity == "PERSON":
                if row not in seen_rows:
                    self._name(_plain(value))
                seen_rows.add(row)
                return
        elif match.entity == "PERSON":
            if match.score >= 0.8:
                self._name(_plain(value))
            else:
                self._loose.add(_plain(value))
        if match.entity in ("JP_MY_NUMBER", "EMAIL_ADDRESS", "PHONE_NUMBER"):
            self._identifiers[match.entity] += 1

    def _name(self, name: str) -> None:
        if len(self._names) < _COMPARED or name in self._names:
            self._names.add(name)
        else:
            self._further.add(hash(name))

    def range(self, entities: Iterable[str]) -> tuple[int, int]:
        """(fewest, most) persons of a file in which ``entities`` were found; the names are dropped."""
        names = sorted(self._names)  # a surname alone (山田) is the person whose full name stands right behind it
        certain = sum(1 for a, b in pairwise([*names, ""]) if not b.startswith(a)) + len(self._further)
        numbers = max([self._identifiers["JP_MY_NUMBER"], 1 if any(e in OF_PERSONS for e in entities) else 0])
        fewest = max(certain, numbers if not certain else 0)
        most = max(
            fewest,
            self._rows + len(self._loose | self._names if not self._rows else self._loose),
            self._identifiers["JP_MY_NUMBER"],
        )
        self._names.clear()
        self._loose.clear()
        return fewest, most


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).replace("・", "")
