"""Blocks → findings: puts the blocks of one file into texts with table layout, asks the engine, and keeps of every
match only its kind, place and shape. Values live here for the length of one file and nowhere longer."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from detectors.engine import Engine
from detectors.interface import Analysis, Match
from detectors.layout import LayoutBuilder
from scanner.model import Block, BlockKind, Finding, safe_part

PIECE_CHARS = 400_000
"""Characters that are analyzed at once; longer files come in pieces, tables keep their headers."""

MAX_PLACES = 40
_SHAPES_LOOKED_AT = 100
_DOMAIN = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24})\b")
_OF_PERSONS = frozenset({"PERSON", "JP_MY_NUMBER", "DATE_OF_BIRTH", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS"})


@dataclass(slots=True)
class _Tally:
    count: int = 0
    score: float = 0.0
    places: Places = field(default_factory=lambda: Places())
    shapes: Counter[str] = field(default_factory=Counter)


class Collector(Protocol):
    """Whoever wants to know, while a file is detected, what stands in one row: the fingerprints."""

    def value(self, row: object, entity: str, value: str) -> None: ...
    def text(self, text: str) -> None: ...
    def row(self, cells: Sequence[tuple[int, str]]) -> None: ...


class Detection:
    """Findings of one file, built block by block."""

    def __init__(self, engine: Engine, collector: Collector | None = None) -> None:
        engine.warm()
        self._engine = engine
        self._collector = collector
        self._builder = LayoutBuilder()
        self._pieces: list[str] = []
        self._length = 0
        self._starts: list[int] = []
        self._places: list[tuple[Block, int]] = []
        self._table_part: str | None = None
        self._table = -1
        self._headers: dict[str, dict[int, str]] = {}
        self._tallies: dict[tuple[str, str, str], _Tally] = {}
        self._names: set[str] = set()
        self._identifiers: Counter[str] = Counter()
        self._rows: set[tuple[str, int]] = set()
        self._rows_named: set[tuple[str, int]] = set()
        self._loose: set[str] = set()
        self.unread: Counter[str] = Counter()
        self.recipients: set[str] = set()
        """Domains that a mail is addressed to: to whom it goes, not who it is (第12)."""

    def add(self, block: Block) -> None:
        """Add a block; analyzes when enough text has come together."""
        if block.kind is BlockKind.ROW:
            self._add_row(block)
            if self._collector is not None:
                self._collector.row(block.cells)
        else:
            if block.kind is BlockKind.FIELD and block.text.startswith(("To: ", "Cc: ", "Bcc: ")):
                self.recipients.update(d.lower() for d in _DOMAIN.findall(block.text))
            if self._collector is not None:
                self._collector.text(block.text)
            self._end_table()
            self._put(block, 0, block.text)
            self._separator("\n")
        if self._length > PIECE_CHARS:
            self._analyze()

    def _add_row(self, block: Block) -> None:
        if self._table_part != block.part:
            self._end_table()
            known = self._headers.get(block.part)
            self._table = self._builder.table(known)
            self._table_part = block.part
        for column, text in block.cells:
            start = self._length
            self._put(block, column, text)
            self._builder.cell(self._table, block.number, column, start, self._length)
            self._separator("\t")
        self._separator("\n")

    def _end_table(self) -> None:
        self._table_part = None

    def _put(self, block: Block, column: int, text: str) -> None:
        if len(text) > 4 * PIECE_CHARS:
            text = text[: 4 * PIECE_CHARS]
            self.unread["text_too_long"] += 1
        self._starts.append(self._length)
        self._places.append((block, column))
        self._pieces.append(text)
        self._length += len(text)

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
        analysis = self._engine.analyze(text, layout if layout.cells else None)
        self._collect(text, analysis)
        self._builder = LayoutBuilder()
        self._pieces, self._starts, self._places = [], [], []
        self._length = 0
        self._table_part = None

    def _place_of(self, position: int) -> tuple[Block, int]:
        return self._places[bisect_right(self._starts, position) - 1]

    def _collect(self, text: str, analysis: Analysis) -> None:
        for reason, chars in analysis.unread.items():
            self.unread[reason] += chars
        first_name_in_row: set[tuple[str, int]] = set()
        for match in analysis.matches:
            block, column = self._place_of(match.start)
            key = (match.entity, str(match.check), match.category)
            tally = self._tallies.get(key)
            if tally is None:
                tally = self._tallies[key] = _Tally()
            tally.count += 1
            if match.score > tally.score:
                tally.score = match.score
            value = text[match.start : match.end]
            tally.places.add(block, column)
            if tally.count <= _SHAPES_LOOKED_AT:
                tally.shapes[shape(match.entity, value)] += 1
            self._count_person(block, match, value, first_name_in_row)
            if self._collector is not None:
                line = 0 if block.kind is BlockKind.ROW else text.rfind("\n", 0, match.start)
                self._collector.value((block.part, block.kind, block.number, line), match.entity, value)

    def _count_person(self, block: Block, match: Match, value: str, seen_rows: set[tuple[str, int]]) -> None:
        if match.entity not in _OF_PERSONS:
            return
        if block.kind is BlockKind.ROW:
            row = (block.part, block.number)
            self._rows.add(row)
            if match.entity == "PERSON":
                if row not in seen_rows:
                    self._names.add(_plain(value))
                    self._rows_named.add(row)
                seen_rows.add(row)
                return
        elif match.entity == "PERSON":
            (self._names if match.score >= 0.8 else self._loose).add(_plain(value))
        if match.entity in ("JP_MY_NUMBER", "EMAIL_ADDRESS", "PHONE_NUMBER"):
            self._identifiers[match.entity] += 1

    def finish(self) -> tuple[tuple[Finding, ...], int, int]:
        """(findings, fewest persons, most persons); the texts are dropped."""
        if self._pieces:
            self._analyze()
        findings = tuple(
            Finding(
                entity, t.count, round(t.score, 2), check, t.places.ranges(), t.shapes.most_common(1)[0][0], category
            )
            for (entity, check, category), t in sorted(self._tallies.items())
        )
        names = sorted(self._names)  # a surname alone (山田) is the person whose full name stands right behind it
        certain = sum(1 for a, b in pairwise([*names, ""]) if not b.startswith(a))
        numbers = max([self._identifiers["JP_MY_NUMBER"], 1 if any(f.entity in _OF_PERSONS for f in findings) else 0])
        fewest = max(certain, numbers if not certain else 0)
        most = max(
            fewest,
            len(self._rows | self._rows_named) + len(self._loose | self._names if not self._rows else self._loose),
            self._identifiers["JP_MY_NUMBER"],
        )
        self._names.clear()
        self._loose.clear()
        return findings, fewest, most


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).replace("・", "")


def _column_name(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Places:
    """Where the matches of one entity stand, kept as ranges from the start: a column of a million cells is one entry.

    A place is one that a person can go to: ``名簿!C2:C900``, ``page 3``, ``line 12-14``.
    """

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], list[list[int]]] = {}
        self._of: dict[tuple[str, BlockKind, int], list[list[int]]] = {}
        """The same lists by part, kind and column, so that a name is made once a column and not once a cell."""
        self._others: dict[str, None] = {}

    def add(self, block: Block, column: int) -> None:
        """One more match in ``block`` (and ``column``, from 1, of a row)."""
        if block.kind is BlockKind.FIELD:
            self._others[safe_part(block.part)] = None
            return
        where = (block.part, block.kind, column)
        runs = self._of.get(where)
        if runs is None:
            head = f"{safe_part(block.part)}!" if block.part else ""
            unit = _column_name(column) if block.kind is BlockKind.ROW else block.kind.value
            runs = self._of[where] = self._runs.setdefault((head, unit), [])
        if runs and runs[-1][1] <= block.number <= runs[-1][1] + 1:
            runs[-1][1] = block.number
        else:
            runs.append([block.number, block.number])

    def ranges(self) -> tuple[str, ...]:
        """At most ``MAX_PLACES`` ranges; how many more there are stands last as ``+n``."""
        found: list[str] = []
        for (head, unit), runs in self._runs.items():
            for first, last in _joined(runs):
                if unit.isupper():
                    found.append(f"{head}{unit}{first}" + (f":{unit}{last}" if last > first else ""))
                else:
                    found.append(f"{head}{unit} {first}" + (f"-{last}" if last > first else ""))
        found += self._others
        if len(found) > MAX_PLACES:
            found = [*found[:MAX_PLACES], f"+{len(found) - MAX_PLACES}"]
        return tuple(found)


def _joined(runs: list[list[int]]) -> list[tuple[int, int]]:
    """Ranges in order, overlapping and neighbouring ones as one."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(map(tuple, runs)):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


def shape(entity: str, value: str) -> str:
    """The form of a value without the value: ``漢字2+漢字2``, ``0NN-NNNN-NNNN``. At most eight runs."""
    text = unicodedata.normalize("NFKC", value)
    if entity == "PHONE_NUMBER":
        return re.sub(r"[1-9]", "N", re.sub(r"(?<!^)0", "N", text))[:24]
    if re.fullmatch(r"[0-9\s\-./()]+", text):
        return re.sub(r"[0-9]", "N", re.sub(r"\s", " ", text))[:40]
    words = [name if name == "+" else f"{name}{count}" for name, count in _script_runs(text)[:12]]
    return "".join(words).strip("+") or "…"


def _script_runs(text: str) -> list[tuple[str, int]]:
    runs: list[tuple[str, int]] = []
    for char in text:
        name = _script(char) or "+"
        if runs and runs[-1][0] == name:
            runs[-1] = (name, runs[-1][1] + 1)
        else:
            runs.append((name, 1))
    return runs


def _script(char: str) -> str:
    if "一" <= char <= "龥" or char in "々ヶ﨑髙":
        return "漢字"
    if "ぁ" <= char <= "ん":
        return "かな"
    if "ァ" <= char <= "ー":
        return "カナ"
    if char.isdigit():
        return "数字"
    if char.isalpha():
        return "英字" if char.isascii() else "文字"
    return ""
