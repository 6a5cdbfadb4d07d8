"""Tables inside of database dumps: ``INSERT INTO t (name, birthday) VALUES ('…', '…'), …`` has headers and rows, and so have
``COPY t (name, birthday) FROM stdin;`` and the lines up to ``\\.`` under it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from detectors.tables.headings import heading
from detectors.tables.layout import Cell, Layout, Table

_HEAD = re.compile(
    r"\binsert\s+(?:ignore\s+)?into\s+[\w.`\"\[\]]{1,128}\s*\((?P<columns>[^()']{1,4000})\)\s*values\s*", re.IGNORECASE
)
_COPY = re.compile(r"(?m)^COPY [\w.\"]{1,128} \((?P<columns>[^()']{1,4000})\) FROM stdin;\n")
_COLUMN = re.compile(r"[^,\s`\"\[\]]+(?: [^,\s`\"\[\]]+)*")
_VALUE = re.compile(
    r"\s*+(?:N?'(?P<text>(?:[^'\\]++|''|\\.)*+)'|(?P<bare>[^\s,()']++(?: [^\s,()']++)*+))\s*+(?P<end>[,)])", re.DOTALL
)
_NEXT = re.compile(r"\s*,\s*(?=\()")
_WORDS = ("insert", "INSERT", "Insert", "COPY")
FILLED = "\x01"
"""What stands for a statement in the text whose other tables are guessed, and for cells that another stands for."""


def filled(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """``text`` with something that is in no table in place of ``spans``, which are in order; an end of -1 is that of the text."""
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        end = len(text) if end < 0 else end
        if end > at:
            start = max(start, at)
            pieces += (text[at:start], FILLED * (end - start))
            at = end
    return "".join((*pieces, text[at:])) if pieces else text


def statements(text: str) -> tuple[str, list[Table]]:
    """``text`` with its statements filled up (offsets stay), and their tables. Statements in a row with the same columns are
    one table; a value that is not understood ends its statement."""
    if not any(word in text for word in _WORDS):
        return text, []
    found: list[tuple[int, int]] = []
    tables: list[tuple[str, Table]] = []
    at = 0
    heads = sorted([*_HEAD.finditer(text), *_COPY.finditer(text)], key=lambda match: match.start())
    for head in heads:
        if head.start() < at:
            continue  # words of a value
        rows, end = (_lines if head.re is _COPY else _rows)(text, head.end())
        if not rows:
            continue
        columns = head["columns"]
        if not tables or tables[-1][0] != columns:
            names = [heading(name.lower()) for name in _COLUMN.findall(columns)]
            tables.append((columns, Table(dict(enumerate(names)))))
        table = tables[-1][1]
        for spans in rows:
            number = len(table.rows)
            table.rows[number] = [Cell(a, b, len(tables) - 1, number, column) for column, (a, b) in enumerate(spans)]
        found.append((head.start(), end))
        at = end
    return filled(text, found), [table for _, table in tables]


def _rows(text: str, at: int) -> tuple[list[list[tuple[int, int]]], int]:
    """Spans of the values of each row from ``at`` on, and where the last one ends."""
    rows: list[list[tuple[int, int]]] = []
    end = at
    while text.startswith("(", at):
        spans: list[tuple[int, int]] = []
        at += 1
        while (value := _VALUE.match(text, at)) is not None:
            spans.append(value.span("text" if value["text"] is not None else "bare"))
            at = value.end()
            if value["end"] == ")":
                break
        else:
            break
        rows.append(spans)
        end = at
        more = _NEXT.match(text, at)
        if more is None:
            break
        at = more.end()
    return rows, end


def _lines(text: str, at: int) -> tuple[list[list[tuple[int, int]]], int]:
    """The same for lines of values with tabs between them."""
    rows: list[list[tuple[int, int]]] = []
    while at < len(text) and not text.startswith("\\.", at):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        start, spans = at, []
        for value in text[at:end].split("\t"):
            spans.append((start, start + len(value)))
            start += len(value) + 1
        rows.append(spans)
        at = end + 1
    return rows, min(at, len(text))


def with_tables(layout: Layout, tables: list[Table]) -> Layout:
    """``layout`` and the tables of the statements."""
    first = len(layout.tables)
    for number, table in enumerate(tables, first):
        table.rows = {row: [cell._replace(table=number) for cell in cells] for row, cells in table.rows.items()}
        layout.tables.append(table)
        for cells in table.rows.values():
            layout.cells += cells
    if tables:
        layout.cells.sort()
        layout.starts = [cell.start for cell in layout.cells]
    return layout
