"""Names of large columns that the lists know: some cells speak for the others.

Under a heading that leaves no doubt, cells of which the lists say the same (surname and given name both listed, parted by a
space, no noun in it) differ in nothing that the model weighs but the word. Of each such class the first cells are read as all
candidates are; the others are given what those were given on average, and nobody reads them. A class that the model doubts is
read cell by cell, and so is what the lists do not know.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detectors.interface import Check, Match, View, match_of
from detectors.names.columns import of_persons, person_word
from detectors.names.features import Floats
from detectors.names.lexicon import Lexicon
from detectors.tables.columns import written_as_name
from detectors.tables.kinds import ColumnKind
from detectors.tables.layout import Cell

LARGE = 100
"""Cells of a column from which on some are read for all."""
SAMPLE = 30
"""Cells of a class that are read: what they are given differs by a few hundredths."""
DECIDING = 0.9
"""How surely a heading must announce persons."""
SUREST = 0.99
SURE = 0.8
"""What the cells that were read must be given on average."""
_PARTS = (ColumnKind.FAMILY, ColumnKind.GIVEN)


@dataclass
class Group:
    """Cells of one column of which the lists say the same."""

    read: list[Cell]
    others: list[Cell]
    word: str
    """The word of our lists in its heading."""
    score: float = 0.0


class Rosters:
    """The groups of one text that are large enough to leave cells unread."""

    def __init__(self, view: View, lexicon: Lexicon) -> None:
        self._text, self._lexicon = view.text, lexicon
        self._said: dict[tuple[str, bool], Hashable] = {}
        self.groups: list[Group] = []
        for number, table in enumerate(view.layout.tables):
            if len(table.rows) < LARGE:
                continue
            columns = [
                (person_word(view, column), column.kind in _PARTS, cells)
                for place, column in view.columns(number).items()
                if of_persons(column) >= DECIDING and len(cells := table.below(place)) >= LARGE
            ]
            self.groups += self._of_table(columns)

    def _of_table(self, columns: Sequence[tuple[str, bool, Sequence[Cell]]]) -> Iterator[Group]:
        """Groups of the columns of one table: the word in the heading, whether it announces a part of a name, the cells. A row in which
        one of the cells must be read is read whole, because what stands beside it speaks for it."""
        text, said = self._text, self._said
        doubted: set[int] = set()
        found: list[tuple[str, dict[Hashable, list[Cell]]]] = []
        for word, part, cells in columns:
            classes: dict[Hashable, list[Cell]] = {}
            for cell in cells:
                value = text[cell[0] : cell[1]]
                key = said.get((value, part))
                if key is None:
                    key = said[value, part] = self._known(value, part=part)
                if key:
                    classes.setdefault(key, []).append(cell)
                elif value:
                    doubted.add(cell[3])
            found.append((word, classes))
        for word, classes in found:
            for some in classes.values():
                others = [cell for cell in some[SAMPLE:] if cell[3] not in doubted] if len(some) > 2 * SAMPLE else []
                if others:
                    yield Group(some[:SAMPLE], others, word)

    def _known(self, value: str, *, part: bool) -> Hashable:
        """What the lists say of a value; ``False`` where it is not enough. ``part``: surnames or given names alone."""
        from detectors.evidence.listed import full_name, holds_nobody, share_of_nouns

        if not written_as_name(value) or value != value.strip() or holds_nobody(value):
            return False
        listed = full_name(value, self._lexicon)
        if part:
            surname = value in self._lexicon.surnames
            given = value in self._lexicon.given
            return (surname, given, share_of_nouns(value), len(value)) if surname or given else False
        return (listed, " " in value, share_of_nouns(value), value[0] >= "一") if listed >= 2 else False

    @property
    def unread(self) -> list[tuple[int, int]]:
        """Spans of the cells that are not read."""
        return [cell[:2] for group in self.groups for cell in group.others]

    def enter(self, tags: Floats) -> None:
        """Give the characters of unread cells what the tagger gives those of the cells that are read, on average."""
        for group in self.groups:
            read, others = (
                np.array([cell[:2] for cell in cells], dtype=np.intp) for cells in (group.read, group.others)
            )
            lengths = others[:, 1] - others[:, 0]
            before = lengths.cumsum() - lengths
            inside = np.arange(lengths.sum()) + np.repeat(others[:, 0] - before, lengths)
            tags[inside] = tags[np.concatenate([np.arange(low, high) for low, high in read])].mean(axis=0)
            tags[others[:, 0]] = tags[read[:, 0]].mean(axis=0)
            tags[others[:, 1] - 1] = tags[read[:, 1] - 1].mean(axis=0)

    def doubted(self, scores: Floats, starts: npt.NDArray[np.intp]) -> bool:
        """Enter what the cells of each group that are read are given on average, and drop the groups that are doubted; says whether
        there were any. ``starts``: where the candidates that are read start, in order, ``scores``: what each is given."""
        for group in self.groups:
            places = np.array([cell[0] for cell in group.read], dtype=np.intp)
            low, high = starts.searchsorted(places), starts.searchsorted(places, "right")
            best = [scores[a:b].max(initial=0.0) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
            group.score = min(SUREST, round(float(np.mean(best)), 3))
        kept = [group for group in self.groups if group.score >= SURE]
        fewer = len(kept) < len(self.groups)
        self.groups = kept
        return fewer

    def matches(self) -> Iterator[Match]:
        """The unread cells as names."""
        for group in self.groups:
            rest = Match("PERSON", 0, 0, group.score, Check.NONE, "NAME_COLUMN", f"column {group.word}")[3:]
            yield from map(match_of, [("PERSON", *cell[:2], *rest) for cell in group.others])
