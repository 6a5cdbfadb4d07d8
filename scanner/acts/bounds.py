"""How far one decision may reach: for a year, and by a pattern only below a folder, over files that are counted."""

from __future__ import annotations

from datetime import date

from scanner.model import display
from scanner.paths import patterns

MOST = 1_000
"""A pattern covers no more files than this."""


def a_year_after(day: date) -> date:
    """The same day a year on; the 28th where the month may be shorter then."""
    return date(day.year + 1, day.month, min(28, day.day) if day.month == 2 else day.day)


def problem(pattern: str, most: int, path: bytes | None) -> str:
    """Code of what is wrong with a pattern for a point about ``path``; empty where nothing is.

    It names a folder before its first wildcard, matches the file it is decided on, and says how many files it may cover.
    """
    if path is None:
        return "pattern_no_file"
    if not patterns.names_folder(pattern):
        return "pattern_no_folder"
    if not patterns.matches(display(path), pattern):
        return "pattern_not_this"
    return "" if 1 <= most <= MOST else "pattern_no_most"
