"""Columns judged at once: values that differ in nothing that matters are judged by one of them.

Under one heading ``090-5550-0140`` and ``090-5550-0141`` are the same telephone number to every recognizer, 1985/3/12 and 1985/4/1
the same day of birth, and the tenth 継続 the same note. Of each such class one cell is left in the text that the recognizers
read; what they find in it holds for the others, which are filled up. Values of which every one may be different (numbers with a
check digit) are in no class.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable
from operator import itemgetter

from detectors.checkdigits import mobile
from detectors.interface import Match, View
from detectors.tables.inserts import filled
from detectors.tables.kinds import OF_PERSONS, ColumnKind
from detectors.tables.layout import Cell

_LARGE = 50
"""Cells of a column from which on classes cost less than they save."""
_MASK = str.maketrans("012345678", "9" * 9)
_PHONE = re.compile(r"0[0-9]{1,4}-[0-9]{1,4}-[0-9]{4}|0[0-9]{9,10}")
_POSTAL = re.compile(r"[0-9]{3}-?[0-9]{4}")
_DAY = re.compile(r"(?P<year>[^0-9\s]{0,2}[0-9]{1,4})[-/.年](?:0?[1-9]|1[0-2])[-/.月](?:0?[1-9]|1[0-9]|2[0-8])日?")
"""A day that every month has."""
_SITE = re.compile(r"(?P<town>[^0-9]+)[0-9]+(?:-[0-9]+){0,3}")
_SHORT = 24
_SURE = 0.86
"""Score that nothing raised by its column or text overtakes."""
_LETTERS = re.compile(r"[^\W\d_]{1,8}(?:[ ・][^\W\d_]{1,8})?")
_NAME = object()
"""Names under a heading of names hold no identifier: nobody need look."""
_FEW_DIGITS = re.compile("[0-9]{1,6}")
"""No identifier has so few digits and no label."""

_Key = Callable[[str], Hashable]
"""What a value of a kind is told by; ``None`` for one that stands for itself."""


def _of_phones(value: str) -> Hashable:
    if _PHONE.fullmatch(value) is None:
        return None
    digits = value.replace("-", "")
    return value.translate(_MASK), digits[:3] if mobile(digits) else digits[:6], digits[3] == "0"


def _of_postal_codes(value: str) -> Hashable:
    return value if _POSTAL.fullmatch(value) else None  # some exist, some do not


def _of_days(value: str) -> Hashable:
    day = _DAY.fullmatch(value)
    return (value.translate(_MASK), day["year"]) if day is not None else None


def _of_addresses(value: str) -> Hashable:
    site = _SITE.fullmatch(value)
    return (value[site.end("town") :].translate(_MASK), site["town"]) if site is not None else None


def _of_texts(value: str) -> Hashable:
    return value if len(value) <= _SHORT else None


def _of_names(value: str) -> Hashable:
    return _NAME if _LETTERS.fullmatch(value) else None


def _of_numbers(value: str) -> Hashable:
    return value.translate(_MASK) if _FEW_DIGITS.fullmatch(value) else None


_KEYS: dict[ColumnKind, _Key] = {
    ColumnKind.PHONE: _of_phones,
    ColumnKind.POSTAL: _of_postal_codes,
    ColumnKind.BIRTH: _of_days,
    ColumnKind.ADDRESS: _of_addresses,
    ColumnKind.NUMBER: _of_numbers,
    **dict.fromkeys(OF_PERSONS, _of_names),
}


class Settled:
    """The classes of one text."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._classes: list[list[Cell]] = []
        """Cells of each class, the one that stands for the others first."""
        self._names: list[tuple[int, int]] = []
        for number, table in enumerate(view.layout.tables):
            if len(table.rows) < _LARGE:
                continue
            for place, column in view.columns(number).items():
                labelled = column.kind is ColumnKind.NUMBER and view.labels.index.header(column.header).ids
                if not labelled:
                    self._classify(table.below(place), _KEYS.get(column.kind, _of_texts))
        self._members = sorted([*self._names, *(cell[:2] for cells in self._classes for cell in cells[1:])])

    def _classify(self, cells: list[Cell], key_of: _Key) -> None:
        text = self._view.text
        classes: dict[Hashable, list[Cell]] = {}
        for cell in cells:
            key = key_of(text[cell[0] : cell[1]])
            if key is _NAME:  # most of a column of names
                self._names.append(cell[:2])
            elif key is not None:
                members = classes.get(key)
                if members is None:
                    classes[key] = [cell]
                else:
                    members.append(cell)
        self._classes += [members for members in classes.values() if len(members) > 1]

    def find(self, find: Callable[[View], Iterable[Match]]) -> list[Match]:
        """What ``find`` finds in the text, asked for one cell of each class only."""
        if not self._members:
            return list(find(self._view))
        found = list(find(self._with(filled(self._view.text, self._members))))
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
            for match in _winning(inside):
                start, end = match.start - first.start, match.end - first.start
                kind, rest = match[:1], match[3:]
                copies += [Match._make((*kind, cell[0] + start, cell[0] + end, *rest)) for cell in others]
        if single:
            copies += self._one_by_one(find, sorted(single))
        return found + copies

    def _one_by_one(self, find: Callable[[View], Iterable[Match]], cells: list[tuple[int, int]]) -> list[Match]:
        """What is found in cells that no other stands for."""
        taken = set(cells)
        text = filled(self._view.text, [cell for cell in self._members if cell not in taken])
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
