"""csv and tsv: records as rows, so that a value is judged with its column and found again by its cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice

from scanner.extract import encoding
from scanner.extract.formats import text
from scanner.extract.interface import Sink, Source, join
from scanner.model import Reason

_MAX_FIELD = 1 << 24
_BATCH = 1_000
_SAMPLE = 20_000
"""Characters of a line that the delimiter is found in."""
_MARKS = frozenset('="')


def extract(source: Source, sink: Sink) -> None:
    """Put every record; a file without a stable delimiter is read as plain text."""
    codec = encoding.detect(source.file)
    lines = encoding.lines(source.file, codec)
    head = list(islice(lines, 20))
    delimiter = _delimiter(head, source.name)
    if delimiter is None:
        text.extract(source, sink)
        return
    csv.field_size_limit(_MAX_FIELD)
    odd = False

    def with_ends() -> Iterator[str]:
        nonlocal odd
        for line in chain(head, lines):
            if '"' in line:
                odd = True
            yield line.replace("\x00", " ") + "\n"

    quoted = any('"' in line for line in head)
    reader: Iterator[list[str]] = csv.reader(
        with_ends(), delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
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
        if odd:
            rows = [[_unwrapped(v) if v[:1] in _MARKS else v for v in row] for row in rows]
            odd = False
        sink.records(source.part, number, rows)
        number += len(rows)


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
