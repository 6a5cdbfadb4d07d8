"""Whose the values of a table are. Most columns settle all their values at once; what is left is looked at row by row."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from detectors.checkdigits import mobile
from detectors.evidence.beside import Surroundings
from detectors.evidence.subject import CONTACT, Column, Judged, Subject
from detectors.evidence.words import names_office, role_mailbox
from detectors.interface import About, Match, View
from detectors.tables.layout import Cell

_LIST, _SELDOM = 20, 5
"""Cells of a long column, and one in how many is a name at the most, to be one by chance."""


class Rows:
    """The rows of one judged table."""

    def __init__(
        self, view: View, matches: Sequence[Match], starts: Sequence[int], around: Surroundings, table: Judged
    ):
        self._view, self._matches, self._starts, self._around = view, matches, starts, around
        self._table = table
        self._bodies = table.subject is Subject.BODIES
        self._offices = [n for n, c in table.columns.items() if c.offices] if table.public else []
        self._settled = {
            (entity, number): self._settle(entity, column)
            for number, column in table.columns.items()
            for entity in column.entities
        }

    def doubted(self) -> frozenset[str]:
        """Entities of the sample that are not a person's in every column."""
        return frozenset(entity for (entity, _), about in self._settled.items() if about is not About.PERSON)

    def about(self, match: Match, cell: Cell) -> About:
        """Whose a value is that stands in ``cell``."""
        key = (match.entity, cell.column)
        if key not in self._settled:
            self._settled[key] = self._settle(match.entity, self._table.columns.get(cell.column) or Column())
        return self._settled[key] or self._each(match, cell)

    def _settle(self, entity: str, column: Column) -> About | None:
        """Whose all values of a column are; ``None`` where each is looked at."""
        if self._table.nameless and entity in ("PERSON", "JP_SENSITIVE"):
            return None
        if entity == "PERSON":
            return self._names(column)
        if entity not in CONTACT:
            return About.ORGANISATION if self._bodies and not self._table.private else About.PERSON
        if column.kind == "private" or self._table.groups:
            return About.PERSON
        if entity == "EMAIL_ADDRESS" and (column.roles or self._bodies):
            return None
        if entity == "PHONE_NUMBER" and column.mobiles and (column.kind == "office" or self._bodies):
            return None
        if column.kind == "office" or self._bodies:
            return About.ORGANISATION
        return None if self._table.subject is Subject.BOTH else About.PERSON

    def _names(self, column: Column) -> About | None:
        table = self._table
        if table.public:
            if table.has("elected"):
                return About.OFFICIAL
            if table.has("past") or (column.kind == "maker" and self._bodies):
                return About.UNCLEAR
        if column.kind in ("person", "party", "contact", "maker"):
            return None if self._offices else About.PERSON
        if column.kind == "" and column.of_persons:
            doubted = self._bodies and table.has("thing")
            return About.UNCLEAR if doubted else None if self._offices else About.PERSON
        if column.kind == "place":
            return About.UNCLEAR
        if column.kind == "head":
            registered = self._bodies and not table.private and not table.groups
            return About.UNCLEAR if registered else About.PERSON
        if self._bodies and column.kind in ("body", "thing", "ware"):
            return About.ORGANISATION
        return None if (self._bodies and column.seldom) or self._offices else About.PERSON

    def _each(self, match: Match, cell: Cell) -> About:
        """Whose a single value is where its column does not settle it."""
        column = self._table.columns.get(cell.column) or Column()
        if self._table.nameless:
            return About.PERSON if self._around.called(match) else About.UNCLEAR
        if match.entity == "PERSON":
            if self._offices and self._office(cell):
                return About.OFFICIAL
            if self._bodies and column.seldom and not column.of_persons and not self._around.called(match):
                return About.UNCLEAR
            return About.PERSON
        value = self._view.text[match.start : match.end]
        if match.entity == "EMAIL_ADDRESS":
            return About.ORGANISATION if self._bodies or role_mailbox(value) else About.PERSON
        if match.entity == "PHONE_NUMBER" and mobile(value):
            return About.PERSON if self._table.mobile or not self._bodies else About.ORGANISATION
        if self._table.subject is Subject.BOTH and self._named(cell):
            return About.PERSON
        return About.ORGANISATION

    def _office(self, cell: Cell) -> bool:
        """Whether the row of ``cell`` names a public office."""
        row = self._view.layout.tables[cell.table].rows[cell.row]
        return any(c.column in self._offices and names_office(self._view.text[c.start : c.end]) for c in row)

    def by_chance(self, match: Match, cell: Cell) -> bool:
        """Whether a name stands in a long column of words of which few look like names: a dictionary, a list of wares."""
        column = self._table.columns.get(cell.column)
        if column is None or column.kind or self._around.called(match):
            return False
        return column.filled >= _LIST and column.names * _SELDOM < column.filled

    def _named(self, cell: Cell) -> bool:
        """Whether a column of names holds a person in the row of ``cell``."""
        for other in self._view.layout.tables[cell.table].rows[cell.row]:
            column = self._table.columns.get(other.column)
            if column is None or not column.of_persons:
                continue
            at = bisect_left(self._starts, other.start)
            while at < len(self._starts) and self._starts[at] < other.end:
                if self._matches[at].entity == "PERSON":
                    return True
                at += 1
        return False
