"""What every detector gives and takes: ``Match`` out, ``View`` of a folded text in.

The nouns follow Presidio: an *entity* is a kind (``JP_MY_NUMBER``), a *recognizer* finds it, a *score* between 0
and 1 says how sure it is. All offsets of a ``View`` are offsets into the folded text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import NamedTuple, Protocol

from detectors.labels import LabelHits, vague_words
from detectors.tables.columns import Column, columns_of
from detectors.tables.layout import Cell, Layout

REPORTED = 0.5
"""Matches below this score are not reported; they still count as evidence where several meet."""


class Check(StrEnum):
    """Result of a check digit (or of another test that the value carries in itself)."""

    PASS = "pass"  # noqa: S105  # the result of a check digit, not a password
    FAIL = "fail"
    NONE = "none"


class About(StrEnum):
    """Whose a value is. Only what is about persons counts for a contract; the others are told, and raise nothing."""

    PERSON = "person"
    ORGANISATION = "organisation"
    """A body, an office, a shop, a place that anybody may visit, a thing."""
    OFFICIAL = "official"
    """The holder of a public office, named with it and with nothing private."""
    UNCLEAR = "unclear"


class Depth(StrEnum):
    """How far names are looked for: rules and lists, plus the tagger, plus the encoder."""

    QUICK = "quick"
    BALANCED = "balanced"
    THOROUGH = "thorough"


class Match(NamedTuple):
    """One found value. It carries no copy of the value, only where it stands."""

    entity: str
    start: int
    end: int
    score: float
    check: Check = Check.NONE
    recognizer: str = ""
    reason: str = ""
    """Why, in words of our own lists: ``label 個人番号``, ``column 氏名``, ``5 of 5 in column pass``."""
    category: str = ""
    """Legal category of a JP_SENSITIVE match (個人情報保護法2条3項, 施行令2条)."""
    evidence: bool = False
    """Recognised only so that nothing else claims the span (corporate numbers, JAN codes); never reported."""
    about: About = About.PERSON
    """Whose the value is; decided last, by ``detectors.evidence.about``."""


match_of = partial(tuple.__new__, Match)
"""A match out of its ten fields, without a step of Python: a large table has a hundred thousand."""


class Label(NamedTuple):
    """The label that decides about a value. ``owners`` are the families it speaks for."""

    word: str
    owners: frozenset[str]
    source: str
    """``column``, ``label``, ``cell`` (left or above) or ``line`` (above)."""
    end: int = -1
    """Where a label before the value ends."""

    @property
    def vague(self) -> bool:
        """Whether the word means more than a number (介護, 免許) and stands in running text."""
        return self.source != "column" and self.word in vague_words()


@dataclass(frozen=True, slots=True)
class View:
    """One folded text with its table layout and the label words found in it."""

    text: str
    layout: Layout
    labels: LabelHits
    headings: dict[int, frozenset[str]] = field(default_factory=dict)
    """Line start → families of the heading line above its block; filled by ``detectors.context``."""
    beside: dict[Cell, Label | None] = field(default_factory=dict)
    """Cell → the label in the cell to its left or above it; filled by ``detectors.context``."""
    kinds: dict[int, dict[int, Column]] = field(default_factory=dict)
    """Table → its columns; filled when first asked."""

    def columns(self, table: int) -> dict[int, Column]:
        """The columns of a table that have a heading, by their number."""
        found = self.kinds.get(table)
        if found is None:
            found = self.kinds[table] = columns_of(self.layout.tables[table], self.text)
        return found

    def column(self, cell: Cell) -> Column | None:
        """The column that a cell stands in; none for headings and what has none above it."""
        if cell.row <= self.layout.tables[cell.table].header_row:
            return None
        return self.columns(cell.table).get(cell.column)


class Recognizer(Protocol):
    """Finds values of one family. Implementations are stateless and keep no text."""

    name: str

    def find(self, view: View) -> Iterator[Match]:
        """Yield candidates with offsets into ``view.text``; overlaps are resolved by the engine."""
        ...


@dataclass(slots=True)
class Analysis:
    """All matches of one text, in order of position, and what was not read."""

    matches: list[Match] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)
    """Reason → characters that a model did not read (budget exceeded, chunk failed). Never silent."""
