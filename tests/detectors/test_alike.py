"""What is asked of all cells at once is what an expression says of each."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.tables.alike import Alike
from detectors.tables.headers import header_word

LETTERS = re.compile(r"[^\W\d_]{1,8}(?:[ ・][^\W\d_]{1,8})?")
CELLS = st.lists(st.text("亜ァaß١Ⅳ二𠮷𝟘_9 ・-\u3000\u0301", max_size=12), max_size=8)


@settings(max_examples=150, deadline=None)
@given(CELLS)
def test_cells_of_letters_are_those_that_the_expression_takes(cells: list[str]) -> None:
    spans: list[tuple[int, int]] = []
    at = 0
    for cell in cells:
        spans.append((at, at + len(cell)))
        at += len(cell) + 1
    text = "".join(f"{cell}\t" for cell in cells)
    assert Alike(text).names(spans) == [LETTERS.fullmatch(cell) is not None for cell in cells]
    left = Alike(text).without(spans[::2])
    assert len(left) == len(text)
    assert [left[low:high] for low, high in spans[1::2]] == cells[1::2]
    assert not any(set(left[low:high]) - {"\x01"} for low, high in spans[::2])


PARTS = st.sampled_from([*"氏名 名前 月 土 名 姓 no NO. _id Tel 市役所 課 (株) 山田 ſ K ı 1 . _".split(), "\n", " "])
WORD = re.compile(
    r"氏名|名前|姓名|氏$|名$|姓$|\bno\.?$|\bid$|_id$|tel|^[月火水木金土日]$", re.IGNORECASE
)  # of those that the parts may make


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, max_size=4).map("".join))
def test_words_of_headings_are_found_in_any_case(text: str) -> None:
    assert header_word(text) == (WORD.search(text) is not None)
