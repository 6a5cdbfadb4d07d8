"""Columns judged at once: values that differ in nothing that matters are judged by one of them.

Under one heading ``090-5550-0140`` and ``090-5550-0141`` are the same telephone number to every recognizer, 1985/3/12 and 1985/4/1
the same day of birth, and the tenth 継続 the same note. Of each such class one cell is left in the text that the recognizers
read; what they find in it holds for the others, which are filled up. Values of which every one may be different (numbers with a
check digit) are in no class.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import compress
from operator import itemgetter

from detectors.interface import Match, View, match_of
from detectors.tables.alike import Alike, Key
from detectors.tables.kinds import OF_PERSONS, ColumnKind
from detectors.tables.layout import Cell

_LARGE = 50
"""Cells of a column from which on classes cost less than they save."""
_SURE = 0.86
"""Score that nothing raised by its column or text overtakes."""


class Settled:
    """The classes of one text."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._classes: list[list[Cell]] = []
        """Cells of each class, the one that stands for the others first."""
        self._names: list[tuple[int, int]] = []
        """Names under a heading of names hold no identifier: nobody need look."""
        self._alike = Alike(view.text)
        for number, table in enumerate(view.layout.tables):
            if len(table.rows) < _LARGE:
                continue
            for place, column in view.columns(number).items():
                labelled = column.kind is ColumnKind.NUMBER and view.labels.index.header(column.header).ids
                if not labelled:
                    self._classify(table.below(place), column.kind)
        self._members = [*self._names, *(cell[:2] for cells in self._classes for cell in cells[1:])]

    def _classify(self, cells: list[Cell], kind: ColumnKind) -> None:
        if kind in OF_PERSONS:
            spans = [cell[:2] for cell in cells]
            self._names += compress(spans, self._alike.names(spans))
            return
        classes: dict[Key, list[Cell]] = {}
        for cell, key in zip(cells, self._alike.keys(kind, cells), strict=True):
            if key is None:
                continue
            if (members := classes.get(key)) is not None:
                members.append(cell)
            else:
                classes[key] = [cell]
        self._classes += [members for members in classes.values() if len(members) > 1]

    def find(self, find: Callable[[View], Iterable[Match]]) -> list[Match]:
        """What ``find`` finds in the text, asked for one cell of each class only."""
        if not self._members:
            return list(find(self._view))
        found = list(find(self._with(self._alike.without(self._members))))
        found.sort(key=itemgetter(1))
        starts = [match.start for match in found]
        single: list[tuple[int, int]] = []
        copies: list[Match] = []
        for first, *others in self._classes:
            low = bisect_left(starts, first.start)
            inside = found[low : bisect_left(starts, first.end, low)]
            reaching = low and found[low - 1].end > first.start
            if reaching or any(match.end > first.end for match in inside):
                single += [cell[:2] for cell in others]  # more than the cell decided about it
                continue
            begins = [cell[0] for cell in others]
            for match in _winning(inside):
                low, high = match.start - first.start, match.end - first.start
                places = zip([at + low for at in begins], [at + high for at in begins], strict=True)
                entity, rest = match[:1], match[3:]
                copies += map(match_of, [entity + place + rest for place in places])
        if single:
            copies += self._one_by_one(find, sorted(single))
        return found + copies

    def _one_by_one(self, find: Callable[[View], Iterable[Match]], cells: list[tuple[int, int]]) -> list[Match]:
        """What is found in cells that no other stands for."""
        taken = set(cells)
        text = self._alike.without([cell for cell in self._members if cell not in taken])
        starts = [start for start, _ in cells]
        found: list[Match] = []
        for match in find(self._with(text)):
            at = bisect_left(starts, match.end) - 1
            if at >= 0 and match.start < cells[at][1]:
                found.append(match)
        return found

    def _with(self, text: str) -> View:
        view = self._view
        return View(text, view.layout, view.labels, kinds=view.kinds)


def _winning(matches: list[Match]) -> list[Match]:
    """Without those that a sure one covers: they would lose in every cell."""
    if len(matches) < 2:
        return matches
    sure = [match for match in matches if match.score >= _SURE]
    return [
        match
        for match in matches
        if match.score >= _SURE or not any(s.start <= match.start and match.end <= s.end for s in sure)
    ]
