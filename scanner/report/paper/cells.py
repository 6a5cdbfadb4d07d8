"""What cells of a printed workbook have in common: heights of rows, edges, shade."""

from __future__ import annotations

from typing import Any

_PITCH = 1.72
"""Height of a line of 游ゴシック in Excel, in sizes of its type (18.75 points for 11)."""
_HIGHEST = 400.0
"""Points; Excel has no higher rows than 409.5."""
SURE = 0.9
"""Share of a column's width that surely holds text: columns are up to 7 % narrower where digits of the stand-in are narrow."""


def height(number: int, size: float) -> float:
    return min(_HIGHEST, number * size * _PITCH + 1)


def thin_edges() -> Any:
    from openpyxl.styles import Border, Side

    side = Side(style="thin", color="FF808080")
    return Border(left=side, right=side, top=side, bottom=side)


def shade() -> Any:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor="FFE8EDF3")
