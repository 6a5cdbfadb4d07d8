"""Tables on PDF pages whose text does not follow their rows.

Programs write a table in the order that suits their fonts: all names, then all births; or a cell of two lines before the cell beside
it. Read in that order a birth stands beside nobody. So where the text of a page goes up again, the boxes of its words are laid into
rows and columns by where they stand; pages that read from top to bottom are left as they are.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

LEAST_ROWS, LEAST_COLUMNS = 4, 2
_MOST_BOXES = 3_000
_LONGEST_CELL = 24
"""Characters of the middle cell: columns of running text are longer."""
_LEAST_RUNNING = 12
"""Characters of a line of running text in the narrowest column that people set."""
_HIRAGANA = 0.15
"""Share of sentences; names, addresses and numbers have next to none."""
_ALIGNED = 0.6
"""Share of the boxes that must stand at the left edge of a column."""
_WORD, _SPACE = 0.8, 0.3
"""Heights of a letter between two boxes up to which they are one cell, and from which a blank stands between them."""
_EDGE = 3.0
"""Points by which left edges of one column may differ."""


class Box(NamedTuple):
    """One run of words, in points from the lower left corner of the page."""

    left: float
    bottom: float
    right: float
    top: float
    text: str


class Row(NamedTuple):
    """Cells of a row: (column from 1, text)."""

    cells: tuple[tuple[int, str], ...]


def boxes(textpage: Any) -> list[Box]:
    """The boxes of a page whose text goes up again; empty for every other page."""
    count = textpage.count_rects()
    if not LEAST_ROWS * LEAST_COLUMNS <= count <= _MOST_BOXES:
        return []
    edges = [textpage.get_rect(i) for i in range(count)]
    if not _goes_up(edges):
        return []
    found: list[Box] = []
    for left, bottom, right, top in edges:
        text = textpage.get_text_bounded(left, bottom + (top - bottom) * 0.2, right, top - (top - bottom) * 0.2).strip()
        if text:
            found.append(Box(left, bottom, right, top, text.replace("\r\n", " ").replace("\n", " ")))
    return found


def _goes_up(edges: list[tuple[float, float, float, float]]) -> bool:
    height = median(top - bottom for _, bottom, _, top in edges) or 1.0
    return any((now[1] + now[3]) / 2 > (before[1] + before[3]) / 2 + height / 2 for before, now in pairwise(edges))


def laid_out(found: list[Box]) -> list[Row]:
    """The rows of the table that the boxes are; empty where they are none."""
    lines = [_joined(line) for line in _lines(found)]
    cells = [cell for line in lines for cell in line]
    if len(cells) < LEAST_ROWS * LEAST_COLUMNS or median(len(cell.text) for cell in cells) > _LONGEST_CELL:
        return []
    columns = _columns(cells)
    if len(columns) < LEAST_COLUMNS:
        return []
    if any(_running([c for c in cells if abs(c.left - edge) <= _EDGE]) for edge in columns):
        return []
    if sum(1 for line in lines if len(line) >= LEAST_COLUMNS) < LEAST_ROWS:
        return []
    return _rows(lines, columns)


def _columns(found: list[Box]) -> list[float]:
    """Left edges that many boxes share, from the left; none where too few boxes stand at one."""
    edges = sorted(b.left for b in found)
    groups: list[list[float]] = []
    for edge in edges:
        if groups and edge - groups[-1][0] <= _EDGE:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    kept = [group[0] for group in groups if len(group) >= LEAST_ROWS]
    aligned = sum(len(group) for group in groups if len(group) >= LEAST_ROWS)
    return kept if aligned >= _ALIGNED * len(found) else []


def _running(column: list[Box]) -> bool:
    """Whether a column is running text: its lines are long, of sentences, and most of them end at one edge."""
    text = "".join(box.text for box in column)
    if median(len(box.text) for box in column) < _LEAST_RUNNING or sum(
        "ぁ" <= c <= "ん" for c in text
    ) < _HIRAGANA * len(text):
        return False
    edge = max(box.right for box in column)
    full = sum(1 for box in column if edge - box.right <= 1.5 * (box.top - box.bottom))
    return full >= len(column) / 2


def _lines(found: list[Box]) -> list[list[Box]]:
    """Boxes whose middles stand at one height, from the top; each line from the left."""
    lines: list[list[Box]] = []
    for box in sorted(found, key=lambda b: -(b.bottom + b.top)):
        middle = (box.bottom + box.top) / 2
        if lines and lines[-1][0].bottom <= middle <= lines[-1][0].top:
            lines[-1].append(box)
        else:
            lines.append([box])
    return [sorted(line) for line in lines]


def _joined(line: list[Box]) -> list[Box]:
    """Boxes of one line that stand close together are one cell: numbers and kanji of a date have fonts of their own."""
    cells: list[Box] = []
    for box in line:
        last = cells[-1] if cells else None
        em = box.top - box.bottom
        if last is not None and box.left - last.right < _WORD * em:
            space = " " if box.left - last.right > _SPACE * em else ""
            cells[-1] = Box(
                last.left, min(last.bottom, box.bottom), box.right, max(last.top, box.top), last.text + space + box.text
            )
        else:
            cells.append(box)
    return cells


def _rows(lines: list[list[Box]], columns: list[float]) -> list[Row]:
    """Lines as rows. A line without a cell in the first column that stands close below one with it goes on in its cells."""
    middles = [(line[0].bottom + line[0].top) / 2 for line in lines]
    gaps = Counter(round(a - b) for a, b in pairwise(middles))
    usual = max(gaps, key=lambda gap: (gaps[gap], gap)) if gaps else 0
    rows: list[dict[int, str]] = []
    for number, line in enumerate(lines):
        cells: dict[int, str] = {}
        for box in line:
            column = max((i for i, edge in enumerate(columns, 1) if edge - _EDGE <= box.left), default=1)
            cells[column] = f"{cells[column]} {box.text}" if column in cells else box.text
        close = number > 0 and middles[number - 1] - middles[number] < max(usual, 1) * 1.05
        goes_on = rows and close and 1 not in cells and set(cells) <= set(rows[-1]) and 1 in rows[-1]
        if goes_on:
            for column, text in cells.items():
                rows[-1][column] += text
        else:
            rows.append(cells)
    return [Row(tuple(sorted(cells.items()))) for cells in rows]
