"""Which values belong to one person: those of a table row; and of a form those of the lines below each other (氏名：, 生年月日：,
住所：), until the one that came first comes again."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scanner.custody.identity import is_kana
from scanner.custody.rowkeys import Value

_GAP = 8
"""Lines between two fields of one card at the most."""
_LINES, _VALUES = 16, 32
"""Size of a card at the most: what goes on for longer is a text."""


class Line(NamedTuple):
    """Where a value stands. Lines of one ``stretch`` (sheet, page, text) follow each other by ``number``."""

    stretch: tuple[str, str]
    number: int
    whole: bool
    """Whether the line is a row under column headings, and so never a part of a card."""


_NOWHERE = Line(("", ""), -1, True)
_NAME, _READING = "name", "reading"


class Cards:
    """Puts values together and hands on each person's, in order."""

    def __init__(self, put: Callable[[list[Value]], None]) -> None:
        self._put = put
        self._at = self._before = _NOWHERE
        self._line: list[Value] = []
        self._card: list[Value] = []
        self._kinds: set[str] = set()
        self._first = ""
        self._lines = 0

    def add(self, line: Line, value: Value) -> None:
        """The next value."""
        if line != self._at:
            self._end_line()
            self._at = line
        self._line.append(value)

    def close(self) -> None:
        """Nothing follows."""
        self._end_line()
        self._end_card()

    def _end_line(self) -> None:
        if not self._line:
            return
        values, self._line = self._line, []
        if self._at.whole:
            self._end_card()
            self._put(values)
            return
        kinds = [_kind(value) for value in values]
        if self._card and not self._joins(kinds):
            self._end_card()
        if not self._card:
            self._first, self._kinds, self._lines = kinds[0], set(), 0
        self._card += values
        self._kinds.update(kinds)
        self._lines += 1
        self._before = self._at

    def _joins(self, kinds: list[str]) -> bool:
        near = self._before.stretch == self._at.stretch and 0 < self._at.number - self._before.number <= _GAP
        if not near or self._lines >= _LINES or len(self._card) >= _VALUES:
            return False
        return self._first not in kinds and not (_NAME in kinds and _NAME in self._kinds)

    def _end_card(self) -> None:
        if self._card:
            card, self._card = self._card, []
            self._put(card)


def _kind(value: Value) -> str:
    if value.entity != "PERSON":
        return value.entity
    return _READING if is_kana(value.text) else _NAME
