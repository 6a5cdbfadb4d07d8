"""What a table is about: rows of persons, or of bodies, places and things.

Decided once a table, from its headings and from at most ``SAMPLE`` of its rows: a roster of a hundred thousand rows costs
what one of forty does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from detectors.checkdigits import mobile
from detectors.evidence.words import anonymous, heading_class, names_office, of_bodies, of_groups, role_mailbox
from detectors.interface import REPORTED, Match, View
from detectors.tables.headings import heading, part_of_name
from detectors.tables.keys import meaning
from detectors.tables.kinds import OF_PERSONS, ColumnKind, announced
from detectors.tables.layout import Table

SAMPLE = 40
"""Rows that are looked at."""
_NAMES, _BODIES = 0.6, 0.4
"""Share of a column's cells that are wholly names of persons, and that end like names of bodies, to make it such a column."""
_FEW = 3
"""Cells of which a share is taken at the least."""
_MANY = 8
"""Cells from which on a small share of names speaks against them."""
CONTACT = frozenset({"PHONE_NUMBER", "JP_ADDRESS", "JP_POSTAL_CODE", "EMAIL_ADDRESS"})
"""Entities by which somebody is reached."""
_BESIDE = CONTACT | {"PERSON", "JP_SENSITIVE"}
"""Entities that bodies have too, or that stand in texts about nobody; all others are a person's own."""


class Subject(StrEnum):
    """What the rows of a table are about."""

    PERSONS = "persons"
    BODIES = "bodies"
    """Bodies, places, things; a person may be named as who heads or answers for them."""
    BOTH = "both"
    """One column of names holds persons and bodies: every row for itself."""
    OPEN = "open"


@dataclass(slots=True)
class Column:
    """One column: the class of its heading, and what the rows of the sample hold."""

    heading: str = ""
    kind: str = ""
    """Class of the heading; ``person`` where it announces the name of a person."""
    filled: int = 0
    names: int = 0
    """Cells that are wholly the name of a person."""
    bodies: int = 0
    """Cells that end like the name of a body."""
    entities: Counter[str] = field(default_factory=Counter)
    mobiles: int = 0
    roles: int = 0
    """Mailboxes of posts."""
    groups: int = 0
    """Cells that name a body without an office."""
    offices: int = 0
    """Cells that name a public office."""

    def share(self, count: int) -> float:
        """Of the filled cells, 0 to 1; 0 where there are too few to say."""
        return count / self.filled if self.filled >= _FEW else 0.0

    @property
    def seldom(self) -> bool:
        """Whether few of many cells look like names, though nothing says that they are: words that are surnames too."""
        return self.filled >= _MANY and self.names * 2 < self.filled

    @property
    def of_persons(self) -> bool:
        """Whether names of persons stand here: by the heading, or by most values where the heading says nothing else."""
        if self.kind in ("person", "party", "head", "contact", "maker"):
            return self.kind != "party" or self.names > 0
        return self.kind == "" and self.share(self.names) >= _NAMES and self.bodies * 2 < self.names


@dataclass
class Judged:
    """A table with its columns and what it is about."""

    columns: dict[int, Column]
    header_row: int
    """Row of its headings, -1 where it has none."""
    subject: Subject
    private: bool
    """Whether the rows hold what is only a person's."""
    mobile: bool
    """Whether many of its telephones are mobile ones."""

    @cached_property
    def nameless(self) -> bool:
        """Whether its rows are about persons of whom nothing tells who they are: the answers of a survey."""
        return self.has("asked") and self.public and not any(c.of_persons for c in self.columns.values())

    @cached_property
    def groups(self) -> bool:
        """Whether its bodies have no office, and who heads them stands beside them."""
        return any(c.kind == "head" for c in self.columns.values()) and any(
            c.share(c.groups) >= _GROUPS for c in self.columns.values()
        )

    @cached_property
    def public(self) -> bool:
        """Whether nothing but names, offices and the like stands in it: no number, address or mailbox, nothing private."""
        return not self.private and not any(c.entities[e] for c in self.columns.values() for e in CONTACT)

    def has(self, kind: str) -> bool:
        """Whether a heading is of a class."""
        return kind in self._kinds

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(c.kind for c in self.columns.values())


_NAMED_HERE = frozenset({"", "body", "party", "place"})
"""Classes of columns whose values may be names of bodies."""
_GROUPS = 0.3
"""Share of a column's cells that name bodies without an office."""


def judged(view: View, table: Table, matches: Sequence[Match], starts: Sequence[int]) -> Judged:
    """What ``table`` is about. ``matches`` in order, ``starts`` where they begin."""
    headings, header_row = (table.headers, table.header_row) if table.headers else _headings(view, table)
    columns = {number: Column(heading, kind_of(view, heading)) for number, heading in headings.items()}
    rows = [row for row in table.rows if row > header_row]
    if not headings and (len(rows) < _UNHEADED or _form(view, table, rows)):
        return Judged({}, -1, Subject.OPEN, False, False)
    step = max(1, len(rows) // SAMPLE)
    for row in rows[::step][:SAMPLE]:
        for cell in table.rows[row]:
            column = columns.setdefault(cell.column, Column())
            value = view.text[cell.start : cell.end].strip()
            if not value:
                continue
            column.filled += 1
            named = found = False
            at = bisect_left(starts, cell.start)
            while at < len(starts) and starts[at] < cell.end:
                match = matches[at]
                at += 1
                if match.score < REPORTED or match.evidence:
                    continue
                column.entities[match.entity] += 1
                found = True
                if match.entity == "PERSON":
                    named = named or (match.end - match.start >= len(value) - 1 and not anonymous(value))
                elif match.entity == "PHONE_NUMBER":
                    column.mobiles += mobile(view.text[match.start : match.end])
                elif match.entity == "EMAIL_ADDRESS":
                    column.roles += role_mailbox(view.text[match.start : match.end])
            if named:
                column.names += 1  # 菊池, 服部: what is a name is no body by its ending
            elif not found and column.kind in _NAMED_HERE and not value.isascii():
                column.bodies += of_bodies().search(value) is not None
                column.groups += of_groups().search(value) is not None
                column.offices += names_office(value)
    return Judged(columns, header_row, *_subject(columns, len(rows[::step][:SAMPLE])))


def _headings(view: View, table: Table) -> tuple[dict[int, str], int]:
    """Headings and their row where the layout found none: one of the first rows of which a fair part are words of headings."""
    for row in sorted(table.rows)[:_FIRST]:
        cells = {c.column: heading(view.text[c.start : c.end]) for c in table.rows[row]}
        filled = [text for text in cells.values() if text]
        said = sum(bool(heading_class(text)) for text in filled)
        if said >= _SAID and said * 4 >= len(filled) and max(map(len, filled)) <= _LONG:
            return cells, row
    return {}, -1


def _form(view: View, table: Table, rows: list[int]) -> bool:
    """Whether the first cells of the rows are labels of what stands beside them: then no column is of one kind."""
    first = [heading(view.text[c.start : c.end]) for row in rows[:SAMPLE] for c in table.rows[row][:1]]
    return sum(bool(heading_class(text)) for text in first) * 4 >= len(first)


_UNHEADED = 4
"""Rows that a table without headings has at the least, to be judged by its values."""
_FIRST, _LONG, _SAID = 4, 40, 2
"""Rows in which headings are looked for, characters of the longest, and how many must say something."""


def kind_of(view: View, heading: str) -> str:
    """The class of a heading, of a label or of the key of a machine file; ``person`` where it announces names of persons,
    ``party`` where of persons or bodies."""
    if part_of_name(heading):
        return "person"
    kind = heading_class(meaning(heading))
    if kind in _OF_THINGS:
        said = announced(heading)
        if said.kind in OF_PERSONS and said.sure > _NAME:
            kind = "person"  # 駐車場契約者, 入場者氏名: the last word says who stands there, whatever it is about
        elif kind not in ("", "body"):
            if heading.endswith(_WHO) and _says_person(view, heading):
                kind = "party"
        elif said.kind is ColumnKind.PARTY:
            kind = "party"
        elif said.kind in _BODIES_BY_HEADING:
            kind = "body"
        elif kind == "" and _says_person(view, heading):
            kind = "person" if said.kind is ColumnKind.UNKNOWN else ""
    return kind


def _says_person(view: View, heading: str) -> bool:
    return any("PERSON" in owners for owners in view.labels.index.header(heading).all_owners())


_WHO = ("者", "氏名", "人名", "名義人")
"""Ends of headings that say who."""
_OF_THINGS = ("", "body", "thing", "ware", "place")
"""Classes that a word within a heading may give although the heading announces persons."""
_NAME = 0.5
"""How sure a heading is of persons that says no more than name."""
_BODIES_BY_HEADING = frozenset({ColumnKind.ORGANISATION, ColumnKind.FACILITY})


def _subject(columns: dict[int, Column], rows: int) -> tuple[Subject, bool, bool]:
    """What the rows are about, whether they hold what is only a person's, and whether many telephones are mobile ones."""
    found = [
        c for c in columns.values() if c.filled * _SPARSE >= rows
    ]  # a key of one record of many says nothing of the others
    headings = Counter(c.kind for c in found)
    own = sum(
        c.filled >= 1 and sum(n for e, n in c.entities.items() if e not in _BESIDE) * 2 >= c.filled for c in found
    )
    phones = sum(c.entities["PHONE_NUMBER"] for c in found)
    mobiles = sum(c.mobiles for c in found) * 3 >= max(phones, 1)
    persons = [c for c in found if c.of_persons and c.kind in ("person", "party", "")]
    bodies = [
        c for c in found if c.kind == "body" or (c.kind in ("", "place", "party") and c.share(c.bodies) >= _BODIES)
    ]
    private = headings["private"] > 0 or own > 0 or (headings["asked"] > 0 and bool(persons))
    mixed = [c for c in found if c.of_persons and c.share(c.bodies) >= _MIXED and c.share(c.names) >= _MIXED]
    if mixed and not private:
        return Subject.BOTH, private, mobiles
    named = 3.0 if any(c.kind == "person" for c in persons) else 2.6 * bool(persons)
    if any(c.kind and c.names >= _NAMES * c.filled and not c.bodies for c in persons):
        named = _ORDERED  # who ordered, took part, rents: whatever the wares, courses and rents beside the names are
    asked = 1.5 * min(headings["asked"], 2)
    for_persons = 3.0 * min(headings["private"] + own, 2) + asked + named + 1.0 * mobiles
    for_bodies = (
        2.5 * bool(bodies)
        + 1.5 * min(headings["thing"], 3)
        + 1.0 * bool(headings["ware"])
        + 0.5 * bool(headings["office"])
    )
    if not persons and not private and for_bodies >= 1.0:
        return Subject.BODIES, private, mobiles
    if for_persons > for_bodies:
        return Subject.PERSONS, private, mobiles
    if for_bodies > for_persons:
        return Subject.BODIES, private, mobiles
    return Subject.OPEN, private, mobiles


_ORDERED = 9.0
"""What a column that announces persons and holds names counts: more than all that a table of things can say."""
_SPARSE = 5
"""One row in how many a column must be filled in, for its heading to speak for the table."""
_MIXED = 0.1
"""Share of persons, and of bodies, in one column of names that make every row speak for itself."""
