"""How many persons a file is about, as a range: from those that are certainly different to those that may be."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from detectors.interface import Match
from scanner.custody.identity import birth_key, is_kana
from scanner.model import Block, BlockKind

OF_PERSONS = frozenset({"PERSON", "JP_MY_NUMBER", "DATE_OF_BIRTH", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS"})


_COMPARED = 200_000
"""Names of one file that are compared with each other: a surname alone may be the person whose full name stands elsewhere."""
_BETWEEN = frozenset("\t,，、;；|｜\"' \u3000(（)）/／[［")
"""What stands between a name and its reading beside it."""
_GAP = 3
_SURE = 0.8


@dataclass(slots=True)
class _Line:
    """The row of a table or the line of a text that is being met."""

    block: Block
    names: list[str] = field(default_factory=list)
    birth: str = ""
    """The first date of birth, as it is written."""
    end: int = -1
    """Where the last name ended."""
    reading: bool = False
    """Whether that was a reading."""


class Persons:
    """Counts the persons of one file; names and births are held until ``range`` was asked and nowhere longer.

    Certainly different are names, those of one name whose rows or lines hold different births, and My Numbers; not telephone
    numbers, of which one person may have several. A reading in kana beside a name is the same person, in a row as in a line of text.
    """

    def __init__(self) -> None:
        self._names: dict[str, set[str]] = {}
        """Name → births that stand beside it, as they are written."""
        self._of_my_number = 0
        """Matches that are My Numbers."""
        self._numbers: set[int] = set()
        """My Numbers, each by a number alone."""
        self._further: set[int] = set()
        """Names beyond those that are compared, by a number alone: a list of millions must not fill the memory."""
        self._rows = 0
        self._row: dict[str, int] = {}
        """The last row of each part in which something stood; rows come in order."""
        self._loose: set[str] = set()
        self._line: _Line | None = None

    def add(self, block: Block, match: Match, value: str, before: str) -> None:
        """One more match of ``OF_PERSONS`` that is about a person, in order of the text. ``before``: the few characters that stand
        before it."""
        entity = match[0]
        line = self._line
        if line is None or line.block is not block:
            line = self._of(block)
        if entity == "PERSON":
            self._person(line, match, _plain(value), before, row=block.kind is BlockKind.ROW)
        elif entity == "DATE_OF_BIRTH":
            line.birth = line.birth or value
        elif entity == "JP_MY_NUMBER":
            self._numbers.add(hash("".join(c for c in unicodedata.normalize("NFKC", value) if c.isdigit())))
            self._of_my_number += 1

    def _of(self, block: Block) -> _Line:
        line = self._line
        key = block[:3]
        if line is None or line.block[:3] != key:
            self._ended()
            line = self._line = _Line(block)
        if block.kind is BlockKind.ROW and self._row.get(block.part) != block.number:
            self._row[block.part] = block.number
            self._rows += 1
        return line

    def _person(self, line: _Line, match: Match, name: str, before: str, *, row: bool) -> None:
        gap = match.start - line.end
        beside = 0 <= gap <= _GAP and all(c in _BETWEEN for c in before[len(before) - gap :])
        line.end = match.end
        if not row and match.score < _SURE:
            self._loose.add(name)
        elif row and line.names:
            if not is_kana(name) and is_kana(line.names[0]):
                line.names[0] = name  # the reading stood first
        elif beside and line.names and is_kana(name) and (line.reading or not is_kana(line.names[-1])):
            line.reading = True
            return
        elif beside and line.names and is_kana(line.names[-1]) and not is_kana(name):
            line.names[-1] = name
        else:
            line.names.append(name)
        line.reading = False

    def _ended(self) -> None:
        """The line is over: its birth tells apart where it names one person."""
        line, self._line = self._line, None
        if line is None:
            return
        for name in line.names:
            if len(self._names) >= _COMPARED and name not in self._names:
                self._further.add(hash(name))
                continue
            births = self._names.setdefault(name, set())
            if line.birth and len(line.names) == 1:
                births.add(line.birth)

    def range(self, entities: Iterable[str]) -> tuple[int, int]:
        """(fewest, most) persons of a file in which ``entities`` were found; what was held is dropped."""
        self._ended()
        names = sorted(self._names)  # a surname alone (山田) is the person whose full name stands right behind it
        full = [a for a, b in pairwise([*names, ""]) if not b.startswith(a)]
        certain = sum(_different(self._names[name]) for name in full) + len(self._further)
        fewest = max(certain, len(self._numbers), 1 if any(e in OF_PERSONS for e in entities) else 0)
        most = max(
            fewest,
            self._rows + len(self._loose | self._names.keys() if not self._rows else self._loose),
            self._of_my_number,
        )
        self._names.clear()
        self._loose.clear()
        self._numbers.clear()
        return fewest, most


def _different(births: set[str]) -> int:
    """How many persons of one name there are at least: a birth may be written in several ways."""
    return 1 if len(births) < 2 else max(1, len({birth_key(b) for b in births} - {""}))


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).replace("・", "")
