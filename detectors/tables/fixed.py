"""Host exports: lines of one width in which every field begins at its own place, with nothing between them and no headings.

The rulers are told by repetition: a place where in nearly every line another kind of character begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from detectors.tables.layout import Cell, Layout, Table

_LEAST_LINES, _LEAST_FIELDS = 5, 3
"""Fewer lines and fields are alike by chance: lists of three lines of one length are, in one text of four hundred."""
_NEARLY, _HALF = 0.9, 0.5
_CODE = 5
"""Digits of a code at least, which parts it from what touches it; fewer are house numbers and counts."""
_LINE = re.compile(r"(?m)^[^\t,|;\n]{16,2000}$")
_CLASSES = (("0", "9"), ("ァ", "ヺ"), ("ー", "ー"), ("ぁ", "ん"), ("一", "龥"), ("々", "々"), ("A", "Z"), ("a", "z"))
_NUMBERS = (1, 2, 2, 3, 3, 3, 4, 4)
"""Digits, katakana, what names and addresses are written in, Latin letters; 0 for a space, 5 for the rest."""


def add_fixed_tables(text: str, layout: Layout) -> Layout:
    """``layout`` with the tables of this kind outside of its cells."""
    found = False
    for lines in _blocks(text, layout):
        rulers = _rulers(text, lines)
        if len(rulers) >= _LEAST_FIELDS:
            _add(layout, text, lines, rulers)
            found = True
    if found:
        layout.cells.sort()
        layout.starts = [cell.start for cell in layout.cells]
    return layout


def _blocks(text: str, layout: Layout) -> Iterator[list[tuple[int, int]]]:
    """Neighbouring lines of one width that are in no table."""
    block: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        span = match.span()
        goes_on = block and span[0] == block[-1][1] + 1 and span[1] - span[0] == block[-1][1] - block[-1][0]
        if not goes_on:
            if len(block) >= _LEAST_LINES:
                yield block
            block = []
        if layout.at(span[0]) is None:
            block.append(span)
    if len(block) >= _LEAST_LINES:
        yield block


def _rulers(text: str, lines: list[tuple[int, int]]) -> list[int]:
    """Where fields begin in a line."""
    import numpy  # most texts have no such lines

    codes = numpy.array([[ord(char) for char in text[a:b]] for a, b in lines[:500]])
    kinds = numpy.full(codes.shape, 5)
    kinds[codes == ord(" ")] = 0
    for (low, high), number in zip(_CLASSES, _NUMBERS, strict=True):
        kinds[(codes >= ord(low)) & (codes <= ord(high))] = number
    begins = (kinds[:, 1:] != kinds[:, :-1]) & (kinds[:, 1:] != 0)
    filled = (kinds != 0).mean(axis=0)
    share = begins.mean(axis=0)
    digits = ((kinds == 1).mean(axis=0) >= _NEARLY).tolist()
    found = [0]
    for at in (int(place) + 1 for place in numpy.flatnonzero(share >= _NEARLY)):
        padded = filled[at - 1] < _HALF
        if filled[at] >= _NEARLY and (padded or all(digits[at : at + _CODE]) or all(digits[max(0, at - _CODE) : at])):
            found.append(at)
    return found


def _add(layout: Layout, text: str, lines: list[tuple[int, int]], rulers: list[int]) -> None:
    number = len(layout.tables)
    table = Table()
    width = lines[0][1] - lines[0][0]
    for row, (start, _) in enumerate(lines):
        cells: list[Cell] = []
        for column, (begin, end) in enumerate(pairwise([*rulers, width])):
            value = text[start + begin : start + end]
            inner = start + begin + len(value) - len(value.lstrip(" "))
            cells.append(Cell(inner, max(inner, start + begin + len(value.rstrip(" "))), number, row, column))
        table.rows[row] = cells
        layout.cells += cells
    layout.tables.append(table)
