"""Rows of tables on PDF pages, from boxes of words in whatever order a program wrote them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.demo.people import people
from scanner.extract.formats.pdftables import Box, laid_out

_HEIGHT = 10.0


def _box(x: float, y: float, text: str, height: float = _HEIGHT) -> Box:
    return Box(x, y, x + len(text) * height, y + height, text)


def _roster(count: int = 12) -> list[list[str]]:
    return [["氏名", "生年月日", "電話"], *([p.name, p.birth_japanese, p.phone] for p in people(count, 5))]


def _boxes(rows: list[list[str]], pitch: float = 20.0) -> list[Box]:
    return [
        _box(50 + 160 * c, 800 - pitch * r, text, _HEIGHT - c)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]


@given(st.integers(0, 10**6))
def test_rows_are_found_in_any_order(seed: int) -> None:
    rows = _roster()
    found = _boxes(rows)
    random.Random(seed).shuffle(found)
    assert [[text for _, text in row.cells] for row in laid_out(found)] == rows


def test_pieces_of_a_cell_are_one_cell() -> None:
    rows = _roster()
    found = [b for b in _boxes(rows) if b.text not in [row[1] for row in rows]]
    for number, row in enumerate(rows):
        x = 210.0
        for piece in (row[1][:2], row[1][2:4], row[1][4:]):
            found.append(_box(x, 800 - 20 * number, piece))
            x += len(piece) * _HEIGHT + 1
    laid = [dict(row.cells) for row in laid_out(found)]
    assert [row[2] for row in laid] == [row[1] for row in rows]


def test_a_cell_of_two_lines_is_one_cell() -> None:
    found: list[Box] = []
    for number, person in enumerate(people(8, 3)):
        y = 800 - 30 * number
        found += [_box(50, y, person.name), _box(200, y, person.address[:9]), _box(200, y - 12, person.address[9:])]
        found.append(_box(400, y, person.phone))
    laid = [dict(row.cells) for row in laid_out(found)]
    assert [row[2] for row in laid] == [p.address for p in people(8, 3)]


@pytest.mark.parametrize("width", [15, 20, 24, 40])
def test_columns_of_running_text_are_no_table(width: int) -> None:
    line = "本日の会議では来年度の事業計画について話し合いが行われ多くの意見が出されました"
    found = [_box(50 + 260 * c, 800 - 20 * r, line[:width]) for c in range(2) for r in range(20)]
    assert laid_out(found) == []


@given(st.lists(st.builds(_box, st.floats(0, 600), st.floats(0, 800), st.text(max_size=30)), max_size=60))
def test_no_word_is_lost_or_made(found: list[Box]) -> None:
    laid = laid_out(found)
    if laid:
        written = "".join(sorted("".join(text for row in laid for _, text in row.cells).replace(" ", "")))
        assert written == "".join(sorted("".join(b.text for b in found).replace(" ", "")))
