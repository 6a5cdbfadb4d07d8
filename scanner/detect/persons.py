"""How many persons a file is about, as a range: from those that are certainly different to those that may be."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from detectors.interface import Match
from scanner.model import Block, BlockKind

OF_PERSONS = frozenset({"PERSON", "JP_MY_NUMBER", "DATE_OF_BIRTH", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS"})


class Persons:
    """Counts the persons of one file; names are held until ``range`` was asked and nowhere longer."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._identifiers: Counter[str] = Counter()
        self._rows: set[tuple[str, int]] = set()
        self._rows_named: set[tuple[str, int]] = set()
        self._loose: set[str] = set()

    def add(self, block: Block, match: Match, value: str, seen_rows: set[tuple[str, int]]) -> None:
        """One more match. ``seen_rows``: rows of the piece at hand in which a name has been met."""
        if match.entity not in OF_PERSONS:
            return
        if block.kind is BlockKind.ROW:
            row = (block.part, block.number)
            self._rows.add(row)
            if match.entity == "PERSON":
                if row not in seen_rows:
                    self._names.add(_plain(value))
                    self._rows_named.add(row)
                seen_rows.add(row)
                return
        elif match.entity == "PERSON":
            (self._names if match.score >= 0.8 else self._loose).add(_plain(value))
        if match.entity in ("JP_MY_NUMBER", "EMAIL_ADDRESS", "PHONE_NUMBER"):
            self._identifiers[match.entity] += 1

    def range(self, entities: Iterable[str]) -> tuple[int, int]:
        """(fewest, most) persons of a file in which ``entities`` were found; the names are dropped."""
        names = sorted(self._names)  # a surname alone (山田) is the person whose full name stands right behind it
        certain = sum(1 for a, b in pairwise([*names, ""]) if not b.startswith(a))
        numbers = max([self._identifiers["JP_MY_NUMBER"], 1 if any(e in OF_PERSONS for e in entities) else 0])
        fewest = max(certain, numbers if not certain else 0)
        most = max(
            fewest,
            len(self._rows | self._rows_named) + len(self._loose | self._names if not self._rows else self._loose),
            self._identifiers["JP_MY_NUMBER"],
        )
        self._names.clear()
        self._loose.clear()
        return fewest, most


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).replace("・", "")
