"""Blocks → findings: puts the blocks of one file into texts with table layout, asks the engine, and keeps of every
match only its kind, place and shape. Values live here for the length of one file and nowhere longer."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Protocol

from detectors.interface import About, Analysis, Match
from detectors.tables.builder import LayoutBuilder
from detectors.tables.headings import part_of_name
from detectors.tables.layout import Cell
from scanner.custody.cards import Line
from scanner.custody.identity import USED
from scanner.detect.persons import OF_PERSONS, Persons
from scanner.detect.tally import Repeated, Tallies
from scanner.model import Block, BlockKind, Finding, of_persons
from scanner.places import SafePlaces
from scanner.policy.recipients import UNTOLD

if TYPE_CHECKING:
    from detectors.engine import Engine

PIECE_CHARS = 400_000
"""Characters that are analyzed at once; longer files come in pieces, tables keep their headers."""

_MOST_PIECE = 4 * PIECE_CHARS
_WIDE = 1000
"""Cells of a row beyond which it may have to be parted."""
LONG_TEXT = 256
"""Characters from which on a text that stands in a file again is not judged again."""

_LINE_END = re.compile("\n")
_BY_COLUMN = "column "
"""How the reason of a match begins that its heading gave, in a table that the engine found."""
MOST_RECIPIENTS = 20
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
"""What a header says beside its addresses."""
_DOMAIN = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24})\b")


class Collector(Protocol):
    """Whoever wants to know, while a file is detected, what stands in one row: the fingerprints."""

    def value(self, line: Line, entity: str, value: str, part: str = "") -> None: ...
    def text(self, text: str) -> None: ...
    def row(self, cells: Sequence[tuple[int, str]]) -> None: ...


def addressed_to(header: str) -> set[str]:
    """Domains in a header of recipients; with ``…`` where it names somebody whose domain it does not tell."""
    parts = (part.strip() for part in re.split("[,;]", _QUOTED.sub("", header)))
    told = {part: _DOMAIN.findall(part) for part in parts if part and not part.endswith(":")}
    found = {domain.lower() for domains in told.values() for domain in domains}
    return found | ({UNTOLD} if not all(told.values()) else set())


def bounded(recipients: set[str]) -> list[str]:
    """Recipients as they are kept: not more than a reader would look at, and a mark where there were more."""
    kept = sorted(recipients)
    return kept if len(kept) <= MOST_RECIPIENTS else [*kept[:MOST_RECIPIENTS], UNTOLD]


@lru_cache(maxsize=4096)
def _finds(engine: Engine, name: str) -> bool:
    """Whether a name of listed words is a value all the same; the few names of an office come again and again."""
    return bool(engine.analyze(name).matches)


def in_one(value: str) -> str:
    """A value that lies in several cells as it would be written in one: ``1960␉3␉10`` as 1960-3-10."""
    pieces = [piece.strip() for piece in value.split("\t")]
    return "-".join(pieces) if pieces[0].isdigit() else pieces[0] + ".".join(pieces[1:])  # 昭和60.3.12


class Detection:
    """Findings of one file, built block by block."""

    def __init__(self, engine: Engine | None, collector: Collector | None = None) -> None:
        self._engine = engine
        self._collector = collector
        self._builder = LayoutBuilder()
        self._long: dict[tuple[int, int], Repeated] = {}
        self._long_here: dict[int, Repeated] = {}
        """Long texts of the piece at hand, by their position among its places."""
        self._pieces: list[str] = []
        self._length = 0
        self._lines = 0
        """Lines of the pieces before the one at hand."""
        self._starts: list[int] = []
        self._places: list[tuple[Block, int]] = []
        self._table_part: str | None = None
        self._table = -1
        self._headers: dict[str, dict[int, str]] = {}
        self._told: Block | None = None
        """The row that the last value stood in, and its line: cells of one row are told one after the other."""
        self._line = Line(("", ""), -1, False)
        self._tallies = Tallies(SafePlaces(partial(_finds, engine)))
        self._persons = Persons()
        self.received = self.judged = 0
        """Characters that came, and that were judged."""
        self.unread: Counter[str] = Counter()
        self.recipients: set[str] = set()
        """Domains that a mail is addressed to: to whom it goes, not who it is (第12)."""

    def add(self, block: Block) -> None:
        """Add a block; analyzes when enough text has come together."""
        if block.kind is BlockKind.ROW:
            cells = self._add_row(block)
            if self._collector is not None:
                self._collector.row(cells)
        else:
            if block.kind is BlockKind.FIELD and block.text.startswith(("To: ", "Cc: ", "Bcc: ")):
                self.recipients |= addressed_to(block.text.partition(": ")[2])
            self._end_table()
            if len(block.text) < LONG_TEXT or not self._said_before(block, 0, block.text):
                if self._collector is not None:
                    self._collector.text(block.text)
                self._put(block, 0, block.text)
                self._separator("\n")
        if self._length > PIECE_CHARS:
            self._analyze()

    def _add_row(self, block: Block) -> Sequence[tuple[int, str]]:
        """Returns the cells that stand in the file for the first time, as far as they are long."""
        repeated: set[int] = set()
        if self._table_part != block.part:
            self._end_table()
            known = self._headers.get(block.part)
            self._table = self._builder.table(known)
            self._table_part = block.part
        if max((len(text) for _, text in block.cells), default=0) < LONG_TEXT and len(block.cells) < _WIDE:
            self._put_row(block)  # nearly all
            return block.cells
        for column, text in block.cells:
            if self._length > _MOST_PIECE:  # a very wide row: its rest is another table with the same headers
                self._analyze()
                self._table = self._builder.table(self._headers.get(block.part))
                self._table_part = block.part
            if len(text) >= LONG_TEXT and self._said_before(block, column, text):
                repeated.add(column)
                continue
            start = self._length
            self._put(block, column, text)
            self._builder.cell(self._table, block.number, column, start, self._length)
            self._separator("\t")
        self._separator("\n")
        return [c for c in block.cells if c[0] not in repeated] if repeated else block.cells

    def _put_row(self, block: Block) -> None:
        """Add a row of short cells: what ``_put`` and the builder do for each, at once."""
        at, cells = self._length, []
        table, number = self._table, block.number
        for column, text in block.cells:
            end = at + len(text)
            cells.append(Cell(at, end, table, number, column))
            self._starts.append(at)
            self._places.append((block, column))
            self._pieces += (text, "\t")
            at = end + 1
        self._pieces.append("\n")
        self.received += at - self._length - len(cells)
        self._length = at + 1
        self._builder.row(table, number, cells)

    def _end_table(self) -> None:
        self._table_part = None

    def _put(self, block: Block, column: int, text: str) -> None:
        self.received += len(text)
        if len(text) > _MOST_PIECE:
            self.unread["text_too_long"] += len(text) - _MOST_PIECE
            text = text[:_MOST_PIECE]
        self._starts.append(self._length)
        self._places.append((block, column))
        self._pieces.append(text)
        self._length += len(text)

    def _said_before(self, block: Block, column: int, text: str) -> bool:
        """Whether a long text stands in this file for the second time: a shared string of a workbook may be used in twenty
        thousand cells. It is judged once and counted often."""
        key = (hash(text), len(text))  # salted by the interpreter: nobody can make two texts that look alike
        repeated = self._long.get(key)
        if repeated is None:
            self._long[key] = repeated = Repeated()
            self._long_here[len(self._places)] = repeated
            return False
        self.received += len(text)
        repeated.again(block._replace(text="", cells=()), column, self._tallies)
        return True

    def _separator(self, char: str) -> None:
        self._pieces.append(char)
        self._length += 1

    def _analyze(self) -> None:
        text = "".join(self._pieces)
        layout = self._builder.find_headers(text)
        parts = {
            number: self._place_of(cells[0].start)[0].part
            for number, table in enumerate(layout.tables)
            for cells in table.rows.values()
            if cells
        }
        for number, part in parts.items():
            if layout.tables[number].headers:
                self._headers[part] = layout.tables[number].headers
        assert self._engine is not None
        analysis = self._engine.analyze(text, layout if layout.cells else None)
        self._collect(text, analysis)
        self.judged = self.received - self.unread["text_too_long"]
        for repeated in self._long_here.values():
            repeated.known(self._tallies)
        self._long_here = {}
        self._builder = LayoutBuilder()
        self._pieces, self._starts, self._places = [], [], []
        self._length = 0
        self._table_part = None

    def _at(self, position: int) -> int:
        return bisect_right(self._starts, position) - 1

    def _place_of(self, position: int) -> tuple[Block, int]:
        return self._places[self._at(position)]

    def _collect(self, text: str, analysis: Analysis) -> None:
        for reason, chars in analysis.unread.items():
            self.unread[reason] += chars
        ends = [m.start() for m in _LINE_END.finditer(text)] if self._collector is not None else []
        starts, places, long_here = self._starts, self._places, self._long_here
        count, person = self._tallies.add, self._persons.add
        tell = self._tell if self._collector is not None else None
        for match in analysis.matches:
            start = match[1]
            at = bisect_right(starts, start) - 1
            block, column = places[at]
            value = text[start : match[2]]
            count(match, value, block, column)
            if long_here and at in long_here:
                long_here[at].found.append(Tallies.key(match))
            if match[0] in OF_PERSONS and match[9] is About.PERSON:
                person(block, match, value, text[max(0, start - 3) : start])
            if tell is not None and match[0] in USED:
                tell(block, match, value, ends)
        self._lines += len(ends)
        self._told = None

    def _tell(self, block: Block, match: Match, value: str, ends: list[int]) -> None:
        """Hand a value on with the line it stands in and, of a name, which part of it the column holds."""
        assert self._collector is not None
        entity, row, layout = match[0], block.kind is BlockKind.ROW, self._builder.layout
        cell = None
        if row and (entity == "PERSON" or block is not self._told):
            cell = layout.at(match[1])
        if block is not self._told or not row:
            headed = cell is not None and bool(layout.tables[cell[2]].headers)
            number = block.number if row else self._lines + bisect_right(ends, match[1])
            self._line = Line((block.part, block.kind), number, headed)
            self._told = block if cell is not None else None
        part = ""
        if entity == "PERSON":
            headed = cell is not None and self._line.whole
            heading = layout.header(cell) if headed and cell is not None else match.reason.removeprefix(_BY_COLUMN)
            part = part_of_name(heading)
        self._collector.value(self._line, entity, in_one(value) if "\t" in value else value, part)

    def close(self) -> None:
        """Judge what has come together; nothing is added any more."""
        if self._pieces:
            self._analyze()

    def drop_text(self) -> None:
        """Let go of what has come together and was not judged."""
        self._pieces, self._starts, self._places = [], [], []
        self._long.clear()
        self._long_here.clear()

    def finish(self) -> tuple[tuple[Finding, ...], int, int]:
        """(findings, fewest persons, most persons) of what was judged; the texts are dropped."""
        findings = self._tallies.findings()
        return (findings, *self._persons.range(f.entity for f in of_persons(findings)))
