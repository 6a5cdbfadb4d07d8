"""Widths, lines and layouts of paper, without any program that prints it: properties over generated tables."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.report.forms.interface import Form
from scanner.report.forms.registry import REPORTS, form
from scanner.report.forms.spec import FormSpec
from scanner.report.paper import layout, measure, xlsx
from scanner.report.paper.columns import parts
from scanner.report.paper.interface import (
    ACROSS,
    TABLE,
    UPRIGHT,
    WIDE,
    Document,
    Facts,
    Grid,
    Items,
    Line,
    Page,
    Sheet,
    Signatures,
)
from scanner.report.paper.kinds import Checklist, Letter, Register
from scanner.report.paper.parties import BLANK, Parties
from scanner.report.paper.stamp import Stamp

STAMP = Stamp(31, "令和8年11月30日 10:00", "スキャン 2", "0.1.0 / abc", "0" * 16, "法", "令和8年11月30日")
WORDS = st.text(alphabet="台帳番号ア、。()令和8年1月-./abcXYZ019 ", max_size=60)
TABLES = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        st.lists(WORDS.filter(bool), min_size=n, max_size=n),
        st.lists(st.lists(st.one_of(WORDS, st.integers(0, 10**9)), min_size=n, max_size=n), max_size=6),
        st.integers(0, 3),
    )
)


@settings(max_examples=150, deadline=None)
@given(TABLES, st.sampled_from([UPRIGHT, ACROSS, WIDE]))
def test_a_table_is_in_parts_that_fit_and_hold_every_column(
    table: tuple[list[str], list[list[object]], int], sheet: Sheet
) -> None:
    names, rows, keys = table
    grid = Grid(tuple(names), [tuple(row) for row in rows], keys)
    found = parts(grid, sheet.room)
    kept = tuple(range(min(keys, len(names))))
    assert all(part.indices[: len(kept)] == kept for part in found)
    assert [i for part in found for i in part.indices[len(kept) :]] == list(range(len(kept), len(names)))
    for part in found:
        assert sum(part.widths) <= sheet.room + 0.5
        assert all(width > 3 for width in part.widths)
        assert part.widths[: len(kept)] == found[0].widths[: len(kept)]


@given(WORDS, st.floats(8, 200))
def test_a_narrower_cell_never_takes_fewer_lines(text: str, room: float) -> None:
    assert measure.lines(text, room, TABLE) >= measure.lines(text, room + 20, TABLE) >= 1
    assert measure.lines(f"{text}\n{text}", room, TABLE) == 2 * measure.lines(text, room, TABLE)


def _document(number: str, count: int) -> Document:
    rows: list[tuple[object, ...]] = [(n, "K-1", "名称") for n in range(count)]
    if number.startswith("11"):
        return layout.document(
            Form(
                number,
                "事故",
                ("番号", "項目", "事実", "申告", "区分"),
                [(1, "原因", "", "", "不明")],
                ["注"],
                [("起算日", "")],
            ),
            STAMP,
            Parties(),
        )
    return layout.document(
        Form(number, "題名", ("番号", "契約番号", "名称"), rows, ["注"], [("集計", 3)]), STAMP, Parties()
    )


@pytest.mark.parametrize("count", [0, 1, 3, 50])
@pytest.mark.parametrize("number", [n for n, spec in REPORTS.items() if isinstance(spec, FormSpec)])
def test_every_paper_has_its_parts_whatever_is_in_it(number: str, count: int) -> None:
    document = _document(number, count)
    paper = form(number).paper
    blocks = [block for page in document.pages for block in page.blocks]
    assert document.pages[-1].name == "作成条件"
    assert Facts(STAMP.entries()) in document.pages[-1].blocks
    if isinstance(paper, Letter):
        first = document.pages[0]
        assert first.sheet == UPRIGHT
        texts = [b.text for b in first.blocks if isinstance(b, Line)]
        assert texts.index("題名" if not number.startswith("11") else "事故") < texts.index("記") < texts.index("以上")
        items = next(b for b in first.blocks if isinstance(b, Items))
        assert items.entries[0] == ("契約件名", BLANK)
        assert form(number).usual_style == "docx"
    else:
        assert document.pages[0].titled
        assert len(next(b for b in blocks if isinstance(b, Grid)).rows) == max(1, count)
        assert form(number).usual_style == "xlsx"
    assert sum(isinstance(b, Signatures) for b in blocks) == bool(paper.signers)
    assert isinstance(paper, (Letter, Register, Checklist))
    assert len(document.flowing()) <= len(document.pages)


@pytest.mark.parametrize("number", ["1", "18", "19"])
def test_a_register_can_be_filtered_and_printed(number: str) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(xlsx.written(_document(number, 30))))
    sheet = book.worksheets[0]
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.auto_filter.ref == "A3:C33"
    assert sheet.freeze_panes is not None
    assert sheet.page_setup.orientation == "landscape"
    assert "&P / &N" in sheet.oddFooter.center.text
    assert book.worksheets[-1].title == "作成条件"


@given(st.integers(1, 12), st.integers(0, 120), st.integers(1, 3))
@settings(max_examples=12, deadline=None)
def test_a_box_to_sign_in_stands_below_its_table(columns: int, rows: int, boxes: int) -> None:
    """In the table's own sheet wherever the columns can hold it, on one page with what stands around it, and within what is printed."""
    from openpyxl import load_workbook

    grid = Grid(tuple(f"見出し{n}" for n in range(columns)), [tuple("値" * 9 for _ in range(columns))] * max(1, rows))
    after = (
        Line("集計", bold=True),
        Facts((("件数", "3"),)),
        Signatures(tuple((f"確認者{n}", "") for n in range(boxes))),
    )
    pages = (Page("表", ACROSS, (grid,), titled=True), Page("集計・備考", UPRIGHT, after, follows=True))
    book = load_workbook(io.BytesIO(xlsx.written(Document("表", ("", ""), "", pages))))
    sheet = book["表"]
    if len(book.sheetnames) > 1:
        assert columns < 4 or boxes > columns
        return
    found = [cell for row in sheet.iter_rows(min_row=rows) for cell in row if str(cell.value).startswith("確認者")]
    assert len(found) == boxes
    at = found[0].row
    assert sheet.auto_filter.ref.endswith(str(at - 5)), "filters are of the table alone"
    assert sheet.print_area.endswith(str(at + 1))
    broken = [b.id for b in sheet.row_breaks.brk]
    assert broken in ([], [at - 5])
