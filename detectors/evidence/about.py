"""Whose a value is: of a person, of a body, of the holder of a public office, or unclear.

A telephone, an address, a mailbox or a name says by itself not whom it is about; its table, its line and its text do. A table
is judged once (``subject``), so that a roster costs nothing a value; running text by what stands nearest (``beside``). Where
nothing speaks against it a value is a person's: what is missed here is missed by every duty.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from detectors.evidence.beside import Surroundings
from detectors.evidence.rows import Rows
from detectors.evidence.subject import CONTACT, Subject, judged
from detectors.evidence.words import kind_of_text
from detectors.interface import About, Match, View
from detectors.tables.layout import Table

_ACCOUNTS = frozenset({"JP_BANK_ACCOUNT", "JP_YUCHO_ACCOUNT"})
_OF_BODIES_TOO = CONTACT | _ACCOUNTS | {"PERSON", "JP_SENSITIVE", "JP_VEHICLE_PLATE"}
"""Entities that may be about others than persons. An identifier of a person or a birth is always a person's."""
_DOUBTED_IN_TEXT = _OF_BODIES_TOO | {"DATE_OF_BIRTH"}
"""In running text a date of the law's own may be taken for a birth."""


def whose(view: View, matches: list[Match]) -> list[Match]:
    """``matches`` (in order of their starts) with what each is about."""
    return _Deciding(view, matches).decided() if matches else matches


class _Deciding:
    """One text."""

    def __init__(self, view: View, matches: list[Match]) -> None:
        self._view = view
        self._result = list(matches)
        self._matches = matches
        self._starts = [m[1] for m in matches]
        self._around = Surroundings(view, matches)
        self._text: str | None = None
        """Kind of the running text; asked when a name stands in it."""

    def decided(self) -> list[Match]:
        at = 0
        for low, high, number in self._spans():
            first, last = bisect_left(self._starts, low, at), bisect_left(self._starts, high, at)
            self._in_text(at, first)
            if last - first:
                self._in_table(first, last, number)
            at = last
        self._in_text(at, len(self._matches))
        return self._result

    def _spans(self) -> Iterator[tuple[int, int, int]]:
        """(start, end, number) of the rows of each table, in order. Tables beside each other share their
        rows: the first has the lines of all."""
        found = [(*span, n) for n, table in enumerate(self._view.layout.tables) if (span := _span(table)) is not None]
        reach = 0
        for low, high, number in sorted(found):
            if high > reach:
                yield max(low, reach), high, number
                reach = high

    def _in_table(self, first: int, last: int, number: int) -> None:
        layout = self._view.layout
        table = judged(self._view, layout.tables[number], self._matches, self._starts)
        below = bisect_left(self._starts, _begin(layout.tables[number], table.header_row), first, last)
        self._in_headings(first, below)
        rows = Rows(self._view, self._matches, self._starts, self._around, table)
        left_open = table.subject is Subject.OPEN
        doubted = rows.doubted() & _OF_BODIES_TOO if table.subject is Subject.PERSONS else _OF_BODIES_TOO
        if not doubted:
            return
        for i in range(below, last):
            match = self._matches[i]
            if match.entity not in doubted:
                continue
            cell = layout.at(match.start)
            if cell is None or cell.table != number:
                self._in_text(i, i + 1)
            elif not left_open:
                self._put(i, rows.about(match, cell))
            elif match.entity == "PERSON" and rows.by_chance(match, cell):
                self._put(i, About.UNCLEAR)
            else:
                about = self._of_text(match)
                # nothing says that the rows are about bodies: what a list gives without a word more is a person's
                listed = about is About.UNCLEAR and match.entity in CONTACT and bool(table.columns)
                self._put(i, About.PERSON if listed else about)

    def _in_headings(self, first: int, last: int) -> None:
        """A word of a heading is no fact about anybody: 治療中の病気."""
        for i in range(first, last):
            match = self._matches[i]
            if match.entity == "JP_SENSITIVE":
                self._put(i, About.UNCLEAR)
            elif match.entity in _DOUBTED_IN_TEXT:
                self._put(i, self._of_text(match))

    def _in_text(self, first: int, last: int) -> None:
        for i in range(first, last):
            match = self._matches[i]
            if match.entity in _DOUBTED_IN_TEXT:
                self._put(i, self._of_text(match))

    def _put(self, i: int, about: About) -> None:
        if about is not About.PERSON:
            self._result[i] = self._matches[i]._replace(about=about)

    def _of_text(self, match: Match) -> About:
        if match.entity in CONTACT:
            return self._around.holder(match)
        if match.entity in _ACCOUNTS:
            return self._around.account(match)
        if match.entity == "PERSON":
            if self._around.of_office(match):
                lone = self._around.alone(match, facts=True) and not self._around.neighbour(match)
                return About.OFFICIAL if lone else About.PERSON
            if self._around.anonymous(match):
                return About.UNCLEAR
            if self._around.called(match):
                return About.PERSON
            if self._around.within_word(match) or self._around.of_thing(match):
                return About.ORGANISATION
            if self._kind() and self._around.alone(match) and self._around.labelled(match) not in ("person", "party"):
                return About.UNCLEAR
        elif match.entity == "JP_SENSITIVE":
            told = (
                not self._kind() or bool(self._around.named_by_label) or not self._around.alone(match, also_names=True)
            )
            return About.PERSON if told else About.UNCLEAR
        elif match.entity == "DATE_OF_BIRTH" and not self._around.born(match):
            return About.UNCLEAR if self._kind() == "law" else About.PERSON
        return About.PERSON

    def _kind(self) -> str:
        if self._text is None:
            self._text = kind_of_text(self._view.text)
        return self._text


def _span(table: Table) -> tuple[int, int] | None:
    """Where the rows of a table begin, its headings among them, and where they end."""
    rows = [row for row in table.rows if row >= table.header_row and table.rows[row]]
    return (table.rows[min(rows)][0].start, table.rows[max(rows)][-1].end) if rows else None


def _begin(table: Table, header_row: int) -> int:
    """Where the rows of a table below its headings begin."""
    return min((cells[0].start for row, cells in table.rows.items() if cells and row > header_row), default=0)
