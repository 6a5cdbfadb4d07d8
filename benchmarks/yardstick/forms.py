"""Skeletons: how records are set in a form, a table, a machine file or a text. Each gives pieces."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from benchmarks.yardstick.pieces import Piece


class Cell(NamedTuple):
    """A field of a record: label, key of a machine, and the value as a piece."""

    label: str
    key: str
    value: Piece


class Row(Protocol):
    """A record is a sequence of cells; all records of a document have the same fields."""

    def __call__(self) -> Sequence[Cell]: ...


Rows = Sequence[Sequence[Cell]]
Skeleton = Callable[[str, Rows, bool, random.Random], Iterator[Piece]]
"""(title, rows, whether labels are shown, chance) → pieces."""


def _p(text: str) -> Piece:
    return Piece(text)


def _delimited(mark: str, quote: str = "") -> Skeleton:
    def make(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
        if labels:
            yield _p(mark.join(quote + cell.label + quote for cell in rows[0]) + "\n")
        for row in rows:
            for i, cell in enumerate(row):
                yield _p((mark if i else "") + quote)
                yield cell.value
                yield _p(quote)
            yield _p("\n")

    return make


def _pipes(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
    yield _p(f"## {title}\n\n")
    if labels:
        yield _p("| " + " | ".join(cell.label for cell in rows[0]) + " |\n|" + "---|" * len(rows[0]) + "\n")
    for row in rows:
        for cell in row:
            yield _p("| ")
            yield cell.value
            yield _p(" ")
        yield _p("|\n")


def _columns(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
    def width(text: str) -> int:
        return sum(2 if ord(x) > 0x7F else 1 for x in text)

    widths = [max(width(r[i].value.text) for r in rows) for i in range(len(rows[0]))]
    widths = [max(w, width(cell.label)) + 2 for w, cell in zip(widths, rows[0], strict=True)]
    yield _p(title + "\n")
    if labels:
        yield _p("".join(x.label + " " * (w - width(x.label)) for x, w in zip(rows[0], widths, strict=True)) + "\n")
    for row in rows:
        for cell, w in zip(row, widths, strict=True):
            yield cell.value
            yield _p(" " * (w - width(cell.value.text)))
        yield _p("\n")


def _transposed(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
    for i in range(len(rows[0])):
        yield _p(rows[0][i].label if labels else str(i + 1))
        for row in rows:
            yield _p(",")
            yield row[i].value
        yield _p("\n")


def _lines(mark: str) -> Skeleton:
    def make(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
        yield _p(title + "\n")
        for row in rows:
            for cell in row:
                yield _p(f"{cell.label}{mark}" if labels else "・")
                yield cell.value
                yield _p("\n")
            yield _p("\n")

    return make


def _boxes(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
    yield _p(f"{title}\n┌────────┬────────────────┐\n")
    for row in rows:
        for cell in row:
            yield _p(f"│{cell.label if labels else '':　<8}│")
            yield cell.value
            yield _p("│\n├────────┼────────────────┤\n")


def _json(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
    yield _p("[\n")
    for row in rows:
        yield _p("  {")
        for i, cell in enumerate(row):
            yield _p(f'{", " if i else ""}"{cell.key if labels else f"f{i}"}": "')
            yield cell.value
            yield _p('"')
        yield _p("},\n")
    yield _p("]\n")


def _xml(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
    yield _p('<?xml version="1.0"?>\n<records>\n')
    for row in rows:
        yield _p(" <record>")
        for i, cell in enumerate(row):
            tag = cell.key if labels else f"f{i}"
            yield _p(f"<{tag}>")
            yield cell.value
            yield _p(f"</{tag}>")
        yield _p("</record>\n")
    yield _p("</records>\n")


def _sql(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
    for row in rows:
        keys = " (" + ", ".join(cell.key for cell in row) + ")" if labels else ""
        yield _p(
            f"INSERT INTO t_main{keys} VALUES ({c.randint(1, 999)}"
            if not labels
            else f"INSERT INTO t_main{keys} VALUES ("
        )
        for i, cell in enumerate(row):
            yield _p(", '" if i or not labels else "'")
            yield cell.value
            yield _p("'")
        yield _p(");\n")


def _settings(mark: str, record: str) -> Skeleton:
    def make(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
        for n, row in enumerate(rows):
            yield _p(record.format(n=n + 1))
            for i, cell in enumerate(row):
                yield _p(f"{cell.key if labels else f'value{i + 1}'}{mark}")
                yield cell.value
                yield _p("\n")
            yield _p("\n")

    return make


def _log(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
    for row in rows:
        yield _p(
            f"2026-{c.randint(1, 12):02d}-{c.randint(1, 28):02d} 1{c.randint(0, 9)}:{c.randint(10, 59)}:07 INFO {title}"
        )
        for cell in row:
            yield _p(f" {cell.key}=" if labels else " ")
            yield cell.value
        yield _p("\n")


def _sentences(style: int) -> Skeleton:
    openings = (
        "ご依頼のあった件は次のとおりです。",
        "下記の内容で受け付けましたのでお知らせします。",
        "先日の件について報告します。",
    )

    def make(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
        yield _p(f"{title}\n\n{openings[style]}")
        for row in rows:
            for i, cell in enumerate(row):
                said = f"{cell.label}は" if labels else ("次は" if i else "対象は")
                yield _p(said)
                yield cell.value
                yield _p(("で、", "、", "、また")[style] if i < len(row) - 1 else "です。")
        yield _p("\n以上、よろしくお願いいたします。\n")

    return make


def _bullets(title: str, rows: Rows, labels: bool, c: random.Random) -> Iterator[Piece]:
    yield _p(f"【{title}】\n")
    for n, row in enumerate(rows):
        yield _p(f"({n + 1}) ")
        for i, cell in enumerate(row):
            yield _p(("／" if i else "") + (f"{cell.label} " if labels else ""))
            yield cell.value
        yield _p("\n")


SKELETONS: dict[str, Skeleton] = {
    "csv": _delimited(","),
    "csv_quoted": _delimited(",", '"'),
    "tsv": _delimited("\t"),
    "semicolon": _delimited(";"),
    "pipes": _pipes,
    "columns": _columns,
    "transposed": _transposed,
    "colon": _lines("："),
    "space": _lines("　"),
    "boxes": _boxes,
    "json": _json,
    "xml": _xml,
    "sql": _sql,
    "yaml": _settings(": ", "- record: {n}\n"),
    "ini": _settings("=", "[record{n}]\n"),
    "log": _log,
    "report": _sentences(0),
    "notice": _sentences(1),
    "account": _sentences(2),
    "bullets": _bullets,
}
