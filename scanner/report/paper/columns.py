"""A table on paper: how wide its columns are, and which of them stand together where they do not fit on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scanner.report.paper.interface import TABLE, Grid
from scanner.report.paper.measure import unbreakable, width

_SEEN = 400
"""Rows that are measured."""
_NATURAL, _KEY = 80.0, 34.0
"""Millimetres: the widest column, and the widest of those that are repeated."""
_HEADING_LINES, _CELL_LINES = 3, 5
"""Lines that a heading and a cell take at most in a column that is made narrow, unless it is at its widest."""
_STRETCH = 1.6
"""Columns grow by this at most so that a table fills its sheet."""


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that stand on one sheet, with their widths in mm."""

    indices: tuple[int, ...]
    widths: tuple[float, ...]


def parts(grid: Grid, room: float, size: float = TABLE) -> list[Part]:
    """The table in as many parts as ``room`` mm ask for, about equally full; the key columns are in each, equally wide."""
    narrow = [_narrow(name, cells, size) for name, cells in _columns(grid)]
    wide = [min(_NATURAL, max(least, _natural(name, cells, size))) for (name, cells), least in zip(_columns(grid), narrow, strict=True)]  # fmt: skip
    keys = tuple(range(min(grid.keys, len(grid.columns))))
    kept = {index: min(max(narrow[index], min(wide[index], _KEY)), room / (len(keys) + 1)) for index in keys}
    rest = [index for index in range(len(grid.columns)) if index not in kept]
    free = room - sum(kept.values())
    chosen = _chosen(rest, narrow, free)
    if len(chosen) == 1 and sum(wide) <= room:
        return [Part((*keys, *rest), tuple(_stretched([wide[i] for i in (*keys, *rest)], room)))]
    return [
        Part((*keys, *group), (*kept.values(), *_given([narrow[i] for i in group], [wide[i] for i in group], free)))
        for group in chosen
    ]


def _columns(grid: Grid) -> list[tuple[str, list[object]]]:
    rows = grid.rows[:_SEEN]
    return [(name, [row[index] for row in rows]) for index, name in enumerate(grid.columns)]


def _natural(name: str, cells: Sequence[object], size: float) -> float:
    return max([width(name, size), *(width(cell, size) for cell in cells)])


def _narrow(name: str, cells: Sequence[object], size: float) -> float:
    folded = [width(name, size) / _HEADING_LINES + size * 0.3, unbreakable(name, size)]
    folded += [max(width(cell, size) / _CELL_LINES, unbreakable(cell, size)) for cell in cells]
    return min(_NATURAL, max(folded))


def _chosen(rest: list[int], narrow: list[float], free: float) -> list[list[int]]:
    """As few groups as fit, made about equally wide."""
    best = _filled(rest, narrow, free)
    low, high = max((narrow[i] for i in rest), default=0.0), free
    while high - low > 1:
        middle = (low + high) / 2
        tried = _filled(rest, narrow, middle)
        if len(tried) > len(best):
            low = middle
        else:
            best, high = tried, middle
    return best


def _filled(rest: list[int], narrow: list[float], free: float) -> list[list[int]]:
    groups: list[list[int]] = [[]]
    used = 0.0
    for index in rest:
        if groups[-1] and used + narrow[index] > free:
            groups.append([])
            used = 0.0
        groups[-1].append(index)
        used += narrow[index]
    return groups


def _given(narrow: list[float], wide: list[float], free: float) -> list[float]:
    """Widths between the narrow and the natural ones that use the room."""
    spare, wanted = max(0.0, free - sum(narrow)), sum(wide) - sum(narrow)
    share = min(1.0, spare / wanted) if wanted > 0 else 1.0
    return _stretched([n + (w - n) * share for n, w in zip(narrow, wide, strict=True)], free)


def _stretched(widths: list[float], room: float) -> list[float]:
    """The same columns, wider, so that the table fills its sheet, and never wider than it."""
    total = sum(widths)
    factor = min(_STRETCH, room / total) if total else 1.0
    return [round(w * factor, 2) for w in widths]
