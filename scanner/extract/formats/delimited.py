"""csv and tsv: records as rows, so that a value is judged with its column and found again by its cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from scanner.extract import encoding
from scanner.extract.carried import Carried, marks
from scanner.extract.escapes import may_hold, resolved
from scanner.extract.formats import text
from scanner.extract.interface import Sink, Source, join
from scanner.extract.mixed import controlled
from scanner.model import BlockKind, Reason

_MAX_FIELD = 1 << 24
_BATCH = 1_000
_SAMPLE = 20_000
"""Characters of a line that the delimiter is found in."""
_MARKS = frozenset('="')
_LONGEST_RECORD = 200
"""Lines of one record. A quote that is not closed for so long was never one that opens."""
_LONGEST_CELL = 1 << 20


def extract(source: Source, sink: Sink) -> None:
    """Put every record; a file without a stable delimiter is read as plain text."""
    codec = encoding.detect(source.file)
    damage = encoding.Damage()
    beside = _Beside(source, sink)
    pieces = beside.pieces(encoding.pieces(source.file, codec, damage))
    first = next(pieces, ([], False))
    head = first[0][:20]
    delimiter = _delimiter(head, source.name)
    if delimiter is None:
        text.extract(source, sink)
        return
    csv.field_size_limit(_MAX_FIELD)
    lines = _Closed(chain((first,), pieces), delimiter)
    quoted = any('"' in line for line in head)
    reader: Iterator[list[str]] = csv.reader(
        chain.from_iterable(lines), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    )
    number = 1
    while True:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(reader, _BATCH))
        except csv.Error:  # what was split before it stays in the list
            sink.note("a record could not be split")
            sink.missed(Reason.CORRUPT, join(source.part, f"record {number + len(rows)}"))
            rows.append([])
        if not rows:
            break
        if lines.quotes:
            rows = [[_unwrapped(v) if v[:1] in _MARKS else v for v in row] for row in rows]
        sink.records(source.part, number, rows)
        number += len(rows)
    beside.end(damage.lines)


class _Beside:
    """The lines of a table; what a cell carries in letters is read, what is no text is counted."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._source, self._sink = source, sink
        self._carried = Carried(source, sink)
        self._number = self._controlled = 0

    def pieces(self, pieces: Iterator[str]) -> Iterator[tuple[list[str], bool]]:
        """Lists of lines, and whether any of them has a quote."""
        for piece in pieces:
            shown = piece.replace("\x00", " ") if "\x00" in piece else piece
            letters = shown.encode("ascii", "replace")
            if may_hold(letters):
                shown = resolved(shown)
                letters = shown.encode("ascii", "replace")
            found = shown.split("\n")
            if not found[-1]:
                found.pop()
            if text.odd(shown, letters):
                self._controlled += sum(map(controlled, found))
            shape = marks(letters)
            if shape:
                for number in self._carried.tokens(shown, shape):
                    for inner in self._carried.found:
                        self._sink.text(BlockKind.LINE, self._source.part, self._number + number + 1, inner)
                    self._carried.found.clear()
            self._number += len(found)
            yield found, b'"' in letters

    def end(self, damaged: int) -> None:
        damaged = max(damaged, self._controlled)
        if damaged:
            self._sink.note(f"{damaged} of {self._number} line(s) in no known encoding")
            self._sink.missed(Reason.UNDECODABLE, join(self._source.part, "line"))


class _Closed:
    """The lines of a table in lists, with the quotes taken out of one that opens a cell which is not closed soon: it would
    swallow the rest."""

    def __init__(self, pieces: Iterator[tuple[list[str], bool]], delimiter: str) -> None:
        self._pieces, self._delimiter = pieces, delimiter
        self._held: list[str] = []
        self._size = 0
        self.quotes = False
        """Whether any line had a quote yet."""

    def __iter__(self) -> Iterator[Iterable[str]]:
        for lines, quoted in self._pieces:
            if not self._held and not quoted:
                yield lines
                continue
            self.quotes = True
            yield self._looked_at(lines)
        yield self._given_up()

    def _looked_at(self, lines: list[str]) -> Iterator[str]:
        for line in lines:
            odd = '"' in line and line.count('"') % 2 == 1
            if not self._held:
                if odd and _opens(line, self._delimiter):
                    self._held, self._size = [line], len(line)
                else:
                    yield line
                continue
            self._held.append(line)
            self._size += len(line)
            if odd:
                yield from (held + "\n" for held in self._held)
                self._held = []
            elif len(self._held) > _LONGEST_RECORD or self._size > _LONGEST_CELL:
                yield from self._given_up()

    def _given_up(self) -> list[str]:
        """What was held, as lines of their own: behind the first none opens a cell, each has as many quotes as close."""
        held, self._held = self._held, []
        return [held[0].replace('"', ""), *held[1:]] if held else []


def _opens(line: str, delimiter: str) -> bool:
    """Whether the line ends inside a quoted cell, as the library splits it."""
    try:
        for _ in csv.reader([line], delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return True
    return False


def _unwrapped(value: str) -> str:
    """``="0123"`` is how Excel users keep leading zeros in a csv file."""
    if value.startswith('="') and value.endswith('"'):
        return value[2:-1]
    return value.strip('"') if value[:1] == '"' else value


def _delimiter(head: list[str], name: str) -> str | None:
    lines = [line[:_SAMPLE] for line in head if line.strip()]
    if not lines:
        return None
    order = "\t,;|" if name.lower().endswith((".tsv", ".tab")) else ",\t;|"
    best, best_count = None, 0
    for mark in order:
        counts = [len(next(csv.reader(io.StringIO(line), delimiter=mark), [])) for line in lines]
        common = max(set(counts), key=counts.count)
        if common > 1 and counts.count(common) >= len(counts) * 0.6 and common > best_count:
            best, best_count = mark, common
    return best
