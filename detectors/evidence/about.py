"""Whose a value is: of a person, of a body, of the holder of a public office, or unclear.

A telephone, an address, a mailbox or a name says by itself not whom it is about; its table, its line and its text do. A table
is judged once (``subject``), so that a roster costs nothing a value; running text by what stands nearest (``beside``). Where
nothing speaks against it a value is a person's: what is missed here is missed by every duty.
"""

from __future__ import annotations

from bisect import bisect_left

from detectors.evidence.beside import Surroundings
from detectors.evidence.subject import Column, Judged, Subject, judged, mobile
from detectors.evidence.words import kind_of_text, names_office, role_mailbox
from detectors.interface import About, Match, View
from detectors.tables.layout import Cell

CONTACT = frozenset({"PHONE_NUMBER", "JP_ADDRESS", "JP_POSTAL_CODE", "EMAIL_ADDRESS"})
_OF_BODIES_TOO = CONTACT | {"PERSON", "JP_SENSITIVE", "JP_BANK_ACCOUNT", "JP_YUCHO_ACCOUNT", "JP_VEHICLE_PLATE"}
"""Entities that may be about others than persons. An identifier of a person or a birth is always a person's."""
_ACCOUNTS = frozenset({"JP_BANK_ACCOUNT", "JP_YUCHO_ACCOUNT"})
_DOUBTED_IN_TEXT = _OF_BODIES_TOO | {"DATE_OF_BIRTH"}
"""In running text a date of the law's own may be taken for a birth."""


def whose(view: View, matches: list[Match]) -> list[Match]:
    """``matches`` (in order) with what each is about."""
    if not any(m.entity in _OF_BODIES_TOO for m in matches):
        return matches
    return _Deciding(view, matches).decided()


_LIST, _SELDOM = 20, 5
"""Cells of a long column, and one in how many is a name at the most, to be one by chance."""


class _Deciding:
    """One text."""

    def __init__(self, view: View, matches: list[Match]) -> None:
        self._view = view
        self._matches = matches
        self._starts = [m.start for m in matches]
        self._around = Surroundings(view, matches)
        self._text = ""
        """Kind of the running text; asked when a name stands in it."""
        self._asked = False

    def decided(self) -> list[Match]:
        result = list(self._matches)
        told = [False] * len(result)
        for table, members in self._by_table().items():
            found = judged(self._view, self._view.layout.tables[table], self._matches, self._starts)
            for i, cell in members:
                match = result[i]
                if found.subject is Subject.OPEN:
                    # nothing says that the rows are about bodies: what a list gives without a word more is a person's
                    told[i] = match.entity in CONTACT and bool(found.columns) and self._in_text(match) is About.UNCLEAR
                    if match.entity == "PERSON" and self._by_chance(match, cell, found):
                        told[i], result[i] = True, match._replace(about=About.UNCLEAR)
                    continue
                told[i] = True
                if match.entity in _OF_BODIES_TOO:
                    about = self._in_table(match, cell, found)
                    if about is not About.PERSON:
                        result[i] = match._replace(about=about)
        for i, match in enumerate(result):
            if not told[i] and match.entity in _DOUBTED_IN_TEXT:
                about = self._in_text(match)
                if about is not About.PERSON:
                    result[i] = match._replace(about=about)
        return result

    def _by_table(self) -> dict[int, list[tuple[int, Cell]]]:
        """Table → its matches below the header, each with its cell."""
        found: dict[int, list[tuple[int, Cell]]] = {}
        layout = self._view.layout
        for i, match in enumerate(self._matches) if layout.tables else ():
            cell = layout.at(match.start)
            if cell is not None and cell.row > layout.tables[cell.table].header_row:
                found.setdefault(cell.table, []).append((i, cell))
        return found

    def _in_table(self, match: Match, cell: Cell, table: Judged) -> About:
        column = table.columns.get(cell.column) or Column()
        if match.entity == "PERSON":
            return self._name(match, cell, column, table)
        if match.entity not in CONTACT:
            return About.ORGANISATION if table.subject is Subject.BODIES and not table.private else About.PERSON
        if column.kind == "private" or table.groups:
            return About.PERSON
        value = self._view.text[match.start : match.end]
        cell_phone = match.entity == "PHONE_NUMBER" and mobile(value)
        if match.entity == "EMAIL_ADDRESS" and role_mailbox(value):
            return About.ORGANISATION
        if column.kind == "office" and not cell_phone:
            return About.ORGANISATION
        if table.subject is Subject.BODIES:
            return About.PERSON if cell_phone and table.mobile else About.ORGANISATION
        if table.subject is Subject.BOTH and not cell_phone:
            return About.PERSON if self._named(cell, table) else About.ORGANISATION
        return About.PERSON

    def _name(self, match: Match, cell: Cell, column: Column, table: Judged) -> About:
        if table.public and self._office(cell, table):
            return About.OFFICIAL
        if table.public and (table.has("past") or (column.kind == "maker" and table.subject is Subject.BODIES)):
            return About.UNCLEAR
        if column.kind in ("person", "party", "contact", "maker"):
            return About.PERSON
        if column.kind == "" and column.of_persons:
            return About.UNCLEAR if table.subject is Subject.BODIES and table.has("thing") else About.PERSON
        if column.kind == "place":
            return About.UNCLEAR
        if column.kind == "head":
            registered = table.subject is Subject.BODIES and not table.private and not table.groups
            return About.UNCLEAR if registered else About.PERSON
        if table.subject is Subject.BODIES:
            if column.kind in ("body", "thing", "ware"):
                return About.ORGANISATION
            return About.UNCLEAR if column.seldom and not self._around.called(match) else About.PERSON
        return About.PERSON

    def _office(self, cell: Cell, table: Judged) -> bool:
        """Whether the row of ``cell`` names a public office, or the table is one of whom the public elects."""
        if table.has("elected"):
            return True
        offices = [number for number, column in table.columns.items() if column.offices]
        if not offices:
            return False
        row = self._view.layout.tables[cell.table].rows[cell.row]
        return any(c.column in offices and names_office(self._view.text[c.start : c.end]) for c in row)

    def _by_chance(self, match: Match, cell: Cell, table: Judged) -> bool:
        """Whether a name stands in a long column of words of which few look like names: a dictionary, a list of wares."""
        column = table.columns.get(cell.column)
        if column is None or column.kind or self._around.called(match):
            return False
        return column.filled >= _LIST and column.names * _SELDOM < column.filled

    def _named(self, cell: Cell, table: Judged) -> bool:
        """Whether a column of names holds a person in the row of ``cell``."""
        for other in self._view.layout.tables[cell.table].rows[cell.row]:
            column = table.columns.get(other.column)
            if column is None or not column.of_persons:
                continue
            at = bisect_left(self._starts, other.start)
            while at < len(self._starts) and self._starts[at] < other.end:
                if self._matches[at].entity == "PERSON":
                    return True
                at += 1
        return False

    def _in_text(self, match: Match) -> About:
        if match.entity in CONTACT:
            return self._around.holder(match)
        if match.entity == "PERSON":
            if self._around.of_office(match):
                return About.OFFICIAL if self._around.alone(match) else About.PERSON
            if self._kind() and not self._around.called(match) and self._around.alone(match):
                return About.UNCLEAR
        elif match.entity in _ACCOUNTS:
            return self._around.account(match)
        elif match.entity == "JP_SENSITIVE":
            return About.UNCLEAR if self._kind() and not self._around.persons else About.PERSON
        elif match.entity == "DATE_OF_BIRTH" and not self._around.born(match):
            return About.UNCLEAR if self._kind() == "law" else About.PERSON
        return About.PERSON

    def _kind(self) -> str:
        if not self._asked:
            self._text, self._asked = kind_of_text(self._view.text), True
        return self._text
