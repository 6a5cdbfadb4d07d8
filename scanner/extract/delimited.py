"""csv and tsv: records as rows, so that a value is judged with its column and found again by its cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice

from scanner.extract import encoding, text
from scanner.extract.interface import Sink, Source
from scanner.model import BlockKind

_MAX_FIELD = 1 << 24


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
    with_ends = (line.replace("\x00", " ") + "\n" for line in chain(head, lines))
    quoted = any('"' in line for line in head)
    reader: Iterator[list[str]] = csv.reader(
        with_ends, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    )
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error:
            sink.note("a record could not be split")
            continue
        if len(record) == 1:
            sink.text(BlockKind.LINE, source.part, number, record[0])
        else:
            sink.row(source.part, number, ((c, _unwrapped(v)) for c, v in enumerate(record, 1)))


def _unwrapped(value: str) -> str:
    """``="0123"`` is how Excel users keep leading zeros in a csv file."""
    if value.startswith('="') and value.endswith('"'):
        return value[2:-1]
    return value.strip('"') if value[:1] == '"' else value


def _delimiter(head: list[str], name: str) -> str | None:
    lines = [line for line in head if line.strip()]
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
